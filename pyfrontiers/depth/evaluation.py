"""How good the depth is and whether its sigma tells: edges, sparsification, calibration."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Floats, Sample, Seed, checked
from pyfrontiers.depth.cameras import focal_lengths_of
from pyfrontiers.depth.data import check_depth
from pyfrontiers.depth.likelihood import Likelihood
from pyfrontiers.depth.prediction import predict_depth
from pyfrontiers.scenes import Batch, Scene, batch, occlusion_edges
from pyfrontiers.uncertainty.metrics import Estimate, rejection_curve
from pyfrontiers.uncertainty.metrics.estimate import estimate

if TYPE_CHECKING:
    from pyfrontiers.depth.prediction import DepthMaps

__all__ = ["COVERAGES", "LEVELS", "PARTS", "DepthEvaluation", "evaluate_depth", "image_gradient"]

COVERAGES = tuple(round(0.05 * k, 2) for k in range(1, 21))
"""Shares of pixels that the recorded sparsification curves keep."""
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Nominal shares of the central intervals."""
PARTS = ("everywhere", "edges", "elsewhere", "car over car", "car over road")
"""Sets of pixels over which sigma is averaged."""
Score = Literal["sigma", "aleatoric", "epistemic", "image gradient"]
_SCORES: tuple[Score, ...] = ("sigma", "aleatoric", "epistemic", "image gradient")
_CHUNK = 16


@dataclass(frozen=True)
class DepthEvaluation:
    """Figures over all scenes; intervals are over resampled scenes. Errors are in 1/m.

    Attributes:
        scenes: number of scenes.
        error: mean |y - m|.
        gain: AUSE of the image gradient minus that of sigma, of the same scenes.
        ause: of each score, the mean over the scenes.
        curves: mean error of the kept pixels at `COVERAGES`, of each score and of the "oracle".
        coverage: share of pixels inside the central interval of each of `LEVELS`.
        ratio: mean sigma on occlusion edges over mean sigma elsewhere. Ratios are None without
            such edges, as in data sets whose depth has gaps.
        relative_ratio: the same of sigma over the true inverse depth, to first order sigma of
            the logarithm of depth; the sky is left out.
        car_ratio: mean sigma on edges of a car over a car, over that of a car over the road.
        parts: mean of sigma, aleatoric, epistemic and error over each of `PARTS`.
    """

    scenes: int
    error: Estimate
    gain: Estimate
    ause: dict[str, Estimate]
    curves: dict[str, list[float]]
    coverage: list[float]
    ratio: Estimate | None
    relative_ratio: Estimate | None
    car_ratio: Estimate | None
    parts: dict[str, dict[str, float]]


@checked
def image_gradient(images: Annotated[Tensor, Floats("N>0", "C>0", "...")]) -> Tensor:
    """Return the size of the picture's gradient, the baseline that predicts errors at edges.

    Args:
        images: (N, C, H, W) in [0, 1], H and W at least 2.

    Returns:
        (N, H, W): Euclidean norm of the central differences of the mean over the colours.

    Raises:
        ValueError: another shape.
    """
    if images.ndim != 4 or min(images.shape[2:]) < 2:
        raise ValueError(
            f"images must have shape (N, C, H, W) with sides of at least 2, got "
            f"{tuple(images.shape)}"
        )
    grey = images.mean(1)
    down, right = torch.gradient(grey, dim=(1, 2))
    return (down.square() + right.square()).sqrt()


@checked
def evaluate_depth(
    model: nn.Module,
    source: Sequence[Scene],
    *,
    samples: Count = 30,
    seed: Seed = 0,
    likelihood: Likelihood = "laplace",
    resamples: Sample = 1000,
    report: Callable[[float, str], None] | None = None,
) -> DepthEvaluation:
    """Evaluate a depth network on scenes that it has not seen.

    Args:
        model: a `DepthNet`.
        source: scenes with depth and classes.
        samples: passes for each scene.
        seed: 64-bit seed of masks and resampling.
        likelihood: the distribution whose central intervals are counted.
        resamples: bootstrap resamples of the scenes; 0 for no intervals.
        report: called with the fraction done and a message.

    Raises:
        ValueError: no scene, one without measured depth or with a depth of 0 or less, or a number
            out of range.
    """
    if not len(source):
        raise ValueError("source must hold at least one scene, got none")
    tallies = _Tallies(likelihood)
    place = next((value.device for value in model.parameters()), "cpu")
    for start in range(0, len(source), _CHUNK):
        numbers = range(start, min(start + _CHUNK, len(source)))
        scenes = [source[n] for n in numbers]
        for number, one in zip(numbers, scenes, strict=True):
            check_depth(number, one.depth)
        part = batch(scenes, range(len(scenes)))
        maps = predict_depth(
            model,
            part.images.to(place),
            samples=samples,
            seed=seed,
            focal_lengths=focal_lengths_of(scenes),
        )
        tallies.add(part, maps.to("cpu"))
        if report is not None:
            report(numbers.stop / len(source), f"scene {numbers.stop} of {len(source)}")
    return tallies.result(resamples, seed)


class _Tallies:
    """Sums of each scene."""

    def __init__(self, likelihood: Likelihood) -> None:
        self._widths = [_half_width(level, likelihood) for level in LEVELS]
        self._errors: list[float] = []
        self._ause: dict[str, list[float]] = {name: [] for name in _SCORES}
        self._curves: dict[str, list[Tensor]] = {name: [] for name in (*_SCORES, "oracle")}
        self._inside: list[list[float]] = []
        self._sums: list[list[list[float]]] = []

    def add(self, part: Batch, maps: DepthMaps) -> None:
        truth = part.inverse_depth
        errors = maps.error(truth)
        edges = occlusion_edges(part.depth, part.classes, part.instances)
        measured = ~truth.isnan()
        masks = (
            measured,
            measured & edges.mask,
            measured & ~edges.mask,
            measured & edges.between("car", "car"),
            measured & edges.between("car", "road"),
            measured & edges.mask & (truth > 0),
            measured & ~edges.mask & (truth > 0),
        )
        relative = maps.sigma / truth.clamp_min(1e-6)
        rows = (maps.sigma, maps.aleatoric, maps.epistemic, errors.nan_to_num(0.0), relative)
        scores = dict(zip(_SCORES, (*rows[:3], image_gradient(part.images)), strict=True))
        for n in range(len(truth)):
            kept = measured[n]
            found = errors[n][kept]
            self._errors.append(float(found.mean()))
            for name, score in scores.items():
                self._rank(name, found, score[n][kept])
            scaled = found / maps.sigma[n][kept]
            self._inside.append([float((scaled <= w).double().mean()) for w in self._widths])
            self._sums.append(
                [
                    [float(mask[n].sum()), *(float(row[n][mask[n]].double().sum()) for row in rows)]
                    for mask in masks
                ]
            )

    def _rank(self, name: str, errors: Tensor, score: Tensor) -> None:
        curve = rejection_curve(errors, score)
        places = [max(math.ceil(share * len(errors)) - 1, 0) for share in COVERAGES]
        self._curves[name].append(curve.risk[places])
        if name == "sigma":
            self._curves["oracle"].append(curve.oracle[places])
        self._ause[name].append(float((curve.risk - curve.oracle).mean()))

    def result(self, resamples: int, seed: int) -> DepthEvaluation:
        def mean(values: Sequence[float]) -> Estimate:
            column = torch.tensor(values, dtype=torch.float64, device="cpu")
            return estimate(lambda rows: rows.mean(1), ((column,),), resamples, seed)

        sums = torch.tensor(
            self._sums, dtype=torch.float64, device="cpu"
        )  # (N, part, [pixels, ...])
        areas = {name: mean(values) for name, values in self._ause.items()}
        pairs = zip(self._ause["image gradient"], self._ause["sigma"], strict=True)
        measures = ("sigma", "aleatoric", "epistemic", "error")
        total = sums.sum(0)
        return DepthEvaluation(
            scenes=len(sums),
            error=mean(self._errors),
            gain=mean([gradient - sigma for gradient, sigma in pairs]),
            ause=areas,
            curves={
                name: torch.stack(curves).mean(0).tolist() for name, curves in self._curves.items()
            },
            coverage=torch.tensor(self._inside, dtype=torch.float64, device="cpu").mean(0).tolist(),
            ratio=_ratio(sums[:, 1], sums[:, 2], 1, resamples, seed),
            relative_ratio=_ratio(sums[:, 5], sums[:, 6], 5, resamples, seed),
            car_ratio=_ratio(sums[:, 3], sums[:, 4], 1, resamples, seed),
            parts={
                part: dict(zip(measures, (total[k, 1:5] / total[k, 0]).tolist(), strict=True))
                for k, part in enumerate(PARTS)
                if total[k, 0]
            },
        )


def _ratio(above: Tensor, below: Tensor, row: int, resamples: int, seed: int) -> Estimate | None:
    """Return the ratio of a row's means, from (N, [pixels, sigma, ...]) of each scene.

    It is None if one of the two has no pixel.
    """
    if not (above[:, 0].any() and below[:, 0].any()):
        return None

    def metric(n: Tensor, s: Tensor, m: Tensor, t: Tensor) -> Tensor:
        return (s.sum(1) / n.sum(1)) / (t.sum(1) / m.sum(1))

    columns = (above[:, 0], above[:, row], below[:, 0], below[:, row])
    return estimate(metric, (columns,), resamples, seed)


def _half_width(level: float, likelihood: Likelihood) -> float:
    """Return half the width of the central interval of a distribution with standard deviation 1."""
    if likelihood == "laplace":
        return -math.log(1 - level) / math.sqrt(2)
    return math.sqrt(2) * float(
        torch.erfinv(torch.tensor(level, dtype=torch.float64, device="cpu"))
    )
