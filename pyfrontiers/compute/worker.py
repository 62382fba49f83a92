"""The worker process: it runs one task after another until its parent is gone.

The process has three threads. The main thread runs the tasks. A reader receives messages and ends
the process when the parent's end of the pipe closes, so a worker never outlives a killed parent. A
writer sends messages, so progress reports never wait for the parent; it sends only the newest of
several reports.
"""

from __future__ import annotations

import faulthandler
import importlib
import logging
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections import deque
from typing import BinaryIO

from pyfrontiers.compute.frames import Import, Message, read_frame, write_message
from pyfrontiers.compute.tasks import Reported, Started, run_task

__all__ = ["Outbox", "serve"]

#: Seconds between progress messages; a newer report replaces a waiting one.
REPORT_INTERVAL = 0.05
#: Added to the niceness, so that pages take precedence over jobs. With a larger value, other work
#: on the machine would starve the jobs.
NICENESS = 2

_LOGGER = logging.getLogger(__name__)


def serve() -> None:
    """Serve the parent over standard input and output until it closes them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    requests, replies = _take_over_streams()
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests, inbox), daemon=True).start()
    outbox = Outbox(replies)
    while True:
        message = pickle.loads(inbox.get())
        sys.path[:] = message.path
        if isinstance(message, Import):
            _import(message.modules)
        else:
            outbox.send(Started())
            outbox.send(run_task(message, outbox.send))


def _take_over_streams() -> tuple[BinaryIO, BinaryIO]:
    """Reserve the pipes to the parent for messages; tasks print to standard error."""
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
        os._exit(0)  # the parent is gone, so nothing needs the result


class Outbox:
    """Messages to the parent, written in order by a separate thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: deque[Message] = deque()
        self._news = threading.Condition()
        threading.Thread(target=self._write, daemon=True).start()

    def send(self, message: Message) -> None:
        """Queue a message; a progress report replaces a waiting one."""
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
            # Other messages are sent immediately.
            self._news.wait_for(
                lambda: any(not isinstance(m, Reported) for m in self._waiting),
                timeout=max(0.0, end - time.monotonic()),
            )


def _import(modules: tuple[str, ...]) -> None:
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:
            _LOGGER.exception("warm-up could not import %s", name)
