"""A data set of the user's: a folder of images or CIFAR-10, whichever it is."""

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
    """Read a data set from a folder.

    Args:
        path: CIFAR-10 as published for Python (`data_batch_1`, ..., `test_batch`), or a folder with
            one folder of pictures a class, or with `train` and `test` folders of these.

    Returns:
        Images, labels, and notes on what was left out.

    Raises:
        DataError: the folder does not exist or cannot be used; the message says why.
    """
    folder = Path(path).expanduser()
    if not folder.exists():
        raise DataError(f"the data folder {folder} does not exist")
    if not folder.is_dir():
        raise DataError(
            f"{folder.name} is a file; wanted a folder of images (one folder a class) or CIFAR-10 "
            "for Python, unpacked"
        )
    try:
        for candidate in (folder, folder / _UNPACKED):
            if candidate.is_dir() and is_cifar(candidate):
                return read_cifar(candidate)
        return read_image_folder(folder.resolve())
    except PermissionError as error:
        raise DataError(f"{error.filename} may not be read by this user") from error
