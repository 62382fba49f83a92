// Light or dark: the choice on the app's pages, which Streamlit keeps for them in this browser.
const root = document.documentElement;
const key = `stActiveTheme-${new URL(".", location.href).pathname}-v`;

export function startTheme() {
  try {
    const name = Object.keys(localStorage).find((each) => each.startsWith(key));
    const kept = name ? localStorage.getItem(name) : "";
    if (/dark/i.test(kept)) root.dataset.theme = "dark";
    else if (/light/i.test(kept)) root.dataset.theme = "light";
  } catch { /* the system's theme */ }
}

export function otherTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
}
