"""C9: adversarial examples in two dimensions survive rotation, zoom, shifts, light and noise."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.vision.robustness import Robustness

__all__ = ["CLAIM", "study"]

_LEAST = 0.964
# Streams of the seed.
_TARGETS, _EXAMPLES, _RESAMPLING = range(3)
_RESAMPLES = 10_000


@dataclass(frozen=True)
class _Size:
    """How much a profile measures.

    Attributes:
        photographs: their number.
        held_out: transforms of each robust example.
        compared: of them, those of the original and of the ordinary example as well.
        shipped: whether to see the shipped examples instead of attacking photographs.
    """

    photographs: int
    held_out: int
    compared: int
    shipped: bool = False


_SIZES: dict[Profile, _Size] = {
    # Two photographs attacked anew would say little: robustness varies more between them.
    "quick": _Size(photographs=2, held_out=200, compared=50, shipped=True),
    "full": _Size(photographs=20, held_out=1000, compared=200),
}


def study(*, size: _Size, seed: int, report: Report) -> list[Robustness]:
    """Attack photographs towards random classes, or take shipped examples; measure what survives.

    Photographs are independent, so each core computes another one, on one thread.

    Args:
        size: How much to measure.
        seed: 64-bit seed.
        report: Progress callback; its data are the results so far.

    """
    from concurrent.futures import ThreadPoolExecutor

    import torch

    from pyfrontiers.kernels import fold_in, randint
    from pyfrontiers.machine import usable_cores
    from pyfrontiers.vision import CLASS_NAMES, MORE_PHOTOGRAPHS, PHOTOGRAPHS
    from pyfrontiers.vision.recorded_robust import ROBUST_EXAMPLES

    known = ROBUST_EXAMPLES if size.shipped else PHOTOGRAPHS | MORE_PHOTOGRAPHS
    names = list(known)[: size.photographs]
    drawn = randint(len(names), 0, len(CLASS_NAMES) - 1, seed=fold_in(seed, _TARGETS))
    progress = _Progress(len(names), report)
    pool = ThreadPoolExecutor(usable_cores(), initializer=lambda: torch.set_num_threads(1))
    with pool:
        jobs = [
            pool.submit(
                _photograph,
                name,
                shift=1 + shift,
                size=size,
                seed=fold_in(fold_in(seed, _EXAMPLES), place),
                report=partial(progress.of, place),
            )
            for place, (name, shift) in enumerate(zip(names, drawn.tolist(), strict=True))
        ]
        try:
            found = [job.result() for job in jobs]
        finally:
            # After an error, or if the report cancels the run.
            pool.shutdown(wait=False, cancel_futures=True)
    report(1.0, "done", [asdict(one) for one in found])
    return found


class _Progress:
    """The progress of several photographs at once, as one fraction."""

    def __init__(self, count: int, report: Report) -> None:
        self._done = [0.0] * count
        self._report = report
        self._lock = threading.Lock()

    def of(self, place: int, fraction: float, message: str = "", data: Any = None) -> None:
        """Report the fraction done of one photograph."""
        with self._lock:
            self._done[place] = fraction
            self._report(sum(self._done) / len(self._done), message)


def _photograph(name: str, *, shift: int, size: _Size, seed: int, report: Report) -> Robustness:
    """Attack a photograph towards the class `shift` after its own, and measure the result.

    If the shipped examples are to be seen, take the photograph's, whatever the shift.
    """
    from pyfrontiers.vision import CLASS_NAMES, photograph, prepared_pixels
    from pyfrontiers.vision.recorded_robust import recorded_example
    from pyfrontiers.vision.robust_examples import predicted_class, robust_example
    from pyfrontiers.vision.robustness import measure_example

    def within(fraction: float, message: str = "", data: Any = None) -> None:
        report(0.5 * fraction, f"{name}: {message}")

    if size.shipped:
        example = recorded_example(name).example
    else:
        pixels = prepared_pixels(photograph(name))
        target = (predicted_class(pixels) + shift) % len(CLASS_NAMES)
        example = robust_example(pixels=pixels, target=target, seed=seed, report=within)
    within(1.0, "under transforms that the attack has not seen")
    found = measure_example(
        name, example, held_out=size.held_out, compared=size.compared, seed=seed
    )
    report(1.0, f"{name}: {percent(found.adversariality, 3)}")
    return found


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    import numpy as np

    from pyfrontiers.kernels import fold_in
    from pyfrontiers.vision.robust_examples import EPSILON

    size = _SIZES[profile]
    found = study(size=size, seed=seed, report=report)
    names = ("adversariality", "accuracy", "ordinary", "accuracy_before", "lab", "l2")
    table = np.array([[getattr(one, name) for name in names] for one in found])
    means = dict(zip(names, table.mean(axis=0).tolist(), strict=True))
    interval = None
    if profile == "full":
        # A bootstrap over photographs: transforms of one photograph are no independent evidence.
        random = np.random.default_rng(fold_in(seed, _RESAMPLING))
        drawn = table[random.integers(len(table), size=(_RESAMPLES, len(table)))].mean(axis=1)
        ends = np.quantile(drawn, (0.025, 0.975), axis=0).T.tolist()
        interval = {name: (low, high) for name, (low, high) in zip(names, ends, strict=True)}
    return Measurement(
        value=means,
        interval=interval,
        status="pass" if means["adversariality"] >= _LEAST else "fail",
        details={**asdict(size), "epsilon": EPSILON, "by photograph": [asdict(o) for o in found]},
    )


def _describe(measured: Measurement) -> Finding:
    value, interval, details = measured.value, measured.interval or {}, measured.details
    assert isinstance(value, dict)
    assert isinstance(interval, dict)

    def row(text: str, name: str, *, share: bool = True) -> Figure:
        shown = percent(value[name], 3) if share else number(value[name], 3)
        ends = interval.get(name)
        scale, unit = (100, " %") if share else (1, "")
        return Figure(text, shown, span(ends, scale=scale, unit=unit) if ends else "")

    how = "towards random classes"
    if details.get("shipped"):
        how = "towards " + " and ".join(one["target"] for one in details["by photograph"])
    each = sorted(one["adversariality"] for one in details["by photograph"])
    return Finding(
        f"Attacked {how} within {255 * details['epsilon']:.0f}/255, "
        f"{details['photographs']} photographs are seen as these classes in "
        f"**{percent(value['adversariality'], 3)}** of {details['held_out']:,} transforms each "
        "that the attack has not seen; after an ordinary attack, in "
        f"**{percent(value['ordinary'])}**.",
        (
            row("Mean adversariality", "adversariality"),
            Figure(
                "Lowest and highest over photographs", f"{percent(each[0])}, {percent(each[-1])}"
            ),
            row("Still seen as the original class", "accuracy"),
            row("Photographs seen as their class", "accuracy_before"),
            row("Mean adversariality of an ordinary attack", "ordinary"),
            Figure("Transforms for these two", f"{details['compared']}"),
            row("Distance in CIELAB, after the transform", "lab", share=False),
            row("Distance in L2, after the transform", "l2", share=False),
        ),
    )


CLAIM = Claim(
    id="C9",
    section="robust-adversarial-examples",
    statement="Adversarial examples can be made so robust that they survive random transforms.",
    paper=(
        "Mean adversariality of 96.4 % for 1,000 images, random targets and 1,000 transforms each "
        "(Athalye et al. 2018, Table 1)."
    ),
    rule=(
        "mean adversariality over photographs is at least 96.4 % under transforms that the attack "
        "has not seen, in 8-bit images; in the full profile for 20 photographs and random target "
        "classes, in the quick profile for the two examples that ship"
    ),
    measure=_measure,
    describe=_describe,
)
