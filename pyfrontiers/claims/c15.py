"""C15: class probabilities sum to one, which is not confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.uncertainty.head import Doubt

__all__ = ["CLAIM", "study"]

#: Float32 sums of two probabilities.
_TOLERANCE = 1e-6
_MI = "mutual information"
_METHODS: dict[Profile, tuple[str, ...]] = {
    "quick": ("laplace", "imagenet"),
    "full": ("laplace", "hmc", "dropout", "ensemble", "imagenet"),
}
_TITLES = {
    "laplace": "Laplace head",
    "hmc": "HMC head",
    "dropout": "Dropout head",
    "ensemble": "Ensemble of 20 heads",
    "imagenet": "ImageNet, restricted",
}


def study(*, methods: tuple[str, ...], seed: int, report: Report) -> dict[str, Any]:
    """Show known things and strangers to heads and measure how far apart their doubts are.

    Every photograph counts once, with the mean over its crops. Dog or cat was taught three
    photographs and is tested on other crops of them. Bird or hoofed animal was taught thirteen;
    each is tested by a head that was taught the other twelve.

    Args:
        methods: of "laplace", "hmc", "dropout", "ensemble" and "imagenet".
        seed: 64-bit seed of the draws.
        report: progress callback.

    Returns:
        `sum_error`, and for each task its `known` and `strangers`, the doubts by method and measure
        in `scores`, and `auroc`: figure, lower and upper end.

    """
    from pyfrontiers.vision.heads import TASKS

    found: dict[str, Any] = {"sum_error": 0.0, "tasks": {}}
    wanted = [(task, method) for task in TASKS for method in methods]
    wanted.remove(("animals", "imagenet"))  # ImageNet has no class for every hoofed animal
    for place, (task, method) in enumerate(wanted):
        report(place / len(wanted), f"{TASKS[task].title}: {_TITLES[method].lower()}")
        kept = found["tasks"].setdefault(
            task,
            {
                "known": list(TASKS[task].photographs),
                "strangers": list(TASKS[task].strangers),
                "scores": {},
                "auroc": {},
                "right": {},
            },
        )
        _compare(found, kept, task, method, seed)
    report(1.0, "done")
    return found


def _compare(
    found: dict[str, Any], kept: dict[str, Any], task: str, method: str, seed: int
) -> None:
    import torch

    from pyfrontiers.uncertainty.head import separation
    from pyfrontiers.vision.heads import TASKS, held_out

    photographs, strangers = TASKS[task].photographs, TASKS[task].strangers
    left_out = task == "animals"
    known: list[dict[str, float]] = []
    rows: list[list[dict[str, float]]] = []
    right = 0
    for name, label in photographs.items():
        without = name if left_out else None
        crops = held_out(name, taught=not left_out)
        seen = _shown(task, method, name, crops, without, seed)
        known.append(_means(seen))
        right += int(seen.probabilities.mean(0).argmax()) == label
        found["sum_error"] = max(found["sum_error"], _sum_error(seen))
        if left_out or not rows:
            row = [
                _shown(task, method, one, held_out(one, taught=False), without, seed)
                for one in strangers
            ]
            found["sum_error"] = max(found["sum_error"], *map(_sum_error, row))
            rows.append([_means(one) for one in row])
    kept["right"][method] = right
    kept["scores"][method], kept["auroc"][method] = {}, {}
    for measure in known[0]:
        own = torch.tensor([one[measure] for one in known])
        others = torch.tensor([[one[measure] for one in row] for row in rows])
        apart = separation(own, others)
        kept["auroc"][method][measure] = [round(v, 4) for v in (apart.auroc, apart.low, apart.high)]
        kept["scores"][method][measure] = {
            "known": _rounded(own),
            "strangers": _rounded(others.mean(0)),
        }


def _shown(
    task: str, method: str, name: str, crops: slice, without: str | None, seed: int
) -> Doubt:
    from pyfrontiers.uncertainty.head import doubt
    from pyfrontiers.vision.heads import restricted, taught_head
    from pyfrontiers.vision.recorded_features import recorded_views

    views = recorded_views()[name]
    if method == "imagenet":
        return restricted(views.pet_crops[crops])
    return doubt(taught_head(task, method, without=without), views.crops[crops], seed=seed)


def _means(seen: Doubt) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in seen.measures.items()}


def _sum_error(seen: Doubt) -> float:
    return float((seen.samples.double().sum(2) - 1).abs().max())


def _rounded(values: Tensor) -> list[float]:
    return [float(f"{value:.4g}") for value in values.tolist()]


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    found = study(methods=_METHODS[profile], seed=seed, report=report)
    sums = found["sum_error"] <= _TOLERANCE
    auroc = {task: kept["auroc"]["laplace"][_MI] for task, kept in found["tasks"].items()}
    value = {f"AUROC, {task}": figures[0] for task, figures in auroc.items()}
    interval = {f"AUROC, {task}": (figures[1], figures[2]) for task, figures in auroc.items()}
    return Measurement(
        value=value,
        interval=interval,
        status="pass" if sums and min(low for _, low, _ in auroc.values()) > 0.5 else "fail",
        details=found,
    )


def _describe(measured: Measurement) -> Finding:
    tasks = measured.details["tasks"]
    animals = tasks["animals"]
    area = animals["auroc"]["laplace"][_MI]
    figures = [
        Figure("Largest distance of a sum of probabilities from 1", _error(measured.details)),
        Figure(
            "Held-out photographs that the Laplace head classifies correctly",
            f"{animals['right']['laplace']} of {len(animals['known'])}",
        ),
    ]
    for task, label in (("animals", "bird or hoofed animal"), ("pets", "dog or cat")):
        for method, measures in tasks[task]["auroc"].items():
            for measure, (value, low, high) in measures.items():
                # One network cannot disagree with itself.
                if method == "imagenet" and measure == _MI:
                    continue
                name = f"AUROC, {label}: {_TITLES[method]}, {measure}"
                figures.append(Figure(name, number(value), span((low, high))))
    pets = tasks["pets"]["auroc"]["imagenet"]["maximum probability"]
    return Finding(
        f"Probabilities always sum to 1. Mutual information tells {len(animals['strangers'])} "
        f"strangers from {len(animals['known'])} birds and hoofed animals that were left out of "
        f"the training with an AUROC of **{number(area[0])}**; ImageNet's probabilities of dog and "
        f"cat tell strangers from dogs and cats with **{number(pets[0])}**.",
        tuple(figures),
    )


def _error(details: dict[str, Any]) -> str:
    return "0" if details["sum_error"] == 0 else f"{details['sum_error']:.0e}".replace("-", "−")


CLAIM = Claim(
    id="C15",
    section="probability-and-uncertainty",
    statement=(
        "Class probabilities sum to one for any input; confidence is something else, measured by "
        "how far plausible networks agree."
    ),
    paper=None,
    rule=(
        "all probabilities sum to 1 within 10⁻⁶ in every draw, and the 95 % interval of the AUROC "
        "of mutual information between known things and strangers lies above 0.5 in both tasks"
    ),
    measure=_measure,
    describe=_describe,
)
