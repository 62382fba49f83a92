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
from dataclasses import replace
from typing import BinaryIO

from pyfrontiers.compute.frames import Import, read_frame, write_message
from pyfrontiers.compute.outbox import Outbox
from pyfrontiers.compute.tasks import Common, Started, run_task

__all__ = ["import_modules", "serve"]

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
    outbox = Outbox()
    threading.Thread(target=_send_all, args=(outbox, replies), daemon=True).start()
    common: Common | None = None
    while True:
        message = pickle.loads(inbox.get())
        if isinstance(message, Common):
            common = message
            continue
        sys.path[:] = message.path
        if isinstance(message, Import):
            import_modules(message.modules)
        else:
            task = message if message.common is None else replace(message, common=common)
            outbox.send(Started())
            outbox.send(run_task(task, outbox.send))


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


def _send_all(outbox: Outbox, stream: BinaryIO) -> None:
    try:
        while True:
            write_message(stream, outbox.take())
    except OSError:
        os._exit(0)


def import_modules(modules: tuple[str, ...]) -> None:
    """Import modules; log those that cannot be imported."""
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:
            _LOGGER.exception("warm-up could not import %s", name)
