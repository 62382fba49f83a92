"""What the commands that train on scenes share: their options, and where scenes come from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pyfrontiers.cli.options import naming_options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyfrontiers.scenes import Scene

__all__ = [
    "MOST_STEPS",
    "NAMES",
    "PARTS",
    "Data",
    "Device",
    "Height",
    "HeldOut",
    "Json",
    "Layout",
    "LayoutOption",
    "Output",
    "Split",
    "Weights",
    "Width",
    "check_device",
    "check_size",
    "scenes_of",
]


class Layout(StrEnum):
    """Layout of a folder of pictures."""

    nyu = "nyu"
    kitti = "kitti"
    cityscapes = "cityscapes"


_LAYOUTS = {
    Layout.nyu: "sync/SCENE/rgb_*.jpg with sync_depth_*.png, or nyu2_train/SCENE/*.jpg with *.png; "
    "for testing official_splits/test/SCENE or nyu2_test",
    Layout.kitti: "train/DRIVE/proj_depth/groundtruth/*/*.png with pictures in "
    "DATE/DRIVE/*/data/*.png; val alike; for selection val_selection_cropped/image with "
    "groundtruth_depth; for semantics training/image_2, semantic and instance",
    Layout.cityscapes: "leftImg8bit/train/CITY/*_leftImg8bit.png with "
    "gtFine/train/CITY/*_gtFine_labelIds.png and *_gtFine_instanceIds.png; val and test alike; "
    "for depth also disparity and camera",
}
"""Where each layout has its files, for help and errors."""

PARTS = {
    Layout.nyu: ("train", "test"),
    Layout.kitti: ("train", "val", "selection", "semantics"),
    Layout.cityscapes: ("train", "val", "test"),
}
"""The parts of each data set. A test compares them with the readers, which the help cannot import
because they need torch."""

MOST_STEPS = 10_000_000
"""A larger number is a typing error; without this limit it would be noticed only after the scenes
are drawn."""

NAMES = {
    "data": "--data",
    "device": "--device",
    "p": "--p",
    "path": "--weights",
    "seed": "--seed",
    "source": "--data",
    "tasks": "--task",
    "way": "--way",
    "weights": "--weight",
}
"""The options by the arguments that they become; see `naming_options`."""

Output = Annotated[
    Path, typer.Option("--output", "-o", help="File for the weights, ending in .safetensors.")
]
Weights = Annotated[
    Path | None, typer.Option(help="Weights from 'train'; default: the shipped ones.")
]
Device = Annotated[str, typer.Option(help="Where to compute, such as cuda.")]
Data = Annotated[
    Path | None, typer.Option(help="Folder of a data set instead of street scenes; see --layout.")
]
LayoutOption = Annotated[
    Layout,
    typer.Option(
        "--layout",
        help="Layout of the folder --data. "
        + " ".join(f"{each}: {files}." for each, files in _LAYOUTS.items()),
    ),
]
_PART = "Part of the data set --data. " + " ".join(
    f"{layout}: {', '.join(parts)}." for layout, parts in PARTS.items()
)
Split = Annotated[str, typer.Option(help=_PART)]
HeldOut = Annotated[
    str | None, typer.Option("--split", help=f"{_PART} Default: test for nyu, else val.")
]
Height = Annotated[int, typer.Option(min=16, max=1024, help="Rows of a picture, an even number.")]
Width = Annotated[int, typer.Option(min=16, max=1024, help="Columns of a picture, an even number.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def check_device(device: str) -> None:
    """Check that torch can compute on a device.

    Raises:
        ValueError: this machine, or this build of torch, has no such device.
    """
    import torch

    try:
        usable = torch.empty(0, device=device).device.type != "meta"
    except (RuntimeError, AssertionError):
        usable = False
    if not usable:
        raise ValueError(
            f"--device must be a device that torch can use here, such as cpu, got {device!r}"
        )


def check_size(height: int, width: int) -> None:
    """Check that the networks can halve both sides.

    Raises:
        ValueError: a side is odd.
    """
    for option, side in (("--height", height), ("--width", width)):
        if side % 2:
            raise ValueError(
                f"{option} must be even, got {side}; {side + 1} is the next even number"
            )


def scenes_of(
    folder: Path | None,
    layout: Layout,
    split: str | None,
    size: tuple[int, int],
    *,
    seed: int,
    count: int,
) -> Sequence[Scene]:
    """Return the scenes of a folder, or street scenes on clear days if there is none.

    Args:
        folder: of a data set, or None.
        layout: of the folder.
        split: part of the data set; None: the one that networks are not trained on.
        size: rows and columns of a picture.
        seed: of the street scenes.
        count: number of street scenes.

    Raises:
        ValueError: a side is odd, or the folder has no such scenes.
    """
    check_size(*size)
    from pyfrontiers.depth import AS_TRAINED
    from pyfrontiers.scenes import StreetScenes, read_cityscapes, read_kitti, read_nyu

    if folder is None:
        with naming_options(seed="--seed", count="--scenes"):
            return StreetScenes(seed, count, height=size[0], width=size[1], **AS_TRAINED)
    readers: dict[Layout, Callable[..., Sequence[Scene]]] = {
        Layout.nyu: read_nyu,
        Layout.kitti: read_kitti,
        Layout.cityscapes: read_cityscapes,
    }
    held_out = "test" if layout is Layout.nyu else "val"
    with naming_options(folder="--data", split="--split"):
        try:
            return readers[layout](folder, split or held_out, size=size)
        except ValueError as error:
            if not str(error).startswith("folder must have"):
                raise
            raise ValueError(f"{error}. Layout {layout}: {_LAYOUTS[layout]}.") from error
