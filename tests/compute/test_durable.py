"""Durable results outlive their scheduler, and jobs never fail because of the disk."""

import logging
import os
import time

import pytest

from pyfrontiers import compute
from pyfrontiers.compute import code_version as versions
from pyfrontiers.compute.code_version import code_version
from pyfrontiers.compute.disk import DiskResults


@pytest.fixture
def disk(tmp_path):
    return DiskResults(tmp_path / "results")


@pytest.fixture
def marks(tmp_path):
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def run(scheduler, jobs, marks, **options):
    job = scheduler.submit(jobs.leave_mark, label="", folder=str(marks), **options)
    assert job.result(120) == "ran"
    return job


def stored(disk, job):
    """Return whether the result is stored; a thread writes it after the job has ended."""
    end = time.monotonic() + 120
    while disk.get(job.key) is None and time.monotonic() < end:
        time.sleep(0.01)
    return disk.get(job.key) is not None


def test_durable_result_is_found_after_a_restart(open_scheduler, jobs, marks, disk, tmp_path):
    first = open_scheduler(disk=disk)
    assert stored(disk, run(first, jobs, marks, durable=True))
    first.close()
    again = open_scheduler(disk=DiskResults(tmp_path / "results"))
    job = again.submit(jobs.leave_mark, label="", folder=str(marks), durable=True)
    assert job.state == "done"
    assert job.result() == "ran"
    assert job.progress.fraction == 1.0
    assert again.executor.pids == ()
    assert len(list(marks.iterdir())) == 1


def test_other_results_are_not_stored(open_scheduler, jobs, marks, disk):
    scheduler = open_scheduler(disk=disk)
    job = run(scheduler, jobs, marks)
    assert stored(disk, run(scheduler, jobs, marks.parent, durable=True))
    assert disk.get(job.key) is None


def test_cached_result_becomes_durable_on_request(open_scheduler, jobs, marks, disk):
    scheduler = open_scheduler(disk=disk)
    job = run(scheduler, jobs, marks)
    run(scheduler, jobs, marks, durable=True)
    assert disk.get(job.key) is not None
    assert len(list(marks.iterdir())) == 1


def test_damaged_result_is_computed_again(open_scheduler, jobs, disk, tmp_path):
    scheduler = open_scheduler(disk=disk)
    job = scheduler.submit(jobs.large, label="", size=200_000, durable=True)
    job.result(120)
    assert stored(disk, job)
    scheduler.close()
    (file,) = (tmp_path / "results").rglob("*.val")
    file.write_bytes(file.read_bytes()[:-100])
    assert disk.get(job.key) is None
    anew = open_scheduler(disk=disk).submit(jobs.large, label="", size=200_000, durable=True)
    assert len(anew.result(120)) == len(job.result())


def test_unusable_disk_is_logged_once_and_jobs_succeed(
    open_scheduler, jobs, marks, tmp_path, caplog
):
    (tmp_path / "file").write_text("in the way")
    scheduler = open_scheduler(disk=DiskResults(tmp_path / "file" / "results"))
    with caplog.at_level(logging.WARNING, "pyfrontiers.compute"):
        run(scheduler, jobs, marks, durable=True)
        run(scheduler, jobs, marks.parent, durable=True)
    (line,) = [
        r.getMessage() for r in caplog.records if "no longer stored on disk" in r.getMessage()
    ]
    assert str(tmp_path / "file") in line


def test_oldest_results_are_deleted(tmp_path):
    disk = DiskResults(tmp_path, size=400_000)
    for number in range(30):
        disk.put(str(number), os.urandom(50_000))
    kept = [number for number in range(30) if disk.get(str(number)) is not None]
    assert kept == list(range(30 - len(kept), 30))
    assert 5 <= len(kept) <= 8


def test_result_too_large_for_the_disk_is_not_stored(tmp_path):
    disk = DiskResults(tmp_path, size=400_000)
    disk.put("large", bytes(200_000))
    assert disk.get("large") is None


def test_changed_code_has_another_version(tmp_path, monkeypatch):
    def version_of(text):
        (tmp_path / "module.py").write_text(text)
        code_version.cache_clear()
        return code_version()

    before = code_version()
    assert before == code_version()
    monkeypatch.setattr(versions.pyfrontiers, "__path__", [str(tmp_path)])
    try:
        assert version_of("a = 1") != version_of("a = 2")
        assert version_of("a = 1") == version_of("a = 1")
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__" / "module.pyc").write_text("compiled")
        assert version_of("a = 1") == version_of("a = 1")
    finally:
        code_version.cache_clear()


def test_submit_passes_durable_on(monkeypatch):
    asked = []

    class Scheduler:
        def submit(self, function, /, *, label, durable, **parameters):
            asked.append(durable)

    monkeypatch.setattr(compute, "_scheduler", Scheduler)
    compute.submit(len, durable=True)
    compute.submit(len)
    assert asked == [True, False]
