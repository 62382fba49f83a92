"""Run on one thread, as the app's jobs do: for small matrices a second thread is slower."""

from __future__ import annotations

from one_thread import one_thread as one_thread
