"""On one thread, as when recording: on a busy machine a second thread is slower."""

from one_thread import one_thread_throughout as one_thread_throughout
