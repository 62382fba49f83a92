"""What a worker of a cluster runs, without a cluster."""

import pickle
import sys

import pytest

from pyfrontiers.compute.cluster import _failure
from pyfrontiers.compute.cluster_worker import serve_modules, serve_task
from pyfrontiers.compute.code_version import code_version
from pyfrontiers.compute.tasks import Common, Done, Failed, Reported, Started, Task


def served(name, common=None, version=None, reports=False, path=(), **parameters):
    content = b"" if common is None else common.parameters
    sent = None if common is None else Common(common.digest, b"")
    task = Task("compute_jobs", name, pickle.dumps(parameters), reports, path, sent)
    return list(serve_task(task, content, version or code_version()))


def test_updates_are_passed_on_in_order(jobs):
    first, *reports, last = served("count_up", reports=True, steps=3, pause=0.06)
    assert first == Started()
    assert {type(report) for report in reports} == {Reported}
    assert reports[-1].fraction == 1.0
    assert last == Done(pickle.dumps(3, protocol=5))


def test_common_parameters_are_put_back(jobs):
    common = Common("x", pickle.dumps({"x": 5}))
    assert pickle.loads(served("square", common)[-1].result) == 25


def test_failure_of_the_task_is_told_from_one_of_the_machine(jobs):
    assert served("fail", text="it went wrong")[-1].cause == "task"
    assert served("fill_disk")[-1].cause == "executor"


def test_machine_with_another_version_runs_nothing(jobs):
    (failure,) = served("square", version="0.0.1+abc", x=2)
    assert failure.cause == "executor"
    assert "has another version of the code" in failure.sentence
    assert "wanted 0.0.1+abc; install the same on every machine." in failure.sentence


def test_path_of_the_sender_comes_after_that_of_the_machine(jobs, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = [*sys.path]
    served("square", path=(str(tmp_path), before[0]), x=2)
    assert sys.path == [*before, str(tmp_path)]
    serve_modules(("colorsys",), (str(tmp_path),))
    assert sys.path == [*before, str(tmp_path)]
    assert "colorsys" in sys.modules


class NodeDiedError(Exception):
    """Named as Ray's error of a machine that is gone."""


@pytest.mark.parametrize(
    ("error", "cause", "sentence"),
    [
        (NodeDiedError("gone"), "worker", "The worker or its machine ended during the"),
        (
            RuntimeError("no such module\nat line 3"),
            "executor",
            "could not run the job: no such mo",
        ),
        (ValueError(""), "executor", "The cluster could not run the job: ValueError"),
    ],
)
def test_errors_of_ray_become_sentences(error, cause, sentence):
    failure = _failure(error)
    assert isinstance(failure, Failed)
    assert failure.cause == cause
    assert sentence in failure.sentence
