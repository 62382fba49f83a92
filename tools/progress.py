"""Running the programs of a set-up: what they print goes to a file, progress to the terminal."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ProgramError", "Progress", "readable", "run", "stop"]

#: Seconds between two lines about the compiler.
PERIOD = 15.0
_TAIL = 60
# Ninja's "[12/34] Building CXX object ...".
_NINJA = re.compile(r"^\s*\[(\d+)/(\d+)\] ")
# pip warns about every folder of its configuration that does not hold the package it looks for.
_NOISE = re.compile(r"^\s*WARNING: (Location|Skipping page) ")
# Programs that run now, each the leader of a process group.
_running: set[subprocess.Popen[str]] = set()


class ProgramError(Exception):
    """A program ended with an error; the text is the end of what it printed."""


def readable(printed: str) -> str:
    """Return the end of a program's output without warnings that no user can act on."""
    lines = [line for line in printed.splitlines() if not _NOISE.match(line)]
    return "\n".join(lines[-_TAIL:])


def run(
    log: Path,
    *command: str,
    env: dict[str, str] | None = None,
    each_line: Callable[[str], None] | None = None,
) -> None:
    """Run a program in the repository's root, its output in a file.

    Raises:
        ProgramError: The program ended with an error.

    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as file:
        file.write(f"$ {' '.join(command)}\n")
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=Path(__file__).resolve().parents[1],
            env=env,
            start_new_session=True,
        )
        _running.add(program)
        assert program.stdout is not None
        for line in program.stdout:
            file.write(line)
            if each_line is not None:
                each_line(line)
        ended = program.wait()
        _running.discard(program)
    if ended != 0:
        raise ProgramError(
            f"{readable(log.read_text())}\n\n{command[0]} failed; all it printed: {log}"
        )


def stop() -> None:
    """End every program that runs now, with the programs that it has started."""
    for program in tuple(_running):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGTERM)


class Progress:
    """Lines with the time since the start, one for each step and some while the compiler runs."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._lock = threading.Lock()
        self._compiled: tuple[str, str] | None = None

    def say(self, text: str) -> None:
        """Print a line with the time since the start."""
        minutes, seconds = divmod(int(time.monotonic() - self._start), 60)
        with self._lock:
            sys.stdout.write(f"  {minutes}:{seconds:02d}  {text}\n")
            sys.stdout.flush()

    def compiler_said(self, line: str) -> None:
        """Take one line of the compiler's output."""
        if found := _NINJA.match(line):
            self._compiled = (found[1], found[2])

    @contextlib.contextmanager
    def ticking(self) -> Iterator[None]:
        """Tell from time to time how far the compiler is."""
        ended = threading.Event()

        def tell() -> None:
            while not ended.wait(PERIOD):
                if self._compiled is None:
                    # The compiler starts with the files that take longest.
                    self.say("compiling: the first files take longest")
                elif self._compiled[0] != self._compiled[1]:
                    self.say("compiling: {} of {} files are done".format(*self._compiled))

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            ended.set()
            teller.join()
