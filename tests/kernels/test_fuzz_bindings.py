"""Malformed calls raise a Python exception and never crash the interpreter.

The calls run in a child process, so that a crash is detected. Public functions and the fast paths
of the compiled core get arbitrary arguments. The core's other functions take raw addresses, which
cannot be checked; only the package calls them, with arguments it has checked. They get malformed
numbers, and addresses that are either invalid or point to memory large enough for all sizes.
"""

import subprocess
import sys
from pathlib import Path

import pytest

CALLS = {"value": 100_000, "pair": 40_000, "every": 100_000}
CHILD = Path(__file__).with_name("modules") / "malformed_calls.py"


@pytest.mark.long("makes thousands of calls in a separate interpreter")
def test_malformed_calls_never_crash_the_interpreter(request):
    calls = CALLS[request.config.getoption("--combinations")]
    child = subprocess.run(
        [sys.executable, CHILD, "1", str(calls)],
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert child.returncode == 0, child.stderr[-3000:]
    made, raised = map(int, child.stdout.split())
    assert made == calls
    assert raised > made // 3  # most calls are rejected; some changed arguments are still valid
