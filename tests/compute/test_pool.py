import os
import signal
import threading
import time
import traceback
from pathlib import Path

import numpy as np
import pytest
import torch

from pyfrontiers.compute import JobError, Pool


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_nothing_starts_before_it_is_needed():
    pool = Pool(2)
    assert pool.pids == ()
    pool.close()


def test_progress_arrives_and_never_falls(pool, jobs):
    job = pool.submit(jobs.count_up, label="Counting", steps=20, pause=0.02)
    seen = []
    while not job.wait(0.01):
        seen.append(job.progress)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 3
    assert any(progress.message.startswith("step ") for progress in seen)
    assert job.progress.fraction == 1.0
    np.testing.assert_array_equal(job.progress.data, [19, 19, 19])
    assert job.result(0) == 20
    assert job.label == "Counting"
    assert job.seconds > 0.4


def test_a_report_out_of_range_is_put_into_it(pool, jobs):
    job = pool.submit(jobs.report_backwards, label="")
    seen = []
    while not job.wait(0.02):
        seen.append(job.progress.fraction)
    assert seen == sorted(seen)
    assert max(seen) <= 1.0


def test_a_report_of_nan_is_the_jobs_mistake(pool, jobs):
    job = pool.submit(jobs.report_nan, label="")
    with pytest.raises(JobError, match=r"fraction is NaN; wanted a number from 0 to 1"):
        job.result(20)


def test_many_reports_do_not_hold_up_a_worker(pool, jobs):
    # Sent one by one, 20,000 reports of 8 kB would be 160 MB over a pipe of 64 kB.
    assert pool.submit(jobs.flood, label="", reports=20_000).result(60) < 20


def test_arrays_and_tensors_travel_both_ways(pool, jobs):
    array = np.arange(6.0).reshape(2, 3)
    job = pool.submit(jobs.takes_report_and_array, label="", array=array)
    np.testing.assert_array_equal(job.result(20), array * 2)
    assert job.progress.data == {"sum": 15.0}
    tensor = torch.arange(4.0)
    torch.testing.assert_close(pool.submit(jobs.square, label="", x=tensor).result(60), tensor**2)


def test_a_large_result_travels(pool, jobs):
    result = pool.submit(jobs.large, label="", size=5_000_000).result(60)
    assert result.nbytes == 20_000_000
    assert result[-1] == 4_999_999


def test_what_a_job_prints_does_not_damage_its_result(pool, jobs):
    assert pool.submit(jobs.speak, label="", text="\0\1\2 hello").result(20) == "\0\1\2 hello"


def test_workers_use_one_thread_and_load_torch_only_when_asked(open_pool, jobs):
    pool = open_pool(1)
    assert pool.submit(jobs.loaded, label="", name="torch").result(20) is False
    assert pool.submit(jobs.loaded, label="", name="streamlit").result(20) is False
    assert pool.submit(jobs.threads, label="").result(60) == 1


def test_warm_up_imports_while_idle_and_again_after_a_kill(open_pool, jobs):
    pool = open_pool(1, entries=0)  # asked again, a job looks again

    def is_warm():
        return pool.submit(jobs.loaded, label="", name="colorsys").result(20)

    assert not is_warm()
    (pid,) = pool.pids
    pool.warm_up(["there.is.no.such.module", "colorsys"])
    wait_for(is_warm)
    assert pool.pids == (pid,)
    job = pool.submit(jobs.sleep_for, label="", seconds=30)
    wait_for(lambda: job.state == "running")
    job.cancel()
    wait_for(lambda: pool.pids and pool.pids != (pid,))
    wait_for(is_warm)


def test_jobs_run_first_in_first_out(open_pool, jobs):
    pool = open_pool(1)
    blocker = pool.submit(jobs.sleep_for, label="", seconds=0.5)
    wait_for(lambda: blocker.state == "running")
    queued = [pool.submit(jobs.sleep_for, label="", seconds=0.01, tag=tag) for tag in "abc"]
    assert [job.ahead for job in queued] == [0, 1, 2]
    assert [job.state for job in queued] == ["queued"] * 3
    for job in queued:
        assert job.result(20)
    ends = [job._computation.ended for job in queued]
    assert ends == sorted(ends)


def test_cancel_ends_the_worker_at_once_and_the_others_go_on(pool, jobs):
    other = pool.submit(jobs.sleep_for, label="", seconds=1.5, tag="survives")
    stuck = pool.submit(jobs.spin_in_c, label="", digits=12)
    wait_for(lambda: stuck.state == "running" and len(pool.pids) == 2)
    time.sleep(0.3)  # until it holds the interpreter in C
    before = set(pool.pids)
    stuck.cancel()
    assert stuck.state == "cancelled"
    wait_for(lambda: len(before & set(pool.pids)) == 1, seconds=2)
    assert other.result(20) == "survives"
    assert pool.submit(jobs.square, label="", x=7).result(20) == 49


def test_cancelling_a_queued_job_touches_no_worker(open_pool, jobs):
    pool = open_pool(1)
    running = pool.submit(jobs.sleep_for, label="", seconds=0.5)
    wait_for(lambda: running.state == "running" and pool.pids)
    before = pool.pids
    queued = pool.submit(jobs.square, label="", x=1)
    queued.cancel()
    assert queued.state == "cancelled"
    running.result(20)
    assert pool.submit(jobs.square, label="", x=2).result(20) == 4
    assert pool.pids == before


def test_a_worker_killed_from_outside_fails_its_job_and_the_pool_goes_on(pool, jobs):
    job = pool.submit(jobs.sleep_for, label="", seconds=30)
    wait_for(lambda: job.state == "running" and pool.pids)
    time.sleep(0.3)
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(JobError, match=r"killed from outside .*ran out of memory"):
        job.result(20)
    assert job.state == "failed"
    assert job.error.endswith(".")
    assert pool.submit(jobs.square, label="", x=5).result(20) == 25


def test_an_idle_worker_killed_from_outside_is_replaced_unnoticed(pool, jobs):
    pool.submit(jobs.square, label="", x=1).result(20)
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    for x in range(2, 6):
        assert pool.submit(jobs.square, label="", x=x).result(20) == x * x


def test_a_worker_that_crashes_says_by_which_signal(pool, jobs):
    job = pool.submit(jobs.die, label="", sig=int(signal.SIGABRT))
    with pytest.raises(JobError, match=r"ended in the middle .*SIGABRT"):
        job.result(20)


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("epsilon is -1; wanted >= 0", "ValueError", "epsilon is -1; wanted >= 0."),
        ("word", "ValueError", "ValueError: word."),
        ("missing key", "KeyError", "KeyError: 'missing key'."),
        ("first line\nsecond line", "ValueError", "first line."),
        ("", "MemoryError", "There was not enough memory for this computation; try a smaller one."),
    ],
    ids=["sentence", "word", "key", "lines", "memory"],
)
def test_a_failure_is_one_sentence_and_the_traceback_is_kept(pool, jobs, text, kind, sentence):
    job = pool.submit(jobs.fail, label="", text=text, kind=kind)
    with pytest.raises(JobError) as caught:
        job.result(20)
    assert str(caught.value) == job.error == sentence
    assert "compute_jobs.py" in caught.value.traceback
    assert kind in job.traceback
    assert caught.value.traceback in "".join(traceback.format_exception(caught.value))


def test_a_job_that_leaves_the_interpreter_fails_and_the_worker_stays(open_pool, jobs):
    pool = open_pool(1)
    pid = pool.submit(jobs.process_id, label="").result(20)
    job = pool.submit(jobs.leave, label="", code=3)
    with pytest.raises(JobError, match="SystemExit: 3"):
        job.result(20)
    assert pool.submit(jobs.process_id, label="", wait=0.01).result(20) == pid


def test_a_result_that_cannot_be_pickled_says_so(pool, jobs):
    with pytest.raises(JobError, match=r"result of give_lambda \(a function\) cannot be sent back"):
        pool.submit(jobs.give_lambda, label="").result(20)


def test_a_parameter_that_cannot_be_sent_is_named_at_once(pool, jobs):
    with pytest.raises(TypeError, match=r"parameter 'x' is a _thread\.lock"):
        pool.submit(jobs.square, label="", x=threading.Lock())


def test_a_wrong_argument_is_told_at_once(pool, jobs):
    with pytest.raises(TypeError, match="square: missing a required argument: 'x'"):
        pool.submit(jobs.square, label="")
    with pytest.raises(TypeError, match="square: got an unexpected keyword argument 'y'"):
        pool.submit(jobs.square, label="", x=1, y=2)
    with pytest.raises(TypeError, match="'report' is given by the pool"):
        pool.submit(jobs.count_up, label="", steps=1, report=print)


def test_the_result_can_be_waited_for_with_a_limit(pool, jobs):
    job = pool.submit(jobs.sleep_for, label="Sleeping", seconds=30)
    assert not job.wait(0.05)
    with pytest.raises(TimeoutError, match=r"Sleeping is not done after 0\.05 s"):
        job.result(0.05)
    job.cancel()
    assert job.wait(0)


def test_a_closed_pool_takes_nothing_and_ends_everything(open_pool, jobs):
    pool = open_pool(1)
    running = pool.submit(jobs.sleep_for, label="", seconds=30)
    queued = pool.submit(jobs.square, label="", x=3)
    wait_for(lambda: running.state == "running" and pool.pids)
    (pid,) = pool.pids
    pool.close()
    pool.close()
    assert (running.state, queued.state) == ("cancelled", "cancelled")
    wait_for(lambda: not alive(pid))
    with pytest.raises(RuntimeError, match="the pool is closed"):
        pool.submit(jobs.square, label="", x=4)
    with pytest.raises(RuntimeError, match="the pool is closed"):
        pool.warm_up(["json"])


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("setting", ["workers", "threads", "entries", "size"])
def test_a_pool_refuses_numbers_that_mean_nothing(setting):
    with pytest.raises(ValueError, match=rf"{setting} is -1; wanted at least [01]"):
        Pool(**{setting: -1})
