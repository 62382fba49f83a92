import sys
from pathlib import Path

import pytest

from pyfrontiers.compute import ProcessExecutor, Scheduler

MODULES = Path(__file__).parent / "modules"


@pytest.fixture(autouse=True)
def job_module(monkeypatch):
    """Make the functions that run in workers importable."""
    monkeypatch.syspath_prepend(str(MODULES))
    yield
    sys.modules.pop("compute_jobs", None)


@pytest.fixture
def jobs(job_module):
    import compute_jobs

    return compute_jobs


@pytest.fixture
def open_scheduler():
    """Return a function that makes schedulers with worker processes, closed after the test."""
    opened = []

    def open_one(workers=2, **settings):
        opened.append(Scheduler(ProcessExecutor(workers), **settings))
        return opened[-1]

    yield open_one
    for scheduler in opened:
        scheduler.close()


@pytest.fixture
def scheduler(open_scheduler):
    return open_scheduler()
