// Runs before anything else of the page.
(() => {
  // Relative addresses need the slash after the base path; a proxy may serve the contents without.
  const base = "BASE";
  if (base && location.pathname === base) {
    location.replace(`${base}/${location.search}${location.hash}`);
    return;
  }
  // Over a slide, the experiment stands alone: without sidebar and header, from the first paint.
  if (new URLSearchParams(location.search).get("only") === "experiment") {
    document.documentElement.dataset.only = "experiment";
  }

  // Where the server is. Streamlit would try addresses below the page's own first.
  const home = new URL(".", location.href);
  window.__streamlit = { BACKEND_BASE_URL: home.href };

  // Streamlit keeps a chosen theme for each address; the app has one choice for all of them.
  const shared = (key) =>
    String(key).replace(/^stActiveTheme-.*(-v\d+)$/, `stActiveTheme-${home.pathname}$1`);
  for (const name of ["getItem", "setItem", "removeItem"]) {
    const own = Storage.prototype[name];
    Storage.prototype[name] = function (key, ...rest) {
      return own.call(this, shared(key), ...rest);
    };
  }
})();
