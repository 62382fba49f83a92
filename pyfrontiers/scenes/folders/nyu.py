"""NYU Depth Dataset V2 in the two layouts in which it is passed on for depth estimation."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np

from pyfrontiers.arguments import Range, checked
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

__all__ = ["read_nyu"]

Side = Annotated[int, Range(1, 8192)]

_FOCAL_LENGTH: Final = 518.86 / 480
"""Of the Kinect's colour camera, in image heights."""
_FARTHEST: Final = 10.0


@checked
def read_nyu(
    folder: Path, split: Literal["train", "test"], *, size: tuple[Side, Side] | None = None
) -> FolderScenes:
    """Read NYU Depth V2: indoor pictures with measured depth, without labels.

    Two layouts are known:

    - `sync/<scene>/rgb_00045.jpg` with `sync_depth_00045.png`, and the test pictures in
      `official_splits/test/<scene>/` with the same names; depth in millimetres, 16 bits.
    - `nyu2_train/<scene>/1.jpg` with `1.png`, 8 bits, 255 being 10 m, and
      `nyu2_test/00000_colors.png` with `00000_depth.png` in millimetres, 16 bits.

    Args:
        folder: the folder that has `sync`, `official_splits`, `nyu2_train` or `nyu2_test`.
        split: which pictures.
        size: (height, width) to resize to: pictures by antialiased interpolation, depth by the
            value at the pixel's centre.

    Returns:
        The scenes. Depth 0 means not measured and becomes NaN; in 8 bits 255 does too, which
        stands for 10 m and anything beyond.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: another layout, no frames, or pictures without depth.

    Source:
        Silberman, Hoiem, Kohli, Fergus, Indoor segmentation and support inference from RGBD
        images, ECCV 2012; Alhashim, Wonka, arXiv 1812.11941 (the second layout).
    """
    names = ("sync", "nyu2_train") if split == "train" else ("official_splits/test", "nyu2_test")
    base = first_folder(folder, *names)
    if base.name in ("sync", "test"):
        found, bits = list(base.glob("*/rgb_*.jpg")), 16
        pairs = paired("depth", found, _synchronised)
    elif base.name == "nyu2_train":
        found, bits = list(base.glob("*/*.jpg")), 8
        pairs = paired("depth", found, lambda path: path.with_suffix(".png"))
    else:
        found, bits = list(base.glob("*_colors.png")), 16
        pairs = paired("depth", found, _of_colours)
    frames = [Frame(image, functools.partial(_labels, depth, bits)) for image, depth in pairs]
    return FolderScenes(checked_frames(frames, base), folder, size)


def _synchronised(image: Path) -> Path:
    return image.with_name(f"sync_depth_{image.stem.removeprefix('rgb_')}.png")


def _of_colours(image: Path) -> Path:
    return image.with_name(f"{image.stem.removesuffix('_colors')}_depth.png")


def _labels(depth: Path, bits: int, rows: int) -> Labels:
    stored = read_grey(depth, bits)
    if bits == 16:
        metres, measured = stored / 1000, stored > 0
    else:
        metres, measured = stored * (_FARTHEST / 255), (stored > 0) & (stored < 255)
    return Labels(np.where(measured, metres, np.nan), None, None, Camera(_FOCAL_LENGTH))
