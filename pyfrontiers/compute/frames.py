"""What travels between the pool and a worker: messages in length-prefixed frames over pipes."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

__all__ = [
    "Done",
    "Failed",
    "Import",
    "Message",
    "Reported",
    "Run",
    "Started",
    "pickled_parameters",
    "read_frame",
    "read_message",
    "write_message",
]

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Import:
    """To the worker: import these modules now, so that a later job does not wait for it."""

    modules: tuple[str, ...]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """To the worker: call a function with pickled keyword arguments."""

    module: str
    name: str
    parameters: bytes
    reports: bool
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Started:
    """From the worker: it has the job. Without this, a dead worker's job may go to another."""


@dataclass(frozen=True, slots=True)
class Reported:
    """From the worker: progress, with pickled data or none."""

    fraction: float
    message: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """From the worker: the pickled result."""

    result: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """From the worker: one sentence for the user and the traceback for the log."""

    sentence: str
    traceback: str


Message = Import | Run | Started | Reported | Done | Failed


def write_message(stream: BinaryIO, message: Message) -> None:
    """Write a message as one frame and flush it.

    Raises:
        OSError: The other end is gone.

    """
    frame = pickle.dumps(message, protocol=5)
    stream.write(_LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes:
    """Read the bytes of the next message.

    Raises:
        EOFError: The other end is gone, between two messages or within one.

    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("the other end closed the pipe")
    (size,) = _LENGTH.unpack(head)
    frame = stream.read(size)
    if len(frame) < size:
        raise EOFError("the other end closed the pipe within a message")
    return frame


def read_message(stream: BinaryIO) -> Message:
    """Read the next message.

    Raises:
        EOFError: The other end is gone.

    """
    message: Message = pickle.loads(read_frame(stream))
    return message


def pickled_parameters(name: str, parameters: dict[str, Any]) -> bytes:
    """Pickle what a function is to be called with.

    Args:
        name: The function's name, for the error.
        parameters: Keyword arguments.

    Returns:
        The pickle.

    Raises:
        TypeError: A parameter cannot be pickled; it is named.

    """
    for parameter, value in parameters.items():
        try:
            pickle.dumps(value, protocol=5)
        except Exception as error:
            raise TypeError(
                f"parameter {parameter!r} of {name} cannot be sent to a worker: {error}"
            ) from error
    return pickle.dumps(parameters, protocol=5)
