"""Read the user's data set: a folder of images or CIFAR-10."""

from __future__ import annotations

from pathlib import Path

from pyfrontiers.arguments import checked
from pyfrontiers.generalization.cifar import cifar_files, read_cifar
from pyfrontiers.generalization.data import DataError, ImageData
from pyfrontiers.generalization.folders import read_image_folder

__all__ = ["read_data"]


@checked
def read_data(path: str | Path) -> ImageData:
    """Read a data set from a folder, detecting its format.

    Args:
        path: CIFAR-10 or CIFAR-100 (`data_batch_1`, ..., `test_batch`, as the archive, unpacked, or
            the binary version), or a folder of images with one subfolder per class, or with `train`
            and `test` folders of that form.

    Returns:
        Images, labels, and notes on skipped files and duplicates.

    Raises:
        DataError: the folder does not exist or cannot be used; the message says why.
    """
    folder = Path(path).expanduser()
    if not folder.exists():
        raise DataError(f"the data folder {folder} does not exist")
    try:
        if (files := cifar_files(folder)) is not None:
            return read_cifar(files)
        if folder.is_dir():
            return read_image_folder(folder.resolve())
    except PermissionError as error:
        raise DataError(f"no permission to read {error.filename}") from error
    packed = folder.suffix.lower() in {".zip", ".rar", ".7z", ".gz", ".tar", ".tgz"}
    hint = "; unpack it first" if packed else ""
    raise DataError(
        "the data must be a folder of images with one subfolder per class, or CIFAR-10 for Python, "
        f"unpacked or as cifar-10-python.tar.gz, got the file {folder.name}{hint}"
    )
