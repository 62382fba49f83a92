"""Image folders and CIFAR-10 are read, or rejected with an explanation."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch
from PIL import Image

from pyfrontiers.claims import reproduce
from pyfrontiers.generalization import DataError, read_data, selection
from pyfrontiers.generalization import folders as folders_module


def picture(folder, name, shade, size=(40, 36), colour=True):
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(shade).integers(0, 256, (size[1], size[0], 3)) // 4 + shade % 190
    if not colour:
        pixels[...] = pixels[..., :1]
    Image.fromarray(pixels.astype(np.uint8)).save(folder / name)


@pytest.fixture
def folder(tmp_path):
    for kind, label in enumerate(("cats", "dogs", "birds")):
        for number in range(20):
            picture(tmp_path / "pets" / label, f"{number:02d}.png", 20 * kind + number)
    return tmp_path / "pets"


def test_a_folder_of_classes_is_read_and_split(folder):
    data = read_data(folder)
    assert data.classes == ("birds", "cats", "dogs")
    assert data.train_images.shape == (48, 3, 32, 32)
    assert data.test_labels.bincount().tolist() == [4, 4, 4]
    assert 0 <= data.train_images.min() < data.train_images.max() <= 1
    assert data.notes == ()


def test_training_and_test_folders_are_kept_apart(folder):
    for label in ("birds", "cats", "dogs"):
        (folder / "train").mkdir(exist_ok=True)
        os.rename(folder / label, folder / "train" / label)
        picture(folder / "test" / label, "only.png", 99 + len(label))
    data = read_data(folder)
    assert len(data.train_labels) == 60
    assert data.test_labels.tolist() == [0, 1, 2]


def test_grey_images_have_one_channel(tmp_path):
    for label in "ab":
        for number in range(25):
            picture(tmp_path / label, f"{number}.png", number, colour=False)
    assert read_data(tmp_path).train_images.shape[1] == 1


def test_unreadable_files_are_skipped_and_listed(folder):
    (folder / "cats" / "broken.jpg").write_bytes(b"\xff\xd8\xff not a picture")
    data = read_data(folder)
    assert len(data.train_labels) + len(data.test_labels) == 60
    assert data.notes == ("1 of 61 images were not read: 1 damaged (cats/broken.jpg).",)


def test_too_many_unreadable_files_are_rejected(folder):
    for number in range(12):
        (folder / "dogs" / f"x{number}.png").write_bytes(b"")
    with pytest.raises(
        DataError, match=r"12 of 72 images of pets cannot be read: 12 empty \(dogs/x0.png"
    ):
        read_data(folder)


def test_a_single_class_is_rejected(tmp_path):
    for number in range(60):
        picture(tmp_path / "cats" / "cats", f"{number}.png", number, (8, 8))
    with pytest.raises(DataError, match=r"cats must have at least two classes.*, got cats"):
        read_data(tmp_path / "cats")


def test_too_few_images_are_rejected(tmp_path):
    for label in "abc":
        picture(tmp_path / "tiny" / label, "1.png", 1)
    with pytest.raises(DataError, match=r"tiny must have at least 50 images .*, got 3"):
        read_data(tmp_path / "tiny")


def test_a_class_with_too_few_images_is_rejected(folder):
    for number in range(4):
        picture(folder / "fish", f"{number}.png", number)
    with pytest.raises(DataError, match=r"class 'fish' of pets must have at least 5 .*, got 4"):
        read_data(folder)


def test_unusable_folders_are_rejected(folder, tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"the data folder .*nowhere does not exist"):
        read_data(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"must be a folder of images .*, got the file 00.png"):
        read_data(folder / "cats" / "00.png")
    with pytest.raises(DataError, match=r"must have one subfolder per class, .*, got 20 images"):
        read_data(folder / "cats")
    (tmp_path / "hollow" / "a").mkdir(parents=True)
    with pytest.raises(
        DataError, match=r"the subfolders of hollow \(a\) must hold images, got none"
    ):
        read_data(tmp_path / "hollow")
    monkeypatch.setattr(folders_module, "MAX_IMAGES", 59)
    with pytest.raises(DataError, match="pets must hold at most 59 images, got 60"):
        read_data(folder)


def test_duplicate_images_are_noted(folder):
    (folder / "dogs" / "again.png").write_bytes((folder / "cats" / "00.png").read_bytes())
    assert "1 of 61 images are duplicates" in read_data(folder).notes[0]


def test_a_random_subset_has_a_note(folder):
    data = read_data(folder)
    some = selection(data, 10, 5, seed=0)
    assert (len(some.train_labels), len(some.test_labels)) == (10, 5)
    assert some.notes == ("This profile uses 10 of 48 training and 5 of 12 test images.",)
    assert selection(data, 100, 100, seed=0) is data


def test_c5_can_be_measured_on_a_folder(folder, monkeypatch):
    from pyfrontiers.claims import c05

    seen = []

    def study(data, plan, *, report):
        seen.append((data.name, len(data.train_labels), [share for share, _ in plan]))
        raise RuntimeError("study reached")

    monkeypatch.setattr(c05, "study", study)
    with pytest.raises(RuntimeError, match="study reached"):
        reproduce("C5", data=str(folder))
    assert seen == [("pets", 48, [0.0, 0.5, 1.0, 1.0, 1.0])]
    with pytest.raises(ValueError, match="claim C17 cannot be measured on other data"):
        reproduce("C17", data=str(folder))


def test_random_labels_of_a_folder_are_memorised(folder):
    from pyfrontiers.generalization import fit

    run = fit(read_data(folder), share=1.0, width=8, epochs=60, device="cpu")
    assert run.train_accuracy == 1.0
    assert torch.isfinite(torch.tensor(run.curves.train_loss)).all()
