"""The service as one job: what is delivered, and what can be stopped."""

import io
import json
import shlex
import zipfile

import pytest
import torch

from pyfrontiers.automl.service import split_dataset
from pyfrontiers.automl.service.baselines import COMMON, LOGISTIC, baselines
from pyfrontiers.automl.service.delivery import deliver, stop_file
from pyfrontiers.automl.service.exported.predict import coded, read
from pyfrontiers.automl.service.exported_files import FILES
from pyfrontiers.automl.service.figures import difference, figures_of
from pyfrontiers.automl.service.shipped import SHIPPED, shipped_dataset
from pyfrontiers.automl.service.sources import Source, inspect_source
from pyfrontiers.automl.service.usage import commands
from pyfrontiers.refusal import Refusal


@pytest.mark.parametrize(
    ("name", "shape", "examples"),
    [
        ("digits", (1, 8, 8), 1797),
        ("breast cancer", (30,), 569),
        ("iris", (4,), 150),
        ("wine", (13,), 178),
    ],
)
def test_shipped_data_are_there(name, shape, examples):
    found = inspect_source(source=Source(name))
    assert found.shape == shape
    assert sum(found.classes.values()) == examples
    assert name in SHIPPED


def test_upload_is_read_from_memory_with_its_texts():
    rows = [f"{'red' if k % 2 else 'blue'},{'ab'[k % 2]}" for k in range(8)]
    content = "\n".join(["colour,kind", *rows]).encode()
    found = inspect_source(source=Source("t.csv", content, "kind"))
    assert (found.classes, found.texts) == ({"a": 4, "b": 4}, {"colour": 2})
    refused = inspect_source(source=Source("t.csv", content, "sort"))  # and logs no failed job
    assert isinstance(refused, Refusal)
    assert "got the target 'sort'" in refused.sentence


def test_commands_hold_an_input_that_the_child_reads(tmp_path):
    description = {"columns": ["size, cm", "it's"], "texts": {"it's": {"red": 0, "blue": 2}}}
    description |= {"shape": [2], "white": None}
    said = commands(description, torch.tensor([5.1, 2.0]))
    file = tmp_path / "new.csv"
    file.write_text(said.split("<<'END'\n")[1].split("END")[0])
    assert read(file, description) == [[5.1, "blue"]]
    request = json.loads(shlex.split(said.splitlines()[-1])[-1])
    assert coded(request["inputs"], description) == [[5.1, 2]]


def test_commands_hold_the_same_numbers_as_the_input():
    example = torch.tensor([16777215.0, 123456792.0, 0.1, 1e-30, 3e38, -0.0, 7.0])
    columns = [f"x{k}" for k in range(len(example))]
    said = commands({"columns": columns, "texts": {}, "shape": [7], "white": None}, example)
    *_, terminal, request = said.splitlines()
    assert terminal == "# in another terminal:"
    assert request.endswith(", 0.1, 1e-30, 3e+38, 0, 7]]}'")
    inputs = json.loads(shlex.split(request)[-1])["inputs"]
    assert torch.equal(torch.tensor(inputs[0]), example)


@pytest.mark.parametrize(
    ("white", "side", "file", "request_"),
    [(255.0, 8, "picture.png  # of 8 x 8", "[[[[0, 0"), (None, 64, "inputs.json", "[...]")],
)
def test_commands_name_a_file_that_the_network_reads(white, side, file, request_):
    description = {"columns": [], "texts": {}, "shape": [1, side, side], "white": white}
    said = commands(description, torch.zeros(1, side, side))
    assert f"predict.py {file}" in said
    assert f'{{"inputs": {request_}' in said


def test_baselines_predict_the_test_part_of_data_that_they_have_not_seen():
    data = shipped_dataset("iris")
    split = split_dataset(data)
    found = baselines(data, split)
    labels = data.labels[split.test]
    assert (found[LOGISTIC].argmax(1) == labels).double().mean() > 0.8
    assert found[COMMON].exp().sum(1).tolist() == pytest.approx([1] * len(labels))
    changed = data.inputs.clone()
    changed[split.test] *= -1
    again = baselines(type(data)(changed, data.labels, data.classes, data.columns), split)
    assert not torch.equal(again[LOGISTIC], found[LOGISTIC])
    assert torch.equal(again[COMMON], found[COMMON])


def test_difference_is_paired_and_points_to_the_better_one():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(200) % 2
    bad = torch.randn(200, 2, generator=generator)
    good = bad.clone()
    good[:40] = 9 * torch.nn.functional.one_hot(labels[:40], 2).float()
    for metric in ("accuracy", "log-loss"):
        found = difference(good, bad, labels, metric, 0)
        assert found.low <= found.value <= found.high
        assert found.low > 0
        assert difference(bad, good, labels, metric, 0).high < 0
    same = difference(good, good, labels, "accuracy", 0)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    alone = figures_of(good, labels, ("accuracy",), 0)["accuracy"]
    paired = difference(good, bad, labels, "accuracy", 0)
    assert paired.high - paired.low < 2 * (alone.high - alone.low)


@pytest.mark.usefixtures("process")
def test_stopped_order_delivers_what_it_has_and_nothing_is_left_but_its_folder(tmp_path):
    told = []

    def report(fraction, message, points):
        told.append((fraction, points))
        if len(points) >= 2:
            stop_file(str(tmp_path)).touch()

    found = deliver(
        source=Source("iris"),
        metrics=("accuracy", "parameters"),
        budget=600.0,
        seed=0,
        folder=str(tmp_path),
        report=report,
    )
    assert "it was stopped" in found.ending
    assert len(found.points) >= 2
    assert {each.child for each in found.points} >= {found.chosen}
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert (found.same, found.checked) == (30, 30)
    assert found.deviation < 1e-6
    assert set(found.figures) == set(found.metrics)
    assert set(found.others) == {LOGISTIC, COMMON}
    with zipfile.ZipFile(io.BytesIO(found.archive)) as archive:
        names = {name.removeprefix("child/") for name in archive.namelist()}
    assert names == set(found.files)
    assert set(FILES) - names <= {"model.onnx"}  # the list is complete, and all is in the list
    assert names <= set(FILES)
    assert all(f"| `{name}` | {text} |" in found.card for name, text in FILES.items())
    assert "python child/predict.py new.csv" in found.usage
    assert sorted(each.name for each in tmp_path.iterdir()) == ["child", "search", "stop"]
