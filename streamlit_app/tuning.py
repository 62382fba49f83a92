"""Disable two things that slow down the server: Nagle's algorithm and polling of settings files."""

from __future__ import annotations

import socket
from asyncio import base_events

from streamlit.watcher.polling_path_watcher import PollingPathWatcher

__all__ = ["disable_nagle", "stop_polling_settings"]


def disable_nagle() -> None:
    """Send each message at once instead of waiting for the previous one's acknowledgement.

    asyncio disables Nagle's algorithm only for sockets created with the protocol number of TCP.
    Streamlit's socket has protocol number 0, so the algorithm stays on for its connections, and the
    rest of a page waits up to 44 ms for the browser's delayed acknowledgement. Call this before the
    server accepts connections.
    """
    setattr(base_events, "_set_nodelay", _set_nodelay)  # noqa: B010 - mypy rejects the assignment


def _set_nodelay(connection: socket.socket) -> None:
    is_internet = connection.family in (socket.AF_INET, socket.AF_INET6)
    if is_internet and connection.type == socket.SOCK_STREAM:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def stop_polling_settings() -> None:
    """Stop Streamlit from polling its settings files five times a second.

    ``server.fileWatcherType = "none"`` does not stop this. Each file is checked once more; after
    that, no further check is scheduled.
    """
    setattr(PollingPathWatcher, "_schedule", lambda _: None)  # noqa: B010
