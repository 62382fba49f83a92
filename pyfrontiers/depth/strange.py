"""What the network has not seen: other weather, another camera, and a real stereo photograph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from pyfrontiers.arguments import Count, Sample, Seed, checked
from pyfrontiers.depth.cameras import focal_lengths_of
from pyfrontiers.depth.data import AS_TRAINED
from pyfrontiers.depth.prediction import SIZE, fitted_picture, predict_depth
from pyfrontiers.scenes import UNKNOWN, Camera, Scene, StreetScenes, Weather
from pyfrontiers.uncertainty.metrics import Estimate
from pyfrontiers.uncertainty.metrics.estimate import estimate

__all__ = ["CONDITIONS", "epistemic_ratios", "motorcycle"]

CONDITIONS: Final[dict[str, dict[str, Any]]] = {
    "fog": {"weather": Weather(fog=0.8)},
    "rain": {"weather": Weather(rain=0.8)},
    "night": {"weather": Weather(night=0.9)},
    "camera at 4 m": {"camera_height": 4.0},
}
"""Settings of scenes unlike those of the training."""
_CHUNK = 16
#: Of the quarter-size motorcycle, as scikit-image's documentation of `stereo_motorcycle` gives
#: them: focal length in pixels, baseline in metres, difference of the principal points in pixels.
_FOCAL, _BASELINE, _OFFSET = 994.978, 0.193001, 31.086


@checked
def epistemic_ratios(
    model: nn.Module,
    *,
    count: Count = 50,
    samples: Count = 30,
    seed: Seed = 1,
    resamples: Sample = 1000,
    report: Callable[[float, str], None] | None = None,
) -> dict[str, Estimate]:
    """Return mean epistemic sigma in strange conditions over that of the same scenes as trained.

    Args:
        model: a `DepthNet`.
        count: scenes of each condition.
        samples: passes for each scene.
        seed: 64-bit seed of scenes, masks and resampling.
        resamples: bootstrap resamples of the scenes; 0 for no intervals.
        report: called with the fraction done and a message.

    Returns:
        The ratio for each of `CONDITIONS`; above 1, the network knows that it is a stranger there.
    """
    usual = _means(model, StreetScenes(seed, count, **AS_TRAINED), samples, seed)
    found = {}
    for number, (name, options) in enumerate(CONDITIONS.items()):
        if report is not None:
            report((number + 1) / (len(CONDITIONS) + 1), name)
        strange = _means(model, StreetScenes(seed, count, **AS_TRAINED | options), samples, seed)
        found[name] = estimate(
            lambda a, b: a.sum(1) / b.sum(1), ((strange, usual),), resamples, seed
        )
    return found


def _means(model: nn.Module, source: StreetScenes, samples: int, seed: int) -> torch.Tensor:
    parts = []
    for start in range(0, len(source), _CHUNK):
        scenes = source[start : start + _CHUNK]
        images = torch.stack([one.image for one in scenes])
        lengths = focal_lengths_of(scenes)
        maps = predict_depth(model, images, samples=samples, seed=seed, focal_lengths=lengths)
        parts.append(maps.epistemic.double().mean((1, 2)))
    return torch.cat(parts)


def motorcycle() -> Scene:
    """Return the stereo photograph of a motorcycle with depth from its measured disparity.

    Returns:
        The middle of the photograph at the size of the street scenes. A pixel's depth is that of
        the photograph's pixel at its centre, NaN where the disparity was not measured. Classes and
        instances are unknown.

    Source:
        Scharstein et al., High-resolution stereo datasets with subpixel-accurate ground truth, GCPR
        2014; the file is that of scikit-image, `data.stereo_motorcycle`.
    """
    import skimage.data

    data: Any = skimage.data
    left, _, disparity = data.stereo_motorcycle()
    whole = torch.from_numpy(np.ascontiguousarray(left)).movedim(2, 0).float() / 255
    measured = torch.from_numpy(np.where(np.isfinite(disparity), disparity, np.nan)).float()
    depth = _BASELINE * _FOCAL / (measured + _OFFSET)
    rows, columns = depth.shape
    high = min(rows, round(columns * SIZE[0] / SIZE[1]))
    top = (rows - high) // 2
    at_row = top + ((torch.arange(SIZE[0]) + 0.5) * high / SIZE[0]).long()
    at_column = ((torch.arange(SIZE[1]) + 0.5) * columns / SIZE[1]).long()
    unknown = torch.full(SIZE, UNKNOWN, dtype=torch.int64)
    return Scene(
        fitted_picture(whole),
        depth[at_row][:, at_column],
        unknown,
        unknown.clone(),
        Camera(focal_length=_FOCAL / high),
        None,
        (),
        "motorcycle",
    )
