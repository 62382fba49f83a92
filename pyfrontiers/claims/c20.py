"""C20: the controller moves probability to better networks."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report, Status

__all__ = ["CLAIM", "TITLES", "study"]

#: Runs of each search, children of each run, and runs of Optuna's searches, which take longer.
_RUNS: dict[Profile, tuple[int, int, int]] = {"quick": (40, 100, 0), "full": (200, 200, 50)}
_RISE, _LEVEL = 20.0, 0.01
TITLES = {
    "reinforce": "REINFORCE",
    "ppo": "PPO",
    "random": "random search",
    "asha": "ASHA",
    "evolution": "regularised evolution",
    "tpe": "TPE",
    "nsga2": "NSGA-II",
}


def study(
    *, runs: int, trainings: int, optuna_runs: int, seed: int, report: Report
) -> dict[str, Any]:
    """Run every search on the benchmark; see `compare_searches`."""
    from pyfrontiers.automl.benchmark.comparing import compare_searches

    return compare_searches(
        runs=runs, trainings=trainings, optuna_runs=optuna_runs, seed=seed, report=report
    )


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    runs, trainings, optuna_runs = _RUNS[profile]
    found = study(runs=runs, trainings=trainings, optuna_runs=optuna_runs, seed=seed, report=report)
    ours, mass = found["searches"]["reinforce"], found["mass"]["reinforce"]
    return Measurement(
        value={
            "regret minus that of random search": ours["difference"],
            "p": ours["p"],
            "rise of the probability of the best 1 %": mass["rise"],
        },
        interval={
            "regret minus that of random search": tuple(ours["difference_span"]),
            "rise of the probability of the best 1 %": tuple(mass["rise_span"]),
        },
        status=_judge(found),
        details=found,
    )


def _judge(found: dict[str, Any]) -> Status:
    ours, rise = found["searches"]["reinforce"], found["mass"]["reinforce"]["rise"]
    return "pass" if ours["p"] < _LEVEL and ours["difference"] < 0 and rise >= _RISE else "fail"


def _describe(measured: Measurement) -> Finding:
    found = measured.details
    searches, mass = found["searches"], found["mass"]["reinforce"]
    last = {name: each["last"] for name, each in searches.items()}
    ours, bar = searches["reinforce"]["regret"], searches["random"]["regret"]
    figures = [
        *_missed(found["judged"], searches),
        *(_missed(found["trainings"], last) if found["trainings"] > found["judged"] else ()),
        *(
            Figure(
                f"Rise of the probability of the best 1 %, {TITLES[name]}",
                f"{number(each['rise'])} times",
                span(tuple(each["rise_span"])),
            )
            for name, each in found["mass"].items()
        ),
        Figure("Networks in the space", f"{found['architectures']:,}"),
        Figure("Runs of each search", _runs(found)),
    ]
    return Finding(
        f"In {found['trainings']} children, the controller's probability of the best 1 % rises "
        f"from {percent(mass['mean'][0])} to **{percent(mass['mean'][-1])}**; after "
        f"{found['judged']} children it misses the best test accuracy by "
        f"**{number(100 * ours)}** points, random search by {number(100 * bar)}. "
        f"{_better(found)}",
        tuple(figures),
    )


def _missed(children: int, searches: dict[str, dict[str, Any]]) -> list[Figure]:
    """Return a row for each search, from the best to the worst."""
    ranked = sorted(searches.items(), key=lambda pair: float(pair[1]["regret"]))
    return [
        Figure(
            f"Missed after {children} children, {TITLES[name]}",
            f"{number(100 * each['regret'])} points"
            + ("" if name == "random" else f", p {_p(each)} against random search"),
            span(tuple(each["regret_span"]), scale=100, unit=" points"),
        )
        for name, each in ranked
    ]


def _better(found: dict[str, Any]) -> str:
    """Name the searches that miss less than the controller, at a few of the budgets."""
    curves = {name: each["curve"] for name, each in found["searches"].items()}
    parts = []
    for place, children in enumerate(found["budgets"]):
        if children in (20, found["judged"], found["trainings"]):
            ours = curves["reinforce"][place]
            names = [TITLES[name] for name, curve in curves.items() if curve[place] < ours]
            parts.append(f"after {children} children {', '.join(names) or 'none'}")
    return f"Searches that miss less than the controller: {'; '.join(parts)}."


def _p(each: dict[str, Any]) -> str:
    return f"= {number(each['p'])}" if each["p"] >= 1e-4 else "< 0.0001"


def _runs(found: dict[str, Any]) -> str:
    fewer = {e["runs"] for e in found["searches"].values()} - {found["runs"]}
    return f"{found['runs']}" + "".join(f" ({count} with Optuna)" for count in fewer)


CLAIM = Claim(
    id="C20",
    section="child-networks",
    statement="The controller's probability moves to networks that are better at the task.",
    paper=(
        "CIFAR-10 error 3.65 % after 12,800 children (Zoph and Le 2017); random search with "
        "weight sharing reaches 2.85 ± 0.08 % (Li and Talwalkar 2019)."
    ),
    rule=(
        "after 100 children, a twelfth of the space, the controller's answer is closer to the best "
        "test accuracy than that of random search with as many (paired Wilcoxon test over the "
        "runs, p < 0.01), and its probability of the best 1 % rises at least 20-fold"
    ),
    measure=_measure,
    describe=_describe,
)
