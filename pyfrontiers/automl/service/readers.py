"""Read a data set: an `.npz` file, images by class in a folder or a `.zip` file, or a CSV file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pyfrontiers.arguments import checked
from pyfrontiers.automl.service.array_files import read_arrays
from pyfrontiers.automl.service.csv_files import read_table
from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.image_files import read_image_folder, read_image_zip

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["LARGEST_UPLOAD", "MOST_UPLOADED", "read_dataset", "read_upload"]

#: Most bytes of an upload, and most numbers in it.
LARGEST_UPLOAD, MOST_UPLOADED = 10_000_000, 10_000_000
_ENDINGS = (".npz", ".csv", ".zip")


@checked
def read_dataset(data: Path, *, target: str | None = None) -> Dataset:
    """Read a data set.

    Args:
        data: path of one of

            - an `.npz` file with `inputs` (N, F), (N, H, W), (N, H, W, C) or (N, C, H, W) and
              `labels` (N,); the names `x` and `y`, `data` and `target`, `images` are known too;
            - a folder with a folder of images for each class, all of one size, or a `.zip` file of
              it;
            - a `.csv` file with a header, columns of numbers or of few different texts, and one
              column with the class.
        target: name of the column with the class; needed for a CSV file. In an `.npz` file, the
            array with the labels, if it has none of the names above. Images have no target.

    Returns:
        The data set, with values of image files between 0 and 1 and all others as they are.

    Raises:
        FileNotFoundError: there is nothing at the path.
        ValueError: the data cannot be used; the message says why.

    """
    if not data.exists():
        raise FileNotFoundError(
            f"data must be a file or a folder, got {data}, which does not exist"
        )
    if data.is_dir():
        _refuse_target(target, "a folder")
        return read_image_folder(data)
    if data.suffix.lower() not in _ENDINGS:
        raise ValueError(
            "data must be an .npz file, a .csv file, or a folder or .zip file of images "
            f"by class, got {data.name}"
        )
    with data.open("rb") as file:
        return _read(file, data.name, target, None)


@checked
def read_upload(name: str, content: bytes, *, target: str | None = None) -> Dataset:
    """Read a data set from the content of a file, without a disk.

    Args:
        name: of the file, whose ending tells its form; see `read_dataset`.
        content: at most `LARGEST_UPLOAD` bytes, with at most `MOST_UPLOADED` numbers.
        target: as for `read_dataset`.

    Raises:
        ValueError: the data cannot be used; the message says why.

    """
    if len(content) > LARGEST_UPLOAD:
        raise ValueError(
            f"{name} must have at most {LARGEST_UPLOAD // 10**6} MB, got "
            f"{len(content) / 1e6:.1f} MB; use the command for larger data"
        )
    if Path(name).suffix.lower() not in _ENDINGS:
        raise ValueError(f"the name of the file must end in .npz, .csv or .zip, got {name!r}")
    return _read(BytesIO(content), Path(name).name, target, MOST_UPLOADED)


def _read(file: BinaryIO, name: str, target: str | None, most: int | None) -> Dataset:
    ending = Path(name).suffix.lower()
    if ending == ".npz":
        return read_arrays(file, name, most, target)
    if ending == ".csv":
        return read_table(file, name, target)
    _refuse_target(target, "a .zip file")
    return read_image_zip(file, name, most)


def _refuse_target(target: str | None, given: str) -> None:
    if target is not None:
        raise ValueError(
            f"target must be left out where the data is {given} of images, whose folders are the "
            f"classes, got {target!r}"
        )
