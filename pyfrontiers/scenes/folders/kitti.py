"""KITTI: depth from the laser scanner, and the pictures with classes and instances."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Annotated, Literal

import numpy as np

from pyfrontiers.arguments import Range, checked
from pyfrontiers.scenes.classes import UNKNOWN
from pyfrontiers.scenes.folders.cityscapes import classes_of
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

__all__ = ["read_kitti"]

Side = Annotated[int, Range(1, 8192)]


@checked
def read_kitti(
    folder: Path,
    split: Literal["train", "val", "selection", "semantics"],
    *,
    size: tuple[Side, Side] | None = None,
) -> FolderScenes:
    """Read KITTI: street pictures with depth, or with depth, classes and instances.

    - "train" and "val", the depth benchmark:
      `train/<drive>/proj_depth/groundtruth/image_02/0000000005.png`, with the raw pictures in
      `<date>/<drive>/image_02/data/0000000005.png`, below `folder` or `folder/raw`. Pictures
      without depth, at the ends of each drive, are passed over.
    - "selection": `val_selection_cropped/image` and `groundtruth_depth`, below `folder` or
      `folder/depth_selection`.
    - "semantics", the 200 pictures of 2015: `training/image_2`, `semantic` and `instance`; depth
      comes from `disp_occ_0` and `calib_cam_to_cam` if these folders are there.

    Args:
        folder: the folder of the data set.
        split: which pictures.
        size: (height, width) to resize to: pictures by antialiased interpolation, depth and labels
            by the value at the pixel's centre.

    Returns:
        The scenes. Stored depth is metres times 256, in 16 bits; 0 means not measured and becomes
        NaN. Labels are those of Cityscapes; see `read_cityscapes`.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: another layout, no frames, or depth or labels without pictures.

    Source:
        Uhrig et al., Sparsity invariant CNNs, 3DV 2017; Abu Alhaija et al., Augmented reality meets
        computer vision, IJCV 2018.
    """
    if split == "selection":
        name = "val_selection_cropped"
        base = first_folder(folder, name, f"depth_selection/{name}")
        pairs = paired("a picture", list((base / "groundtruth_depth").glob("*.png")), _selected)
        frames = [Frame(image, functools.partial(_depth, depth, None)) for depth, image in pairs]
    elif split == "semantics":
        base = first_folder(folder, "training")
        frames = _semantics(base)
    else:
        base = first_folder(folder, split)
        found = list(base.glob("*/proj_depth/groundtruth/image_0[23]/*.png"))
        pairs = paired("a picture", found, functools.partial(_raw, folder))
        frames = [
            Frame(
                image, functools.partial(_depth, depth, image.parents[3] / "calib_cam_to_cam.txt")
            )
            for depth, image in pairs
        ]
    return FolderScenes(checked_frames(frames, base), folder, size)


def _selected(depth: Path) -> Path:
    name = depth.name.replace("_sync_groundtruth_depth_", "_sync_image_")
    return depth.parents[1] / "image" / name


def _raw(folder: Path, depth: Path) -> Path:
    """Return the path of the raw picture of a depth file."""
    camera, drive = depth.parent.name, depth.parents[3].name
    below = Path(drive[:10], drive, camera, "data", depth.name)
    raw = folder / "raw" / below
    return raw if raw.is_file() else folder / below


def _depth(depth: Path, calibration: Path | None, rows: int) -> Labels:
    stored = read_grey(depth, 16)
    focal = float("nan")
    if calibration is not None and calibration.is_file():
        focal = _projection(calibration, depth.parent.name[-2:])[0] / rows
    return Labels(np.where(stored > 0, stored / 256, np.nan), None, None, Camera(focal))


def _semantics(base: Path) -> list[Frame]:
    found = list((base / "image_2").glob("*.png"))

    def partner(name: str, ending: str = ".png") -> dict[Path, Path]:
        def path(image: Path) -> Path:
            stem = image.stem if ending == ".png" else image.stem.partition("_")[0]
            return base / name / (stem + ending)

        return dict(paired(name, found, path))

    ids, things = partner("semantic"), partner("instance")
    disparity: dict[Path, Path] = {}
    calibration: dict[Path, Path] = {}
    if (base / "disp_occ_0").is_dir():
        disparity, calibration = partner("disp_occ_0"), partner("calib_cam_to_cam", ".txt")
    return [
        Frame(
            image,
            functools.partial(
                _labels, ids[image], things[image], disparity.get(image), calibration.get(image)
            ),
        )
        for image in found
    ]


def _labels(
    ids: Path, things: Path, disparity: Path | None, calibration: Path | None, rows: int
) -> Labels:
    camera, depth = Camera(float("nan")), None
    if disparity is not None and calibration is not None:
        focal, left = _projection(calibration, "02")
        _, right = _projection(calibration, "03")
        camera = Camera(focal / rows)
        stored = read_grey(disparity, 16)
        # Disparity in pixels is stored / 256; left - right is the focal length times the baseline.
        depth = (left - right) / np.where(stored > 0, stored / 256, np.nan)
    numbers = read_grey(things, 16)
    told_apart = np.where(numbers % 256 > 0, numbers, UNKNOWN)
    return Labels(depth, classes_of(read_grey(ids, 8)), told_apart, camera)


def _projection(path: Path, camera: str) -> tuple[float, float]:
    """Return focal length in pixels and the offset in x of a rectified camera."""
    match = re.search(rf"^P_rect_{camera}:(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    try:
        values = [float(value) for value in match[1].split()] if match else []
        return values[0], values[3]
    except (ValueError, IndexError) as error:
        raise ValueError(
            f"{path} must have a line P_rect_{camera} of 12 numbers, got "
            f"{match[0] if match else 'none'!r}"
        ) from error
