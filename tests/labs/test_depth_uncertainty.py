"""The experiment of section 13: scenes, weather and photographs render with matching figures."""

from __future__ import annotations

from io import BytesIO

import pytest

pytest.importorskip("streamlit")

from pyfrontiers.claims import recorded
from pyfrontiers.depth.more_data import MEASURES, recorded_data_runs
from pyfrontiers.vision import photograph as shipped_photograph
from streamlit_app.labs.depth_uncertainty.charts import (
    SCORES,
    coverage_rows,
    data_rows,
    profile_rows,
    sparse_rows,
)
from streamlit_app.labs.depth_uncertainty.controls import FIRST, SCENES
from streamlit_app.labs.depth_uncertainty.own import read_photograph
from streamlit_app.labs.depth_uncertainty.results import contour, overlap, photograph, street


def plain(page):
    """Return a page's text without marks of emphasis."""
    for mark in ("<strong>", "</strong>"):
        page = page.replace(mark, "")
    return page.replace("\N{NO-BREAK SPACE}", " ")


def test_controls_render_and_another_scene_is_the_next(visit, text):
    app = visit("depth-uncertainty", du_passes="2")
    assert not app.exception
    app.slider(key="du-move").set_value(0)
    app.slider(key="du-fog").set_value(0.5).run()
    assert not app.exception
    assert "which the network has not seen, the passes disagree" in text(app)
    assert app.select_slider(key="du-scene").value == FIRST
    app.button(key="du-next-scene").click().run()
    assert app.select_slider(key="du-scene").value == SCENES[SCENES.index(FIRST) + 1]
    assert not app.exception


def test_an_address_names_the_scene(visit, text):
    app = visit("depth-uncertainty", du_scene="3", du_passes="3")
    found = street(SCENES[2], 1.0, 0.0, 0.0, 3)
    between = found.edges.between
    ratio = found.mean_on(between("car", "car")) / found.mean_on(between("car", "road"))
    assert f"{ratio:.1f} times" in text(app)
    assert f"Row {found.row} of the picture" in text(app)


@pytest.mark.parametrize("number", SCENES[:2])
def test_sigma_follows_the_outline_of_the_moved_car(number, visit, text):
    outline = contour(number)
    before, now = (street(number, share, 0.0, 0.0, 3).mean_on(outline) for share in (0.0, 1.0))
    assert now > 1.2 * before
    place = str(SCENES.index(number) + 1)
    app = visit("depth-uncertainty", du_scene=place, du_passes="3")
    page = plain(text(app))
    assert f"{1000 * now:.1f} /km at 100 % and was {1000 * before:.1f} /km before the move" in page
    app.slider(key="du-move").set_value(0).run()
    page = plain(text(app))
    assert f"σ is {1000 * before:.1f} /km before the move" in page


@pytest.mark.parametrize("number", SCENES)
def test_the_outline_has_pixels_of_both_cars_on_an_edge(number):
    cars, end = overlap(number), street(number, 1.0, 0.0, 0.0, 2)
    outline = contour(number)
    found = set(end.scene.instances[outline].tolist())
    assert found == {cars.front.instance, cars.behind.instance}
    assert end.edges.mask[outline].all()


@pytest.mark.parametrize("number", SCENES)
def test_the_car_covers_another_in_the_end(number):
    cars = overlap(number)
    one = cars.at(1.0)
    front, behind = (one.instances == car.instance for car in (cars.front, cars.behind))
    beside = front[:, 1:] & behind[:, :-1] | front[:, :-1] & behind[:, 1:]
    over = front[1:] & behind[:-1] | front[:-1] & behind[1:]
    assert beside.any() or over.any()


def test_profile_and_record_are_those_shown(visit, text):
    rows = profile_rows(street(SCENES[0], 1.0, 0.0, 0.0, 2))
    assert len(rows) == 128
    assert rows["sigma on edges"].notna().any()
    curves = sparse_rows(recorded("C18").measurement.details)
    assert set(curves["by"]) == set(SCORES.values())
    last = curves[curves["rejected"] == 0]["error left"]
    assert (last == 1).all()
    inside = coverage_rows(recorded("C18").measurement.details)["inside"]
    assert inside.is_monotonic_increasing
    assert inside.between(0, 1).all()
    assert "Reject the most uncertain pixels first" in text(visit("depth-uncertainty"))


def test_every_map_has_the_scale_of_its_colours(visit, text):
    page = text(visit("depth-uncertainty", du_passes="2"))
    panel = page[page.index('class="pf-panel"') :]
    figures = panel.split("<figure>")[1:9]
    assert len(figures) == 8
    for figure in figures:
        kind = "pf-swatches" if "Occlusion edges" in figure else "pf-scale"
        assert (kind in figure) == ("The street that the network sees" not in figure)
    assert "≤ −50" in page
    assert "a vehicle over another" in page
    assert "/m<" not in page  # inverse depth is in 1/km all over the page, as in the claim


def test_more_data_is_the_record(visit, text):
    record = recorded_data_runs()
    assert record is not None
    found, _ = record
    rows = data_rows(found)
    assert len(rows) == len(MEASURES) * len(found["runs"])
    assert rows["mean"][0] == 1000 * found["runs"][0]["error"]["value"]
    assert (rows["low"] <= rows["mean"]).all()
    assert (rows["mean"] <= rows["high"]).all()
    first, last = (found["runs"][k]["epistemic"]["value"] for k in (0, -1))
    assert found["falls"]["epistemic"]["value"] == pytest.approx(last / first, rel=0.01)
    assert f"{found['falls']['epistemic']['value']:.2f} times as large" in text(
        visit("depth-uncertainty", du_passes="2")
    )


def test_a_photograph_without_a_file_asks_for_one(visit, text):
    app = visit("depth-uncertainty", du_source="Your photograph", du_passes="2")
    assert not app.exception
    assert "Upload a picture" in text(app)


@pytest.fixture
def motorcycle():
    """A photograph as a file."""
    stored = BytesIO()
    shipped_photograph("motorcycle").save(stored, "PNG")
    return stored.getvalue()


def test_a_photograph_is_more_uncertain_than_a_drawn_street(motorcycle):
    picture = read_photograph(motorcycle)
    assert picture.image.shape == (3, 64, 128)
    known = street(SCENES[0], 1.0, 0.0, 0.0, 5).maps
    assert photograph(picture, 5).epistemic.mean() > known.epistemic.mean()


def test_a_photograph_is_kept_until_its_file_is_removed_or_replaced(visit, text, motorcycle):
    def choose(source):
        app.segmented_control(key="du-source").set_value(source).run()
        assert not app.exception

    def upload(*files):
        app.file_uploader(key="du-upload").set_value(*files).run()
        assert not app.exception

    app = visit("depth-uncertainty", du_source="Your photograph", du_passes="2")
    upload(("street.png", motorcycle, "image/png"))
    assert "Your picture" in text(app)
    choose("street")
    assert "Your picture" not in text(app)
    choose("own")
    assert app.file_uploader(key="du-upload").value is None
    assert "Your picture" in text(app)
    upload(("letter.png", b"a letter, not a picture", "image/png"))
    assert "The file is text, not an image" in text(app)
    choose("street")
    choose("own")
    assert "Your picture" not in text(app)
    upload(("street.png", motorcycle, "image/png"))
    assert "Your picture" in text(app)
    upload([])
    assert "Upload a picture" in text(app)
