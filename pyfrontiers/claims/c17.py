"""C17: T dropout passes give a mean and a variance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report
from pyfrontiers.reports import silent

if TYPE_CHECKING:
    from pyfrontiers.uncertainty import Convergence

__all__ = ["CLAIM", "study"]

#: Twelve filters that can be dropped: 4,096 masks, few enough to sum over all of them.
_CHANNELS = (4, 4, 4)
_EPOCHS = 20
_INPUTS = 8
_TOLERANCE = 0.1
# Streams of the seed: masks in training must not be those of the passes.
_TRAINING, _PASSES = range(2)
_RUNS: dict[Profile, tuple[int, int]] = {"quick": (64, 256), "full": (256, 1024)}


def study(
    *, replicates: int, longest: int, p: float = 0.25, seed: int = 0, report: Report = silent
) -> dict[str, Any]:
    """Train a small network, sum over all its masks, and compare T random passes with the sum.

    Args:
        replicates: independent runs, at least 2.
        longest: largest T, a power of two of at least 16; the smallest is 8.
        p: drop probability in training and in the runs, in (0, 1).
        seed: 64-bit seed of weights, masks and resampling.
        report: progress callback; its data are the curves so far.

    Returns:
        ``passes``; ``mean`` and ``variance``, each with ``errors`` (one per T), ``slope``, ``low``
        and ``high``; ``masks``, ``replicates`` and the network's ``test_accuracy``.

    """
    from pyfrontiers.digits import load, train
    from pyfrontiers.kernels import fold_in
    from pyfrontiers.uncertainty import measure_convergence

    def training(fraction: float, message: str) -> None:
        report(0.3 * fraction, f"training the small network, {message}")

    def running(fraction: float, message: str, so_far: Convergence) -> None:
        report(0.3 + 0.7 * fraction, message, _curves(so_far, seed))

    start = fold_in(seed, _TRAINING)
    trained = train(seed=start, epochs=_EPOCHS, p=p, channels=_CHANNELS, report=training)
    # Powers of two from 8: with fewer passes, the bias of the population variance exceeds noise.
    passes = tuple(2**k for k in range(3, longest.bit_length()))
    found = measure_convergence(
        trained.model,
        load().test_images[:_INPUTS],
        passes=passes,
        replicates=replicates,
        seed=fold_in(seed, _PASSES),
        report=running,
    )
    return {
        **_curves(found, seed),
        "masks": found.masks,
        "replicates": replicates,
        "test_accuracy": round(trained.test_accuracy, 4),
    }


def _curves(found: Convergence, seed: int) -> dict[str, Any]:
    curves: dict[str, Any] = {"passes": list(found.passes)}
    for name, errors in (("mean", found.mean_error), ("variance", found.variance_error)):
        slope = found.slope(errors, seed=seed)
        curves[name] = {
            "errors": found.curve(errors),
            "slope": slope.value,
            "low": slope.low,
            "high": slope.high,
        }
    return curves


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    replicates, longest = _RUNS[profile]
    found = study(replicates=replicates, longest=longest, seed=seed, report=report)
    mean, variance = found["mean"], found["variance"]
    near = all(abs(curve["slope"] + 0.5) <= _TOLERANCE for curve in (mean, variance))
    return Measurement(
        value={"slope of the mean": mean["slope"], "slope of the variance": variance["slope"]},
        interval=(min(mean["low"], variance["low"]), max(mean["high"], variance["high"])),
        status="pass" if near else "fail",
        details=found,
    )


def _describe(measured: Measurement) -> Finding:
    found = measured.details
    power = {name: number(found[name]["slope"]) for name in ("mean", "variance")}
    return Finding(
        f"The error of the mean falls as T to the power **{power['mean']}**, that of the variance "
        f"as T to the power **{power['variance']}**.",
        (
            *(
                Figure(
                    f"Power of T, {name}",
                    number(found[name]["slope"], 3),
                    span((found[name]["low"], found[name]["high"])),
                )
                for name in power
            ),
            Figure("Exact reference", f"sum over all {found['masks']:,} masks"),
            Figure("Passes", f"{found['passes'][0]} to {found['passes'][-1]:,}"),
            Figure("Runs for each T", f"{found['replicates']}"),
            Figure("Test accuracy of the network", percent(found["test_accuracy"], 3)),
        ),
    )


CLAIM = Claim(
    id="C17",
    section="dropout-sampling",
    statement=(
        "T stochastic passes give the expected output, and a variance that measures its "
        "uncertainty."
    ),
    paper=None,
    rule=(
        "the errors of mean and variance, relative to their exact values over all masks, fall "
        "with T with a log-log slope of −1/2 ± 0.1"
    ),
    measure=_measure,
    describe=_describe,
)
