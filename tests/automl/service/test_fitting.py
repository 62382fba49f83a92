"""Fitting: the child that comes back, whatever the time allowed, and its exported folder."""

import http.client
import importlib.util
import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch

from pyfrontiers.automl import Limit, service
from pyfrontiers.automl.service import fitting
from pyfrontiers.automl.service.candidates import ranked, stored
from pyfrontiers.automl.service.checking import predictions_elsewhere
from pyfrontiers.automl.service.exported.serve import server
from pyfrontiers.automl.service.plans import plan_for, space_for
from pyfrontiers.automl.service.refitting import Patience, Refit, final_weights
from pyfrontiers.compute import InlineExecutor


def three_clouds():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(90) % 3
    inputs = torch.randn(90, 4, generator=generator) * 3 + 20 * labels[:, None]
    return service.Dataset(inputs, labels, ("a", "b", "c"), ("p", "q", "r", "s"), "clouds")


def four_children(data):
    """Search in this process, with more time than it takes on any machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "_INLINE", 1000.0)
        metrics = ("accuracy", "flops", "log-loss")
        return service.fit(data, metrics=metrics, budget=600, children=4)


@pytest.fixture(scope="module")
def data():
    return three_clouds()


@pytest.fixture(scope="module")
def result(data):
    return four_children(data)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports") / "child"
    result.best.export(folder)
    return folder


def test_child_sorts_what_is_easy_and_says_so_with_an_interval(result):
    figure = result.best.figures["accuracy"]
    assert figure.value == 1.0
    assert 0.7 < figure.low < 1.0 <= figure.high
    assert set(result.best.figures) == {"accuracy", "flops", "log-loss"}
    assert result.best.figures["flops"].value == result.best.cost.flops


def test_no_child_of_the_front_is_surpassed(result):
    points = [
        (c.metrics["accuracy"], -c.metrics["flops"], -c.metrics["log-loss"]) for c in result.front
    ]
    assert points
    for one in points:
        assert not any(
            all(x >= y for x, y in zip(o, one, strict=True)) and o != one for o in points
        )


def test_equal_calls_without_time_limit_give_equal_children(data, result):
    again = four_children(data)
    assert again.best.architecture == result.best.architecture
    assert torch.equal(again.best.predict(data.inputs), result.best.predict(data.inputs))


def test_a_budget_that_is_over_at_once_still_gives_a_child(data):
    result = service.fit(data, budget=0.001)
    assert result.best.predict(data.inputs).shape == (90, 3)


def test_trials_are_shown_as_they_end_and_stop_gives_the_best_so_far(data):
    shown = []
    result = service.fit(
        data,
        budget=3600,
        workers=0,
        watch=lambda trials: shown.append([t for t in trials if t.over]),
        stop=lambda: len(shown) >= 3,
    )
    assert result.ending.endswith("it was stopped.")
    assert [len(over) for over in shown] == sorted({len(over) for over in shown})
    assert result.best.architecture in {trial.architecture for trial in shown[-1]}
    assert result.best.context["trained"].endswith("as the search left it")


def test_stop_ends_the_final_training(data):
    told = []
    result = service.fit(
        data,
        budget=3600,
        children=1,
        workers=0,
        report=lambda _, message: told.append(message),
        stop=lambda: told.count("training the best child") > 2,
    )
    assert result.best.context["trained"].endswith("as the search left it")


def smallest_of(data):
    space = space_for(data)
    costs = [space.cost(each) for each in product(*(range(len(c.values)) for c in space.tokens))]
    return min(cost.parameters for cost in costs), min(cost.flops for cost in costs)


@pytest.fixture(scope="module", params=["table", "small pictures", "pictures"])
def any_data(request, data):
    side = {"table": 0, "small pictures": 5, "pictures": 33}[request.param]
    if not side:
        return data
    return replace(data, inputs=torch.rand(90, 3, side, side), columns=(), texts={})


def test_a_limit_below_the_smallest_child_is_refused_before_the_search(any_data, monkeypatch):
    parameters, flops = smallest_of(any_data)
    monkeypatch.setattr(fitting, "_fitted", lambda plan, *_: plan)
    for given in (Limit(parameters=parameters), Limit(flops=flops)):
        assert service.fit(any_data, limit=given, workers=0).trainer.limit == given
    for given, said in (
        (Limit(parameters=parameters - 1), f"{parameters:,} parameters, got {parameters - 1:,}"),
        (Limit(flops=flops - 1), f"{flops:,} FLOPs, got {flops - 1:,}"),
    ):
        with pytest.raises(ValueError, match="^limit must allow the smallest network .* " + said):
            service.fit(any_data, limit=given, workers=0)


def test_a_limit_that_only_the_smallest_child_meets_gives_it(any_data):
    """The search tries three others."""
    parameters, _ = smallest_of(any_data)
    limit = Limit(parameters=parameters)
    result = service.fit(any_data, budget=600, children=3, workers=0, limit=limit)
    assert result.best.cost.parameters == parameters
    assert {trial.state for trial in result.trials} == {"pruned"}
    assert result.best.context["trained"].endswith("the search found none within the limit")
    assert result.best.predict(any_data.inputs).shape == (90, 3)


def test_without_time_for_more_the_child_keeps_the_weights_of_the_search(data, tmp_path):
    plan = plan_for(data, ("accuracy",), Limit(), "random", seed=0)
    study = plan.study(tmp_path / "study")
    study.run(InlineExecutor(), children=1)
    best, _ = ranked(study.trials(), ("accuracy",))
    kept = stored(study, study.trials(), best)
    refit = Refit(data, plan.split, plan.trainer, plan.rungs, 0)
    final = final_weights(refit, best, study.trials(), kept, Patience(time.monotonic() - 1))
    study.close()
    assert "as the search left it" in final.said
    assert (final.architecture, final.epochs) == (best.architecture, best.epochs)
    model, part = final.model(data, plan.split, plan.space), plan.split.validation
    right = model(data.inputs[part]).argmax(1) == data.labels[part]
    assert float(right.double().mean()) == best.metrics["accuracy"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"metrics": ("latency",)}, "must begin with a figure of the predictions.*'latency'"),
        ({"metrics": ("beauty",)}, "metrics must be among accuracy.*'beauty'"),
        ({"budget": 0.0}, "budget must be above 0"),
        ({"target": "kind"}, "target must be left out .* got 'kind'"),
    ],
)
def test_unfit_arguments_are_refused(data, arguments, said):
    with pytest.raises(ValueError, match=said):
        service.fit(data, **arguments)


@pytest.fixture
def csv_file(data, tmp_path):
    rows = ["s,extra,r,q,p"] + [
        ",".join(map(repr, [d, "-", c, b, a])).replace("'", "")
        for a, b, c, d in data.inputs.tolist()
    ]
    (tmp_path / "new.csv").write_text("\n".join(rows))
    return tmp_path / "new.csv"


def test_exported_child_predicts_the_same_without_the_package(folder, result, data, csv_file):
    found = predictions_elsewhere(folder, csv_file, blocked=("numpy", "safetensors", "onnx"))
    assert (found - result.best.predict(data.inputs)).abs().max() < 1e-6


def test_exported_onnx_predicts_the_same_without_torch(folder, result, data, csv_file):
    if importlib.util.find_spec("onnxruntime") is None or importlib.util.find_spec("onnx") is None:
        pytest.skip("onnx and onnxruntime are not installed")
    found = predictions_elsewhere(folder, csv_file, blocked=("torch",), engine="onnx")
    assert (found - result.best.predict(data.inputs)).abs().max() < 1e-5


def test_exported_program_predicts_the_same_for_any_batch(folder, result, data):
    program = torch.export.load(folder / "model.pt2").module()
    for count in (1, 7):
        logits = program(data.inputs[:count])
        assert torch.allclose(logits, result.best.model(data.inputs[:count]), atol=1e-5)


def test_card_has_data_parts_figures_search_and_environment(folder):
    card = (folder / "README.md").read_text()
    for said in ("| a | 30 |", "54 examples", "18 for the test", "Accuracy | 1 | 0.8", "torch:"):
        assert said in card
    assert 'POST `{"inputs": [...]}` to `/predict`' in card
    assert len((folder / "history.csv").read_text().splitlines()) > 4


def test_inputs_of_another_shape_are_refused(result):
    with pytest.raises(ValueError, match=r"inputs must have shape \(N, 4\), .* got \(2, 3\)"):
        result.best.predict(torch.zeros(2, 3))


def test_a_busy_port_is_one_sentence(folder):
    with server(folder, port=0) as taken:
        command = [sys.executable, folder / "serve.py", "--port", str(taken.server_address[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("serve.py: http://127.0.0.1:")
    assert len(done.stderr.splitlines()) == 1


def test_export_leaves_other_files_alone(result, tmp_path):
    (tmp_path / "mine.txt").touch()
    with pytest.raises(FileExistsError, match=r"must be new or empty, got .* holds mine.txt"):
        result.best.export(tmp_path)
    with pytest.raises(NotADirectoryError, match="must be a folder, got the file"):
        result.best.export(tmp_path / "mine.txt")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_full_disk_leaves_no_half_child(result, tmp_path, monkeypatch):
    write, sizes = Path.write_bytes, iter([40_000, 0])  # the second file does not fit

    def full(path, content):
        if not (room := next(sizes)):
            raise OSError(28, "No space left on device")
        return write(path, content[:room])

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="is full; the search is kept"):
        result.best.export(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def ask(folder):
    with server(folder, port=0) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def request(body, path="/predict", method="POST", **headers):
            link = http.client.HTTPConnection(*made.server_address, timeout=20)
            link.request(method, path, body, headers)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())

        yield request
        made.shutdown()
        thread.join()


def test_server_predicts_and_refuses_what_does_not_fit(ask, result, data):
    rows = data.inputs[:2].tolist()
    status, answer = ask(json.dumps({"inputs": rows}))
    assert status == 200
    found = torch.tensor([list(p["probabilities"].values()) for p in answer["predictions"]])
    assert (found - result.best.predict(data.inputs[:2])).abs().max() < 1e-6
    for body, said in (
        ("{", "Expecting"),
        ("[]", "the body must be"),
        ('{"inputs": []}', "one or more"),
        ('{"inputs": [[1, 2]]}', "input 0 must be a list of 4, got a list of 2"),
        ('{"inputs": [[1, 2, "x", 3]]}', r"input 0[2] must be a finite number, got 'x'"),
        ('{"inputs": [[1, 2, NaN, 3]]}', "must be a finite number, got nan"),
        (json.dumps({"inputs": rows * 600}), "at most 1024"),
    ):
        status, answer = ask(body)
        assert status == 400
        assert said in answer["error"]
    assert ask("", path="/other")[0] == 404
    assert ask(None, method="GET")[0] == 405
    for length in (str(2**40), "9" * 5000):
        assert ask("", **{"Content-Length": length})[0] == 413
