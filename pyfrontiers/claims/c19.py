"""C19: weighing the tasks by their uncertainty makes each better than alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.multitask.table import Graded

__all__ = ["CLAIM", "judge"]

#: Groups of scenes, and scenes in each, that the shipped networks are tested on.
_GROUPS, _SCENES = 3, 8
_SEED_OF_TESTS = 3
#: The figures of the published table, one for each task; the others are reported too.
_JUDGED = ("iou", "offset_error", "depth_error")


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    if profile == "quick":
        graded, about = _shipped(seed, report)
    else:
        graded, about = _trained(seed, report)
    return _judged(graded, about)


def _shipped(seed: int, report: Report) -> tuple[list[Graded], dict[str, Any]]:
    """Test the shipped networks, of one seed, on three groups of scenes."""
    from pyfrontiers.depth import AS_TRAINED
    from pyfrontiers.multitask import NETWORKS, evaluate_tasks, task_record, trained_tasks
    from pyfrontiers.multitask.table import Graded
    from pyfrontiers.scenes import StreetScenes

    best, study = task_record().best_grid, task_record().study
    rows = {name: one.method for name, one in NETWORKS.items() if one.ships}
    chosen = [(name, row) for name, row in rows.items() if row != "grid"] + [(best, "grid")]
    graded = []
    for group in range(_GROUPS):
        source = StreetScenes(
            _SEED_OF_TESTS,
            _SCENES,
            first=_SCENES * (_GROUPS * (seed % 1000) + group),
            height=study.height,
            width=study.width,
            **AS_TRAINED,
        )
        scenes = list(source)
        for number_, (name, row) in enumerate(chosen):
            report((group + number_ / len(chosen)) / _GROUPS, NETWORKS[name].title)
            scores = evaluate_tasks(trained_tasks(name), scenes)
            graded.append(Graded.of(row, group, scores))
    about = {"repeats": "groups of 8 scenes", "best of the grid": NETWORKS[best].title}
    return graded, about | {"trainings": len(chosen), "study": asdict(study)}


def _trained(seed: int, report: Report) -> tuple[list[Graded], dict[str, Any]]:
    """Train every network of the table with three seeds."""
    from dataclasses import replace

    from pyfrontiers.multitask import NETWORKS, STUDY, train_table
    from pyfrontiers.multitask.record import runs_folder
    from pyfrontiers.multitask.runs import best_of_grid, graded_of

    study = replace(STUDY, seed=seed)
    runs = train_table(runs_folder(study), study=study, report=lambda f, text: report(f, text))
    return graded_of(runs), {
        "repeats": "seeds",
        "best of the grid": NETWORKS[best_of_grid(runs)].title,
        "trainings": len(runs),
        "processor time": round(sum(run.seconds for run in runs), 1),
        "study": asdict(study),
    }


def _judged(graded: Sequence[Graded], about: dict[str, Any]) -> Measurement:
    from pyfrontiers.multitask import METHODS, PAPER, PAPER_SOURCE, SCORES
    from pyfrontiers.multitask.table import gains, table

    # The titles are part of the record, so that pages can read it without torch.
    words = {
        "scores": {name: asdict(score) for name, score in SCORES.items()},
        "methods": {name: method.title for name, method in METHODS.items()},
        "paper": {name: list(row) for name, row in PAPER.items()},
        "paper source": PAPER_SOURCE,
    }
    learned = {name: asdict(one) for name, one in gains(graded).items()}
    others = {
        "exact": {n: asdict(one) for n, one in gains(graded, method="learned exact").items()},
        "equal": {n: asdict(one) for n, one in gains(graded, base="equal").items()},
    }
    rows = {
        method: {name: asdict(one) for name, one in row.items()}
        for method, row in table(graded).items()
    }
    titles = {name: f"gain in {score.title}" for name, score in SCORES.items()}
    return Measurement(
        value={titles[name]: one["value"] for name, one in learned.items()},
        interval={titles[name]: (one["low"], one["high"]) for name, one in learned.items()},
        status=judge(learned),
        details=_rounded({"gains": learned, "other gains": others, "table": rows} | about | words),
        seconds=about.get("processor time"),
    )


def judge(gains: dict[str, dict[str, float]]) -> Status:
    """Return "pass" if each task gains, "fail" if one loses, and "null" otherwise."""
    if any(gains[name]["high"] < 0 for name in _JUDGED):
        return "fail"
    return "pass" if all(gains[name]["low"] > 0 for name in _JUDGED) else "null"


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _describe(measured: Measurement) -> Finding:
    found = measured.details
    rows, gained, scores = found["table"], found["gains"], found["scores"]
    methods = found["methods"]
    figures = [
        Figure(
            f"{_capital(scores[name]['title'])}, {methods[method]}",
            _figure(scores[name], row[name]["value"]),
            _interval(scores[name], row[name]),
        )
        for name in scores
        for method, row in rows.items()
        if name in row
    ]
    figures += [
        Figure(
            f"Gain in {scores[name]['title']}, {title}",
            _figure(scores[name], one["value"], gain=True),
            _interval(scores[name], one),
        )
        for title, gains in (
            ("learned over alone", gained),
            ("learned exact over alone", found["other gains"]["exact"]),
            ("learned over equal weights", found["other gains"]["equal"]),
        )
        for name, one in gains.items()
    ]
    figures += [
        Figure(f"Published, {methods[method]}", f"{iou:g} % / {vectors:.2f} px / {depth:.3f} px")
        for method, (iou, vectors, depth) in found["paper"].items()
    ]
    size = found["study"]
    figures += [
        Figure("Source of the published figures", found["paper source"]),
        Figure("Best of the grid", found["best of the grid"]),
        Figure("Intervals over", found["repeats"]),
        Figure(
            "Training",
            f"{found['trainings']} networks, each {size['steps']:,} steps on {size['scenes']:,} "
            f"scenes of {size['height']} × {size['width']} pixels",
        ),
    ]
    if "processor time" in found:
        minutes = number(found["processor time"] / 60, 3)
        figures.append(Figure("Processor time of all trainings", f"{minutes} min, one thread"))
    alone, learned, equal = rows["alone"], rows["learned"], found["other gains"]["equal"]
    pairs = "; ".join(
        f"{scores[name]['title']} **{_figure(scores[name], learned[name]['value'])}** "
        f"(alone {_figure(scores[name], alone[name]['value'])}, {_verdict(gained[name])})"
        for name in (*_JUDGED, "boundary_f")
    )
    against = ", ".join(f"{scores[n]['title']} {_verdict(equal[n])}" for n in _JUDGED)
    return Finding(
        f"One network with learned variances against a network for each task: {pairs}. Against "
        f"equal weights: {against}.",
        tuple(figures),
    )


def _verdict(gain: dict[str, float]) -> str:
    if gain["low"] > 0:
        return "better"
    return "worse" if gain["high"] < 0 else "no clear difference"


def _figure(score: dict[str, Any], value: float, *, gain: bool = False) -> str:
    unit = "points" if gain and score["unit"] == "%" else score["unit"]
    return f"{number(score['scale'] * value, 3)} {unit}"


def _interval(score: dict[str, Any], one: dict[str, Any]) -> str:
    return "" if one["low"] is None else span((one["low"], one["high"]), scale=score["scale"])


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


CLAIM = Claim(
    id="C19",
    section="multi-task-uncertainty",
    statement=(
        "One network whose losses are weighted by uncertainty does each task better than a network "
        "for that task alone."
    ),
    paper=(
        "Cityscapes, IoU / instances / inverse depth: alone 59.4 % / 4.61 px / 0.640 px, learned "
        "weights 63.4 % / 3.50 px / 0.522 px (Kendall, Gal and Cipolla 2018, Table 1)."
    ),
    rule=(
        "with learned variances mean IoU, the error of the vectors to the centroids and the error "
        "of inverse depth are better than with a network for each task, all three with a 95 % "
        "interval of the gain above 0; if no interval lies below 0, it is a null result"
    ),
    measure=_measure,
    describe=_describe,
)
