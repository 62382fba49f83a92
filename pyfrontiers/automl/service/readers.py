"""Read a data set from an `.npz` file, a folder of images by class, or a CSV file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch

from pyfrontiers.arguments import checked
from pyfrontiers.automl.service.dataset import Dataset

__all__ = ["read_dataset"]

_INPUTS = ("inputs", "images", "data", "x", "X", "features")
_LABELS = ("labels", "target", "targets", "y", "classes")
_PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
#: A target column of numbers with more different values than this is taken for a regression.
_MOST_NUMBERS = 50
#: Sizes of an image's last dimension that are taken for channels.
_CHANNELS = (1, 3, 4)


@checked
def read_dataset(path: Path, *, target: str | None = None) -> Dataset:
    """Read a data set.

    Args:
        path: one of

            - an `.npz` file with `inputs` (N, F), (N, H, W), (N, H, W, C) or (N, C, H, W) and
              `labels` (N,); the names `x` and `y`, `data` and `target`, `images` are known too;
            - a folder with a folder of images for each class, all of one size;
            - a `.csv` file with a header, numbers, and one column with the class.
        target: name of the column with the class; needed for a CSV file only.

    Returns:
        The data set, with values of image files between 0 and 1 and all others as they are.

    Raises:
        FileNotFoundError: there is nothing at the path.
        ValueError: the data cannot be used; the message says why.

    """
    if not path.exists():
        raise FileNotFoundError(
            f"the data path must be a file or a folder, got {path}, which does not exist"
        )
    if path.is_dir():
        return _read_folder(path)
    if path.suffix.lower() == ".npz":
        return _read_npz(path)
    if path.suffix.lower() == ".csv":
        return _read_csv(path, target)
    raise ValueError(
        "the data path must be an .npz file, a .csv file or a folder of images by class, got "
        f"{path.name}"
    )


def _read_npz(path: Path) -> Dataset:
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (ValueError, OSError, BadZipFile, EOFError) as error:
        raise ValueError(
            f"the data path must be a readable .npz file, got {path.name}: {error}"
        ) from error
    inputs, labels = _named(arrays, _INPUTS, path), _named(arrays, _LABELS, path)
    if inputs.ndim < 2 or labels.ndim != 1 or len(inputs) != len(labels):
        raise ValueError(
            f"{path.name} must have inputs (N, ...) and labels (N,) of equal length, got shapes "
            f"{inputs.shape} and {labels.shape}"
        )
    if inputs.dtype.kind not in "biuf":
        raise ValueError(f"inputs of {path.name} must be numbers, got {inputs.dtype}")
    classes, indices = _classes([str(each) for each in labels.tolist()], "labels")
    if inputs.ndim == 3:
        inputs = inputs[:, None]
    elif inputs.ndim == 4 and inputs.shape[3] in _CHANNELS and inputs.shape[1] not in _CHANNELS:
        inputs = np.moveaxis(inputs, 3, 1)
    columns = tuple(f"x{k}" for k in range(inputs.shape[1])) if inputs.ndim == 2 else ()
    white = 255.0 if inputs.ndim == 4 and inputs.dtype == np.uint8 else None
    return Dataset(_tensor(inputs), indices, classes, columns, path.stem, white)


def _named(arrays: dict[str, Any], names: tuple[str, ...], path: Path) -> Any:
    for name in names:
        if name in arrays:
            return arrays[name]
    raise ValueError(
        f"{path.name} must have an array {' or '.join(names)}, got {', '.join(arrays) or 'none'}"
    )


def _read_csv(path: Path, target: str | None) -> Dataset:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path.name} must be CSV in UTF-8, got another file: {error}") from error
    if len(rows) < 2:
        raise ValueError(f"{path.name} must have a header and rows below it, got {len(rows)} lines")
    header = [name.strip() for name in rows.pop(0)]
    if len(set(header)) < len(header):
        raise ValueError(f"{path.name} must name each column once, got {', '.join(header)}")
    if target is None or target not in header:
        given = "no target" if target is None else f"the target {target!r}"
        raise ValueError(
            f"target must be the column of {path.name} with the class, got {given}; its columns "
            f"are {', '.join(header)}"
        )
    if len(header) < 2:
        raise ValueError(f"{path.name} must have a column besides the target {target!r}, got none")
    place = header.index(target)
    columns = tuple(header[:place] + header[place + 1 :])
    inputs, labels = [], []
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise ValueError(
                f"row {number} of {path.name} must have {len(header)} values as the header has, "
                f"got {len(row)}"
            )
        labels.append(row.pop(place).strip())
        inputs.append([_number(v, c, number) for v, c in zip(row, columns, strict=True)])
    classes, indices = _classes(labels, f"the target {target!r}")
    return Dataset(_tensor(np.array(inputs)), indices, classes, columns, path.stem)


def _number(text: str, column: str, row: int) -> float:
    if not text.strip():
        raise ValueError(
            f"column {column!r} must hold numbers, got nothing in row {row} (from 1); fill it in "
            "or leave the row out"
        )
    try:
        return float(text)
    except ValueError:
        raise ValueError(
            f"column {column!r} must hold numbers, got {text!r} in row {row} (from 1); encode text "
            "as numbers or leave the column out"
        ) from None


def _read_folder(path: Path) -> Dataset:
    from PIL import Image, UnidentifiedImageError

    folders = sorted(each for each in path.iterdir() if each.is_dir() and each.name[0] != ".")
    files = [
        (index, file)
        for index, folder in enumerate(folders)
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in _PICTURES
    ]
    if not files:
        raise ValueError(
            "the data path must be a folder with a folder of images for each class, got "
            f"{path}, which has {len(folders)} folders and no images in them"
        )
    pictures = []
    for _, file in files:
        try:
            with Image.open(file) as opened:
                if opened.mode.startswith(("I", "F")):
                    raise ValueError(
                        f"{file} must have 8 bits a channel, got the mode {opened.mode}; convert it"
                    )
                pictures.append(opened.convert("L" if opened.mode in ("1", "L") else "RGB"))
        except (UnidentifiedImageError, OSError) as error:
            raise ValueError(
                f"{file} must be an image, got a file that is none: {error}"
            ) from error
        if pictures[-1].size != pictures[0].size:
            raise ValueError(
                f"images must have equal sizes, got {_size(pictures[0])} in {files[0][1].name} and "
                f"{_size(pictures[-1])} in {file.name}; resize them first"
            )
    if any(each.mode == "RGB" for each in pictures):
        pictures = [each.convert("RGB") for each in pictures]
    pixels = np.stack([np.asarray(each, np.float32) for each in pictures]) / 255
    pixels = pixels[:, None] if pixels.ndim == 3 else np.moveaxis(pixels, 3, 1)
    labels = torch.tensor([index for index, _ in files], device="cpu")
    classes = tuple(each.name for each in folders)
    return Dataset(_tensor(pixels), labels, classes, (), path.name, white=1.0)


def _size(picture: Any) -> str:
    return f"{picture.width} x {picture.height}"


def _classes(labels: list[str], name: str) -> tuple[tuple[str, ...], torch.Tensor]:
    """Return the names of the classes, numbers in their order, and the index of each label."""
    if "" in labels or "nan" in labels:
        raise ValueError(f"{name} must have a class for each example, got an example with none")
    names = sorted(set(labels))
    try:
        names.sort(key=float)
        numbers = True
    except ValueError:
        numbers = False
    if numbers and len(names) > _MOST_NUMBERS and len(names) * 2 > len(labels):
        raise ValueError(
            f"{name} must be classes, got {len(names):,} different numbers in {len(labels):,} "
            "examples; sort them into ranges first"
        )
    index = {label: place for place, label in enumerate(names)}
    return tuple(names), torch.tensor([index[label] for label in labels], device="cpu")


def _tensor(values: Any) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))
