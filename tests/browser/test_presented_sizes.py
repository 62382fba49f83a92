"""The lecture played with a clicker's keys: how large everything is, and what is printed."""

from __future__ import annotations

import re

import pytest
from presented import SLIDES, open_deck, steps_of, wait_for

# Every text of the open slide: its size on the screen, and whether it is inside the slide. Hidden
# texts are MathML for screen readers; the letters of second-level scripts are listed apart.
TEXTS = """
() => {
  const face = document.querySelector(".slide[data-shown] .face");
  const frame = face.getBoundingClientRect();
  const found = [];
  const walker = document.createTreeWalker(face, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(".katex-mathml, title, desc, style")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const svg = parent.closest("svg");
    const inChart = svg && !parent.closest(".katex");
    const scale = inChart ? Math.hypot(parent.getScreenCTM().a, parent.getScreenCTM().b) : 1;
    const inside = box.left >= frame.left - 1 && box.right <= frame.right + 1
      && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
    const size = parseFloat(getComputedStyle(parent).fontSize) * scale;
    const maths = Boolean(parent.closest(".katex"));
    found.push({ text: node.data.trim(), size, inside, maths, hidden: !box.width });
  }
  // Parts that need more room than they have and would overlap others. An equation may stand out of
  // its line by a few pixels, in which there is no ink.
  const body = face.querySelector(".body").getBoundingClientRect();
  const cut = [...face.querySelectorAll(".body, .told, .equation, footer")]
    .filter((part) => {
      const box = part.getBoundingClientRect();
      const high = part.matches(".body, footer") && part.scrollHeight > part.clientHeight + 2;
      const inside = box.top >= body.top - 1 && box.bottom <= body.bottom + 1;
      const beyond = part.matches(".told") && !inside;
      return high || beyond || part.scrollWidth > part.clientWidth + 2;
    })
    .map((part) => part.className || part.tagName);
  return { found, cut };
}
"""


@pytest.mark.long("44 slides at each size")
@pytest.mark.parametrize(
    ("visitor", "smallest"),
    [((1280, 720, "light"), 20), ((1920, 1080, "dark"), 30)],
    indirect=["visitor"],
    ids=["1280x720", "1920x1080"],
)
def test_clicker_plays_the_lecture_in_large_text(visitor, smallest: int) -> None:
    page = open_deck(visitor)
    page.wait_for_selector("html[data-drawn='all']")
    wrong = []
    for number, slide in enumerate(SLIDES):
        for step in range(steps_of(slide) + 1):
            if number or step:
                page.keyboard.press("PageDown")
            wait_for(page, slide.slug, step)
        seen = page.evaluate(TEXTS)
        wrong += [f"{slide.slug}: {part} is cut off" for part in seen["cut"]]
        for text in seen["found"]:
            # The script of a script is set at half the size, and its base is never alone.
            least = 0.7 * smallest if text["maths"] else smallest
            if text["size"] < least - 0.05 and not text["hidden"]:
                wrong.append(f"{slide.slug}: {text['size']:.1f} px: {text['text']}")
            if not text["inside"] and not text["hidden"]:
                wrong.append(f"{slide.slug}: outside: {text['text']}")
    assert wrong == []
    page.keyboard.press("PageDown")
    wait_for(page, SLIDES[-1].slug, steps_of(SLIDES[-1]))
    for _ in range(sum(steps_of(slide) + 1 for slide in SLIDES) - 1):
        page.keyboard.press("PageUp")
    wait_for(page, SLIDES[0].slug)


@pytest.mark.parametrize(
    ("kind", "pages", "width"), [("slides", len(SLIDES), 960), ("notes", None, 595)]
)
def test_printing_puts_one_slide_or_three_with_notes_on_a_page(visitor, kind, pages, width) -> None:
    visitor.page.goto(f"{visitor.address}/present?print={kind}")
    visitor.page.wait_for_selector("html[data-drawn='all']")
    pdf = visitor.page.pdf(prefer_css_page_size=True)
    count = len(re.findall(rb"/Type\s*/Page\b", pdf))
    boxes = {round(float(w)) for w in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+)", pdf)}
    assert boxes == {width}
    if pages is not None:
        assert count == pages
    else:
        assert len(SLIDES) / 3 <= count <= len(SLIDES) / 2
