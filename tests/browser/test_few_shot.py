"""Section 19 in the browser: points by mouse, keyboard and text, and drawings."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

PAGE = "/toward-general-intelligence"
RESULT = ".pf-result >> nth=0"


def _points(page) -> list[str]:
    """Return the points in the address."""
    return parse_qs(urlsplit(page.url).query)["tgi-points"][0].split("; ")


def test_points_are_placed_by_mouse_by_keyboard_and_as_text(visitor) -> None:
    page = visitor.open(PAGE)
    visitor.drawn()
    curves = page.locator(".st-key-tgi-curves .grid path.after-10").first
    board = page.locator(".st-key-tgi-board svg")
    shown = curves.get_attribute("d")
    # Dragged from where there is no point, a new one follows the mouse.
    board.hover(position={"x": 220, "y": 40})
    page.mouse.down()
    board.hover(position={"x": 240, "y": 60})
    page.mouse.up()
    expect(page.locator(RESULT)).to_contain_text("MAML passes your points")
    expect(curves).not_to_have_attribute("d", shown)
    page.wait_for_function("location.search.includes('tgi-curve=Your')")
    visitor.settle()
    placed = _points(page)
    assert len(placed) == 5
    width = board.bounding_box()["width"]
    x, y = map(float, placed[-1].split(", "))
    assert abs(x - (2 * 240 / width - 1) * 5) < 0.1
    assert abs(y - (1 - 60 / 150) * 6) < 0.1

    slide, shown = page.inner_text(".pf-count"), curves.get_attribute("d")
    board.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("decodeURIComponent(location.search).includes('0.5,+0.3')")
    expect(curves).not_to_have_attribute("d", shown)
    assert page.inner_text(".pf-count") == slide
    assert _points(page) == [*placed[1:], "0.5, 0.3"]

    field = page.locator(".st-key-tgi-points input")
    field.fill("-3, 1; 2, 30")
    field.press("Enter")
    expect(page.locator(".pf-failed")).to_have_text(
        "y must be within -10 and 10, the canvas, got 30."
    )
    expect(board.locator(".point")).to_have_count(1)
    field.fill("-3, 1; 2, 3; 4, -2")
    field.press("Enter")
    expect(board.locator(".point")).to_have_count(3)
    visitor.settle()
    page.reload()
    expect(board.locator(".point")).to_have_count(3)
    expect(page.locator(RESULT)).to_contain_text("MAML passes your points")
    visitor.settle()


def test_a_drawing_is_read_and_replaced_by_a_glyph_with_the_keyboard(visitor) -> None:
    page = visitor.open(f"{PAGE}?tgi-part=Five+drawings")
    expect(page.locator(RESULT)).to_contain_text("which is right")
    canvas = page.locator(".pads canvas").nth(5)
    canvas.hover(position={"x": 20, "y": 30})
    page.mouse.down()
    canvas.hover(position={"x": 90, "y": 100})
    page.mouse.up()
    expect(page.locator(RESULT)).not_to_contain_text("which is right")
    page.get_by_role("button", name="Clear Which class?").press("Enter")
    expect(page.locator(".pf-failed")).to_contain_text("The last field must hold a drawing")
    # The focus moves on, because there is nothing left to clear.
    page.keyboard.press("Enter")
    expect(page.locator(RESULT)).to_contain_text("methods read class")
    visitor.settle()
