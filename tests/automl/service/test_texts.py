"""Columns of texts: what the network sees of them, here and after the export."""

import json

import pytest
import torch

from pyfrontiers.automl import service
from pyfrontiers.automl.service.checking import predictions_elsewhere
from pyfrontiers.automl.service.exported.model import OneHot
from pyfrontiers.automl.service.exported.predict import coded, read
from pyfrontiers.automl.service.readers import read_upload


def table(rare="plum", place=0, others=("red", "blue", "green")):
    """Return rows whose colour determines the class, and one row with a unique colour."""
    rows = [f"{k},{others[k % 3]},{'xyz'[k % 3]}" for k in range(45)]
    if rare:
        rows[place] = rows[place].replace(others[place % 3], rare)
    content = "\n".join(["size,colour,kind", *rows]).encode()
    return read_upload("t.csv", content, target="kind")


def outside(split):
    """Return an example that is in the test part."""
    return int(split.test[0])


@pytest.fixture(scope="module")
def place():
    return outside(service.split_dataset(table("")))


def test_each_text_is_a_column_of_zeros_and_ones_and_an_unknown_one_is_zeros():
    one_hot = OneHot(["u", "colour", "v"], {"colour": {"red": 0, "blue": 2}})
    rows = torch.tensor([[5.0, 0, 7], [5, 2, 7], [5, 1, 7], [5, -1, 7]])
    assert one_hot(rows).tolist() == [[5, 1, 0, 7], [5, 0, 1, 7], [5, 0, 0, 7], [5, 0, 0, 7]]


def test_texts_are_learned_on_the_training_part_alone(place):
    data = table("plum", place)
    split = service.split_dataset(data)
    assert place in split.test.tolist()
    assert "plum" in data.texts["colour"]
    assert set(split.texts["colour"]) == {"red", "blue", "green"}
    assert split.prepared(data.inputs[place : place + 1])[0, 1:].tolist() == [0, 0, 0]


def test_numbers_are_normalised_and_texts_are_not():
    data = table("")
    split = service.split_dataset(data)
    seen = split.searched(data).inputs
    assert seen[:, 0].mean().item() == pytest.approx(0, abs=1e-6)
    assert sorted(seen[:, 1:].unique().tolist()) == [0, 1]
    assert seen[:, 1:].sum(1).eq(1).all()


def test_what_the_search_sees_does_not_depend_on_texts_of_the_test_part(place):
    one, other = table("plum", place), table("apricot", place)
    seen = [service.split_dataset(data).searched(data).inputs for data in (one, other)]
    assert torch.equal(*seen)


@pytest.fixture(scope="module")
def result(place):
    return service.fit(table("plum", place), budget=600, children=2, workers=0)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts") / "child"
    result.best.export(folder)
    return folder


@pytest.mark.parametrize("engine", ["torch", "onnx"])
def test_exported_child_reads_texts_from_a_csv_file_without_the_package(
    folder, result, tmp_path, engine
):
    if engine == "onnx":
        for package in ("onnx", "onnxruntime"):
            pytest.importorskip(package, reason=f"{package} is not installed")
    rows = ["colour ,size", " blue,3", "plum,4", "violet,4"]
    (tmp_path / "new.csv").write_text("\n".join(rows))
    blocked = ("numpy",) if engine == "torch" else ("torch",)
    found = predictions_elsewhere(folder, tmp_path / "new.csv", engine=engine, blocked=blocked)
    codes = result.split.texts["colour"]
    wanted = result.best.predict(torch.tensor([[3.0, codes["blue"]], [4.0, -1], [4.0, -1]]))
    assert (found - wanted).abs().max() < 1e-5


def test_card_and_description_have_the_texts(folder):
    assert "| colour | blue, green, red |" in (folder / "README.md").read_text()
    known = json.loads((folder / "model.json").read_text())["texts"]
    assert set(known["colour"]) == {"red", "blue", "green"}


def test_rows_of_requests_hold_texts_or_codes():
    description = {"columns": ["size", "colour"], "texts": {"colour": {"red": 0, "blue": 2}}}
    rows = [[1, "blue"], [2, " red "], [3, "plum"], [4, 2], "no row", [5]]
    assert coded(rows, description) == [[1, 2], [2, 0], [3, -1], [4, 2], "no row", [5]]
    assert rows[0] == [1, "blue"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("red,two", r"'size' in row 2 \(counted from 1\) must be a number, got 'two'"),
        (" ,3", r"'colour' in row 2 \(counted from 1\) must be a text, got an empty cell"),
    ],
)
def test_a_cell_that_does_not_fit_is_named_by_column_and_row(tmp_path, row, said):
    description = {
        "columns": ["size", "colour"],
        "texts": {"colour": {"red": 0}},
        "shape": [2],
        "white": None,
    }
    (tmp_path / "new.csv").write_text(f"colour,size\nred,1\n{row}\n")
    with pytest.raises(ValueError, match=said):
        read(tmp_path / "new.csv", description)
    with pytest.raises(ValueError, match="there is no file"):
        read(tmp_path / "other.csv", description)


def test_texts_that_do_not_fit_their_columns_are_refused():
    rows = {"inputs": torch.zeros(9, 1), "labels": torch.arange(9) % 3, "classes": ("a", "b", "c")}
    with pytest.raises(ValueError, match="texts must be of columns of a table, got 'v'"):
        service.Dataset(**rows, columns=("u",), texts={"v": ("red",)})
    rows["inputs"] = torch.full((9, 1), 2.0)
    with pytest.raises(ValueError, match=r"column 'u' must hold whole numbers from 0 to 0.*got 2"):
        service.Dataset(**rows, columns=("u",), texts={"u": ("red",)})
