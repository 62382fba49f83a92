// Time since the start, and how much of it each section took. Kept for a reload of the window.
const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
};

export function clocks(show, articles, number, titles) {
  const key = `pf-clocks ${number}`;
  let kept = { total: 0, sections: {}, runs: false };
  try {
    kept = { ...kept, ...JSON.parse(sessionStorage.getItem(key) ?? "{}") };
  } catch { /* nothing is kept */ }
  let last = Date.now();
  let open = articles[show.state.slide].dataset.section;

  const place = document.createElement("section");
  place.className = "clocks";
  place.setAttribute("aria-label", "Clocks");
  place.innerHTML =
    '<p class="time"><b class="total"></b><button class="run"></button><button class="reset">Reset</button>' +
    '<span class="wall"></span></p><table><caption hidden>Time per section</caption><tbody></tbody></table>';
  document.body.append(place);
  const part = (name) => place.querySelector(name);

  const draw = () => {
    part(".total").textContent = clock(kept.total);
    part(".run").textContent = kept.runs ? "Pause" : "Start";
    part(".wall").textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const rows = Object.keys(titles).filter((name) => name === open || kept.sections[name] >= 1);
    part("tbody").replaceChildren(...rows.map((name) => {
      const row = document.createElement("tr");
      row.toggleAttribute("aria-current", name === open);
      for (const text of [titles[name], clock(kept.sections[name] ?? 0)]) {
        row.insertCell().textContent = text;
      }
      return row;
    }));
  };

  const tick = () => {
    const now = Date.now();
    if (kept.runs) {
      const seconds = (now - last) / 1000;
      kept.total += seconds;
      kept.sections[open] = (kept.sections[open] ?? 0) + seconds;
      try {
        sessionStorage.setItem(key, JSON.stringify(kept));
      } catch { /* the clock runs all the same */ }
    }
    last = now;
    draw();
  };

  part(".run").onclick = () => { tick(); kept.runs = !kept.runs; draw(); };
  part(".reset").onclick = () => { kept = { total: 0, sections: {}, runs: false }; tick(); };
  // The lecture begins with the first turn. The time until a turn belongs to the section before it.
  show.addEventListener("change", ({ detail }) => {
    const { slide } = show.state;
    if (slide === detail.before.slide) return;
    tick();
    kept.runs = true;
    open = articles[slide].dataset.section;
    draw();
  });
  setInterval(tick, 500);
  draw();
}
