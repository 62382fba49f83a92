// Notes and bookmarks of a person, kept in this browser by the slide's name. The server sees neither.
const key = `pf-own ${new URL(".", location.href).pathname}`;

export function ownNotes(say) {
  let kept = {};
  const load = () => {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? "{}");
      kept = found && typeof found === "object" ? found : {};
    } catch {
      kept = {};
    }
  };
  load();
  const change = (name, part) => {
    load(); // another window may have changed it
    kept[name] = { ...kept[name], ...part };
    if (!kept[name].text && !kept[name].marked) delete kept[name];
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      say("This browser keeps nothing for this page, so notes and bookmarks are lost when it is closed.");
    }
  };

  const show = (name) => {
    document.getElementById(name)?.toggleAttribute("data-marked", Boolean(kept[name]?.marked));
  };
  for (const name of Object.keys(kept)) show(name);

  return {
    isMarked: (name) => Boolean(kept[name]?.marked),
    mark(name) {
      change(name, { marked: !kept[name]?.marked });
      show(name);
      say(kept[name]?.marked ? "Bookmarked." : "The bookmark is removed.");
    },
    text: (name) => String(kept[name]?.text ?? ""),
    // A field for the notes on a slide.
    field(name) {
      const place = document.createElement("div");
      place.className = "own";
      const id = `own-${name}`;
      place.innerHTML = `<label for="${id}">Your notes</label><textarea id="${id}"></textarea>`;
      const area = place.querySelector("textarea");
      area.value = this.text(name);
      area.oninput = () => change(name, { text: area.value });
      addEventListener("storage", (event) => {
        if (event.key !== key || document.activeElement === area) return;
        load();
        area.value = this.text(name);
      });
      return place;
    },
  };
}
