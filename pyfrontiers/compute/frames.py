"""Messages between a process executor and its workers: length-prefixed pickles over pipes."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import BinaryIO

from pyfrontiers.compute.tasks import Common, Task, Update

__all__ = ["Import", "Message", "read_frame", "read_message", "write_message"]

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Import:
    """Request to a worker: import these modules now, so that later tasks do not wait."""

    modules: tuple[str, ...]
    path: tuple[str, ...]


#: Workers receive tasks, what tasks have in common, and imports; they send updates.
Message = Task | Common | Import | Update


def write_message(stream: BinaryIO, message: Message) -> None:
    """Write a message as one frame and flush it.

    Raises:
        OSError: The other process is gone.

    """
    frame = pickle.dumps(message, protocol=5)
    stream.write(_LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes:
    """Read the bytes of the next message.

    Raises:
        EOFError: The other process is gone, between messages or within one.

    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("the other process closed the pipe")
    (size,) = _LENGTH.unpack(head)
    frame = stream.read(size)
    if len(frame) < size:
        raise EOFError("the other process closed the pipe within a message")
    return frame


def read_message(stream: BinaryIO) -> Message:
    """Read the next message.

    Raises:
        EOFError: The other process is gone.

    """
    message: Message = pickle.loads(read_frame(stream))
    return message
