"""Cityscapes: pictures, fine labels and disparity."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np

from pyfrontiers.arguments import Range, checked
from pyfrontiers.scenes.classes import NUMBERS, UNKNOWN
from pyfrontiers.scenes.folders.frames import (
    FolderScenes,
    Frame,
    Labels,
    checked_frames,
    first_folder,
    paired,
)
from pyfrontiers.scenes.folders.png import read_grey
from pyfrontiers.scenes.records import Camera

__all__ = ["read_cityscapes"]

Side = Annotated[int, Range(1, 8192)]

_IDS: Final = {
    "road": (7, 9),
    "pavement": (8,),
    "building": (11, 12, 13, 14, 15, 16),
    "lamp post": (17, 18, 19, 20),
    "vegetation": (21, 22),
    "sky": (23,),
    "person": (24,),
    "cyclist": (25, 32, 33),
    "car": (26,),
    "van": (27, 28, 29, 30),
}
"""Label numbers of Cityscapes that stand for a class. Walls, fences and bridges count as buildings,
poles, traffic lights and signs as lamp posts, parking as road, terrain as vegetation, riders and
two-wheelers as cyclists, lorries, buses and trailers as vans."""

_CLASS_OF: Final = np.full(256, UNKNOWN, np.int64)
for _name, _ids in _IDS.items():
    _CLASS_OF[list(_ids)] = NUMBERS[_name]


def classes_of(ids: np.ndarray) -> np.ndarray:
    """Return the classes of Cityscapes' label numbers, 0 to 255."""
    classes: np.ndarray = _CLASS_OF[ids]
    return classes


@checked
def read_cityscapes(
    folder: Path,
    split: Literal["train", "val", "test"],
    *,
    size: tuple[Side, Side] | None = None,
) -> FolderScenes:
    """Read Cityscapes: street pictures with classes, instances and depth from disparity.

    The layout is that of the packages `leftImg8bit`, `gtFine`, `disparity` and `camera`, unpacked
    into one folder: `leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png`, and so on.
    Depth needs the folders `disparity` and `camera`.

    Args:
        folder: the folder that has `leftImg8bit` and `gtFine`.
        split: which pictures. Those of "test" have dummy labels, and thus unknown classes.
        size: (height, width) to resize to: pictures by antialiased interpolation, depth and labels
            by the value at the pixel's centre.

    Returns:
        The scenes. Labels become the classes of `CLASSES`, or `UNKNOWN`; kerbs are not labelled.
        Things are numbered from 1; a group of things that was not told apart is `UNKNOWN`. Depth is
        baseline times focal length over disparity, NaN where there is none.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: another layout, no frames, or pictures without labels, disparity or camera.

    Source:
        Cordts et al., The Cityscapes dataset for semantic urban scene understanding, CVPR 2016.
    """
    base = first_folder(folder, f"leftImg8bit/{split}")
    first_folder(folder, f"gtFine/{split}")
    found = list(base.glob("*/*_leftImg8bit.png"))

    def partner(package: str, ending: str) -> list[tuple[Path, Path]]:
        def path(image: Path) -> Path:
            stem = image.stem.removesuffix("_leftImg8bit")
            return folder / package / split / image.parent.name / f"{stem}_{ending}"

        return paired(f"{package} ({ending})", found, path)

    ids = dict(partner("gtFine", "gtFine_labelIds.png"))
    things = dict(partner("gtFine", "gtFine_instanceIds.png"))
    disparity: dict[Path, Path] = {}
    cameras: dict[Path, Path] = {}
    if (folder / "disparity" / split).is_dir():
        disparity = dict(partner("disparity", "disparity.png"))
        cameras = dict(partner("camera", "camera.json"))
    frames = [
        Frame(
            image,
            functools.partial(
                _labels, ids[image], things[image], disparity.get(image), cameras.get(image)
            ),
        )
        for image in found
    ]
    return FolderScenes(checked_frames(frames, base), folder, size)


def _labels(
    ids: Path, things: Path, disparity: Path | None, camera: Path | None, rows: int
) -> Labels:
    numbers = read_grey(things, 16)
    made, depth = Camera(float("nan")), None
    if disparity is not None and camera is not None:
        inner, outer = _calibration(camera)
        made = Camera(inner["fx"] / rows, outer["z"], outer["pitch"], outer["yaw"])
        stored = read_grey(disparity, 16)
        # 0: not measured; otherwise disparity in pixels is (stored - 1) / 256.
        measured = stored > 1
        pixels = np.where(measured, (stored - 1) / 256, np.nan)
        depth = outer["baseline"] * inner["fx"] / pixels
    # Groups have the number of their class, below 1000.
    told_apart = np.where(numbers >= 1000, numbers, UNKNOWN)
    return Labels(depth, classes_of(read_grey(ids, 8)), told_apart, made)


def _calibration(path: Path) -> tuple[dict[str, float], dict[str, float]]:
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        inner, outer = found["intrinsic"], found["extrinsic"]
        return (
            {"fx": float(inner["fx"])},
            {name: float(outer[name]) for name in ("baseline", "z", "pitch", "yaw")},
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} must be JSON with the numbers intrinsic fx and extrinsic baseline, z, pitch "
            "and yaw, got a file without them; download it again"
        ) from error
