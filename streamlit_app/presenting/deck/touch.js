// Swipe to turn; a page that is zoomed or scrolled across is left alone.
const ENOUGH = 45; // pixels

export function swipe(forward, back) {
  let start = null;
  addEventListener("touchstart", ({ touches, target }) => {
    const zoomed = (visualViewport?.scale ?? 1) > 1.01;
    const own = target.closest?.("input, textarea, .equation, .controls, dialog");
    start = touches.length === 1 && !zoomed && !own ? touches[0] : null;
  }, { passive: true });
  addEventListener("touchend", ({ changedTouches }) => {
    if (!start) return;
    const [end] = changedTouches;
    const [across, down] = [end.clientX - start.clientX, end.clientY - start.clientY];
    start = null;
    if (Math.abs(across) < ENOUGH || Math.abs(across) < 1.5 * Math.abs(down)) return;
    (across < 0 ? forward : back)();
  }, { passive: true });
}
