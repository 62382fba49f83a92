"""The worker's side: it runs one job after another until its parent is gone.

Three threads share the process. The main thread runs the jobs. One reads what the parent sends and
ends the process when the parent's end closes, so a worker never outlives a parent that was
killed. One writes, so that reporting progress never waits for the parent, and sends of many
reports only the newest.
"""

from __future__ import annotations

import faulthandler
import importlib
import logging
import math
import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from collections import deque
from typing import Any, BinaryIO

from pyfrontiers.compute.frames import (
    Done,
    Failed,
    Import,
    Message,
    Reported,
    Run,
    Started,
    read_frame,
    write_message,
)

__all__ = ["Outbox", "serve"]

#: Seconds between two progress messages; newer reports replace the one that waits.
REPORT_INTERVAL = 0.05
#: Added to the niceness: a page that someone waits for goes before a job. No more than a little, or
#: whatever else the machine does would starve the jobs.
NICENESS = 2

_LOGGER = logging.getLogger(__name__)


def serve() -> None:
    """Serve the parent over standard input and output, until it closes them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    requests, replies = _take_over_streams()
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, inbox), daemon=True).start()
    outbox = Outbox(replies)
    while True:
        frame = inbox.get()
        message = pickle.loads(frame)
        sys.path[:] = message.path
        if isinstance(message, Import):
            _import(message.modules)
        else:
            outbox.send(Started())
            outbox.send(_run(message, outbox))


def _take_over_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes to the parent for messages; what a job prints goes to standard error."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _receive(requests: BinaryIO, inbox: queue.SimpleQueue[bytes]) -> None:
    try:
        while True:
            inbox.put(read_frame(requests))
    except (EOFError, OSError):
        os._exit(0)  # the parent is gone; nobody wants the job any more


class Outbox:
    """Messages to the parent, written by a thread of its own, in order."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: deque[Message] = deque()
        self._news = threading.Condition()
        threading.Thread(target=self._write, daemon=True).start()

    def send(self, message: Message) -> None:
        """Queue a message; a progress report replaces one that still waits."""
        with self._news:
            last = self._waiting[-1] if self._waiting else None
            if isinstance(message, Reported) and isinstance(last, Reported):
                self._waiting.pop()
            self._waiting.append(message)
            self._news.notify()

    def _write(self) -> None:
        try:
            while True:
                with self._news:
                    self._news.wait_for(lambda: self._waiting)
                    message = self._waiting.popleft()
                write_message(self._stream, message)
                if isinstance(message, Reported):
                    self._pause()
        except OSError:
            os._exit(0)

    def _pause(self) -> None:
        end = time.monotonic() + REPORT_INTERVAL
        with self._news:
            # Anything but another report goes out at once.
            self._news.wait_for(
                lambda: any(not isinstance(m, Reported) for m in self._waiting),
                timeout=max(0.0, end - time.monotonic()),
            )


class _Reporter:
    """The ``report`` that a job is given: the share done never falls."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._fraction = 0.0

    def __call__(self, fraction: float, message: str = "", data: Any = None) -> None:
        """Tell the share done (0 to 1), what is going on, and data to show, copied now."""
        share = float(fraction)
        if math.isnan(share):
            raise ValueError("report: fraction is NaN; wanted a number from 0 to 1")
        self._fraction = max(self._fraction, min(share, 1.0))
        copied = b"" if data is None else pickle.dumps(data, protocol=5)
        self._outbox.send(Reported(self._fraction, str(message), copied))


def _import(modules: tuple[str, ...]) -> None:
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:
            _LOGGER.exception("warm-up could not import %s", name)


def _run(task: Run, outbox: Outbox) -> Message:
    try:
        function: Any = importlib.import_module(task.module)
        for part in task.name.split("."):
            function = getattr(function, part)
        parameters = pickle.loads(task.parameters)
        if task.reports:
            parameters["report"] = _Reporter(outbox)
        result = function(**parameters)
    except BaseException as error:
        return Failed(_sentence(error), traceback.format_exc())
    try:
        return Done(pickle.dumps(result, protocol=5))
    except Exception as error:
        kind = type(result).__qualname__
        return Failed(
            f"The result of {task.name} (a {kind}) cannot be sent back from the worker: {error}.",
            traceback.format_exc(),
        )


def _sentence(error: BaseException) -> str:
    """Say in one line what went wrong; messages that are sentences stand as they are."""
    if isinstance(error, MemoryError):
        return "There was not enough memory for this computation; try a smaller one."
    lines = str(error).strip().splitlines()
    text = lines[0].strip() if lines else ""
    if " " not in text or isinstance(error, KeyError):
        text = f"{type(error).__qualname__}: {text}" if text else type(error).__qualname__
    return text if text.endswith((".", "!", "?")) else f"{text}."
