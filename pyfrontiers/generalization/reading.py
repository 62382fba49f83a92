"""Read the user's data set: a folder of images or CIFAR-10."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyfrontiers.generalization.cifar import is_cifar, read_cifar
from pyfrontiers.generalization.data import DataError
from pyfrontiers.generalization.folders import read_image_folder

if TYPE_CHECKING:
    from pyfrontiers.generalization.data import ImageData

__all__ = ["read_data"]

_UNPACKED = "cifar-10-batches-py"


def read_data(path: str | Path) -> ImageData:
    """Read a data set from a folder, detecting its format.

    Args:
        path: the Python version of CIFAR-10 (`data_batch_1`, ..., `test_batch`), or a folder of
            images with one subfolder per class, or with `train` and `test` folders of that form.

    Returns:
        Images, labels, and notes on skipped files and duplicates.

    Raises:
        DataError: the folder does not exist or cannot be used; the message says why.
    """
    folder = Path(path).expanduser()
    if not folder.exists():
        raise DataError(f"the data folder {folder} does not exist")
    if not folder.is_dir():
        raise DataError(
            "the data must be a folder of images with one subfolder per class, or the unpacked "
            f"CIFAR-10 for Python, got the file {folder.name}"
        )
    try:
        for candidate in (folder, folder / _UNPACKED):
            if candidate.is_dir() and is_cifar(candidate):
                return read_cifar(candidate)
        return read_image_folder(folder.resolve())
    except PermissionError as error:
        raise DataError(f"no permission to read {error.filename}") from error
