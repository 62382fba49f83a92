import os
import signal
import threading
import time
import traceback
from pathlib import Path

import numpy as np
import pytest
import torch

from pyfrontiers.compute import JobError, ProcessExecutor, Scheduler


def wait_for(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_nothing_starts_before_it_is_needed():
    scheduler = Scheduler(ProcessExecutor(2))
    assert scheduler.executor.pids == ()
    scheduler.close()


def test_progress_arrives_and_never_decreases(scheduler, jobs):
    job = scheduler.submit(jobs.count_up, label="Counting", steps=20, pause=0.02)
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


def test_progress_is_clipped_to_its_range(scheduler, jobs):
    job = scheduler.submit(jobs.report_backwards, label="")
    seen = []
    while not job.wait(0.02):
        seen.append(job.progress.fraction)
    assert seen == sorted(seen)
    assert max(seen) <= 1.0


def test_progress_of_nan_fails_the_job(scheduler, jobs):
    job = scheduler.submit(jobs.report_nan, label="")
    with pytest.raises(JobError, match=r"fraction must be a number from 0 to 1, got NaN"):
        job.result(120)


def test_many_reports_do_not_delay_a_worker(scheduler, jobs):
    # Sent one by one, 20,000 reports of 8 kB would be 160 MB over a pipe of 64 kB.
    assert scheduler.submit(jobs.flood, label="", reports=20_000).result(60) < 20


def test_arrays_and_tensors_are_sent_both_ways(scheduler, jobs):
    array = np.arange(6.0).reshape(2, 3)
    job = scheduler.submit(jobs.takes_report_and_array, label="", array=array)
    np.testing.assert_array_equal(job.result(120), array * 2)
    assert job.progress.data == {"sum": 15.0}
    tensor = torch.arange(4.0)
    torch.testing.assert_close(
        scheduler.submit(jobs.square, label="", x=tensor).result(60), tensor**2
    )


def test_large_result_is_returned(scheduler, jobs):
    result = scheduler.submit(jobs.large, label="", size=5_000_000).result(60)
    assert result.nbytes == 20_000_000
    assert result[-1] == 4_999_999


def test_prints_of_a_job_do_not_damage_its_result(scheduler, jobs):
    assert scheduler.submit(jobs.speak, label="", text="\0\1\2 hello").result(120) == "\0\1\2 hello"


def test_workers_use_one_thread_and_load_torch_on_demand(open_scheduler, jobs):
    scheduler = open_scheduler(1)
    assert scheduler.submit(jobs.loaded, label="", name="torch").result(120) is False
    assert scheduler.submit(jobs.loaded, label="", name="streamlit").result(120) is False
    assert scheduler.submit(jobs.threads, label="").result(60) == 1


def test_warm_up_imports_while_idle_and_again_after_a_kill(open_scheduler, jobs):
    scheduler = open_scheduler(1, entries=0)  # asked again, a job looks again

    def is_warm():
        return scheduler.submit(jobs.loaded, label="", name="colorsys").result(120)

    assert not is_warm()
    (pid,) = scheduler.executor.pids
    scheduler.warm_up(["there.is.no.such.module", "colorsys"])
    wait_for(is_warm)
    assert scheduler.executor.pids == (pid,)
    job = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    wait_for(lambda: job.state == "running")
    job.cancel()
    wait_for(lambda: scheduler.executor.pids and scheduler.executor.pids != (pid,))
    wait_for(is_warm)


def test_jobs_run_first_in_first_out(open_scheduler, jobs, tmp_path):
    scheduler = open_scheduler(1)
    blocker = scheduler.submit(jobs.wait_for_file, label="", path=str(tmp_path / "go"))
    wait_for(lambda: blocker.state == "running")
    queued = [scheduler.submit(jobs.sleep_for, label="", seconds=0.01, tag=tag) for tag in "abc"]
    assert [job.ahead for job in queued] == [0, 1, 2]
    assert [job.state for job in queued] == ["queued"] * 3
    (tmp_path / "go").touch()
    for job in queued:
        assert job.result(120)
    ends = [job._computation.ended for job in queued]
    assert ends == sorted(ends)


def test_cancel_kills_the_worker_and_other_jobs_continue(scheduler, jobs):
    other = scheduler.submit(jobs.sleep_for, label="", seconds=1.5, tag="survives")
    stuck = scheduler.submit(jobs.spin_in_c, label="", digits=12)
    wait_for(lambda: stuck.state == "running" and len(scheduler.executor.pids) == 2)
    time.sleep(0.3)  # until it holds the interpreter in C
    before = set(scheduler.executor.pids)
    stuck.cancel()
    assert stuck.state == "cancelled"
    wait_for(lambda: len(before & set(scheduler.executor.pids)) == 1)
    assert other.result(120) == "survives"
    assert scheduler.submit(jobs.square, label="", x=7).result(120) == 49


def test_cancelling_a_queued_job_kills_no_worker(open_scheduler, jobs, tmp_path):
    scheduler = open_scheduler(1)
    running = scheduler.submit(jobs.wait_for_file, label="", path=str(tmp_path / "go"))
    wait_for(lambda: running.state == "running" and scheduler.executor.pids)
    before = scheduler.executor.pids
    queued = scheduler.submit(jobs.square, label="", x=1)
    queued.cancel()
    assert queued.state == "cancelled"
    (tmp_path / "go").touch()
    running.result(120)
    assert scheduler.submit(jobs.square, label="", x=2).result(120) == 4
    assert scheduler.executor.pids == before


def test_worker_killed_from_outside_fails_only_its_job(scheduler, jobs):
    job = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    wait_for(lambda: job.state == "running" and scheduler.executor.pids)
    time.sleep(0.3)
    for pid in scheduler.executor.pids:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(JobError, match=r"killed from outside .*ran out of memory"):
        job.result(120)
    assert job.state == "failed"
    assert job.error.endswith(".")
    assert scheduler.submit(jobs.square, label="", x=5).result(120) == 25


def test_killed_idle_worker_is_replaced(scheduler, jobs):
    scheduler.submit(jobs.square, label="", x=1).result(120)
    for pid in scheduler.executor.pids:
        os.kill(pid, signal.SIGKILL)
    for x in range(2, 6):
        assert scheduler.submit(jobs.square, label="", x=x).result(120) == x * x


def test_crashed_worker_reports_the_signal(scheduler, jobs):
    job = scheduler.submit(jobs.die, label="", sig=int(signal.SIGABRT))
    with pytest.raises(JobError, match=r"ended during the computation .*SIGABRT"):
        job.result(120)


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("epsilon must be >= 0, got -1", "ValueError", "epsilon must be >= 0, got -1."),
        ("word", "ValueError", "ValueError: word."),
        ("missing key", "KeyError", "KeyError: 'missing key'."),
        ("first line\nsecond line", "ValueError", "first line."),
        ("", "MemoryError", "There was not enough memory for this computation; try a smaller one."),
    ],
    ids=["sentence", "word", "key", "lines", "memory"],
)
def test_failure_is_one_sentence_with_a_traceback(scheduler, jobs, text, kind, sentence):
    job = scheduler.submit(jobs.fail, label="", text=text, kind=kind)
    with pytest.raises(JobError) as caught:
        job.result(120)
    assert str(caught.value) == job.error == sentence
    assert "compute_jobs.py" in caught.value.traceback
    assert kind in job.traceback
    assert caught.value.traceback in "".join(traceback.format_exception(caught.value))


def test_sys_exit_fails_the_job_and_keeps_the_worker(open_scheduler, jobs):
    scheduler = open_scheduler(1)
    pid = scheduler.submit(jobs.process_id, label="").result(120)
    job = scheduler.submit(jobs.leave, label="", code=3)
    with pytest.raises(JobError, match="SystemExit: 3"):
        job.result(120)
    assert scheduler.submit(jobs.process_id, label="", wait=0.01).result(120) == pid


def test_result_that_cannot_be_pickled_is_reported(scheduler, jobs):
    with pytest.raises(JobError, match=r"result of give_lambda \(a function\) cannot be sent back"):
        scheduler.submit(jobs.give_lambda, label="").result(120)


def test_parameter_that_cannot_be_sent_is_reported_by_submit(scheduler, jobs):
    with pytest.raises(TypeError, match=r"^x must be .*, got a _thread\.lock"):
        scheduler.submit(jobs.square, label="", x=threading.Lock())


def test_wrong_argument_is_reported_by_submit(scheduler, jobs):
    with pytest.raises(TypeError, match="square: missing a required argument: 'x'"):
        scheduler.submit(jobs.square, label="")
    with pytest.raises(TypeError, match="square: got an unexpected keyword argument 'y'"):
        scheduler.submit(jobs.square, label="", x=1, y=2)
    with pytest.raises(TypeError, match="'report' is set by the scheduler"):
        scheduler.submit(jobs.count_up, label="", steps=1, report=print)


def test_result_has_a_timeout(scheduler, jobs):
    job = scheduler.submit(jobs.sleep_for, label="Sleeping", seconds=30)
    assert not job.wait(0.05)
    with pytest.raises(TimeoutError, match=r"Sleeping is not done after 0\.05 s"):
        job.result(0.05)
    job.cancel()
    assert job.wait(0)


def test_closed_scheduler_rejects_jobs_and_ends_workers(open_scheduler, jobs):
    scheduler = open_scheduler(1)
    running = scheduler.submit(jobs.sleep_for, label="", seconds=30)
    queued = scheduler.submit(jobs.square, label="", x=3)
    wait_for(lambda: running.state == "running" and scheduler.executor.pids)
    (pid,) = scheduler.executor.pids
    scheduler.close()
    scheduler.close()
    assert (running.state, queued.state) == ("cancelled", "cancelled")
    wait_for(lambda: not alive(pid))
    with pytest.raises(RuntimeError, match="the scheduler is closed"):
        scheduler.submit(jobs.square, label="", x=4)
    with pytest.raises(RuntimeError, match="the scheduler is closed"):
        scheduler.warm_up(["json"])


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (ProcessExecutor, "workers"),
        (ProcessExecutor, "threads"),
        (Scheduler, "entries"),
        (Scheduler, "size"),
    ],
)
def test_numbers_out_of_range_are_rejected(kind, setting):
    with pytest.raises(ValueError, match=rf"{setting} must be (at least|an integer from) [01]"):
        kind(**{setting: -1})
