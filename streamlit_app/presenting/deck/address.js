// The hash of the address is the slide: its name, then a slash and a number for the steps built up.
const read = () => {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return location.hash.slice(1); // not an escaped text
  }
};

export function hashOf(show) {
  const { step } = show.state;
  return `#${show.now.name}${step ? `/${step}` : ""}`;
}

// Opens the slide of the address. Returns the name of a slide that doesn't exist, or null.
export function openAddress(show, source = "address") {
  const [name, step] = read().split("/");
  const slide = name ? show.indexOf(name) : 0;
  const known = Boolean(name) && slide >= 0; // a step belongs to a slide that is named
  show.change({ slide: Math.max(slide, 0), step: known ? Number.parseInt(step, 10) || 0 : 0 }, source);
  return slide < 0 ? name : null;
}

// Each slide turned to here is an entry of the history; its steps, and turns of another window,
// replace the entry.
export function keepAddress(show, unknown) {
  const replace = () => history.replaceState(null, "", hashOf(show));
  show.addEventListener("change", ({ detail }) => {
    if (detail.source === "address") return;
    const turned = detail.before.slide !== show.state.slide && detail.source === "here";
    if (turned) history.pushState(null, "", hashOf(show));
    else replace();
  });
  addEventListener("popstate", () => {
    const name = openAddress(show);
    if (name !== null) {
      unknown(name);
      replace();
    }
  });
}
