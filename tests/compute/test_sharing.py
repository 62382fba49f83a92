import gc
import threading
import time

import numpy as np
import pytest

from pyfrontiers.compute import JobCancelled
from pyfrontiers.compute.jobs import Computation
from pyfrontiers.compute.results import Results
from pyfrontiers.compute.tasks import Task


def wait_for(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_simultaneous_equal_jobs_share_one_execution(scheduler, jobs, tmp_path):
    gate = threading.Barrier(2)
    held = []

    def ask():
        gate.wait()
        held.append(scheduler.submit(jobs.leave_mark, label="", folder=str(tmp_path)))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [job.result(120) for job in held] == ["ran", "ran"]
    assert held[0] is not held[1]
    assert held[0].key == held[1].key
    assert len(list(tmp_path.iterdir())) == 1


def test_result_is_cached_for_later_jobs(scheduler, jobs, tmp_path):
    scheduler.submit(jobs.leave_mark, label="", folder=str(tmp_path)).result(120)
    again = scheduler.submit(jobs.leave_mark, label="", folder=str(tmp_path))
    assert again.state == "done"
    assert again.result() == "ran"
    assert len(list(tmp_path.iterdir())) == 1


def test_finished_job_is_recalled_and_nothing_is_started(scheduler, jobs, tmp_path):
    assert scheduler.recall(jobs.leave_mark, label="", folder=str(tmp_path)) is None
    assert list(tmp_path.iterdir()) == []
    scheduler.submit(jobs.leave_mark, label="", folder=str(tmp_path)).result(120)
    recalled = scheduler.recall(jobs.leave_mark, label="", folder=str(tmp_path))
    assert recalled.result() == "ran"
    assert scheduler.recall(jobs.leave_mark, label="", folder=str(tmp_path), name="other") is None
    assert len(list(tmp_path.iterdir())) == 1


def test_explicit_default_is_the_same_computation(scheduler, jobs, tmp_path):
    first = scheduler.submit(jobs.leave_mark, label="", folder=str(tmp_path))
    second = scheduler.submit(jobs.leave_mark, label="", folder=str(tmp_path), name="ran")
    assert first.key == second.key


def test_other_parameters_are_another_computation(scheduler, jobs):
    assert scheduler.submit(jobs.square, label="", x=3).result(120) == 9
    assert scheduler.submit(jobs.square, label="", x=4).result(120) == 16


def test_results_are_independent_copies(scheduler, jobs):
    first = scheduler.submit(jobs.large, label="", size=4)
    second = scheduler.submit(jobs.large, label="", size=4)
    first.result(120)[:] = -1
    np.testing.assert_array_equal(second.result(120), [0, 1, 2, 3])
    np.testing.assert_array_equal(first.result(120), [0, 1, 2, 3])


def test_computation_ends_when_all_jobs_are_cancelled(scheduler, jobs):
    first = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    second = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    wait_for(lambda: first.state == "running" and scheduler.executor.pids)
    pid = scheduler.executor.pids[0]
    first.cancel()
    first.cancel()  # a second time is not a second holder
    assert first.state == "cancelled"
    assert first.goes_on
    assert scheduler.is_active(jobs.sleep_for, seconds=30)
    assert not scheduler.is_active(jobs.sleep_for, seconds=31)
    assert second.state == "running"
    with pytest.raises(JobCancelled, match="sleep_for was cancelled"):
        first.result(0)
    second.cancel()
    assert second.state == "cancelled"
    assert not first.goes_on
    assert not scheduler.is_active(jobs.sleep_for, seconds=30)
    wait_for(lambda: pid not in scheduler.executor.pids)


def test_forgotten_job_does_not_keep_the_computation_alive(scheduler, jobs):
    gone = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    last = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    key = gone.key
    del gone
    gc.collect()
    last.cancel()
    again = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    assert again.key == key
    assert again.seconds < 5  # a new computation, not the old one's remains
    again.cancel()


def test_cancelled_computation_is_not_cached(scheduler, jobs):
    scheduler.submit(jobs.sleep_for, label="", seconds=0.1, tag="a").cancel()
    assert scheduler.submit(jobs.sleep_for, label="", seconds=0.1, tag="a").result(120) == "a"


def test_failed_computation_is_not_cached(scheduler, jobs):
    first = scheduler.submit(jobs.fail, label="", text="it went wrong")
    first.wait(120)
    second = scheduler.submit(jobs.fail, label="", text="it went wrong")
    assert second.state in {"queued", "running"}


def finished(key, size):
    task = Task("m", "n", b"", reports=False, path=())
    return Computation(key, task, state="done", result=b"x" * size)


def test_results_are_limited_in_number_and_least_recently_used_is_evicted():
    results = Results(entries=2, size=1000)
    for key in "ab":
        results.put(finished(key, 1))
    results.get("a")
    results.put(finished("c", 1))
    assert [key for key in "abc" if results.get(key)] == ["a", "c"]
    assert results.bytes == 2


def test_results_are_limited_in_bytes_and_a_larger_one_is_not_cached():
    results = Results(entries=10, size=100)
    results.put(finished("a", 60))
    results.put(finished("b", 60))
    results.put(finished("c", 101))
    assert [key for key in "abc" if results.get(key)] == ["b"]
    assert results.bytes == 60


def test_uncached_result_is_still_returned(open_scheduler, jobs):
    scheduler = open_scheduler(1, size=100)
    assert scheduler.submit(jobs.large, label="", size=1000).result(120).shape == (1000,)
    assert len(scheduler.results) == 0
