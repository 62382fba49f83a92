"""Read the Python version of CIFAR-10 without executing anything in its pickles."""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.generalization.data import DataError, data_from_arrays

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyfrontiers.generalization.data import ImageData

__all__ = ["is_cifar", "read_cifar"]

_META = "batches.meta"
_TEST_FILE = "test_batch"
_TRAINING_FILES = "data_batch_"
#: Largest accepted file in bytes; an original batch has 31 MB.
_LARGEST = 64 * 2**20
_SIDE = 32
_PIXELS = 3 * _SIDE * _SIDE


def is_cifar(folder: Path) -> bool:
    """Return whether a folder holds training batches and a test batch of CIFAR-10."""
    return any(folder.glob(f"{_TRAINING_FILES}*")) and (folder / _TEST_FILE).is_file()


def read_cifar(folder: Path) -> ImageData:
    """Read `data_batch_1`, ..., `test_batch` and the class names in `batches.meta`.

    The files are pickles. A restricted unpickler reads them: it accepts numbers, strings, lists,
    dictionaries and NumPy arrays and rejects every other name, so a malicious file cannot execute
    code.

    Args:
        folder: the unpacked data set, such as `cifar-10-batches-py`.

    Returns:
        Images (N, 3, 32, 32) in [0, 1] and labels, with the test batch as the test split.

    Raises:
        DataError: a file is too large or not a pickle of plain data, or its arrays have the wrong
            shape.

    Source:
        Krizhevsky, Learning multiple layers of features from tiny images, technical report, 2009.
    """
    training = sorted(folder.glob(f"{_TRAINING_FILES}*"))
    batches = [_batch(path) for path in (*training, folder / _TEST_FILE)]
    labels = torch.cat([labels for _, labels in batches])
    images = torch.cat([images for images, _ in batches])
    count = len(batches[-1][1])
    test = torch.arange(len(labels)) >= len(labels) - count
    classes = _classes(folder / _META, int(labels.max()) + 1)
    return data_from_arrays(folder.name, images, labels, classes, test=test)


def _batch(path: Path) -> tuple[torch.Tensor, torch.Tensor]:
    table = _plain_pickle(path)
    data, labels = (_entry(table, name, path) for name in ("data", "labels"))
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.shape[1:] != (_PIXELS,):
        shown = (
            f"{data.dtype} {data.shape}" if isinstance(data, np.ndarray) else type(data).__name__
        )
        raise DataError(f"'data' of {path.name} must be uint8 rows of {_PIXELS}, got {shown}")
    plain = isinstance(labels, list) and all(
        type(label) is int and 0 <= label < 256 for label in labels
    )
    if not plain or len(labels) != len(data):
        raise DataError(
            f"'labels' of {path.name} must be a list of {len(data)} class indices from 0 to 255, "
            "one per image"
        )
    images = torch.from_numpy(data.reshape(-1, 3, _SIDE, _SIDE)).to(torch.float32) / 255
    return images, torch.tensor(labels, dtype=torch.int64)


def _classes(path: Path, count: int) -> tuple[str, ...]:
    if not path.is_file():
        return tuple(map(str, range(count)))
    names = _entry(_plain_pickle(path), "label_names", path)
    if not isinstance(names, list) or len(names) < count:
        raise DataError(f"'label_names' of {path.name} must be a list of at least {count} names")
    texts = [name.decode("utf-8", "replace") if isinstance(name, bytes) else name for name in names]
    return tuple(map(str, texts[:count]))


def _entry(table: Any, name: str, path: Path) -> Any:
    # The original files were written by Python 2, whose strings are read as bytes.
    if isinstance(table, dict):
        for key in (name, name.encode()):
            if key in table:
                return table[key]
    raise DataError(
        f"{path.name} must be a file of CIFAR-10 for Python, but it has no entry {name!r}"
    )


def _plain_pickle(path: Path) -> Any:
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise DataError(
                f"{path.name} must have at most {_LARGEST / 2**20:.0f} MiB, got "
                f"{size / 2**20:.0f} MiB; a batch of CIFAR-10 has 30 MiB"
            )
        return _PlainUnpickler(io.BytesIO(path.read_bytes()), encoding="bytes").load()
    except DataError:
        raise
    # A damaged pickle can raise almost any exception.
    except Exception as error:
        raise DataError(
            f"{path.name} is not a pickle of plain data: "
            f"{' '.join(str(error).split()) or type(error).__name__}"
        ) from error


def _latin1(text: str, encoding: str) -> bytes:
    """Return the bytes that Python 3 stores as a string in pickles of old protocols."""
    if encoding not in ("latin1", b"latin1"):
        raise pickle.UnpicklingError(f"encoding must be latin1, got {encoding!r}")
    return text.encode("latin1")


def _empty_array(kind: Any, shape: Any, code: Any) -> np.ndarray[Any, Any]:
    """Replace NumPy's `_reconstruct`, which would create an instance of any array class."""
    if kind is not np.ndarray or shape != (0,):
        raise pickle.UnpicklingError("arrays must be plain NumPy arrays, got a subclass")
    return np.ndarray((0,), np.uint8)


_ALLOWED: dict[tuple[str, str], Callable[..., Any] | type] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _empty_array,
    ("numpy._core.multiarray", "_reconstruct"): _empty_array,
    ("_codecs", "encode"): _latin1,
}


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, strings, containers and NumPy arrays, and rejects all other names."""

    def find_class(self, module: str, name: str) -> Any:
        """Return an allowed object, or raise an UnpicklingError."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"it refers to {module}.{name}, which plain data do not need; nothing was executed"
            ) from None
