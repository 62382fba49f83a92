"""Progress goes to a terminal's standard error, and nowhere else."""

from __future__ import annotations

import io
import sys

import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from pyfrontiers.cli.main import app
from pyfrontiers.cli.progress import progress


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_progress_is_shown_on_a_terminal_alone(monkeypatch, stream, shown):
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with progress("at first") as report:
        report(0.5, "step 5 of [10]")
        report(0.75)
    text = stream.getvalue()
    assert ("step 5 of [10]" in text) is shown
    assert ("0:00:00" in text) is shown
    assert bool(text) is shown


def test_attack_says_what_it_does_from_the_start(monkeypatch):
    said: list[str] = []
    add, update = Progress.add_task, Progress.update

    def added(self, description, **settings):
        said.append(description)
        return add(self, description, **settings)

    def updated(self, task, **settings):
        said.append(settings["description"])
        return update(self, task, **settings)

    monkeypatch.setattr(Progress, "add_task", added)
    monkeypatch.setattr(Progress, "update", updated)
    done = CliRunner().invoke(app, ["attack", "cat", "--steps", "2"])
    assert done.exit_code == 0, done.output
    assert said[0].startswith("Loading")
    assert said[-1].startswith("Step 2 of 2: ostrich at ")
    assert not done.stderr
