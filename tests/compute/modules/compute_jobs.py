"""Functions that the tests run in workers; importable there under this module's own name."""

import os
import signal
import time
from pathlib import Path

import numpy as np


def square(x):
    return x * x


def leave_mark(folder, name="ran"):
    """Run slowly and leave one file for each execution."""
    time.sleep(0.3)
    (Path(folder) / f"{name}-{os.getpid()}-{time.time_ns()}").touch()
    return name


def sleep_for(seconds, tag=""):
    time.sleep(seconds)
    return tag


def wait_for_file(path):
    """Run until the test makes the file: no load on the machine ends it early."""
    while not Path(path).exists():
        time.sleep(0.01)


def spin_in_c(digits):
    """Hold the interpreter in one C call; only a signal that kills gets through."""
    return int("9" * digits) ** 50_000_000 == 0


def count_up(steps, report, pause=0.0):
    for k in range(steps):
        time.sleep(pause)
        report((k + 1) / steps, f"step {k + 1}", np.full(3, k))
    return steps


def report_backwards(report):
    for fraction in (0.2, 0.8, 0.4, 7.0):
        report(fraction)
        time.sleep(0.1)


def report_nan(report):
    report(float("nan"))


def flood(reports, report):
    begin = time.perf_counter()
    for k in range(reports):
        report(k / reports, data=np.zeros(1000))
    return time.perf_counter() - begin


def fail(text, kind="ValueError"):
    raise {"ValueError": ValueError, "KeyError": KeyError, "MemoryError": MemoryError}[kind](text)


def leave(code):
    raise SystemExit(code)


def die(sig=signal.SIGKILL):
    os.kill(os.getpid(), sig)
    time.sleep(30)


def process_id(wait=0.0):
    time.sleep(wait)
    return os.getpid()


def give_lambda():
    return lambda: None


def large(size):
    return np.arange(size, dtype=np.float32)


def speak(text):
    print(text)  # noqa: T201  # what a job prints must not damage the channel
    return text


def threads():
    import torch

    return torch.get_num_threads()


def loaded(name):
    import sys

    return name in sys.modules


def takes_report_and_array(array, scale=2.0, report=None):
    report(0.5, "half", {"sum": float(array.sum())})
    return array * scale


def times(array, scale=1.0):
    return float(array.sum()) * scale


def stay(path):
    """Leave the process id, and run until the process is killed."""
    unfinished = Path(f"{path}.part")
    unfinished.write_text(str(os.getpid()))
    unfinished.rename(path)
    time.sleep(600)


def fill_disk():
    raise OSError(28, "No space left on device")
