"""C22: learning one task helps with another."""

from __future__ import annotations

import math
from time import perf_counter
from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report, Status

__all__ = ["CLAIM", "judge"]

#: New tasks of each family, and runs of each method. A run of seed s has the seeds 5 s to 5 s + 4,
#: which for seed 0 are those of the networks that ship.
_TASKS: dict[Profile, int] = {"quick": 200, "full": 1000}
_SEEDS = 5
_INSIDE = {"regression": "standard", "classification": "new glyphs"}
#: What is compared in the family: the other method, after how many of its steps.
_JUDGED = (("fine-tuning", 10), ("scratch", 10))
#: Mean squared error above which a table says that a method diverges.
_DIVERGED = 1e6
_FAMILIES = {
    "standard": "new curves of the family",
    "other phases": "other phases",
    "larger": "larger amplitudes",
    "faster": "higher frequencies",
    "new glyphs": "new glyphs",
    "handwritten digits": "handwritten digits",
}


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.transfer import METHODS, Kind, trained_networks
    from pyfrontiers.transfer.study import compare_methods, new_families, train_all

    found: dict[str, Any] = {}
    training, begin = 0.0, perf_counter()
    kinds: tuple[Kind, ...] = ("regression", "classification")
    for place, kind in enumerate(kinds):

        def told(fraction: float, message: str, place: int = place) -> None:
            report((place + fraction) / 2, message)

        if profile == "quick":
            networks = dict(trained_networks(kind))
        else:
            seeds = [(_SEEDS * seed + place_) % (1 << 64) for place_ in range(_SEEDS)]
            networks = train_all(kind, seeds=seeds, report=lambda f, text: told(0.8 * f, text))
        found[kind] = compare_methods(
            networks,
            new_families(kind),
            tasks=_TASKS[profile],
            seed=seed,
            report=lambda f, text: told(1.0 if f == 1 else 0.8 + 0.2 * f, text),
        )
        found[kind]["rates"] = {name: one.inner.rate for name, one in networks.items()}
        training += sum(one.seconds for one in networks.values())
        found[kind]["repeats"] = len(next(iter(networks.values())).rows)
    gains = _gains(found["regression"])
    details = {
        "kinds": {kind: _plain(one) for kind, one in found.items()},
        "gains": gains,
        "tasks": _TASKS[profile],
        "methods": {name: method.title for name, method in METHODS.items()},
        "training": round(training, 1),
    }
    return Measurement(
        value={name: one[0] for name, one in gains.items()},
        interval={name: (one[1], one[2]) for name, one in gains.items()},
        status=judge(gains),
        details=details,
        # The networks may have been trained by an earlier run.
        seconds=max(training, perf_counter() - begin) if profile == "full" else None,
    )


def _gains(found: dict[str, Any]) -> dict[str, list[float]]:
    """Return by how much MAML's error after one step is smaller, with the interval over seeds."""
    from pyfrontiers.transfer.intervals import over_runs

    runs, steps = found["runs"][_INSIDE["regression"]], found["steps"]
    ours = runs["maml"][steps.index(1)]
    gains = {}
    for name, after in _JUDGED:
        theirs = runs[name][steps.index(after)]
        one = over_runs([b - a for a, b in zip(ours, theirs, strict=True)])
        assert one.low is not None
        assert one.high is not None
        gains[f"{name} after {after} steps minus MAML after 1"] = [one.value, one.low, one.high]
    return gains


def judge(gains: dict[str, list[float]]) -> Status:
    """Return "pass" if MAML is better than both, "fail" if it is worse than one, else "null"."""
    if any(high < 0 for _, _, high in gains.values()):
        return "fail"
    return "pass" if all(low > 0 for _, low, _ in gains.values()) else "null"


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out the values of single runs, and replace what is not finite by null."""
    kept = {name: value for name, value in found.items() if name != "runs"}
    rounded: dict[str, Any] = _rounded(kept)
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value


def _describe(measured: Measurement) -> Finding:
    found = measured.details
    curves, images = found["kinds"]["regression"], found["kinds"]["classification"]
    figures = [
        Figure(
            f"{_capital(_FAMILIES[family])}, {found['methods'][name]}, after {_steps(steps)}",
            _figure(kind, cells[0]),
            _interval(kind, cells),
        )
        for kind in found["kinds"].values()
        for family, rows in kind["table"].items()
        for name, row in rows.items()
        for steps, cells in zip(kind["steps"], row, strict=True)
    ]
    figures += [
        Figure(f"Step size, {title}, {found['methods'][name]}", f"{rate:g}")
        for title, kind in (("curves", curves), ("images", images))
        for name, rate in kind["rates"].items()
    ]
    figures += [
        Figure(
            "Intervals over",
            f"{curves['repeats']} seeds of the curves; "
            + (f"{images['repeats']} seeds" if images["repeats"] > 1 else "tasks")
            + " of the images",
        ),
        Figure("New tasks of each family", f"{found['tasks']:,}"),
        Figure("Training of all networks", f"{number(found['training'] / 60, 2)} min, one thread"),
    ]
    inside = curves["table"][_INSIDE["regression"]]
    outside = "; ".join(
        f"{_FAMILIES[family]} {_pair(curves, rows)}"
        for family, rows in curves["table"].items()
        if family != _INSIDE["regression"]
    )
    read = "; ".join(
        f"{_FAMILIES[family]} {_pair(images, rows)}" for family, rows in images["table"].items()
    )
    return Finding(
        f"From five points of a new sine curve, MAML's squared error after one step is "
        f"**{_at(curves, inside, 'maml', 1)}**, that of fine-tuning after ten steps "
        f"**{_at(curves, inside, 'fine-tuning', 10)}** and from scratch "
        f"{_at(curves, inside, 'scratch', 10)}. Outside the family, MAML and scratch after ten "
        f"steps: {outside}. Five-way images, accuracy: {read}.",
        tuple(figures),
    )


def _pair(kind: dict[str, Any], rows: dict[str, Any]) -> str:
    return f"{_at(kind, rows, 'maml', 10)} against {_at(kind, rows, 'scratch', 10)}"


def _at(kind: dict[str, Any], rows: dict[str, Any], method: str, steps: int) -> str:
    return _figure(kind, rows[method][kind["steps"].index(steps)][0])


def _figure(kind: dict[str, Any], value: float | None) -> str:
    if value is None or value > _DIVERGED:
        return "diverges"
    return percent(value, 3) if kind["measure"] == "accuracy" else number(value, 3)


def _interval(kind: dict[str, Any], cells: list[float | None]) -> str:
    _, low, high = cells
    if low is None or high is None or high > _DIVERGED:
        return ""
    accuracy = kind["measure"] == "accuracy"
    return span((low, high), scale=100 if accuracy else 1, unit=" %" if accuracy else "")


def _steps(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


CLAIM = Claim(
    id="C22",
    section="toward-general-intelligence",
    statement="Learning one task helps with another: it leaves better weights to start from.",
    paper=(
        "Sinusoids from 5 and from 10 examples: MAML follows the curve after one gradient step, a "
        "pretrained network does not after ten (Finn, Abbeel and Levine 2017, Figure 2; Figure 3 "
        "has the errors for 10 examples; no table)."
    ),
    rule=(
        "on new sine curves of the family, the squared error of MAML after one step is smaller "
        "than those of fine-tuning and of training from scratch after ten, both with a 95 % "
        "interval of the difference over five seeds above 0; what happens outside the family is "
        "shown and not judged"
    ),
    measure=_measure,
    describe=_describe,
)
