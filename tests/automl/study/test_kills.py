"""`kill -9` of workers and of the coordinator costs a rung and changes no result."""

import os
import random
import signal
import threading
import time
from collections import Counter

import pytest
from executor_kinds import KINDS, PROCESSES, opened
from scripted import Scripted
from study_children import Toy, marks, wide
from study_process import StudyProcess

CHILDREN = 12


@pytest.fixture
def whole(begin, seen, tmp_path):
    """Return a function that lists what an undisturbed study finds."""

    def of(children):
        study = begin("whole", search=wide())
        study.run(Scripted(1), children=children)
        return seen(study)

    return of


def address(kind):
    """Return what the program takes for an executor: for Ray, the address of the tests' cluster."""
    if kind != "ray":
        return kind
    opened("ray").close()
    import ray

    return ray.get_runtime_context().gcs_address


def running(path):
    """Return the marks of rungs that have begun and not ended."""
    open_rungs = {}
    for mark in marks(path):
        if mark[3] == "begin":
            open_rungs[mark[:2]] = mark
        else:
            open_rungs.pop(mark[:2], None)
    return list(open_rungs.values())


def repeated(path):
    """Count the rungs that ran once more."""
    return sum(
        n - 1 for n in Counter(mark[:2] for mark in marks(path) if mark[3] == "begin").values()
    )


@pytest.mark.long("starts interpreters that import torch")
@pytest.mark.parametrize("kind", PROCESSES)
def test_child_of_a_killed_worker_resumes_and_no_other_is_harmed(
    begin, seen, whole, tmp_path, kind
):
    path = tmp_path / "marks"
    executor = opened(kind)
    study = begin(search=wide(), trainable=Toy(0.02, str(path)))
    thread = threading.Thread(target=lambda: study.run(executor, children=CHILDREN))
    thread.start()
    victim = None
    while victim is None and thread.is_alive():
        time.sleep(0.002)
        victim = next((mark for mark in running(path) if mark[1] == 4), None)
    os.kill(victim[-1], signal.SIGKILL)
    thread.join(120)
    executor.close()
    assert seen(study) == whole(CHILDREN)
    begins = [mark[2] for mark in marks(path) if mark[:2] == victim[:2] and mark[3] == "begin"]
    assert begins == [2, 2]  # both times from the checkpoint of the rung before
    assert repeated(path) == 1
    # None is counted if the worker died before it could say that the task had begun.
    assert sum(trial.losses for trial in study.trials()) <= 1


@pytest.mark.long("starts interpreters that import torch")
@pytest.mark.parametrize(
    "kind",
    [
        # Ctrl-C ends the same study below, and the pool's coordinator is killed as well.
        pytest.param(kind, marks=pytest.mark.slow("starts one more interpreter"))
        if kind == "inline"
        else kind
        for kind in KINDS
    ],
)
def test_killed_coordinator_loses_at_most_the_rungs_that_ran(begin, seen, whole, tmp_path, kind):
    coordinator = StudyProcess(tmp_path / "study", address(kind), CHILDREN, 0.01)
    assert coordinator.wait_for(17)
    coordinator.kill()
    study = begin(search=wide(), trainable=Toy(0.01, str(tmp_path / "marks")))
    before = study.counts()
    assert before["done"] >= 6
    summary = study.run(Scripted(1), children=CHILDREN)
    assert summary.children == CHILDREN
    assert seen(study) == whole(CHILDREN)
    assert repeated(tmp_path / "marks") <= (1 if kind == "inline" else 2)


@pytest.mark.long("starts an interpreter that imports torch")
def test_ctrl_c_leaves_a_study_that_resumes(begin, seen, whole, tmp_path):
    coordinator = StudyProcess(tmp_path / "study", "inline", CHILDREN, 0.01)
    assert coordinator.wait_for(17)
    coordinator.process.send_signal(signal.SIGINT)
    coordinator.output()
    assert coordinator.process.returncode == -signal.SIGINT
    study = begin(search=wide(), trainable=Toy(0.01, str(tmp_path / "marks")))
    assert study.counts().get("running", 0) == 0
    study.run(Scripted(1), children=CHILDREN)
    assert seen(study) == whole(CHILDREN)


@pytest.mark.timeout(900)  # on a busy machine, importing torch takes a coordinator ten seconds
@pytest.mark.slow("starts some ten interpreters")
@pytest.mark.parametrize("kind", PROCESSES)
def test_study_of_200_children_survives_ten_random_kills(begin, seen, whole, tmp_path, kind):
    draw = random.Random(14)
    where, path = address(kind), tmp_path / "marks"
    coordinator = StudyProcess(tmp_path / "study", where, 200, 0.01)
    kills = 0
    while kills < 10:
        if not coordinator.wait_for(len(marks(path)) + draw.randrange(4, 30)):
            break
        if draw.random() < 0.5 and (alive := running(path)):
            try:
                os.kill(draw.choice(alive)[-1], signal.SIGKILL)
            except ProcessLookupError:
                continue
        else:
            coordinator.kill()
            coordinator = StudyProcess(tmp_path / "study", where, 200, 0.01)
        kills += 1
    assert kills == 10
    assert coordinator.output() == b"children\n"
    study = begin(search=wide(), trainable=Toy(0.01, str(path)))
    assert seen(study) == whole(200)
    assert len({trial.architecture for trial in study.trials()}) > 150
    assert 0 < repeated(path) <= 10 * 2
