"""Workers end with their parent, however it ends, and never run its main module."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MODULES = Path(__file__).parent / "modules"

PROGRAM = """
import sys, time
sys.path.insert(0, {modules!r})
open({mark!r}, "a").write("main ran\\n")
import compute_jobs
from pyfrontiers import compute
jobs = [compute.submit(compute_jobs.sleep_for, seconds=60 + k) for k in range(2)]
print(*[compute.submit(compute_jobs.square, x=3).ahead], flush=True)
while len(compute._scheduler().executor.pids) < 2:
    time.sleep(0.01)
time.sleep(0.5)
print("workers", *compute._scheduler().executor.pids, flush=True)
{ending}
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see orphans")
@pytest.mark.parametrize("how", ["end", "exit", "SIGINT", "SIGTERM", "SIGKILL"])
def test_no_worker_outlives_its_parent_and_main_runs_once(tmp_path, how):
    mark = tmp_path / "mark"
    ending = {"end": "", "exit": "sys.exit(3)"}.get(how, "time.sleep(60)")
    script = tmp_path / "server.py"  # no __main__ guard, on purpose
    script.write_text(PROGRAM.format(modules=str(MODULES), mark=str(mark), ending=ending))
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    line = ""
    while not line.startswith("workers"):
        line = parent.stdout.readline()
        assert line, "the parent ended early"
    workers = [int(word) for word in line.split()[1:]]
    assert len(workers) == 2
    if how.startswith("SIG"):
        assert all(alive(pid) for pid in workers)
        # To the whole group, as a terminal does on Ctrl-C.
        os.killpg(parent.pid, signal.Signals[how])
    parent.wait(120)
    parent.stdout.close()
    end = time.monotonic() + 120
    while any(alive(pid) for pid in workers):
        assert time.monotonic() < end, f"orphans after {how}"
        time.sleep(0.02)
    assert mark.read_text() == "main ran\n"


def test_import_starts_no_process_and_is_light():
    program = (
        "import sys, threading, pyfrontiers.compute\n"
        "heavy = {'torch', 'numpy', 'streamlit', 'pandas'} & set(sys.modules)\n"
        "print(threading.active_count(), sorted(heavy))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert out.split(maxsplit=1) == ["1", "[]\n"]


def test_fork_gets_its_own_scheduler(tmp_path):
    program = f"""
import os, sys
sys.path.insert(0, {str(MODULES)!r})
import compute_jobs
from pyfrontiers import compute
assert compute.submit(compute_jobs.square, x=3).result(120) == 9
child = os.fork()
if child == 0:
    assert compute.submit(compute_jobs.square, x=3).result(120) == 9
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert compute.submit(compute_jobs.square, x=4).result(120) == 16
print("both")
"""
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=240, check=False
    )
    assert out.stdout == "both\n", out.stderr


def test_worker_does_not_run_the_page_that_started_the_job(tmp_path, jobs):
    from streamlit.testing.v1 import AppTest

    # While Streamlit runs a page, the page is __main__; a spawned process would run it again.
    mark = tmp_path / "mark"
    page = tmp_path / "page.py"
    page.write_text(
        f"import streamlit as st\n"
        f"open({str(mark)!r}, 'a').write(__name__ + '\\n')\n"
        f"import compute_jobs\n"
        f"from pyfrontiers.compute import submit\n"
        f"st.write(submit(compute_jobs.square, x=12).result(120))\n"
    )
    app = AppTest.from_file(str(page), default_timeout=120).run()
    assert not app.exception
    assert app.markdown[0].value.strip("`") == "144"
    assert mark.read_text() == "__main__\n"
