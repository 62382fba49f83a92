"""The experiment of section 18: what is ordered, shown while it runs, and handed over."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

pytest.importorskip("streamlit")

from pyfrontiers.automl.service.delivery import Delivery
from pyfrontiers.automl.service.figures import TestFigure
from pyfrontiers.automl.service.points import ChildPoint
from pyfrontiers.automl.service.sources import Source, Summary
from pyfrontiers.claims import recorded
from pyfrontiers.refusal import Refusal
from streamlit_app.labs.automl_service.charts import chart_caption, front_rows
from streamlit_app.labs.automl_service.record import record_of, recorded_points
from streamlit_app.labs.automl_service.result import formatted, longer, sentence
from streamlit_app.labs.automl_service.running import Run, Scratch

SUMMARY = Summary("t", "table", (2,), {"x": 40, "y": 44}, {"colour": 3})


def point(child, epochs, accuracy, parameters):
    return ChildPoint(child, epochs, {"accuracy": accuracy, "parameters": parameters, "flops": 9.0})


def delivery(**changed):
    figure = TestFigure(0.93, 0.87, 0.97)
    own = {"accuracy": figure, "parameters": TestFigure(123.0)}
    other = {"accuracy": TestFigure(0.905, 0.85, 0.95)}
    fields = {
        "summary": SUMMARY,
        "parts": (51, 16, 17),
        "metrics": ("accuracy", "parameters"),
        "figures": own,
        "others": {"logistic regression": other, "most frequent class": other},
        "gain": TestFigure(0.025, -0.01, 0.06),
        "points": (point(0, 2, 0.8, 900), point(1, 2, 0.9, 123), point(1, 6, 0.95, 123)),
        "chosen": 1,
        "layers": ("8 units, relu",),
        "parameters": 123,
        "flops": 246,
        "epochs": 6,
        "trained": "trained for 6 epochs",
        "ending": "The search ended after 2 trainings: the time was over.",
        "seconds": 31.0,
        "checked": 17,
        "same": 17,
        "deviation": 1.2e-7,
        "files": {"model.py": 9000, "predict.py": 5000},
        "archive": b"PK",
        "card": "# Model card: t",
        "usage": "cat > new.csv",
    }
    return Delivery(**{**fields, **changed})


def test_front_holds_the_trainings_that_no_other_surpasses():
    points = [point(0, 2, 0.8, 900), point(1, 2, 0.9, 123), point(1, 6, 0.95, 123)]
    points.append(point(2, 6, 0.97, 5000))
    rows = front_rows(points, "accuracy", "parameters", chosen=1)
    assert rows[rows["front"]]["value"].tolist() == [0.95, 0.97]
    assert rows[rows["chosen"]]["value"].tolist() == [0.95]
    assert rows["cost"].is_monotonic_increasing
    assert not front_rows(points, "accuracy", "parameters")["chosen"].any()


def test_caption_says_how_the_child_was_chosen_and_why_it_may_miss_the_front():
    points = [point(0, 2, 0.98, 100), point(1, 6, 0.95, 123)]
    said = chart_caption(points, "accuracy", "parameters", 1)
    assert "the best of those trained longest, for 6 epochs" in said
    assert "misses the front" in said
    assert "green ring" in said
    points.append(point(2, 6, 0.99, 5000))
    said = chart_caption(points, "accuracy", "parameters", 2)
    assert "green steps" in said
    assert "misses the front" not in said
    assert "The diamond" not in chart_caption(points, "accuracy", "parameters", None)
    assert "no training" in chart_caption([], "accuracy", "parameters", None)
    assert "again, for 54 epochs" in longer(points, 54)
    assert longer(points, 6) == longer([], 6) == ""


def test_front_of_a_metric_that_is_to_be_small_holds_the_smallest():
    points = [ChildPoint(n, 2, {"log-loss": n + 1.0, "flops": 10.0 - n}) for n in range(3)]
    points.append(ChildPoint(3, 2, {"log-loss": 9.0, "flops": 99.0}))
    rows = front_rows(points, "log-loss", "flops")
    assert sorted(rows[rows["front"]]["child"]) == [0, 1, 2]
    assert front_rows([], "accuracy", "flops").empty
    said, inside = (chart_caption(each, "log-loss", "flops", 0) for each in (points, points[:3]))
    assert "The axis ends at 6, which leaves out 1 of 4 points" in said
    assert "leaves out" not in inside


@pytest.mark.parametrize("name", ["digits", "breast cancer", "iris"])
def test_recorded_children_lead_to_the_recorded_one(name):
    found, points = record_of(name), recorded_points(name)
    chosen = [each for each in points if each.child == found["chosen"]]
    assert {each.metrics["parameters"] for each in chosen} == {found["parameters"]}
    longest = max(each.epochs for each in points)
    best = max(each.metrics["accuracy"] for each in points if each.epochs == longest)
    assert max(chosen, key=lambda each: each.epochs).metrics["accuracy"] == best
    assert len({(each.child, each.epochs) for each in points}) == len(points)


def test_page_shows_the_recorded_run_before_anything_runs(visit, text):
    page = visit("automl-service")
    shown = text(page)
    accuracy = record_of("digits")["accuracy"]
    assert f"Recorded: the child classifies <strong>{100 * accuracy:.1f}" in shown
    assert str(recorded("C21").provenance) in shown
    assert "No run on these data is recorded" in text(visit("automl-service", as_data="Wine"))


def test_order_is_run_and_its_child_handed_over(visit, text, finished):
    results, asked = finished
    results["deliver"] = delivery()
    page = visit("automl-service", as_data="Iris", as_budget="2 min", as_seed="7")
    page.button(key="as-start").click().run()
    assert not page.exception
    order = asked["deliver"]
    assert order["source"] == Source("iris")
    assert order["metrics"] == ("accuracy", "parameters")
    assert (order["budget"], order["seed"]) == (120, 7)
    assert not Path(order["folder"]).exists()  # it is over
    shown = text(page)
    for said in ("<strong>93.0", "17 of 17", "could be luck", "onnx", "8 units, relu"):
        assert said in shown
    assert "Recorded:" not in shown
    page.number_input(key="as-seed").set_value(8).run()
    assert "This is your last run" in text(page)
    page.segmented_control(key="as-data").set_value("digits").run()
    assert "Recorded:" in text(page)


def test_metric_that_decides_comes_first_and_only_once(visit, finished):
    results, asked = finished
    results["deliver"] = delivery(metrics=("accuracy",))
    page = visit("automl-service")
    page.selectbox(key="as-decides").set_value("log-loss")
    page.multiselect(key="as-also").set_value(["accuracy", "log-loss", "latency"]).run()
    results["deliver"] = delivery()
    page.button(key="as-start").click().run()
    assert not page.exception
    assert asked["deliver"]["metrics"] == ("log-loss", "accuracy", "latency")


@pytest.fixture
def upload(visit, finished):
    """Open the page and upload a file that can be used."""
    finished[0]["inspect_source"] = SUMMARY

    def opened(name, content):
        page = visit("automl-service", as_data="Your own")
        page.file_uploader(key="as-upload").set_value((name, content, "")).run()
        assert not page.exception
        return page

    return opened


def test_upload_is_described_and_its_target_chosen_from_the_header(upload, text, finished):
    results, asked = finished
    page = upload("t.csv", b"size,Class,colour\n1,x,red\n")
    assert asked["inspect_source"]["source"].target == "Class"
    assert "Column colour holds 3 different texts" in text(page)
    (choice,) = (one for one in page.selectbox if one.label == "Column with the class")
    choice.set_value("colour").run()
    results["deliver"] = delivery()
    page.button(key="as-start").click().run()
    assert not page.exception
    assert asked["deliver"]["source"].target == "colour"
    assert "<strong>93.0" in text(page)


def test_page_without_data_orders_nothing(visit, text, upload):
    page = visit("automl-service", as_data="Your own")
    assert page.button(key="as-start").disabled
    assert "Upload a file" in text(page)
    page = upload("t.csv", b"a,a\n1,2\n")
    assert page.button(key="as-start").disabled
    assert "t.csv must name each column once, got a, a" in text(page)


def test_unusable_upload_is_answered_by_the_readers_sentence(visit, text, monkeypatch):
    class Answered:
        state, done, label = "done", True, "Your data"

        def result(self):
            return Refusal("column 'size' must hold numbers, got 'tall' in row 4 (from 1)")

    read = []
    submit = "streamlit_app.kit.job.submit"
    monkeypatch.setattr(submit, lambda *_, **given: read.append(given) or Answered())
    monkeypatch.setattr("streamlit_app.kit.job.recall", lambda *_, **__: None)
    page = visit("automl-service", as_data="Your own")
    for files in (("t.csv", b"size,kind\n", ""), [], ("t.csv", b"size,kind\n", "")):
        page.file_uploader(key="as-upload").set_value(files).run()
        assert not page.exception
    assert len(read) == 2  # the same file again, after it was removed
    assert "column &#x27;size&#x27; must hold numbers, got &#x27;tall&#x27; in row 4" in text(page)
    assert page.button(key="as-start").disabled


def test_running_order_shows_its_front_and_stops_softly(visit, monkeypatch):
    class Progress:
        fraction, message = 0.4, "2 children"
        data = (point(0, 2, 0.8, 900),)

    class Running:
        state, done, label, seconds, error = "running", False, "Finding a network", 12.0, ""
        progress, ahead = Progress, 0

        def cancel(self):
            raise AssertionError("the run must end softly")

    asked = {}
    monkeypatch.setattr(
        "streamlit_app.kit.job.submit", lambda *_, **given: asked.update(given) or Running()
    )
    page = visit("automl-service", as_data="Iris")
    page.button(key="as-start").click().run()
    assert not page.exception
    assert page.get("vega_lite_chart")
    folder = Path(asked["folder"])
    assert folder.is_dir()
    page.button(key="stop-as-fit").click().run()
    assert [each.name for each in folder.iterdir()] == ["stop"]
    assert not [one for one in page.button if one.key == "as-start"]


def test_folder_of_a_run_is_gone_with_its_session():
    scratch = Scratch()
    path = Path(scratch.path)
    (path / "search").mkdir()
    run = Run(None, scratch)
    del scratch
    gc.collect()
    assert path.is_dir()
    del run
    gc.collect()
    assert not path.exists()


def test_sentence_says_better_only_if_the_interval_does():
    assert "could be luck" in sentence(delivery())[1]
    assert "−1 to +6 points" in sentence(delivery())[1]
    assert "is as good here" in sentence(delivery(gain=TestFigure(0.0, 0.0, 0.0)))[1]
    assert "is better" in sentence(delivery(gain=TestFigure(0.03, 0.01, 0.05)))[1]
    assert "is worse" in sentence(delivery(gain=TestFigure(-0.03, -0.05, -0.01)))[1]


def test_figures_are_written_with_units_and_intervals():
    assert (
        formatted("accuracy", TestFigure(0.5, 0.4, 0.6)) == "50.0\N{NO-BREAK SPACE}% (40.0 to 60.0)"
    )
    assert formatted("log-loss", TestFigure(0.1234, 0.1, 0.2)) == "0.123 (0.100 to 0.200)"
    assert formatted("parameters", TestFigure(26282.0)) == "26,282"
    assert formatted("latency", TestFigure(0.1234)) == "0.123"
    assert formatted("latency", None) == ""
