"""What every executor promises, in one form for all of them."""

import itertools
import os
import pickle
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from executor_kinds import KINDS, PROCESSES, opened, updates

from pyfrontiers.compute import open_executor
from pyfrontiers.compute.tasks import Common, Done, Failed, Reported, Started, Task

TICKETS = itertools.count(1000)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def executor(kind):
    found = opened(kind)
    yield found
    found.close()


@pytest.fixture
def give(executor):
    """Return a function that submits a call and returns its ticket."""

    def submit(function, common=None, reports=False, **parameters):
        ticket = next(TICKETS)
        module, name = function.__module__, function.__qualname__
        content = pickle.dumps(parameters)
        path = tuple(map(str, sys.path))
        executor.submit(ticket, Task(module, name, content, reports, path, common))
        return ticket

    return submit


def result(found):
    assert isinstance(found[-1], Done), found[-1]
    return pickle.loads(found[-1].result)


def written(path, seconds=60.0):
    """Wait for the process id that a task writes."""
    end = time.monotonic() + seconds
    while not (Path(path).exists() and (text := Path(path).read_text())):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    return int(text)


def test_task_starts_reports_and_is_done(executor, give, jobs):
    ticket = give(jobs.count_up, reports=True, steps=3, pause=0.06)
    first, *reports, last = updates(executor, [ticket])[ticket]
    assert first == Started()
    fractions = [report.fraction for report in reports]
    assert all(isinstance(report, Reported) for report in reports)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert pickle.loads(last.result) == 3


def test_failure_is_a_sentence_and_harms_no_other_task(executor, give, jobs):
    tickets = [give(jobs.fail, text="it went wrong"), give(jobs.square, x=3)]
    found = updates(executor, tickets)
    failure = found[tickets[0]][-1]
    assert (failure.sentence, failure.cause) == ("it went wrong.", "task")
    assert "ValueError" in failure.traceback
    assert result(found[tickets[1]]) == 9


def test_full_disk_is_no_fault_of_the_task(executor, give, jobs):
    ticket = give(jobs.fill_disk)
    assert updates(executor, [ticket])[ticket][-1].cause == "executor"


def test_more_tasks_than_workers_all_end(executor, give, jobs):
    tickets = [give(jobs.square, x=x) for x in range(12)]
    found = updates(executor, tickets)
    assert [result(found[ticket]) for ticket in tickets] == [x * x for x in range(12)]


def test_common_parameters_are_added_to_those_of_the_task(executor, give, jobs):
    one = Common("one", pickle.dumps({"array": np.arange(3.0)}))
    two = Common("two", pickle.dumps({"array": np.arange(4.0), "scale": 3.0}))
    tickets = [
        give(jobs.times, one, scale=1.0),
        give(jobs.times, one, scale=2.0),
        give(jobs.times, two),
        give(jobs.square, x=2),
        give(jobs.times, two),
        give(jobs.times, one, scale=4.0),
    ]
    found = updates(executor, tickets)
    sums = [result(found[ticket]) for ticket in tickets]
    assert sums == [3.0, 6.0, 18.0, 4, 18.0, 12.0]


def test_cancelled_task_has_no_result_and_others_run(executor, give, jobs, tmp_path):
    # It reports, because an inline task can only be ended by that.
    long = give(jobs.count_up, reports=True, steps=100_000, pause=0.01)
    end = time.monotonic() + 120
    while not any(event.ticket == long for event in executor.poll(0.1)):
        assert time.monotonic() < end
    executor.cancel(long)
    executor.cancel(long)
    ticket = give(jobs.square, x=5)
    assert result(updates(executor, [ticket])[ticket]) == 25


def test_capacity_is_the_number_of_tasks_at_a_time(kind, executor):
    assert executor.capacity == (1 if kind == "inline" else 2)


def test_poll_returns_after_its_timeout_and_when_closed(executor):
    assert executor.poll(0.01) == []
    thread = threading.Thread(target=executor.poll)
    thread.start()
    executor.close()
    thread.join(120)
    assert not thread.is_alive()
    executor.close()
    assert executor.poll() == []


@pytest.mark.parametrize("kind", PROCESSES, indirect=True)
def test_killed_worker_harms_only_its_task(executor, give, jobs, tmp_path):
    other = give(jobs.wait_for_file, path=str(tmp_path / "go"))
    victim = give(jobs.stay, path=str(tmp_path / "victim"))
    os.kill(written(tmp_path / "victim"), signal.SIGKILL)
    failure = updates(executor, [victim])[victim][-1]
    assert isinstance(failure, Failed)
    assert failure.cause == "worker"
    (tmp_path / "go").touch()
    common = Common("after", pickle.dumps({"array": np.arange(3.0)}))
    later = [give(jobs.times, common, scale=2.0) for _ in range(4)]
    found = updates(executor, [other, *later])
    assert isinstance(found[other][-1], Done)
    assert [result(found[ticket]) for ticket in later] == [6.0] * 4


def test_process_worker_receives_common_parameters_once(jobs, monkeypatch):
    from pyfrontiers.compute import process

    sent = []
    write = process.write_message

    def noted(stream, message):
        sent.append(message)
        write(stream, message)

    monkeypatch.setattr(process, "write_message", noted)
    executor = open_executor(workers=1)
    path = tuple(map(str, sys.path))
    common = Common("large", pickle.dumps({"array": np.zeros(100_000)}))
    for ticket in range(3):
        task = Task("compute_jobs", "times", pickle.dumps({}), False, path, common)
        executor.submit(ticket, task)
    updates(executor, range(3))
    executor.close()
    assert [type(message).__name__ for message in sent] == ["Common", "Task", "Task", "Task"]
    assert all(len(pickle.dumps(message)) < 20_000 for message in sent[1:])
