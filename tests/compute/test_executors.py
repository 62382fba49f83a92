"""The scheduler's use of an executor, and the executor that runs tasks in this process."""

import queue
import threading
import time

import pytest

from pyfrontiers.compute import InlineExecutor, JobError, Scheduler
from pyfrontiers.compute.events import EventQueue
from pyfrontiers.compute.tasks import Done, Event, Started


class Recorder:
    """An executor that only reports the events it is given."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.events = queue.SimpleQueue()
        self.submitted, self.cancelled = [], []

    def submit(self, ticket, task):
        self.submitted.append(ticket)

    def poll(self, timeout=None):
        found = self.events.get(timeout=timeout)
        if isinstance(found, Exception):
            raise found
        return found

    def cancel(self, ticket):
        self.cancelled.append(ticket)

    def warm_up(self, modules):
        self.warm = modules

    def close(self):
        self.events.put([])


@pytest.fixture
def recorder():
    return Recorder(2)


@pytest.fixture
def scheduler(recorder):
    found = Scheduler(recorder)
    yield found
    found.close()


@pytest.fixture
def inline():
    found = Scheduler(InlineExecutor())
    yield found
    found.close()


def test_closed_queue_gives_its_last_events_and_never_waits():
    events = EventQueue()
    events.put(Event(0, Started()))
    events.close()
    assert events.poll() == [Event(0, Started())]
    assert events.poll() == []
    assert events.poll() == []


NONE = b"\x80\x05N."  # None, pickled


def test_scheduler_submits_no_more_tasks_than_the_capacity(scheduler, recorder, jobs):
    held = [scheduler.submit(jobs.square, label="", x=x) for x in range(5)]
    assert recorder.submitted == [0, 1]
    assert [job.ahead for job in held] == [0, 0, 0, 1, 2]
    recorder.events.put([Event(1, Started()), Event(1, Done(NONE))])
    assert held[1].wait(120)
    assert [job.state for job in held] == ["queued", "done", "queued", "queued", "queued"]
    assert recorder.submitted == [0, 1, 2]
    held[0].cancel()
    assert recorder.cancelled == [0]
    assert recorder.submitted == [0, 1, 2, 3]
    recorder.capacity = 3  # a cluster grew
    recorder.events.put([Event(2, Done(NONE))])
    assert held[2].wait(120)
    assert recorder.submitted == [0, 1, 2, 3, 4]


def test_events_of_a_cancelled_task_are_ignored(scheduler, recorder, jobs):
    first, second = (scheduler.submit(jobs.square, label="", x=x) for x in range(2))
    first.cancel()
    recorder.events.put([Event(0, Done(NONE)), Event(1, Done(NONE))])
    assert second.result(120) is None
    assert first.state == "cancelled"


def test_failing_executor_ends_every_job(scheduler, recorder, jobs):
    held = [scheduler.submit(jobs.square, label="", x=x) for x in range(3)]
    recorder.events.put(ConnectionError("the cluster is gone"))
    for job in held:
        with pytest.raises(JobError, match=r"The executor failed: the cluster is gone\."):
            job.result(120)
    with pytest.raises(RuntimeError, match="the scheduler is closed"):
        scheduler.submit(jobs.square, label="", x=9)


def test_warm_up_passes_each_module_on_once(scheduler, recorder):
    scheduler.warm_up(["json", "csv"])
    scheduler.warm_up(["csv", "wave"])
    assert recorder.warm == ("json", "csv", "wave")


def test_inline_tasks_run_in_this_process(inline, jobs):
    assert inline.submit(jobs.process_id, label="").result(120) == jobs.process_id()
    job = inline.submit(jobs.count_up, label="", steps=3)
    assert job.result(120) == 3
    assert job.progress.message == "step 3"
    with pytest.raises(JobError, match=r"it went wrong\."):
        inline.submit(jobs.fail, label="", text="it went wrong").result(120)


def test_inline_task_runs_in_the_background(inline, jobs):
    job = inline.submit(jobs.sleep_for, label="", seconds=0.2)
    assert not job.done
    assert threading.current_thread().name != "pyfrontiers-inline"
    assert job.result(120) == ""


def test_cancelled_inline_task_ends_at_its_next_report(inline, jobs):
    long = inline.submit(jobs.count_up, label="", steps=10_000, pause=0.01)
    waiting = inline.submit(jobs.square, label="", x=3)
    end = time.monotonic() + 120
    while long.progress.fraction == 0:
        assert time.monotonic() < end
        time.sleep(0.005)
    long.cancel()
    assert waiting.result(120) == 9
