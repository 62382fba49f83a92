import subprocess
import sys

import pytest


@pytest.fixture
def pyfrontiers():
    """Run the command in a separate process, as a user does."""

    def run(*arguments, timeout=120):
        program = "from pyfrontiers.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
