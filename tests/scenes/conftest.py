"""Scenes are drawn on one thread: waiting for a second one takes longer than a small picture."""

from one_thread import one_thread as one_thread
