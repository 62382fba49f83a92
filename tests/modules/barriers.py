"""What axe finds on a page that would keep people out."""

from __future__ import annotations

from importlib.resources import files

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# No rule that runs reads axe's own copy of the style sheets, a seventh of the time.
RUN_AXE = """
async () => {
  const options = { resultTypes: ["violations"], preload: { assets: ["media"] } };
  const found = await axe.run(document, options);
  return found.violations
    .filter((rule) => rule.impact !== "minor")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}; ${node.failureSummary}`));
}
"""


def barriers(page) -> list[str]:
    """Return the problems that axe finds on a page, except minor ones."""
    if not page.evaluate("'axe' in window"):
        page.evaluate("source => { (0, eval)(source); }", AXE)
    found: list[str] = page.evaluate(RUN_AXE)
    return found
