"""Read CIFAR-10 and CIFAR-100: their Python and binary versions, unpacked or as the archive."""

from __future__ import annotations

import re
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.generalization.data import DataError, data_from_arrays
from pyfrontiers.generalization.plain_pickles import load_plain_pickle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pyfrontiers.generalization.data import ImageData

__all__ = ["cifar_files", "read_cifar"]

#: Largest accepted file in bytes; the training batch of CIFAR-100 has 155 MB.
_LARGEST = 256 * 2**20
_SIDE = 32
_PIXELS = 3 * _SIDE * _SIDE
_BATCH = re.compile(r"(data_batch_\d+|test_batch|batches\.meta)(\.bin|\.txt)?")
_BATCH_100 = re.compile(r"(train|test|meta|fine_label_names)(\.bin|\.txt)?")
#: Files by which a folder of the data sets is found.
_FIRST = ("data_batch_1*", "fine_label_names.txt", "meta")
_ARCHIVE = re.compile(r"cifar-?100?-(python|binary)(\s?\(\d+\))?\.(tar\.gz|tgz|tar)")


@dataclass(frozen=True, slots=True)
class _Source:
    """The files of a data set: paths, or members of an archive."""

    name: str
    files: Mapping[str, Path | tuple[Path, str]]

    def read(self, name: str) -> bytes:
        """Return the content of a file, or raise a DataError if it is too large."""
        place = self.files[name]
        if not isinstance(place, tuple):
            _check_size(name, place.stat().st_size)
            return place.read_bytes()
        with tarfile.open(place[0]) as archive:
            member = archive.getmember(place[1])
            _check_size(name, member.size)
            stream = archive.extractfile(member)
            return b"" if stream is None else stream.read()


def cifar_files(place: Path) -> _Source | None:
    """Find the files of CIFAR in a folder or an archive.

    Args:
        place: A folder that contains the batches (up to two levels below) or the archive, or the
            archive itself.

    Returns:
        The files, or ``None`` if there are none.

    Raises:
        DataError: There is an archive of CIFAR that cannot be read.

    """
    if place.is_file():
        return _archive(place) if _is_tar(place.name) else None
    # An archive may be unpacked into a folder of its name, next to other folders.
    below = (
        path.parent
        for level in ("*", "*/*")
        for first in _FIRST
        for path in sorted(place.glob(f"{level}/{first}"))
    )
    for folder in (place, *below):
        files = {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}
        if kept := _of_cifar(files):
            return _Source(folder.name, kept)
    archives = [path for path in sorted(place.iterdir()) if _ARCHIVE.fullmatch(path.name)]
    return _archive(archives[0]) if archives else None


def _is_tar(name: str) -> bool:
    """Return whether a file is named like an archive."""
    return name.endswith((".tar.gz", ".tgz", ".tar"))


def _of_cifar(files: dict[str, Any]) -> dict[str, Any]:
    """Return the files of CIFAR-10, of CIFAR-100, or none."""
    ten = {name: place for name, place in files.items() if _BATCH.fullmatch(name)}
    if any(name.startswith("data_batch_") for name in ten):
        return ten
    hundred = {name: place for name, place in files.items() if _BATCH_100.fullmatch(name)}
    return hundred if {"train", "test"} <= {name.removesuffix(".bin") for name in hundred} else {}


def _archive(path: Path) -> _Source:
    try:
        with tarfile.open(path) as archive:
            members = [member for member in archive.getmembers() if member.isfile()]
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise DataError(
            f"{path.name} must be an archive of CIFAR-10, but it is damaged or incomplete; "
            "download it again"
        ) from error
    files = _of_cifar({m.name.rpartition("/")[2]: (path, m.name) for m in members})
    if not files:
        raise DataError(
            f"{path.name} must hold CIFAR-10 (data_batch_1, ..., test_batch), got "
            f"{', '.join(m.name for m in members[:3]) or 'no files'}; unpack other archives first"
        )
    return _Source(re.sub(r"\.(tar\.gz|tgz|tar)$", "", path.name), files)


def read_cifar(source: _Source) -> ImageData:
    """Read the batches and the class names.

    The files of the Python version are pickles, read by :func:`.load_plain_pickle`, so a malicious
    file cannot execute code. In the binary version an image is its label and 3,072 bytes. Without a
    test batch, every fifth image of each class is for testing.

    Args:
        source: Result of :func:`cifar_files`.

    Returns:
        Images (N, 3, 32, 32) in [0, 1] and labels, with the test batch as the test split.

    Raises:
        DataError: A file is too large or not a pickle of plain data, or its arrays have the wrong
            shape.

    Source:
        Krizhevsky, Learning multiple layers of features from tiny images, technical report, 2009.
    """
    training = sorted(name for name in source.files if re.match(r"data_batch_|train\b", name))
    testing = [name for name in source.files if re.match(r"test(_batch)?(\.bin)?$", name)]
    batches = [_batch(source, name) for name in (*training, *testing)]
    labels = torch.cat([labels for _, labels in batches])
    images = torch.cat([images for images, _ in batches])
    classes = _classes(source, int(labels.max()) + 1 if len(labels) else 0)
    if not testing:
        note = "There is no test batch; every fifth image of each class is for testing."
        return data_from_arrays(source.name, images, labels, classes, notes=(note,))
    test = torch.arange(len(labels), device="cpu") >= len(labels) - len(batches[-1][1])
    numbers = sorted(int(n[0]) for name in training if (n := re.findall(r"\d+", name)))
    absent = sorted({*range(1, max(numbers, default=0) + 1)} - {*numbers})
    notes = tuple(f"The training batch data_batch_{number} is missing." for number in absent)
    return data_from_arrays(source.name, images, labels, classes, test=test, notes=notes)


def _batch(source: _Source, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    content = source.read(name)
    data, labels = _binary(content, name) if name.endswith(".bin") else _pickled(content, name)
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.shape[1:] != (_PIXELS,):
        shown = (
            f"{data.dtype} {data.shape}" if isinstance(data, np.ndarray) else type(data).__name__
        )
        raise DataError(f"'data' of {name} must be uint8 rows of {_PIXELS}, got {shown}")
    plain = isinstance(labels, list) and all(
        type(label) is int and 0 <= label < 256 for label in labels
    )
    if not plain or len(labels) != len(data):
        raise DataError(
            f"'labels' of {name} must be a list of {len(data)} class indices from 0 to 255, "
            "one per image"
        )
    images = torch.from_numpy(data.reshape(-1, 3, _SIDE, _SIDE)).to(torch.float32) / 255
    return images, torch.tensor(labels, dtype=torch.int64, device="cpu")


def _pickled(content: bytes, name: str) -> tuple[Any, Any]:
    table = _plain(content, name)
    key = "fine_labels" if name in ("train", "test") else "labels"
    data, labels = _entry(table, "data", name), _entry(table, key, name)
    if isinstance(data, list):
        data = np.array(data)
    if isinstance(data, np.ndarray) and data.ndim == 4 and data.dtype == np.uint8:
        # Some files contain images instead of rows, with the channels last or first.
        channels_last = data.shape[-1] == 3
        data = (data.transpose(0, 3, 1, 2) if channels_last else data).reshape(len(data), -1)
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "iu":
        labels = labels.ravel().tolist()
    return data, list(labels) if isinstance(labels, tuple) else labels


def _binary(content: bytes, name: str) -> tuple[Any, Any]:
    """Read rows of one label and 3,072 bytes; in CIFAR-100 the coarse label comes first."""
    before = 1 if name.startswith(("data_batch", "test_batch")) else 2
    if not content or len(content) % (_PIXELS + before):
        raise DataError(
            f"{name} must have {_PIXELS + before} bytes for each image, got {len(content):,} in all"
        )
    rows = np.frombuffer(content, np.uint8).reshape(-1, _PIXELS + before)
    labels = rows[:, before - 1].tolist()
    most = 10 if before == 1 else 100
    if labels and max(labels) >= most:
        raise DataError(f"{name} must have labels below {most}, got {max(labels)}")
    return rows[:, before:].copy(), labels


def _classes(source: _Source, count: int) -> tuple[str, ...]:
    numbers = tuple(map(str, range(count)))
    for texts in ("batches.meta.txt", "fine_label_names.txt"):
        if texts in source.files:
            lines = source.read(texts).decode("utf-8", "replace").split()
            return tuple(lines[:count]) if len(lines) >= count else numbers
    name = next((n for n in ("batches.meta", "meta") if n in source.files), None)
    if name is None:
        return numbers
    key = "label_names" if name == "batches.meta" else "fine_label_names"
    names = _entry(_plain(source.read(name), name), key, name)
    if not isinstance(names, list) or len(names) < count:
        raise DataError(f"{key!r} of {name} must be a list of at least {count} names")
    shown = [one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in names]
    return tuple(map(str, shown[:count]))


def _entry(table: Any, key: str, name: str) -> Any:
    # The original files were written by Python 2, whose strings are read as bytes.
    if isinstance(table, dict):
        for one in (key, key.encode()):
            if one in table:
                return table[one]
    raise DataError(f"{name} must be a file of CIFAR-10 for Python, but it has no entry {key!r}")


def _check_size(name: str, size: int) -> None:
    if size > _LARGEST:
        raise DataError(
            f"{name} must have at most {_LARGEST / 2**20:.0f} MiB, got "
            f"{size / 2**20:.0f} MiB; a batch of CIFAR-10 has 30 MiB"
        )


def _plain(content: bytes, name: str) -> Any:
    try:
        return load_plain_pickle(content)
    # A damaged pickle can raise almost any exception.
    except Exception as error:
        raise DataError(
            f"{name} is not a pickle of plain data: "
            f"{' '.join(str(error).split()) or type(error).__name__}"
        ) from error
