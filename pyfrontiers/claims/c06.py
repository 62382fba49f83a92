"""C6: a maximum-likelihood fit holds where the data were, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.approximation import GaussianFits

__all__ = ["CLAIM", "study"]

_ACTIVATIONS = ("relu", "tanh", "sine")
_SEEDS: dict[Profile, int] = {"quick": 5, "full": 20}
_POINTS = 400
_RANGE = (0.0, 1.0)
#: Half a unit beyond either end of the training range.
_BESIDE = ((-0.5, 0.0), (1.0, 1.5))
_COVERAGE, _TOLERANCE = 0.95, 0.04
_LEAST_RATIO = 5.0


def study(*, seeds: int, seed: int, report: Report) -> dict[str, dict[str, list[float]]]:
    """Fit noisy data on [0, 1] with six kinds of network and measure them inside and beside it.

    Args:
        seeds: Fits of each kind; each has observations and a random start of its own.
        seed: First of their seeds.
        report: Told the fraction and what is going on.

    Returns:
        ``"tanh, varying noise"`` and so on -> lists with one number a fit: ``error_inside``,
        ``error_outside``, ``covered_inside``, ``covered_outside``.

    """
    from pyfrontiers.approximation import fit_likelihood, observe

    low, high = _RANGE
    data = [observe(_POINTS, low, high, seed=(seed + run) % 2**64) for run in range(seeds)]
    kinds = [(name, varying) for name in _ACTIVATIONS for varying in (True, False)]
    found = {}
    for number, (activation, varying) in enumerate(kinds):
        label = f"{activation}, {'varying' if varying else 'constant'} noise"

        def within(
            fraction: float, message: str = "", number: int = number, label: str = label
        ) -> None:
            report((number + fraction) / len(kinds), f"{label}: {message}")

        fits = fit_likelihood(
            data,
            low=low,
            high=high,
            varying=varying,
            activation=activation,
            seeds=seeds,
            seed=seed,
            report=within,
        )
        found[label] = _qualities(fits)
    return found


def _qualities(fits: GaussianFits) -> dict[str, list[float]]:
    inside, outside = fits.quality(_RANGE), fits.quality(*_BESIDE)
    return {
        "error_inside": inside.error.tolist(),
        "error_outside": outside.error.tolist(),
        "covered_inside": inside.coverage.tolist(),
        "covered_outside": outside.coverage.tolist(),
    }


def _pictures(seed: int) -> list[dict[str, Any]]:
    """Make the pictures that the page shows before anything has run."""
    from pyfrontiers.approximation import extrapolate

    return [
        extrapolate(*_RANGE, activation=activation, varying=varying, seed=seed).as_json()
        for activation in _ACTIVATIONS
        for varying in (True, False)
    ]


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    import numpy as np

    from pyfrontiers.approximation import median_of

    found = study(seeds=_SEEDS[profile], seed=seed, report=report)
    coverages = {kind: float(np.mean(runs["covered_inside"])) for kind, runs in found.items()}
    ratios = {
        kind: np.divide(runs["error_outside"], runs["error_inside"]) for kind, runs in found.items()
    }
    medians = {kind: float(np.median(ratio)) for kind, ratio in ratios.items()}
    far = max(coverages, key=lambda kind: abs(coverages[kind] - _COVERAGE))
    near = min(medians, key=lambda kind: medians[kind])
    spread = np.std(found[far]["covered_inside"], ddof=1) / np.sqrt(_SEEDS[profile])
    ratio = median_of(ratios[near].tolist(), seed=seed)
    outside = [float(np.mean(runs["covered_outside"])) for runs in found.values()]
    holds = abs(coverages[far] - _COVERAGE) <= _TOLERANCE and medians[near] > _LEAST_RATIO
    half = _T[profile] * float(spread)
    return Measurement(
        value={"coverage inside": coverages[far], "error outside over inside": ratio.value},
        interval={
            "coverage inside": (coverages[far] - half, coverages[far] + half),
            "error outside over inside": (ratio.low, ratio.high),
        },
        status="pass" if holds else "fail",
        summary=(
            f"inside the training range the 95 % band holds {100 * coverages[far]:.1f} % of new "
            f"observations at worst ({far}); beside it {100 * min(outside):.0f} to "
            f"{100 * max(outside):.0f} %, and the error is {ratio.value:.0f} times that inside "
            f"at least ({near}; median of {_SEEDS[profile]} fits)"
        ),
        details={"fits": found, "pictures": _pictures(seed) if profile == "full" else []},
    )


#: Student's t at 97.5 % for 4 and 19 degrees of freedom.
_T: dict[Profile, float] = {"quick": 2.776, "full": 2.093}

CLAIM = Claim(
    id="C6",
    section="function-approximators",
    statement="Outside the range of its training data a network's answer has no guarantee.",
    paper=(
        "A maximum-likelihood fit estimates mean and variance where data are (Nix and Weigend "
        "1994)."
    ),
    rule=(
        "for ReLU, tanh and sine units, with varying and with constant noise, the 95 % band of a "
        "Gaussian fit holds 95 ± 4 % of new observations inside the training range, and the error "
        "within half a unit beyond it is more than 5 times that inside"
    ),
    measure=_measure,
)
