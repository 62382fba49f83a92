"""Switches off what costs the server time: Nagle's algorithm and the polling of settings files."""

from __future__ import annotations

import socket
from asyncio import base_events

from streamlit.watcher.polling_path_watcher import PollingPathWatcher

__all__ = ["disable_nagle", "stop_polling_settings"]


def disable_nagle() -> None:
    """Send each message at once instead of waiting for the previous one's acknowledgement.

    asyncio disables Nagle's algorithm for sockets that name TCP as their protocol. Streamlit binds
    a socket that names none, so connections accepted from it keep the algorithm, and the rest of a
    page waits up to 44 ms for the browser's delayed acknowledgement. Call this before the server
    accepts connections.
    """
    setattr(base_events, "_set_nodelay", _set_nodelay)  # noqa: B010 - mypy rejects the assignment


def _set_nodelay(connection: socket.socket) -> None:
    is_internet = connection.family in (socket.AF_INET, socket.AF_INET6)
    if is_internet and connection.type == socket.SOCK_STREAM:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def stop_polling_settings() -> None:
    """Stop Streamlit from polling its settings files five times a second.

    ``server.fileWatcherType = "none"`` does not affect this. Each file is checked once more, then
    the threads sleep.
    """
    setattr(PollingPathWatcher, "_schedule", lambda _: None)  # noqa: B010
