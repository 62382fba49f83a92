"""Malformed calls end in a Python exception, never in a crash of the interpreter.

The calls run in a child process, so that a crash would be seen. Public functions and the direct
calls of the compiled core get anything at all. The core's other functions take raw addresses, which
no check can tell from good ones: only the package calls them, with what its checks let through. So
here come malformed numbers, and addresses that are none at all or those of memory that is
large enough for any of the sizes.
"""

import subprocess
import sys
from pathlib import Path

CALLS = 100_000
CHILD = Path(__file__).with_name("malformed_calls.py")


def test_malformed_calls_never_crash_the_interpreter():
    child = subprocess.run(
        [sys.executable, CHILD, "1", str(CALLS)],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert child.returncode == 0, child.stderr[-3000:]
    made, raised = map(int, child.stdout.split())
    assert made == CALLS
    assert raised > made // 3  # most were refused; the rest were good in spite of the change
