"""Frames of a data set, and their sequence as scenes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.scenes.classes import CLASSES, THINGS, UNKNOWN
from pyfrontiers.scenes.folders.png import read_colour
from pyfrontiers.scenes.records import Camera, Scene

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FolderScenes"]

_IS_THING = np.array([name in THINGS for name in CLASSES])
_FIRST_NAMED = 3


class Labels(NamedTuple):
    """What a data set knows of a frame besides its picture.

    Attributes:
        depth: (H, W) metres, NaN where it was not measured; None if there is none.
        classes: (H, W) classes; None if there are none.
        things: (H, W): a number for each thing, 0 for no thing, `UNKNOWN` if not known; None if
            there are none.
        camera: the camera.
    """

    depth: np.ndarray | None
    classes: np.ndarray | None
    things: np.ndarray | None
    camera: Camera


class Frame(NamedTuple):
    """A frame of a data set.

    Attributes:
        image: its picture.
        load: reads the labels, given the number of the picture's rows.
    """

    image: Path
    load: Callable[[int], Labels]


class FolderScenes(Sequence[Scene]):
    """The frames of a data set as scenes, read when they are asked for.

    Made by `read_nyu`, `read_kitti` and `read_cityscapes`.

    Attributes:
        frames: the frames, in the order of their file names.
        folder: folder of the data set.
        size: (height, width) to which scenes are resized, or None.
    """

    def __init__(self, frames: Sequence[Frame], folder: Path, size: tuple[int, int] | None) -> None:
        self.frames, self.folder, self.size = tuple(frames), folder, size

    def __len__(self) -> int:
        return len(self.frames)

    @overload
    def __getitem__(self, index: int) -> Scene: ...
    @overload
    def __getitem__(self, index: slice) -> list[Scene]: ...
    def __getitem__(self, index: int | slice) -> Scene | list[Scene]:
        """Read a scene, or the scenes of a slice.

        Raises:
            ValueError: a damaged file, another bit depth, or labels of another size.
        """
        if isinstance(index, slice):
            return [self._read(frame) for frame in self.frames[index]]
        return self._read(self.frames[index])

    def _read(self, frame: Frame) -> Scene:
        image = torch.from_numpy(read_colour(frame.image))
        rows, columns = image.shape[1:]
        labels = frame.load(rows)
        for name, values in (("depth", labels.depth), ("classes", labels.classes)):
            if values is not None and values.shape != (rows, columns):
                raise ValueError(
                    f"{name} of {frame.image} must be {rows} x {columns} pixels like the picture, "
                    f"got {values.shape[0]} x {values.shape[1]}"
                )
        unknown = np.full((rows, columns), UNKNOWN, np.int64)
        classes = unknown if labels.classes is None else labels.classes
        instances = unknown if labels.things is None else _instances(classes, labels.things)
        depth = np.full((rows, columns), np.nan) if labels.depth is None else labels.depth
        return Scene(
            _resized(image, self.size),
            _sampled(torch.from_numpy(depth.astype(np.float32)), self.size),
            _sampled(torch.from_numpy(classes), self.size),
            _sampled(torch.from_numpy(instances), self.size),
            labels.camera,
            None,
            (),
            frame.image.relative_to(self.folder).as_posix(),
        )


def _instances(classes: np.ndarray, things: np.ndarray) -> np.ndarray:
    """Return things numbered from 1, 0 for stuff, and `UNKNOWN` for pixels without a class."""
    is_thing = (classes >= 0) & _IS_THING[classes]
    known = is_thing & (things > 0)
    instances = np.where(is_thing | (classes < 0), UNKNOWN, 0)
    instances[known] = np.unique(things[known], return_inverse=True)[1].ravel() + 1
    return instances


def _resized(image: Tensor, size: tuple[int, int] | None) -> Tensor:
    if size is None or size == tuple(image.shape[1:]):
        return image
    resized = torch.nn.functional.interpolate(
        image[None], size, mode="bilinear", align_corners=False, antialias=True
    )
    return resized[0].clamp(0, 1)


def _sampled(values: Tensor, size: tuple[int, int] | None) -> Tensor:
    """Return the values at the centres of the new pixels: depth and labels have no mean."""
    if size is None:
        return values
    row, column = (
        ((torch.arange(new, device="cpu") + 0.5) * (old / new)).long()
        for new, old in zip(size, values.shape, strict=True)
    )
    return values[row[:, None], column]


def paired(
    kind: str, found: Sequence[Path], partner: Callable[[Path], Path]
) -> list[tuple[Path, Path]]:
    """Return files with their partners.

    Args:
        kind: what the partners are, for the error.
        found: files.
        partner: the path of a file's partner.

    Raises:
        ValueError: partners are missing; the message names the first ones.
    """
    pairs = [(file, partner(file)) for file in found]
    missing = [other for _, other in pairs if not other.is_file()]
    if missing:
        names = ", ".join(str(path) for path in missing[:_FIRST_NAMED])
        more = len(missing) - _FIRST_NAMED
        raise ValueError(
            f"folder must have {kind} for each frame, got none for {len(missing)} of {len(pairs)}: "
            f"{names}" + (f" and {more} more" if more > 0 else "")
        )
    return pairs


def first_folder(folder: Path, *candidates: str) -> Path:
    """Return the first of some folders that exists below `folder`.

    Raises:
        ValueError: `folder` is none, or has none of them.
    """
    if not folder.is_dir():
        raise ValueError(f"folder must be an existing folder, got {folder}")
    for name in candidates:
        if (folder / name).is_dir():
            return folder / name
    raise ValueError(f"folder must have {' or '.join(candidates)}, got {folder} without it")


def checked_frames(frames: list[Frame], where: Path) -> list[Frame]:
    """Return frames in the order of their names.

    Raises:
        ValueError: there are none.
    """
    if not frames:
        raise ValueError(f"folder must have frames in {where}, got none")
    return sorted(frames, key=lambda frame: frame.image.as_posix())
