"""Files that can't be used: each job that reads uploads answers, and logs no failure."""

from __future__ import annotations

import ast
import inspect
import logging
import threading
from pathlib import Path

import pytest

import streamlit_app
from pyfrontiers.automl.service.sources import Source, inspect_source
from pyfrontiers.compute import InlineExecutor, JobError, Scheduler
from pyfrontiers.lecture.transcript.importing_job import import_as_job
from pyfrontiers.physical.photos import check_photos
from pyfrontiers.physical.uploaded import inspect_upload
from pyfrontiers.refusal import Refusal

#: Files with nothing of use, as they are uploaded by mistake.
CONTENTS = {
    "empty": b"",
    "text": b"a letter to a friend\n" * 9,
    "zeros": bytes(300),
    "archive": b"PK\x05\x06" + bytes(18),
    "cut": b"\x89PNG\r\n\x1a\n\x00\x00",
    "markup": b"<!doctype html><p>404",
}
ENDINGS = {
    inspect_source: ("csv", "npz", "zip", "xlsx"),
    inspect_upload: ("glb", "obj", "zip", "stl"),
    check_photos: ("png", "jpg"),
    import_as_job: ("srt", "json"),
}


def parameters(job, name, content):
    """Return the arguments of a job that is to read one file."""
    if job is inspect_source:
        return {"source": Source(name, content, "class" if name.endswith(".csv") else None)}
    if job is inspect_upload:
        return {"files": [(name, content)]}
    if job is check_photos:
        return {"photos": [(name, content)], "target": 764, "right": ()}
    return {"data": content, "filename": name}


@pytest.fixture
def scheduler(caplog):
    caplog.set_level(logging.WARNING)
    opened = Scheduler(InlineExecutor())
    yield opened
    opened.close()


def close(scheduler, before):
    """Close a scheduler and wait until its thread, which logs, has ended."""
    scheduler.close()
    for thread in set(threading.enumerate()) - before:
        if thread.name == "pyfrontiers-scheduler":
            thread.join(60)
            assert not thread.is_alive()


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("job", ENDINGS, ids=lambda job: job.__name__)
def test_unusable_files_are_answered_and_not_logged(job, content, scheduler, caplog):
    before = set(threading.enumerate())
    for ending in ENDINGS[job]:
        asked = scheduler.submit(job, label="", **parameters(job, f"file.{ending}", content))
        found = asked.result(120)
        sentence = (
            found.sentence if isinstance(found, Refusal) else found.unreadable["file." + ending]
        )
        assert len(sentence) > 10
    close(scheduler, before)
    assert not caplog.records


def test_a_failure_of_the_program_is_logged(scheduler, caplog):
    before = set(threading.enumerate())
    asked = scheduler.submit(inspect_source, label="", source=None)
    with pytest.raises(JobError):
        asked.result(120)
    close(scheduler, before)
    assert "inspect_source failed" in caplog.text


def test_every_module_with_an_uploader_decodes_files_itself_or_uses_a_job_tried_above():
    known = {job.__name__ for job in ENDINGS} | {"decode_upload", "decoded"}
    root = Path(inspect.getfile(streamlit_app)).parent
    texts = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    uploading = {path: text for path, text in texts.items() if "file_uploader(" in text}
    assert len(uploading) > 6
    for path, text in uploading.items():
        named = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        assert named & known, f"{path} must read its files by a job in ENDINGS or `decode_upload`"
