"""Connects this process to a Ray cluster."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["connect"]

#: Seconds within which an address must answer.
PATIENCE = 5.0
#: How HTTP/2, on which gRPC runs, begins: a fixed line and an empty frame of settings. A server
#: answers with such a frame; its type is the fourth byte.
_SETTINGS = b"\x04"
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0" + _SETTINGS + bytes(5)
#: Ray's setting for how long it tries to join, by itself twenty seconds or more.
_WAIT = "RAY_gcs_server_port_wait_time_s"


def connect(address: str, cores: int | None) -> tuple[Any, bool]:
    """Connect to a cluster, or start one on this machine.

    Args:
        address: ``"HOST:PORT"``; ``"local"``: a cluster that is started here and ends with this
            process; ``"auto"``: the cluster that the environment variable ``RAY_ADDRESS`` names or
            that runs on this machine, and if there is none, one as for ``"local"``.
        cores: Number of tasks at a time on a cluster that is started here.

    Returns:
        The module ``ray``, and whether it was connected here and not before.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        ConnectionError: Nothing answers, or something that is not Ray.
        ValueError: The address has another form.

    """
    named = os.environ.get("RAY_ADDRESS", "auto") if address == "auto" else address
    if named not in ("auto", "local"):
        _reach(named)
    try:
        import ray
    except ImportError as error:
        raise ModuleNotFoundError(
            f"a cluster (address {address!r}) needs Ray, which is not installed; install it with "
            "`pip install 'pyfrontiers[ray]'`"
        ) from error
    if ray.is_initialized():
        return ray, False
    # Ray reports its use to its makers unless told not to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    options = {"log_to_driver": False, "configure_logging": False, "logging_level": logging.ERROR}
    with _signals_kept():
        try:
            if named != "local":
                _join(ray, named, options)
        except ConnectionError:
            if named != "auto":
                raise
        if not ray.is_initialized():
            ray.init(address="local", num_cpus=cores, include_dashboard=False, **options)
    return ray, True


def _join(ray: Any, address: str, options: dict[str, Any]) -> None:
    shorter = _WAIT not in os.environ
    if shorter:
        os.environ[_WAIT] = str(round(PATIENCE))
    try:
        ray.init(address=address, **options)
    except Exception as error:
        raise ConnectionError(
            f"address must be that of a running Ray cluster, got {address!r}, which could not be "
            f"joined: {_reason(error)}"
        ) from error
    finally:
        if shorter:
            del os.environ[_WAIT]


def _reason(error: Exception) -> str:
    if "AuthenticationError" in "".join(traceback.format_exception(error)):
        return (
            "it asks for a token; set RAY_AUTH_MODE=token and, as RAY_AUTH_TOKEN, what `ray "
            "get-auth-token` prints on its first machine"
        )
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _reach(address: str) -> None:
    """Raise unless a gRPC server answers; Ray itself would wait for minutes."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(
            f"address must be 'auto', 'local' or 'HOST:PORT', got {address!r}; `ray start --head` "
            "prints the address of the cluster that it starts"
        )
    try:
        with socket.create_connection((host.strip("[]"), int(port)), PATIENCE) as line:
            line.sendall(_GREETING)
            answer = line.recv(9)
    except OSError as error:
        raise ConnectionError(
            f"address must be that of a running Ray cluster, got {address!r}, which does not "
            f"answer ({error.strerror or error}); start one with `ray start --head`"
        ) from error
    encrypted = os.environ.get("RAY_USE_TLS", "0") != "0"
    if answer[3:4] != _SETTINGS and not encrypted:
        raise ConnectionError(
            f"address must be that of a running Ray cluster, got {address!r}, where something else "
            "answers; `ray start --head` prints the address of the cluster that it starts"
        )


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Put back the handler of SIGTERM, which Ray replaces in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
