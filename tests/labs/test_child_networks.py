"""The experiment of section 17: curves, table and sentences are those of the record of C20."""

from __future__ import annotations

import copy

import pytest

pytest.importorskip("streamlit")

from pyfrontiers.automl import digit_study
from pyfrontiers.automl.digit_study import (
    SPACE,
    DigitStudy,
    StudyChild,
    study_digits,
    study_folder,
)
from pyfrontiers.claims.c20 import TITLES
from pyfrontiers.compute import InlineExecutor
from streamlit_app.kit import tokens_of
from streamlit_app.labs.child_networks import results
from streamlit_app.labs.child_networks.charts import search_chart
from streamlit_app.labs.child_networks.progress import (
    WINDOW,
    drawn_series,
    progress_chart,
    progress_rows,
    series_names,
)
from streamlit_app.labs.child_networks.results import (
    accuracy_rows,
    comparison,
    mass_rows,
    missed_rows,
    ranked,
    run_searches,
    summary,
)
from streamlit_app.labs.child_networks.study import summary_of

SEARCHES = comparison()["searches"]


def test_curves_end_at_the_recorded_figures_and_have_their_intervals():
    rows = missed_rows(comparison())
    for name, each in SEARCHES.items():
        mine = rows[rows["search"] == TITLES[name]].set_index("children")
        judged, last = mine.loc[comparison()["judged"]], mine.iloc[-1]
        assert judged["value"] == pytest.approx(100 * each["regret"])
        assert (judged["low"], judged["high"]) == pytest.approx(
            [100 * x for x in each["regret_span"]]
        )
        assert last["low"] <= last["value"] <= last["high"]
        assert mine["low"].notna().sum() == 2


def test_random_search_keeps_the_share_of_the_best_and_the_controller_does_not():
    rows = mass_rows(comparison()).set_index("search")
    share = comparison()["best"] / comparison()["architectures"]
    assert rows.loc["random search", "value"].to_numpy() == pytest.approx(share)
    controller = rows.loc["REINFORCE"]
    assert controller["value"].iloc[0] == pytest.approx(share, rel=0.01)
    assert controller["value"].iloc[-1] > 20 * share
    assert (controller["low"] <= controller["value"]).all()


def test_rewards_cover_the_budget_for_every_search():
    counts = accuracy_rows(comparison())["search"].value_counts()
    assert set(counts) == {comparison()["trainings"] // 10}
    assert set(counts.index) == {TITLES[name] for name in SEARCHES}


def test_best_search_comes_first():
    missed = [SEARCHES[name]["regret"] for name in ranked(comparison())]
    assert missed == sorted(missed)


def test_summary_names_the_searches_that_are_better():
    line, sentences = summary(comparison())
    explanation = " ".join(sentences)
    assert f"{100 * SEARCHES['reinforce']['regret']:.2f}" in line
    assert "ASHA" in explanation.split("After 200 children")[1]
    changed = copy.deepcopy(comparison())
    place = changed["budgets"].index(changed["judged"])
    changed["searches"]["evolution"]["curve"][place] = 0.0
    assert "After 100 children, no search is better on average than the controller." in sentences
    better = "After 100 children, regularised evolution is better on average than the controller."
    assert better in summary(changed)[1]
    assert any("regularised evolution, ASHA and TPE overlap the" in each for each in sentences)
    assert "TPE gains more over random search in its 50 runs" in explanation


@pytest.mark.parametrize(
    ("low", "high", "span"),
    [(-0.001, 0.003, "−0.30 to 0.10, which includes zero"), (0.0005, 0.003, "−0.30 to −0.05")],
)
def test_summary_says_when_the_controller_adds_nothing(low, high, span):
    changed = copy.deepcopy(comparison())
    changed["searches"]["reinforce"] |= {"difference": 0.001, "difference_span": [low, high]}
    line, sentences = summary(changed)
    assert "not better" in line
    assert sentences[0] == f"The gain is −0.10 points (95 % interval: {span})."


def test_page_shows_every_search_from_the_best_to_the_worst(visit, text):
    page = text(visit("child-networks"))
    table = page[page.index("Mean missed test accuracy") :]
    found = [table.index(f'<th scope="row">{TITLES[name]}</th>') for name in ranked(comparison())]
    assert found == sorted(found)
    assert len(found) == 7
    assert "TPE has 50 runs" in table
    assert ", 50 pairs of runs" in table
    assert "<strong>REINFORCE</strong> is the controller" in table


@pytest.mark.parametrize("shown", ["reward", "probability of the best 1 %"])
def test_other_views_open_by_their_address(visit, shown):
    assert visit("child-networks", cn_shown=shown).segmented_control(key="cn-shown").value == shown


def test_own_run_shows_its_own_sentence(visit, text, finished):
    made, asked = finished
    own = copy.deepcopy(comparison())
    for name in ("tpe", "nsga2"):
        del own["searches"][name], own["rewards"][name]
    own["searches"]["reinforce"]["regret"] = 0.0123
    made["run_searches"] = own
    app = visit("child-networks")
    app.button(key="run-cn-race").click().run()
    assert not app.exception
    assert asked["run_searches"] == {"seed": 1, "runs": 5}
    assert "<strong>1.23</strong> points" in text(app)


def test_own_run_has_all_searches_but_those_of_optuna(monkeypatch):
    asked = {}
    monkeypatch.setattr(results, "compare_searches", lambda **given: asked.update(given))
    run_searches(seed=3, runs=2, report=print)
    assert (asked["seed"], asked["runs"], asked["optuna_runs"]) == (3, 2, 0)


def digit_study_of(*accuracies: float | None) -> DigitStudy:
    return DigitStudy(
        tuple(
            StudyChild(SPACE.architecture(number), accuracy, 0.5)
            for number, accuracy in enumerate(accuracies)
        )
    )


def test_progress_has_each_child_and_what_came_before_it():
    study = digit_study_of(*[0.5] * 10, None, 0.9, 0.7)
    rows = progress_rows(study, "random search", None).set_index(["series", "child"])["accuracy"]
    child, mean, best, other = series_names("random search")
    assert list(rows[child].index) == [*range(1, 11), 12, 13]
    assert rows[best].tolist() == [0.5] * 11 + [0.9, 0.9]
    assert rows[mean][12] == pytest.approx((10 * 0.5 + 0.9) / 11)
    assert other not in rows.index.get_level_values(0)
    longer = digit_study_of(*[0.2] * 40)
    rows = progress_rows(study, "random search", longer).set_index("series")["accuracy"]
    assert rows[other].tolist() == [0.2] * 4  # from the tenth child on, as far as the study


@pytest.mark.parametrize(
    ("target", "button", "said"),
    [
        (120, "Follow it here", "Press <strong>Follow it here</strong>"),
        (240, "Run it here", "Choose 240 to follow it"),
    ],
)
def test_study_of_another_visitor_is_said_to_run(
    visit, text, monkeypatch, tmp_path, target, button, said
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(
        "streamlit_app.labs.child_networks.study.is_active",
        lambda function, *, children, **_: function is study_digits and children == target,
    )
    app = visit("child-networks")
    assert app.button(key="run-cn-study").label == button
    assert f"is running on this server, up to {target} children" in text(app)
    assert said in text(app)


@pytest.mark.parametrize("others", [None, digit_study_of(*[0.2] * 40)], ids=["alone", "compared"])
def test_legend_of_a_study_holds_the_series_that_are_drawn(others):
    names = drawn_series(progress_rows(digit_study_of(*[0.5] * 30), "random search", others))
    assert names == series_names("random search")[: 3 if others is None else 4]
    spec = progress_chart(tokens_of("light"), 60, names).to_dict()
    points, lines = (layer["encoding"] for layer in spec["layer"])
    assert points["shape"]["scale"]["range"] == ["circle", *["stroke"] * (len(names) - 1)]
    for channel in (points["color"], points["shape"], points["size"], lines["strokeDash"]):
        assert channel["scale"]["domain"] == list(names)


def test_gaps_of_dashes_are_not_filled_by_round_caps():
    arguments = (tuple(TITLES), "missed", (0.0, 8.0), "", 200)
    lines = search_chart(tokens_of("light"), *arguments).to_dict()["layer"][1]
    assert lines["mark"]["strokeCap"] == "butt"
    patterns = lines["encoding"]["strokeDash"]["scale"]["range"]
    assert len({tuple(each) for each in patterns if each != [1, 0]}) == 4


def test_study_says_what_changed_and_what_the_other_search_found():
    study = digit_study_of(*[0.5] * WINDOW, *[0.9] * WINDOW)
    line, explanation = summary_of(study, "reinforce", digit_study_of(*[0.6] * WINDOW))
    assert "The best of 40 children reaches **90.0" in line
    assert "reach 90.0" in explanation
    assert f"after 50.0\N{NO-BREAK SPACE}% for the first {WINDOW}" in explanation
    assert f"With random search and the same seed, the best of {WINDOW}" in explanation
    assert "One run of each" in explanation
    few = summary_of(study, "reinforce", digit_study_of(*[0.6] * 5))[1]
    assert "the best of 5 reaches" in few
    assert "the last 5 60.0" in few
    assert summary_of(digit_study_of(0.5), "random", digit_study_of())[1] == ""


def test_page_shows_the_study_that_is_on_disk_and_continues_it(visit, text, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(digit_study, "_EPOCHS", 1)
    monkeypatch.setattr(digit_study, "ProcessExecutor", InlineExecutor)
    app = visit("child-networks")
    assert app.button(key="run-cn-study").label == "Run it here"
    folder = str(study_folder("random", 7))
    found = study_digits(search="random", children=2, seed=7, folder=folder)
    app = visit("child-networks", cn_search="random search", cn_study_seed="7")
    assert app.button(key="run-cn-study").label == "Continue it here"
    assert "2 of 120 children are kept" in text(app)
    assert f"<strong>{100 * found.best.accuracy:.1f}" in text(app)
