// Two windows of one presentation follow each other without the server.
//
// A message is the complete state with a counter. The higher counter wins, and of equal ones the
// higher sender, so all windows end with the same state in whatever order messages arrive.

export const newNumber = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(36)).join("");

// The number of this presentation: the one in the address, or this tab's own.
export function presentation() {
  const given = new URLSearchParams(location.search).get("with");
  if (given && /^[a-z0-9]{1,40}$/.test(given)) return given;
  try {
    const kept = sessionStorage.getItem("pf-presentation") ?? newNumber();
    sessionStorage.setItem("pf-presentation", kept);
    return kept;
  } catch {
    return newNumber(); // a browser that stores nothing
  }
}

export function follow(show, number, { id = newNumber(), home = new URL(".", location.href).pathname } = {}) {
  const channel = new BroadcastChannel(`pf-present ${home} ${number}`);
  let turn = 0;
  let by = "";
  const tell = () => {
    const { slide, ...rest } = show.state;
    channel.postMessage({ turn, by, slide: show.slides[slide].name, ...rest });
  };
  show.addEventListener("change", ({ detail }) => {
    if (detail.source === "other") return;
    turn += 1;
    by = id;
    tell();
  });
  channel.onmessage = ({ data }) => {
    if (data?.asks) return tell();
    const slide = show.indexOf(data?.slide);
    if (slide < 0 || !Number.isSafeInteger(data.turn) || typeof data.by !== "string") return;
    if (data.turn < turn || (data.turn === turn && data.by <= by)) return;
    ({ turn, by } = data);
    const { step, blank, experiment } = data;
    show.change({ slide, step, blank: blank === true, experiment: experiment === true }, "other");
  };
  channel.postMessage({ asks: true });
  return () => channel.close();
}
