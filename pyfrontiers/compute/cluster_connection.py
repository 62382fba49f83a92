"""Connects this process to a Ray cluster."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["connect"]

#: Seconds within which an address must answer.
PATIENCE = 5.0


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
    try:
        ray.init(address=address, **options)
    except (RuntimeError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConnectionError(
            f"address must be that of a running Ray cluster, got {address!r}, which could not be "
            f"joined ({reason})"
        ) from error


def _reach(address: str) -> None:
    """Raise unless something answers; Ray itself would wait for a minute and end the process."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(
            f"address must be 'auto', 'local' or 'HOST:PORT', got {address!r}; `ray start --head` "
            "prints the address of the cluster that it starts"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
    except OSError as error:
        raise ConnectionError(
            f"address must be that of a running Ray cluster, got {address!r}, which does not "
            f"answer ({error.strerror or error}); start one with `ray start --head`"
        ) from error


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
