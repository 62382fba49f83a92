"""The recorded comparison, and the same comparison run by the visitor."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from pyfrontiers.automl.benchmark.comparing import compare_searches
from pyfrontiers.claims import recorded
from pyfrontiers.claims.c20 import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.provenance import Provenance

__all__ = [
    "accuracy_rows",
    "comparison",
    "mass_rows",
    "missed_rows",
    "provenance",
    "ranked",
    "run_searches",
    "summary",
]

Found = dict[str, Any]


@cache
def comparison() -> Found:
    """Return the recorded comparison, as `compare_searches` returns it."""
    outcome = recorded("C20")
    assert outcome is not None
    return outcome.measurement.details


def provenance() -> Provenance | None:
    """Return how the record was made."""
    outcome = recorded("C20")
    return None if outcome is None else outcome.provenance


def run_searches(*, seed: int, runs: int, report: Callable[[float, str], None]) -> Found:
    """Run all searches but Optuna's on the benchmark.

    Args:
        seed: of the first run.
        runs: of each search.
        report: called with the fraction done and a message.
    """
    return compare_searches(runs=runs, trainings=200, optuna_runs=0, seed=seed, report=report)


def missed_rows(found: Found) -> pd.DataFrame:
    """Return by how many points each search misses the best test accuracy, with intervals."""
    rows = []
    for name, each in found["searches"].items():
        spans = {
            found["judged"]: each["regret_span"],
            found["trainings"]: each["last"]["regret_span"],
        }
        for children, value in zip(found["budgets"], each["curve"], strict=True):
            low, high = spans.get(children, (None, None))
            rows.append(_row(name, children, value, low, high, scale=100))
    return pd.DataFrame(rows)


def mass_rows(found: Found) -> pd.DataFrame:
    """Return the probability of the best 1 %; random search keeps theirs."""
    rows = []
    for name, each in found["mass"].items():
        for children, mean, (low, high) in zip(
            each["children"], each["mean"], each["span"], strict=True
        ):
            rows.append(_row(name, children, mean, low, high))
    share = found["best"] / found["architectures"]
    rows += [_row("random", children, share, None, None) for children in (0, found["trainings"])]
    return pd.DataFrame(rows)


def accuracy_rows(found: Found) -> pd.DataFrame:
    """Return the mean validation accuracy of each ten children."""
    return pd.DataFrame(
        _row(name, 10 * (number + 1), value, None, None)
        for name, values in found["rewards"].items()
        for number, value in enumerate(values)
        if 10 * (number + 1) <= found["trainings"]
    )


def _row(
    name: str, children: int, value: float, low: float | None, high: float | None, scale: float = 1
) -> dict[str, Any]:
    return {
        "search": TITLES[name],
        "children": children,
        "value": scale * value,
        "low": None if low is None else scale * low,
        "high": None if high is None else scale * high,
    }


def ranked(found: Found) -> list[str]:
    """Return the searches from the best to the worst at the judged budget."""
    return sorted(found["searches"], key=lambda name: found["searches"][name]["regret"])


def summary(found: Found) -> tuple[str, list[str]]:
    """Say what the controller adds over random search, and which searches are better than it.

    Returns:
        The result, and sentences on what it rests on.
    """
    searches, judged = found["searches"], found["judged"]
    ours = searches["reinforce"]
    low, high = sorted(-100 * end for end in ours["difference_span"])
    gain = -100 * ours["difference"]
    if gain <= 0:
        first = f"After {judged} children, the controller is **not better** than random search."
    else:
        first = (
            f"After {judged} children, the controller misses the best test accuracy by "
            f"**{100 * ours['regret']:.2f}** points, random search by "
            f"{100 * searches['random']['regret']:.2f}."
        )
    zero = ", which includes zero" if low < 0 < high else ""
    span = f"{_points(low)} to {_points(high)}{zero}"
    parts = [f"The gain is {_points(gain)} points (95 % interval: {span})."]
    for place, children in enumerate(found["budgets"]):
        if children in (20, judged, found["trainings"]):
            bar = ours["curve"][place]
            better = [TITLES[name] for name, each in searches.items() if each["curve"][place] < bar]
            are = "is" if len(better) < 2 else "are"
            parts.append(
                f"After {children} children, {_listed(better) or 'no search'} {are} better on "
                "average than the controller."
            )
    low, high = ours["regret_span"]
    close = [
        TITLES[name]
        for name, each in searches.items()
        if name != "reinforce" and each["regret_span"][0] <= high and each["regret_span"][1] >= low
    ]
    if close:
        parts.append(
            f"After {judged} children, the 95 % {'interval' if len(close) == 1 else 'intervals'} "
            f"of {_listed(close)} {'overlaps' if len(close) == 1 else 'overlap'} the controller's."
        )
    parts += [
        f"{TITLES[name]} gains more over random search in its {each['runs']} runs: "
        f"{_points(-100 * each['difference'])} points."
        for name, each in searches.items()
        if each["runs"] != ours["runs"] and each["difference"] < ours["difference"]
    ]
    return first, parts


def _listed(names: list[str]) -> str:
    """Join names: "PPO, ASHA and TPE"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _points(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
