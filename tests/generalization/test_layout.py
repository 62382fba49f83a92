"""Layouts of image folders, and files that systems, browsers and archives leave in them."""

from __future__ import annotations

import io
import os
import re

import numpy as np
import pytest
from PIL import Image

from pyfrontiers.generalization import DataError, read_data
from pyfrontiers.generalization.litter import is_litter


def content(seed=0, kind="PNG"):
    pixels = np.random.default_rng(seed).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def lay(root, *places, count=30, ending=".png"):
    """Write `count` images to each place, such as "train/cats"."""
    for number, place in enumerate(places):
        (root / place).mkdir(parents=True, exist_ok=True)
        for image in range(count):
            (root / place / f"{image}{ending}").write_bytes(content(1000 * number + image))
    return root


#: Folders with images, and the numbers of training and test images.
LAYOUTS = {
    "classes": (("cats", "dogs"), (48, 12)),
    "wrapped": (("photos/cats", "photos/dogs"), (48, 12)),
    "wrapped twice": (("a/b/cats", "a/b/dogs"), (48, 12)),
    "nested classes": (("cats/2019", "cats/2020/spring", "dogs"), (72, 18)),
    "train and test": (("train/cats", "train/dogs", "test/cats", "test/dogs"), (60, 60)),
    "train and val": (("Train/cats", "Train/dogs", "val/cats", "val/dogs"), (60, 60)),
    "of Kaggle": (
        (
            *("training_set/training_set/cats", "training_set/training_set/dogs"),
            *("test_set/test_set/cats", "test_set/test_set/dogs"),
        ),
        (60, 60),
    ),
    "wrapped split": (
        ("data/train/cats", "data/train/dogs", "data/test/cats", "data/test/dogs"),
        (60, 60),
    ),
    "names of a Mac": (
        ("train/Ka\u0308tzchen", "train/dogs", "test/K\u00e4tzchen", "test/dogs"),
        (60, 60),
    ),
    "training only": (("train/cats", "train/dogs"), (48, 12)),
    "competition": (("train/cats", "train/dogs", "test"), (48, 12)),
    "competition, wrapped": (("train/cats", "train/dogs", "test/test"), (48, 12)),
    "competition with val": (
        ("train/cats", "train/dogs", "val/cats", "val/dogs", "test/unknown"),
        (60, 60),
    ),
    "train, val and test": (
        ("train/a", "train/b", "val/a", "val/b", "test/a", "test/b"),
        (60, 60),
    ),
    "split in classes": (("cats/train", "cats/test", "dogs/train", "dogs/test"), (60, 60)),
    "splits with a name": (("seg_train/a", "seg_train/b", "seg_test/a", "seg_test/b"), (60, 60)),
    "years": (("train2017/a", "train2017/b", "val2017/a", "val2017/b"), (60, 60)),
    "classes named train": (("freight train", "bus"), (48, 12)),
    "names of other alphabets": (("猫", "собаки"), (48, 12)),
    "copies": (("cats (1)", "dogs - Copy"), (48, 12)),
}


@pytest.mark.parametrize("loose", [3, 7])
def test_folder_with_many_loose_images_is_not_a_wrapper(tmp_path, loose):
    folder = lay(tmp_path / "photos", "extra/cats", "extra/dogs")
    for number in range(loose):
        (folder / f"{number}.png").write_bytes(content(number))
    if loose == 3:  # of 60 inside
        assert read_data(folder).notes == (
            "3 images of photos are in no folder of a class and were left out.",
        )
    else:
        with pytest.raises(
            DataError, match=r"photos must have at least two classes, .*, got extra"
        ):
            read_data(folder)


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_found(tmp_path, name):
    places, counts = LAYOUTS[name]
    data = read_data(lay(tmp_path / "photos", *places))
    assert (len(data.train_labels), len(data.test_labels)) == counts
    assert len(data.classes) == 2


def test_image_in_a_wrapping_folder_is_not_a_class(tmp_path):
    lay(tmp_path / "photos", "main/data/cats", "main/data/dogs")
    (tmp_path / "photos" / "main" / "logo.png").write_bytes(content())
    data = read_data(tmp_path / "photos")
    assert data.classes == ("cats", "dogs")
    assert data.notes == ("1 images of main are in no folder of a class and were left out.",)


def test_link_to_itself_is_an_unreadable_image(tmp_path):
    lay(tmp_path, "cats", "dogs")
    (tmp_path / "cats" / "self.png").symlink_to("self.png")
    assert "1 cannot be opened (cats/self.png)" in read_data(tmp_path).notes[0]


def test_file_names_in_another_encoding_are_shown(tmp_path):
    lay(tmp_path, "cats", os.fsdecode(b"d\xf6gs"))
    (tmp_path / "cats" / os.fsdecode(b"\xff.png")).write_bytes(b"GIF8")
    data = read_data(tmp_path)
    for text in (*data.classes, *data.notes):
        text.encode()


def test_skipped_images_are_counted(tmp_path):
    folder = lay(tmp_path / "p", "train/a", "train/b", "val/a", "val/b", "test", "extra/c")
    (folder / "train" / "loose.png").write_bytes(content())
    (folder / "train" / "fish").mkdir()
    notes = " ".join(read_data(folder).notes)
    assert "30 images in test were left out: the folder has no folders of classes." in notes
    assert "30 images in extra were left out: the folder is not used." in notes
    assert "1 images of train are in no folder of a class and were left out." in notes


LITTER = [
    *(".DS_Store", "._0.png", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", ".gitignore"),
    *("0.png:Zone.Identifier", "0.png.crdownload", "0.png.part", "0.jpg.download", "~$a.docx"),
    *(".0.png.icloud", "0.png.tmp", "0.png~", "a.lnk", "0.pngZone.Identifier"),
]
LITTER_FOLDERS = [
    *("__MACOSX", "@eaDir", ".ipynb_checkpoints", ".git", "lost+found", "$RECYCLE.BIN"),
    *(
        "System Volume Information",
        "__pycache__",
        "#recycle",
        ".Trash-1000",
        ".AppleDouble",
        "Previews.lrdata",
    ),
]


@pytest.mark.parametrize("name", LITTER)
def test_system_files_are_skipped_and_counted(tmp_path, name):
    folder = lay(tmp_path / "photos", "cats", "dogs")
    (folder / "cats" / name).write_bytes(content(77))
    (folder / name).write_bytes(b"x")
    data = read_data(folder)
    assert len(data.train_labels) + len(data.test_labels) == 60
    assert re.match(r"Left by systems or browsers and passed over: 2 x ", data.notes[0])


@pytest.mark.parametrize("name", LITTER_FOLDERS)
def test_system_folders_are_skipped_and_counted(tmp_path, name):
    folder = lay(tmp_path / "photos", "cats", "dogs", f"{name}/cats", name)
    data = read_data(folder)
    assert data.classes == ("cats", "dogs")
    assert len(data.train_labels) + len(data.test_labels) == 60
    assert data.notes[0].startswith("Left by systems or browsers and passed over: 1 x")


@pytest.mark.parametrize(
    "name", ["0 (1).png", "IMG_0001.JPG", "part.png", "desktop.png", "a.b.png"]
)
def test_images_with_similar_names_are_kept(name):
    assert not is_litter(name, folder=False)


def test_folders_without_images_are_noted(tmp_path):
    folder = lay(tmp_path / "photos", "cats", "dogs")
    for name in ("annotations", "fish"):
        (folder / name).mkdir()
    (folder / "annotations" / "labels.csv").write_text("a,b")
    assert read_data(folder).notes == ("Folders without images: annotations, fish.",)


def test_unreadable_images_are_counted_by_reason(tmp_path):
    folder = lay(tmp_path / "photos", "cats", "dogs", count=40)
    (folder / "cats" / "empty.jpg").write_bytes(b"")
    (folder / "cats" / "cut.png").write_bytes(content()[:60])
    (folder / "dogs" / "a.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (folder / "dogs" / "page.png").write_bytes(b"<html>not found</html>")
    os.symlink(tmp_path / "nowhere", folder / "dogs" / "link.png")
    (note,) = read_data(folder).notes
    assert note.startswith("5 of 85 images were not read: ")
    for reason in (
        "1 empty (cats/empty.jpg)",
        "1 damaged (cats/cut.png)",
        "1 text (dogs/page.png)",
    ):
        assert reason in note
    assert "1 cannot be opened (dogs/link.png)" in note
    assert "a.heic" in note


def test_images_without_suffix_and_with_a_wrong_one_are_read(tmp_path):
    folder = lay(tmp_path / "photos", "cats", count=30, ending="")
    lay(folder, "dogs", count=30, ending=".jpeg")  # PNG files
    assert len(read_data(folder).train_labels) == 48


def test_links_to_a_parent_folder_are_not_followed(tmp_path):
    folder = lay(tmp_path / "photos", "cats", "dogs")
    os.symlink(folder, folder / "cats" / "again")
    assert len(read_data(folder).train_labels) == 48


def test_one_pixel_and_large_photographs_are_read(tmp_path):
    folder = lay(tmp_path / "photos", "cats", "dogs")
    Image.new("RGB", (1, 1), "red").save(folder / "cats" / "dot.png")
    Image.new("RGB", (20_000, 3_000), "red").save(folder / "dogs" / "wide.jpg", quality=20)
    data = read_data(folder)
    assert data.notes == ()
    assert len(data.train_labels) + len(data.test_labels) == 62


@pytest.mark.parametrize(
    ("places", "text"),
    [
        (("",), r"photos must have one subfolder per class, .*, got 30 images without subfolders"),
        (("photos",), r"photos must have at least two classes, .*, got photos"),
        (
            ("train", "test"),
            r"test of photos must have one subfolder per class, .*, got 30",
        ),
    ],
)
def test_images_without_classes_are_explained(tmp_path, places, text):
    folder = lay(tmp_path / "photos", *places)
    with pytest.raises(DataError, match=text):
        read_data(folder)


def test_table_of_labels_is_named(tmp_path):
    folder = lay(tmp_path / "photos", "")
    (folder / "train.csv").write_text("id,label\n0.png,cat\n")
    with pytest.raises(
        DataError, match=r"labels in train.csv are not read: move the images of each"
    ):
        read_data(folder)


def test_masks_next_to_images_are_left_out(tmp_path):
    places = ("lung/images", "lung/masks", "heart/images", "heart/masks")
    data = read_data(lay(tmp_path / "scans", *places))
    assert len(data.train_labels) + len(data.test_labels) == 60
    assert data.notes[0] == "30 images in masks of heart were left out: they are masks."
    both = read_data(lay(tmp_path / "carnival", "masks", "hats"))
    assert both.classes == ("hats", "masks")


def test_classes_that_differ_in_case_or_spaces_are_noted(tmp_path):
    (note,) = read_data(lay(tmp_path / "photos", "cat", "Cat ", "dog")).notes
    assert note == "Classes whose names differ only in case or spaces: 'Cat ', 'cat'."


def test_deep_folders_are_read_or_refused_but_never_skipped(tmp_path):
    deep = "/".join("d" * 60)
    data = read_data(lay(tmp_path / "photos", f"cats/{deep}", "dogs"))
    assert len(data.train_labels) == 48
    folder = lay(tmp_path / "more", "cats", "dogs", f"birds/{'/'.join('d' * 220)}", count=5)
    with pytest.raises(DataError, match="at most 200 folders within each other"):
        read_data(folder)


def test_link_to_itself_without_a_suffix_is_skipped(tmp_path):
    folder = lay(tmp_path / "photos", "cats", "dogs")
    os.symlink("again", folder / "again")
    assert len(read_data(folder).train_labels) == 48


@pytest.mark.parametrize("name", ["archive.zip", "train-images-idx3-ubyte.gz", "t10k.idx1-ubyte"])
def test_packed_files_are_named_when_there_are_no_images(tmp_path, name):
    (tmp_path / name).write_bytes(b"data")
    with pytest.raises(DataError, match=rf"{name} is not read: unpack it and save the images"):
        read_data(tmp_path)
