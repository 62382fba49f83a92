"""CIFAR is read in every form, or rejected with an explanation."""

from __future__ import annotations

import os
import pickle
import tarfile

import numpy as np
import pytest
import torch

from pyfrontiers.generalization import DataError, read_data
from pyfrontiers.generalization import cifar as cifar_module
from pyfrontiers.generalization.plain_pickles import load_plain_pickle


def batch(path, table, protocol=2):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pickle.dumps(table, protocol=protocol))


@pytest.fixture
def cifar(tmp_path):
    folder = tmp_path / "cifar-10-batches-py"
    random = np.random.default_rng(0)
    for name, count in (("data_batch_1", 40), ("data_batch_2", 40), ("test_batch", 20)):
        pixels = random.integers(0, 256, (count, 3072), dtype=np.uint8)
        batch(folder / name, {b"data": pixels, b"labels": [n % 10 for n in range(count)]})
    names = [f"class {number}" for number in range(10)]
    batch(folder / "batches.meta", {"label_names": names})
    return folder


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    ("key", "labels"),
    [
        (str, list),
        (str.encode, list),
        (str, tuple),
        (str, np.array),
        (str.encode, lambda labels: [np.int64(label) for label in labels]),
    ],
    ids=["str", "bytes", "tuple", "array", "scalars"],
)
def test_cifar_of_any_python_and_numpy_is_read(cifar, protocol, key, labels):
    rows = pickle.loads((cifar / "data_batch_1").read_bytes())[b"data"]
    table = {key("data"): rows, key("labels"): labels([n % 10 for n in range(40)])}
    batch(cifar / "data_batch_1", table, protocol)
    data = read_data(cifar)
    assert data.train_labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert torch.equal(data.train_images[:40].flatten(1), torch.from_numpy(rows.copy()) / 255)


def test_pickle_of_python_2_is_read(cifar):
    # Protocol 2 of Python 2 writes byte strings, and refers to NumPy's old module names.
    content = pickle.dumps(
        {"data": np.zeros((60, 3072), np.uint8), "labels": [0, 1] * 30}, protocol=2
    )
    old = content.replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")
    for name in ("data", "labels"):
        size = bytes([len(name)])
        old = old.replace(b"X" + size + b"\0\0\0" + name.encode(), b"U" + size + name.encode())
    assert old != content
    (cifar / "data_batch_1").write_bytes(old)
    assert len(read_data(cifar).train_labels) == 100


@pytest.mark.parametrize("last", [True, False], ids=["channels last", "channels first"])
def test_images_instead_of_rows_are_read(cifar, last):
    images = np.random.default_rng(1).integers(0, 256, (40, 3, 32, 32), dtype=np.uint8)
    stored = images.transpose(0, 2, 3, 1) if last else images
    batch(cifar / "data_batch_1", {"data": stored, "labels": [n % 10 for n in range(40)]})
    assert torch.equal(read_data(cifar).train_images[:40], torch.from_numpy(images) / 255)


@pytest.mark.parametrize("name", ["cifar-10-python.tar.gz", "cifar-10-python (1).tar.gz"])
def test_archive_is_read_without_unpacking(cifar, tmp_path, name):
    whole = read_data(cifar)
    (tmp_path / "downloads").mkdir()
    archive = tmp_path / "downloads" / name
    with tarfile.open(archive, "w:gz") as file:
        file.add(cifar, "cifar-10-batches-py")
    for place in (archive, archive.parent):
        data = read_data(place)
        assert torch.equal(data.train_images, whole.train_images)
        assert data.classes == whole.classes
    assert [path.name for path in archive.parent.iterdir()] == [name]


def test_binary_version_is_read(cifar, tmp_path):
    whole = read_data(cifar)
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    for name in ("data_batch_1", "data_batch_2", "test_batch"):
        table = pickle.loads((cifar / name).read_bytes())
        labels = np.array(table[b"labels"], np.uint8)[:, None]
        (folder / f"{name}.bin").write_bytes(np.hstack([labels, table[b"data"]]).tobytes())
    (folder / "batches.meta.txt").write_text("\n".join(f"name{n}" for n in range(10)))
    data = read_data(folder)
    assert torch.equal(data.test_images, whole.test_images)
    assert torch.equal(data.train_labels, whole.train_labels)
    assert data.classes[3] == "name3"


def test_training_batches_alone_are_split(cifar):
    (cifar / "test_batch").unlink()
    data = read_data(cifar)
    assert (len(data.train_labels), len(data.test_labels)) == (70, 10)
    assert data.notes == (
        "There is no test batch; every fifth image of each class is for testing.",
    )


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        (
            "cifar-10-python.tar.gz",
            b"\x1f\x8b",
            "must be an archive of CIFAR-10, but it is damaged",
        ),
        ("data_batch_1.bin", b"1" * 3073, "data_batch_1.bin must have labels below 10, got 49"),
        ("data_batch_1.bin", b"1" * 99, "data_batch_1.bin must have 3073 bytes for each image"),
    ],
)
def test_damaged_archives_and_binary_files_are_rejected(tmp_path, name, content, text):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=text):
        read_data(tmp_path)


def test_cifar_is_read_from_its_folder_or_the_parent(cifar):
    for path in (cifar, cifar.parent):
        data = read_data(path)
        assert data.train_images.shape == (80, 3, 32, 32)
        assert len(data.test_labels) == 20
        assert data.classes[3] == "class 3"
    # A row of the format holds all red values, then all green, then all blue ones.
    stored = pickle.loads((cifar / "data_batch_1").read_bytes())[b"data"]
    assert float(data.train_images[0, 2, 1, 5]) == pytest.approx(stored[0, 2048 + 37] / 255)


class Harmful:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return (os.mkdir, (str(self.mark),))


def test_a_malicious_pickle_executes_nothing(cifar, tmp_path):
    batch(cifar / "data_batch_1", {"data": Harmful(tmp_path / "ran"), "labels": []})
    with pytest.raises(
        DataError, match=r"data_batch_1 .* it refers to \w+.mkdir.*nothing was executed"
    ):
        read_data(cifar)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ([1, 2], "data_batch_1 must be a file of CIFAR-10 .* no entry 'data'"),
        ({"data": 3, "labels": []}, "'data' of data_batch_1 must be uint8 rows of 3072, got int"),
        (
            {"data": np.zeros((2, 10), np.uint8), "labels": [0, 1]},
            r"'data' of data_batch_1 must be uint8 rows of 3072, got uint8 \(2, 10\)",
        ),
        (
            {"data": np.zeros((2, 3072), np.uint8), "labels": [0]},
            "'labels' of data_batch_1 must be a list of 2 class indices",
        ),
        ({"data": np.zeros((1, 3072), np.uint8), "labels": [-1]}, "must be a list of 1 class"),
        ({"data": np.array([Harmful], dtype=object), "labels": [0]}, "it refers to"),
    ],
    ids=["not a dict", "no array", "shape", "lengths", "negative", "objects"],
)
def test_invalid_batches_are_rejected(cifar, table, text):
    batch(cifar / "data_batch_1", table)
    with pytest.raises(DataError, match=text):
        read_data(cifar)


def test_damaged_and_oversized_batches_are_rejected(cifar, monkeypatch):
    whole = (cifar / "data_batch_1").read_bytes()
    for damaged in (whole[:5000], b"", b"not a pickle", whole[:60] + b"\xff" * 60 + whole[120:]):
        (cifar / "data_batch_1").write_bytes(damaged)
        with pytest.raises(DataError, match="data_batch_1"):
            read_data(cifar)
    monkeypatch.setattr(cifar_module, "_LARGEST", 1000)
    with pytest.raises(DataError, match=r"data_batch_1 must have at most .* MiB, got .* MiB"):
        read_data(cifar)


def test_array_subclasses_are_not_created():
    for protocol in range(6):
        with pytest.raises(pickle.UnpicklingError):
            load_plain_pickle(pickle.dumps(np.ma.masked_array([1]), protocol=protocol))


def test_a_gap_between_the_training_batches_is_noted(cifar):
    (cifar / "data_batch_1").rename(cifar / "data_batch_3")
    assert read_data(cifar).notes == ("The training batch data_batch_1 is missing.",)


def test_cifar_100_is_found_below_the_named_folder(tmp_path):
    folder = tmp_path / "cifar-100-python"
    pixels = np.random.default_rng(0).integers(0, 256, (40, 3072), dtype=np.uint8)
    for name in ("train", "test"):
        batch(folder / name, {"data": pixels, "fine_labels": [n % 4 for n in range(40)]})
    batch(folder / "meta", {"fine_label_names": [f"kind {number}" for number in range(4)]})
    assert read_data(tmp_path).classes[0] == "kind 0"
