"""Presenting: keys, two windows, overview, experiment, and what may happen in front of a class."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from presented import SLIDES, open_deck, steps_of, wait_for


def test_points_build_up_without_moving(visitor) -> None:
    slide = next(slide for slide in SLIDES if slide.builds)
    page = open_deck(visitor, f"/present#{slide.slug}")
    later = page.locator(".slide[data-shown] [data-step].later")
    assert later.count() == steps_of(slide)
    places = "[...document.querySelectorAll('.slide[data-shown] li')].map(e => e.offsetTop)"
    before = page.evaluate(places)
    page.keyboard.press("Space")
    wait_for(page, slide.slug, 1)
    assert later.count() == steps_of(slide) - 1
    assert page.evaluate(places) == before
    assert page.evaluate("location.hash") == f"#{slide.slug}/1"
    # Back to a slide shows it complete.
    page.keyboard.press("End")
    page.goto(f"{visitor.address}/present#{SLIDES[SLIDES.index(slide) + 1].slug}")
    wait_for(page, SLIDES[SLIDES.index(slide) + 1].slug)
    page.keyboard.press("Shift+Space")
    wait_for(page, slide.slug, steps_of(slide))


@pytest.mark.parametrize(
    ("key", "to"),
    [
        ("ArrowRight", 2),
        ("ArrowDown", 2),
        (" ", 2),
        ("n", 2),
        ("ArrowLeft", 0),
        ("p", 0),
        ("Home", 0),
        ("End", -1),
    ],
)
def test_keys_turn_slides(visitor, key: str, to: int) -> None:
    plain = next(
        at for at in range(1, len(SLIDES)) if not any(s.builds for s in SLIDES[at - 1 : at + 2])
    )
    page = open_deck(visitor, f"/present#{SLIDES[plain].slug}")
    page.keyboard.press(key)
    wanted = (
        SLIDES[{2: plain + 1, 0: plain - 1}.get(to, to)]
        if key not in ("Home", "End")
        else SLIDES[to]
    )
    page.wait_for_function("slug => pfShow.now.name === slug", arg=wanted.slug)


def test_blank_screen_and_what_ends_it(visitor) -> None:
    page = open_deck(visitor)
    blank = page.locator(".blank")
    for key in ("b", "."):
        page.keyboard.press(key)
        expect(blank).to_be_visible()
        page.keyboard.press("PageDown")
        expect(blank).to_be_hidden()
        wait_for(page, SLIDES[0].slug)


def test_other_keys_and_keys_with_modifiers_do_nothing(visitor) -> None:
    page = open_deck(visitor)
    page.evaluate("addEventListener('beforeunload', () => { window.name = 'left'; })")
    for key in ("r", "c", "x", "Control+b", "Alt+ArrowUp", "Shift+r"):
        page.keyboard.press(key)
    page.keyboard.press("F5")
    assert page.evaluate("[window.name, pfShow.state.slide, pfShow.state.blank]") == ["", 0, False]


def test_two_windows_follow_each_other_without_the_server(visitor) -> None:
    page = open_deck(visitor, "/present#welcome-project")
    page.wait_for_selector("html[data-drawn='all']")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    other = opened.value
    other.wait_for_function("window.pfShow?.now.name === 'welcome-project'")
    other.wait_for_selector("html[data-drawn='all']")
    slide = SLIDES[1]
    assert slide.notes.say in other.inner_text(".slide[data-shown] .notes")
    assert other.evaluate("document.querySelector('.slide[data-next]').id") == SLIDES[2].slug
    expect(other.locator(".clocks .total")).to_have_text("0:00")
    page.context.set_offline(True)
    try:
        page.keyboard.press("PageDown")
        wait_for(other, SLIDES[2].slug)
        other.keyboard.press("ArrowRight")
        wait_for(page, SLIDES[3].slug)
        other.keyboard.press("b")
        expect(page.locator(".blank")).to_be_visible()
        assert other.locator(".blank").is_hidden()
    finally:
        page.context.set_offline(False)
    other.reload()
    other.wait_for_function("window.pfShow?.state.blank === true")
    other.close()


def test_presentations_in_one_browser_do_not_mix(visitor, context) -> None:
    page = open_deck(visitor)
    second = context.new_page()
    try:
        second.goto(f"{visitor.address}/present")
        second.wait_for_function("window.pfShow !== undefined")
        page.keyboard.press("End")
        wait_for(page, SLIDES[-1].slug, steps_of(SLIDES[-1]))
        # What the channel would have carried has arrived before an answer to a later message.
        second.evaluate(
            """() => new Promise((done) => {
              const channel = new BroadcastChannel("test");
              channel.onmessage = done;
              new BroadcastChannel("test").postMessage(1);
            })"""
        )
        assert second.evaluate("pfShow.state.slide") == 0
    finally:
        second.close()


def test_overview_groups_slides_and_finds_them_with_typing_errors(visitor) -> None:
    page = open_deck(visitor, "/present#adversarial-examples-mirror")
    page.keyboard.press("o")
    expect(page.locator(".part-name:visible")).to_have_count(4)
    expect(page.locator(".slide:visible")).to_have_count(len(SLIDES))
    assert (
        page.evaluate("document.activeElement.closest('.slide').id")
        == "adversarial-examples-mirror"
    )
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    at = [slide.slug for slide in SLIDES].index("adversarial-examples-mirror") + 1
    page.wait_for_function("slug => pfShow.now.name === slug", arg=SLIDES[at].slug)
    page.keyboard.press("/")
    page.keyboard.type("ostirch templ")
    expect(page.locator(".slide:visible")).to_have_count(1)
    expect(page.locator(".finder p")).to_have_text("1 slide")
    page.keyboard.press("Enter")
    page.wait_for_function("pfShow.now.name === 'adversarial-examples-temple'")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".slide:visible")).to_have_count(1)


def test_experiment_opens_over_the_slide_and_the_slide_comes_back(visitor) -> None:
    page = open_deck(visitor, "/present#function-approximators-outside")
    page.keyboard.press("e")
    frame = page.frame_locator(".experiment iframe")
    expect(frame.locator("h1")).to_have_text("Function approximators")
    expect(frame.locator("[data-testid='stSidebar']")).to_be_hidden()
    inner = next(each for each in page.frames if "only=experiment" in each.url)
    inner.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    inner.evaluate(
        "window.pfKeys = []; document.addEventListener('keydown', ({ key }) => pfKeys.push(key))"
    )
    for key in ("r", "c", "x"):
        page.keyboard.press(key)
    assert inner.evaluate("window.pfKeys") == ["x"]
    page.keyboard.press("Escape")
    expect(page.locator(".experiment")).to_be_hidden()
    wait_for(page, "function-approximators-outside")
    page.keyboard.press("e")
    expect(page.locator(".experiment")).to_be_visible()
    assert inner.evaluate("window.pfKeys.length") == 1, "the frame has been loaded again"
    page.keyboard.press("PageDown")
    expect(page.locator(".experiment")).to_be_hidden()
    wait_for(page, "function-approximators-outside")


@pytest.mark.parametrize("hash_", ["#nowhere", "#%E0%A4%A", "#welcome-road/999", "#/2", "#<b>"])
def test_broken_links_open_a_slide_and_say_so(visitor, hash_: str) -> None:
    page = open_deck(visitor, f"/present?view=absurd&with=../..{hash_}")
    wait_for(page, SLIDES[0].slug, steps_of(SLIDES[0]) if "999" in hash_ else 0)
    if "road" not in hash_ and hash_ != "#/2":
        expect(page.locator(".said")).to_contain_text("There is no slide")
        assert page.evaluate("location.hash") == f"#{SLIDES[0].slug}"


def test_back_and_forward_go_through_the_slides(visitor) -> None:
    page = open_deck(visitor, f"/present#{SLIDES[1].slug}")
    for _ in range(2):
        page.keyboard.press("PageDown")
    wait_for(page, SLIDES[3].slug)
    page.go_back()
    wait_for(page, SLIDES[2].slug)
    page.go_forward()
    wait_for(page, SLIDES[3].slug)
    page.reload()
    page.wait_for_function("window.pfShow !== undefined")
    wait_for(page, SLIDES[3].slug)


@pytest.mark.parametrize("visitor", [(390, 844, "light")], indirect=True)
def test_phone_shows_a_slide_as_text_from_its_top(visitor) -> None:
    page = open_deck(visitor, "/present#limitations-summary-bias")
    visitor.page.wait_for_function(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    page.evaluate("scrollTo(0, 500)")
    page.evaluate(
        """() => {
          const target = document.body;
          const send = (type, clientX) => {
            const touch = new Touch({ identifier: 1, target, clientX, clientY: 400 });
            const touches = type === "touchstart" ? [touch] : [];
            const all = { touches, changedTouches: [touch], bubbles: true };
            target.dispatchEvent(new TouchEvent(type, all));
          };
          send("touchstart", 300);
          send("touchend", 100);
        }"""
    )
    wait_for(page, "limitations-summary-camps")
    assert page.evaluate("scrollY") == 0
