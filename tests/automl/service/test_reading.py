"""Reading data: the three forms, and a sentence for what cannot be used."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
import torch
from PIL import Image

from pyfrontiers.automl.service import Dataset, read_dataset
from pyfrontiers.automl.service.exported import predict
from pyfrontiers.automl.service.readers import read_upload


def zip_of(**files):
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, each in files.items():
            archive.writestr(name, each)
    return content.getvalue()


def npz_of(**arrays):
    content = BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def table(path, rows, header="a,b,kind"):
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


GOOD = [f"{k},{k / 2},{'xy'[k % 2]}" for k in range(12)]


def test_csv_gives_the_other_columns_as_numbers_and_the_target_as_classes(tmp_path):
    data = read_dataset(table(tmp_path / "t.csv", GOOD), target="kind")
    assert (data.kind, data.classes, data.columns) == ("table", ("x", "y"), ("a", "b"))
    assert data.inputs[3].tolist() == [3.0, 1.5]
    assert data.labels.tolist() == [0, 1] * 6


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [((6, 5), (5,)), ((6, 4, 5), (1, 4, 5)), ((6, 7, 5, 3), (3, 7, 5)), ((6, 3, 4, 5), (3, 4, 5))],
)
def test_npz_accepts_rows_and_images_with_channels_first_or_last(tmp_path, shape, wanted):
    np.savez(tmp_path / "d.npz", x=np.zeros(shape, np.uint8), y=np.arange(6) % 2)
    assert read_dataset(tmp_path / "d.npz").shape == wanted


def test_the_target_of_an_npz_is_the_array_with_the_labels(tmp_path):
    file, labels = tmp_path / "d.npz", np.arange(6) % 2
    np.savez(file, x=np.zeros((6, 5)), y=labels, kind=1 - labels)
    assert read_dataset(file).labels.tolist() == labels.tolist()
    assert read_dataset(file, target="kind").labels.tolist() == (1 - labels).tolist()
    with pytest.raises(ValueError, match=r"^target .* array of d.npz .* 'sort'; .* x, y, kind$"):
        read_dataset(file, target="sort")
    with pytest.raises(ValueError, match="must have an array inputs"):
        read_dataset(file, target="x")


def test_images_have_no_target(tmp_path):
    folder = pictures(tmp_path / "d", [(5, 4)] * 3)
    packed = tmp_path / "d.zip"
    packed.write_bytes(zip_of(**{f"a/{k}.png": b"" for k in range(3)}))
    for path, said in ((folder, "a folder"), (packed, "a .zip file")):
        with pytest.raises(ValueError, match=f"^target must be left out where .* {said} .*'kind'"):
            read_dataset(path, target="kind")


def pictures(folder, sizes, classes=("cat", "dog")):
    for name in classes:
        (folder / name).mkdir(parents=True)
        for k, size in enumerate(sizes):
            Image.new("RGB", size, (255, 0, 51)).save(folder / name / f"{k}.png")
    return folder


def test_folder_gives_a_class_for_each_subfolder(tmp_path):
    data = read_dataset(pictures(tmp_path / "d", [(5, 4)] * 3))
    assert (data.classes, data.shape) == (("cat", "dog"), (3, 4, 5))
    assert data.inputs[0, :, 0, 0].tolist() == pytest.approx([1.0, 0.0, 0.2])


@pytest.mark.parametrize(
    ("rows", "target", "said"),
    [
        (GOOD, None, r"target must be the column of t.csv with the class, got no target.*a, b"),
        (GOOD, "sort", "got the target 'sort'; its columns are a, b, kind"),
        ([*GOOD, "1,two,x"], "kind", "column 'b' must hold numbers, got 'two' in row 13"),
        (
            [f"1,{'ab'[k % 2] * (k + 1)},{'xy'[k % 2]}" for k in range(80)],
            "kind",
            "column 'b' must hold numbers or at most 32 different texts, got 80: 'a{33}' in row 33",
        ),
        (["1,red,x", "1,NaN,x", "1,blue,y"] * 5, "kind", "'b' must hold a text .* 'nan' in row 2"),
        (
            [*GOOD, "1,,x"],
            "kind",
            "column 'b' must hold a value in each row, got nothing in row 13",
        ),
        ([*GOOD, "1,nan,x"], "kind", "the first in column 'b' of row 13 \\(counted from 1"),
        ([*GOOD, "1,2,"], "kind", "must have a class for each example"),
        (
            [f'1,"{k},5",{"xy"[k % 2]}' for k in range(9)],
            "kind",
            r"^column 'b' must hold numbers with a point, got '0,5' in row 1 .*; write 0.5$",
        ),
        ([*GOOD, "1,2"], "kind", "row 13 of t.csv must have 3 values"),
        ([*GOOD, "1,2,z"], "kind", r"at least 3 examples.*'z' \(1\)"),
        ([f"1,{k},x" for k in range(9)], "kind", "at least two classes, got 1: x"),
        (GOOD[:3], "kind", r"each class must have at least 3 examples"),
        ([], "kind", "must have a header and rows below it"),
        ([f"1,2,{k / 7}" for k in range(99)], "kind", "must be classes, got 99 different numbers"),
    ],
)
def test_unusable_csv_is_refused_with_a_sentence(tmp_path, rows, target, said):
    with pytest.raises(ValueError, match=said):
        read_dataset(table(tmp_path / "t.csv", rows), target=target)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_columns_that_are_not_separated_by_commas_are_named(tmp_path, separator):
    rows = [row.replace(",", separator) for row in GOOD]
    path = table(tmp_path / "t.csv", rows, header=separator.join(("a", "b", "kind")))
    with pytest.raises(ValueError, match=r"^t.csv must have columns separated by commas, got one"):
        read_dataset(path, target="kind")


def test_images_of_unequal_size_are_refused_with_both_sizes(tmp_path):
    with pytest.raises(ValueError, match=r"sizes, got 4 x 4 in \w+/0.png and 5 x 4 in \w+/2.png"):
        read_dataset(pictures(tmp_path / "d", [(4, 4), (4, 4), (5, 4)]))


def test_folder_without_images_and_broken_images_are_refused(tmp_path):
    wanted = "a folder with a folder of images for each class, as in cats/1.png and dogs/1.png, got"
    with pytest.raises(ValueError, match=f"^data must be {wanted} .*, which has no folders"):
        read_dataset(tmp_path)
    (tmp_path / "cat").mkdir()
    with pytest.raises(ValueError, match=r"no images in its folders \(cat\)$"):
        read_dataset(tmp_path)
    (tmp_path / "b.png").touch()
    with pytest.raises(ValueError, match=r"images outside class folders, such as b\.png; put"):
        read_dataset(tmp_path)
    (tmp_path / "cat" / "a.png").write_text("no image")
    with pytest.raises(ValueError, match=r"a.png must be an image"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("grey", [False, True])
def test_predictions_read_a_picture_as_the_data_did(tmp_path, grey):
    """From a folder of images, or from `uint8` arrays."""
    folder = pictures(tmp_path / "d", [(5, 6)] * 3)
    file = folder / "cat" / "0.png"
    drawn = [Image.effect_noise((5, 6), 80) for _ in range(3)]
    (drawn[0] if grey else Image.merge("RGB", drawn)).save(file)
    for other in folder.rglob("*.png"):
        Image.open(file).save(other)
    pixels = np.stack([np.asarray(Image.open(file))] * 6)
    np.savez(tmp_path / "d.npz", x=pixels, y=np.arange(6) % 2)
    np.savez(tmp_path / "f.npz", x=pixels / 255, y=np.arange(6) % 2)
    for path in (folder, tmp_path / "d.npz"):
        data = read_dataset(path)
        description = {"columns": [], "shape": list(data.shape), "white": data.white}
        assert torch.allclose(torch.tensor(predict.read(file, description))[0], data.inputs[0])
    assert read_dataset(tmp_path / "f.npz").white is None
    for name, white in (("0.png", None), ("0.csv", 1.0)):
        with pytest.raises(ValueError, match=rf"{name} must be an? .*JSON file, like the data"):
            predict.read(file.with_name(name), description | {"white": white})
    Image.new("I;16", (5, 6)).save(file)
    with pytest.raises(ValueError, match=r"0\.png must have 8 bits a channel"):
        predict.read(file, description)
    with pytest.raises(ValueError, match=r"0\.png must have 8 bits a channel, got the mode I"):
        read_dataset(folder)


def test_names_must_differ_and_numbers_become_float32():
    inputs, labels = torch.zeros(6, 2, dtype=torch.float64), torch.arange(6) % 2
    assert Dataset(inputs, labels, ("a", "b"), ("u", "v")).inputs.dtype == torch.float32
    with pytest.raises(ValueError, match="classes must be different names, got a twice"):
        Dataset(inputs, labels, ("a", "a"), ("u", "v"))
    with pytest.raises(ValueError, match="columns must be different names, got u twice"):
        Dataset(inputs, labels, ("a", "b"), ("u", "u"))


def test_a_table_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes("höhe,kind\n1,x\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"t\.csv must be CSV in UTF-8, got another kind"):
        read_dataset(tmp_path / "t.csv", target="kind")


def test_a_picture_named_csv_is_refused_in_a_sentence(tmp_path):
    Image.new("L", (5, 6)).save(tmp_path / "t.png")
    content = (tmp_path / "t.png").read_bytes()
    with pytest.raises(ValueError, match=r"t\.csv must be CSV in UTF-8") as caught:
        read_upload("t.csv", content, target="kind")
    assert "codec" not in str(caught.value)


def zipped(folder, outer=""):
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for file in folder.rglob("*.png"):
            archive.write(file, outer + str(file.relative_to(folder)))
        archive.writestr(f"__MACOSX/{outer}cat/._0.png", b"no image")
    return content.getvalue()


@pytest.mark.parametrize("outer", ["", "pets/"])
def test_zip_of_images_is_read_as_its_folder(tmp_path, outer):
    folder = pictures(tmp_path / "d", [(5, 4)] * 3)
    found, wanted = read_upload("d.zip", zipped(folder, outer)), read_dataset(folder)
    assert found.digest == wanted.digest


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"0" * 10_000_001, "a.csv must have at most 10 MB, got 10.0 MB"),
        (
            "a.zip",
            b"PK no",
            r"a.zip must be a readable .zip file, got a damaged or",
        ),
        (
            "a.npz",
            b"PK no",
            r"a.npz must be a readable .npz file, got a damaged or",
        ),
        ("a.npz", b"\x93NUMPY\1", r"must be an .npz file, got a single array \(.npy\); save"),
        (
            "a.npz",
            npz_of(x=np.zeros((3, 2)), y=np.array([0, None, "b"], object)),
            "^y of a.npz must be an array of numbers or texts, got one of Python objects; convert",
        ),
        ("a.csv", b'a,b\n1,"' + b"2" * 200_000 + b"\n", "got a line that is none, such as .*again"),
        (
            "a.zip",
            zip_of(**{"c/a.png": zip_of(notes=b"text")}),
            r"^c/a.png must be an image. The file is a zip archive .*; choose a JPEG",
        ),
        ("a.zip", zip_of(**{"c/a.png": b"\x89PNG\r\n\x1a\n"}), r"image file is damaged .*again"),
        (
            "a.zip",
            zip_of(notes=b"text"),
            "a.zip must hold a folder of images .*, got no image in a",
        ),
        ("a.npz", zip_of(x=bytes(80_000_001)), "a.npz must hold at most 10,000,000 numbers"),
        ("a.npz", npz_of(x=np.zeros((11, 1000, 1000), np.uint8), y=np.arange(11)), "11,000,000"),
        ("a.npz", npz_of(x=np.zeros((0, 4)), y=np.zeros(0)), "^a.npz must hold examples, got arr"),
        (
            "a.npz",
            npz_of(x=np.full((6, 2), -1e39), y=np.arange(6) % 2),
            "^inputs of a.npz must be numbers of at most 3e\\+38, got -1e\\+39$",
        ),
        ("a.csv", b"", "a.csv must have a header and rows below it"),
        ("a.csv", b"\x00\xff\xfe\x00", "a.csv must"),
        ("a.txt", b"", r"the name of the file must end in \.npz, .csv or .zip, got 'a.txt'"),
    ],
)
def test_unusable_upload_is_refused_with_a_sentence(name, content, said):
    with pytest.raises(ValueError, match=said):
        read_upload(name, content, target="kind" if name == "a.csv" else None)


def test_upload_of_huge_images_is_refused_before_they_are_decoded(tmp_path, monkeypatch):
    folder = pictures(tmp_path / "d", [(3000, 2000)])
    monkeypatch.setattr(Image.Image, "convert", None)
    with pytest.raises(ValueError, match=r"d.zip must hold at most 10,000,000 numbers, got 12,0"):
        read_upload("d.zip", zipped(folder))


def test_arrays_that_are_not_used_may_hold_anything():
    arrays = {"x": np.zeros((6, 2)), "y": np.arange(6) % 2, "notes": np.array([None, {}], object)}
    assert read_upload("a.npz", npz_of(**arrays)).shape == (2,)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^data must be a file or a folder, got .* exist"):
        read_dataset(tmp_path / "nothing.npz")
    (tmp_path / "a.txt").touch()
    with pytest.raises(ValueError, match=r"^data must be an \.npz file, a .csv file, or a folder"):
        read_dataset(tmp_path / "a.txt")
    (tmp_path / "a.npz").write_bytes(b"PK no")
    with pytest.raises(ValueError, match=r"must be a readable \.npz file"):
        read_dataset(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", y=np.arange(6))
    with pytest.raises(ValueError, match="must have an array inputs or"):
        read_dataset(tmp_path / "b.npz")
