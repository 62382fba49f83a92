"""Read a data set from an `.npz` file."""

from __future__ import annotations

import zlib
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch

from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.labels import classes_of, too_many
from pyfrontiers.zip_faults import zip_fault

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["LARGEST", "as_tensor", "read_arrays"]

#: Largest number that the inputs, float32, can hold, rounded down.
LARGEST = 3e38

_INPUTS = ("inputs", "images", "data", "x", "X", "features")
_LABELS = ("labels", "target", "targets", "y", "classes")
#: Sizes of an image's last dimension that are taken for channels.
_CHANNELS = (1, 3, 4)
#: The first bytes of an .npy file.
_ONE_ARRAY = b"\x93NUMPY"
#: Bytes of the largest number.
_WIDEST = 8
#: What a damaged or encrypted file raises: zipfile RuntimeError for encryption and for compression
#: methods that it lacks, and NumPy the last four for headers that are no Python or have impossible
#: shapes.
_DAMAGED = (
    *(ValueError, OSError, BadZipFile, EOFError, RuntimeError, zlib.error),
    *(MemoryError, OverflowError, TokenError, TypeError),
)


def read_arrays(
    file: BinaryIO, name: str, most: int | None = None, target: str | None = None
) -> Dataset:
    """Read inputs and labels; see `read_dataset`.

    Args:
        file: the file.
        name: of the file.
        most: most numbers that it may hold; `None` for any.
        target: name of the array with the labels; `None` for one of the usual names.

    Raises:
        ValueError: the file cannot be used.

    """
    inputs, labels = _unpacked(file, name, most, target)
    if inputs.ndim < 2 or labels.ndim != 1 or len(inputs) != len(labels):
        raise ValueError(
            f"{name} must have inputs (N, ...) and labels (N,) of equal length, got shapes "
            f"{inputs.shape} and {labels.shape}"
        )
    if not len(inputs):
        raise ValueError(f"{name} must hold examples, got arrays without any")
    if inputs.dtype.kind not in "biuf":
        raise ValueError(f"inputs of {name} must be numbers, got {inputs.dtype}")
    large = np.isfinite(inputs) & (np.abs(inputs) > LARGEST)
    if large.any():
        raise ValueError(
            f"inputs of {name} must be numbers of at most {LARGEST:.0e}, got {inputs[large][0]:.0e}"
        )
    if most is not None and inputs.size > most:
        raise too_many(name, inputs.size, most)
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    classes, indices = classes_of([str(each) for each in labels.tolist()], "labels")
    if inputs.ndim == 3:
        inputs = inputs[:, None]
    elif inputs.ndim == 4 and inputs.shape[3] in _CHANNELS and inputs.shape[1] not in _CHANNELS:
        inputs = np.moveaxis(inputs, 3, 1)
    columns = tuple(f"x{k}" for k in range(inputs.shape[1])) if inputs.ndim == 2 else ()
    white = 255.0 if inputs.ndim == 4 and inputs.dtype == np.uint8 else None
    return Dataset(as_tensor(inputs), indices, classes, columns, Path(name).stem, white)


def _unpacked(file: BinaryIO, name: str, most: int | None, target: str | None) -> tuple[Any, Any]:
    """Return inputs and labels; other arrays are not read."""
    start = file.read(len(_ONE_ARRAY))
    file.seek(0)
    if start == _ONE_ARRAY:
        raise ValueError(
            f"{name} must be an .npz file, got a single array (.npy); save inputs and labels "
            "together with numpy.savez"
        )
    try:
        with ZipFile(file) as archive:
            size = sum(each.file_size for each in archive.infolist())
        file.seek(0)
        if most is not None and size > _WIDEST * most:
            raise _FaultError(str(too_many(name, size // _WIDEST, most)))
        with np.load(file, allow_pickle=False) as stored:
            chosen = _chosen(stored.files, name, target)
            return _array(stored, chosen[0], name), _array(stored, chosen[1], name)
    except _FaultError:
        raise
    except _DAMAGED as error:
        raise ValueError(f"{name} must be a readable .npz file, got {zip_fault(error)}") from error


def _array(stored: Any, each: str, name: str) -> Any:
    try:
        return stored[each]
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        raise _FaultError(
            f"{each} of {name} must be an array of numbers or texts, got one of Python objects; "
            "convert it, for example with numpy.array(..., dtype=float)"
        ) from error


def _chosen(found: list[str], name: str, target: str | None) -> tuple[str, str]:
    """Return the names of inputs and labels."""
    if target is not None and target not in found:
        raise _FaultError(
            f"target must be the array of {name} with the labels, got {target!r}; its arrays are "
            f"{', '.join(found) or 'none'}"
        )
    labels = target or _named(found, _LABELS, name)
    return _named([each for each in found if each != target], _INPUTS, name), labels


def _named(found: list[str], names: tuple[str, ...], name: str) -> str:
    for each in names:
        if each in found:
            return each
    raise _FaultError(
        f"{name} must have an array {' or '.join(names)}, got {', '.join(found) or 'none'}"
    )


class _FaultError(ValueError):
    """The file can be read, but not used."""


def as_tensor(values: Any) -> torch.Tensor:
    """Return numbers as a float32 tensor."""
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))
