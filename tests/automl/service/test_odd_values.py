"""Damaged files, odd spellings of values, and children without weights: no wrong network."""

import math
import struct
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
import torch
from PIL import Image

from pyfrontiers.automl.cost import Limit
from pyfrontiers.automl.protocols import Outcome
from pyfrontiers.automl.service import Dataset, fitting, refitting, split_dataset
from pyfrontiers.automl.service.candidates import Candidate, stored
from pyfrontiers.automl.service.exported.predict import Predictor, read
from pyfrontiers.automl.service.plans import plan_for
from pyfrontiers.automl.service.readers import read_dataset, read_upload
from pyfrontiers.automl.study import Trial


def csv_of(rows, header="a,kind"):
    return "\n".join([header, *rows]).encode()


def test_numbers_with_underscores_are_texts(tmp_path):
    rows = [f"1_{k % 2},{'xy'[k % 2]}" for k in range(12)]
    assert read_upload("t.csv", csv_of(rows), target="kind").texts == {"a": ("1_0", "1_1")}
    (tmp_path / "new.csv").write_bytes(csv_of(["1_0"], "a"))
    description = {"columns": ["a"], "texts": {}, "shape": [1], "white": None}
    with pytest.raises(ValueError, match=r"'a' in row 1 .* must be a number, got '1_0'"):
        read(tmp_path / "new.csv", description)


def test_classes_are_ordered_as_numbers_only_if_all_are_numbers():
    for labels, classes in ((("10", "9"), ("9", "10")), (("1_0", "9"), ("1_0", "9"))):
        rows = [f"{k},{labels[k % 2]}" for k in range(12)]
        assert read_upload("t.csv", csv_of(rows), target="kind").classes == classes


@pytest.mark.parametrize("spelling", ["nan", "NaN", "NAN", "-nan"])
def test_a_missing_class_is_no_class(spelling):
    rows = [f"{k},{spelling if k < 4 else 'xy'[k % 2]}" for k in range(12)]
    with pytest.raises(ValueError, match="must have a class for each example"):
        read_upload("t.csv", csv_of(rows), target="kind")


def test_numbers_beyond_float32_are_refused_with_their_row():
    rows = b"a,b,class\n1,2,x\n1e300,3,y\n2,4,x\n"
    with pytest.raises(ValueError, match=r"at most 3e\+38, got '1e300' in row 2"):
        read_upload("t.csv", rows, target="class")


def test_labels_of_bytes_are_read_as_text():
    content = BytesIO()
    np.savez(content, x=np.zeros((6, 2)), y=np.array([b"cat", b"dog"] * 3))
    assert read_upload("t.npz", content.getvalue()).classes == ("cat", "dog")


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000, 3), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000000000000, 2), }",
        "{'descr': (",
        "{[]: 1}",
    ],
    ids=["too large for memory", "too large for an index", "no end", "no key"],
)
def test_arrays_with_impossible_headers_are_refused_in_a_sentence(header):
    line = header.encode() + b"\n"
    content, labels = BytesIO(), BytesIO()
    np.save(labels, np.arange(6) % 2)
    with ZipFile(content, "w") as archive:
        archive.writestr("y.npy", labels.getvalue())
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(line)) + line)
    with pytest.raises(ValueError, match=r"^t\.npz must be a readable \.npz file, got a damaged"):
        read_upload("t.npz", content.getvalue())


def test_an_encrypted_file_is_refused_in_a_sentence():
    content = BytesIO()
    np.savez(content, x=np.zeros((6, 2)), y=np.arange(6) % 2)
    marked = bytearray(content.getvalue())
    for begin, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # in each entry and in the directory
        marked[marked.find(begin) + place] |= 1
    with pytest.raises(ValueError, match=r"^t\.npz must be .*, got one with a password; make it"):
        read_upload("t.npz", bytes(marked))


def test_a_damaged_zip_file_is_refused_in_a_sentence():
    content, picture = BytesIO(), BytesIO()
    Image.new("L", (40, 40)).save(picture, "bmp")
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a/0.bmp", picture.getvalue())
    damaged = bytearray(content.getvalue())
    start = 30 + len("a/0.bmp")
    damaged[start : start + 8] = b"\xff" * 8
    with pytest.raises(ValueError, match=r"^t\.zip must be a readable \.zip file, got a damaged"):
        read_upload("t.zip", bytes(damaged))


def test_hidden_files_are_no_images(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for k in range(3):
            Image.new("L", (4, 4)).save(tmp_path / name / f"{k}.png")
        (tmp_path / name / "._0.png").write_bytes(b"a resource fork")
    assert len(read_dataset(tmp_path).labels) == 6


@pytest.mark.parametrize("size", [1e-30, 1e-9, 1e9])
def test_columns_of_any_size_are_normalised(size):
    values = size * torch.rand(60, 1, generator=torch.Generator().manual_seed(0))
    data = Dataset(values, torch.arange(60) % 2, ("a", "b"), ("u",))
    seen = split_dataset(data).searched(data).inputs
    assert seen.std().item() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("kind", [torch.int32, torch.uint8])
def test_data_of_other_types_are_trained_on(kind):
    inputs, labels = torch.rand(12, 2, requires_grad=True), torch.arange(12) % 2
    data = Dataset(inputs, labels.to(kind), ("a", "b"), ("u", "v"))
    same = Dataset(inputs.detach(), labels, ("a", "b"), ("u", "v"))
    assert data.digest == same.digest
    assert data.labels.dtype == torch.int64


def test_a_network_without_onnx_file_is_refused_where_torch_is_missing(tmp_path):
    (tmp_path / "model.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="does not exist, because the package onnx was"):
        Predictor(tmp_path, "onnx")


def test_an_answer_that_is_not_finite_is_an_error():
    predictor = object.__new__(Predictor)
    predictor.description = {"shape": [1], "classes": ["a", "b"], "texts": {}, "columns": ["u"]}
    predictor._run = lambda rows: [[row[0], math.nan if row[0] > 1e30 else 0.0] for row in rows]
    assert predictor([[0.0]])[0]["probabilities"] == {"a": 0.5, "b": 0.5}
    with pytest.raises(ValueError, match="input 1 must have values like those of the data"):
        predictor([[0.0], [1e38]])


@dataclass
class Kept:
    """A study that has the weights of some children."""

    weights: dict[tuple[int, ...], bytes]

    def checkpoint(self, architecture):
        return self.weights.get(architecture)


def test_a_child_of_equal_reward_replaces_the_best_if_its_weights_are_deleted():
    rewards = {(0,): 0.9, (1,): 1.0, (2,): 1.0}
    trials = [
        Trial(k, each, 9, "done", value, {"accuracy": value})
        for k, (each, value) in enumerate(rewards.items())
    ]
    one, best = (Candidate(each, 9, {"accuracy": 1.0}) for each in ((1,), (2,)))
    assert stored(Kept({(1,): b"1", (2,): b"2"}), trials, best) == (best, b"2")
    assert stored(Kept({(0,): b"0", (1,): b"1"}), trials, best) == (one, b"1")
    assert stored(Kept({(0,): b"0"}), trials, best) is None


def test_workers_end_if_there_is_no_room_for_a_search(monkeypatch):
    closed = []
    monkeypatch.setattr(fitting.InlineExecutor, "close", lambda _: closed.append(True))

    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fitting.tempfile, "mkdtemp", full)
    data = Dataset(torch.rand(12, 2), torch.arange(12) % 2, ("a", "b"), ("u", "v"))
    with pytest.raises(OSError, match="No space left"):
        fitting.fit(data, budget=1)
    assert closed == [True]


def test_a_child_that_diverged_is_not_called_trained(monkeypatch):
    data = Dataset(torch.rand(12, 2), torch.arange(12) % 2, ("a", "b"), ("u", "v"))
    plan = plan_for(data, ("accuracy",), Limit(), "random", seed=0)
    monkeypatch.setattr(type(plan.trainer), "__call__", lambda *_, **__: Outcome(None, failure="x"))
    refit = refitting.Refit(data, plan.split, plan.trainer, plan.rungs, 0)
    final = refitting.final_weights(refit, None, [], None, refitting.Patience())
    assert final.epochs == 0
    assert final.said.startswith("a small network, not trained (its loss diverged), because the ")
