"""Starts a coordinator in a separate process, for tests that kill it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from study_children import marks

PROGRAM = Path(__file__).with_name("study_program.py")


class StudyProcess:
    """A study of `study_program`; its children leave marks next to its folder."""

    def __init__(self, folder, executor, children, pause):
        self.marks = folder.with_name("marks")
        path = os.pathsep.join(filter(None, (str(PROGRAM.parent), os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(folder), executor, str(children), str(pause)],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )

    def wait_for(self, count):
        """Wait until children have left so many marks; return whether the study still runs."""
        while len(marks(self.marks)) < count and self.process.poll() is None:
            time.sleep(0.002)
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.output()

    def output(self):
        """Wait for the end; return what the program printed: how the run ended."""
        return self.process.communicate(timeout=600)[0]
