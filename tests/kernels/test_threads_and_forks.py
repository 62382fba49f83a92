"""Results are bit-identical in concurrent Python threads and in forked and spawned processes."""

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import pytest
import torch

from pyfrontiers import kernels

N = 200_003  # several tasks for the pool in every kernel
THREADS = Path("/proc/self/task")  # has an entry per thread of the process, where /proc exists

# Made before any fork: torch's own loops hang in a forked child, whose OpenMP threads are gone.
X = torch.linspace(-1, 1, N)
GRAD, ORIGIN = X - 0.1, X.sin()


def digest():
    """One hash over the results of all kernels that are bit-identical everywhere."""
    results = [
        kernels.bits(N, seed=1, dtype=torch.int32),
        kernels.uniform(N, seed=2),
        kernels.dropout_mask(N, 0.3, seed=3),
        kernels.dropout_mask(N, 0.3, seed=3, packed=True),
        kernels.dropout(X, 0.1, seed=4),
        kernels.dropout(X.reshape(1, 1, 1, -1), 0.1, seed=4, granularity="channel"),
        kernels.mc_dropout(X, 0.5, 4, seed=5),
        kernels.linf_step(X, GRAD, ORIGIN, step=0.1, epsilon=0.2, bounds=(-1, 1)),
        *kernels.moments(X[: N - 3].reshape(8, -1)),
        *kernels.predictive(X[: N - N % 120].reshape(4, -1, 30)),
        kernels.random_start(X[: N - N % 3].reshape(3, -1), norm="l2", epsilon=0.5, seed=6),
        kernels.additive_noise(X, 0.1, seed=7),
    ]
    together = hashlib.sha256()
    for result in results:
        together.update(result.numpy().tobytes())
    return together.hexdigest()


def count_threads():
    """Number of threads of this process after a kernel has split its work."""
    kernels.dropout(X, 0.1, seed=4)
    return len(list(THREADS.iterdir()))


def send_answer(sender, question):
    """Send what a function returns, or die: a child that hangs must not hang the tests."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(60)
    sender.send(question())


@pytest.fixture(scope="module")
def expected():
    return digest()


def test_independent_of_torch_threads(threads, expected):
    assert digest() == expected


def test_concurrent_python_threads_give_the_same_results(expected):
    start, results = threading.Barrier(8), []

    def work():
        start.wait()
        results.extend(digest() for _ in range(3))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == [expected] * 24


def test_instruction_set_is_selected_per_thread():
    seen = []

    def look():
        seen.append(kernels.current_isa())

    with kernels.use_isa("scalar"):
        other = threading.Thread(target=look)
        other.start()
        other.join()
        assert kernels.current_isa() == "scalar"
    assert seen == [kernels.available_isas()[0]]
    assert kernels.current_isa() == kernels.available_isas()[0]


def test_kernels_release_the_gil():
    """This thread makes progress during a long call, not only between two calls."""
    x, out = torch.ones(1 << 18), torch.empty(64, 1 << 18)
    calls, turns = [], []

    def work():
        for _ in range(10):
            began = time.perf_counter()
            kernels.mc_dropout(x, 0.37, 64, seed=1, out=out)
            calls.append((began, time.perf_counter()))

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        turns.append(time.perf_counter())
        time.sleep(0)
    middles = [(began + (ended - began) / 3, ended - (ended - began) / 3) for began, ended in calls]
    assert any(first < turn < last for first, last in middles for turn in turns)


COUNTING = """
import os, torch
from pyfrontiers import kernels
torch.set_num_threads(2)
x = torch.rand(1 << 22).mul_(2)
before = len(os.listdir("/proc/self/task"))
kernels.dropout(x, 0.5, seed=1)
print(before, len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(not THREADS.exists(), reason="this system does not list a process's threads")
@pytest.mark.skipif(not torch.backends.openmp.is_available(), reason="this torch has no OpenMP")
def test_kernels_use_torchs_threads():
    """A second set would compete for the cores with torch's, which spin after each operation."""
    run = subprocess.run([sys.executable, "-c", COUNTING], capture_output=True, text=True)
    before, after = map(int, run.stdout.split())
    assert after == before


LITTLE = """
import os, torch
from pyfrontiers import kernels
torch.set_num_threads(2)
x = torch.rand(1 << 14)
before = len(os.listdir("/proc/self/task"))
kernels.dropout(x, 0.5, seed=1)
kernels.linf_step(x, x - 0.5, x, step=0.1, epsilon=0.2)
kernels.mc_dropout(x[:512], 0.5, 32, seed=1, out=torch.empty(32, 512))
kernels.dropout(x.requires_grad_(), 0.5, seed=1)
print(before, len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(not THREADS.exists(), reason="this system does not list a process's threads")
def test_small_calls_stay_on_one_thread():
    """A second thread might have to wait milliseconds for a core, and the first one for it."""
    run = subprocess.run([sys.executable, "-c", LITTLE], capture_output=True, text=True)
    before, after = map(int, run.stdout.split())
    assert after == before


@pytest.mark.long("two interpreters start and import torch")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_child_processes_give_the_same_results(method, expected, monkeypatch):
    # A spawned child runs the parent's main module again, which tests of pages may have replaced.
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")
    context = multiprocessing.get_context(method)
    assert two_children(context) == [expected] * 2
    assert digest() == expected


def two_children(context, question=digest):
    """What two concurrent child processes return; None where one died."""
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    children = [context.Process(target=send_answer, args=(sender, question)) for _, sender in pipes]
    for child in children:
        child.start()
    answers = []
    for (receiver, sender), child in zip(pipes, children, strict=True):
        child.join(90)
        sender.close()  # the last write end: if the child sends nothing, reading ends
        try:
            answers.append(receiver.recv() if receiver.poll() else None)
        except EOFError:
            answers.append(None)
    return answers


@pytest.fixture
def busy_pool():
    """Keep the pool busy, so that a fork finds its locks held and its workers inside a task.

    Every thread starts its workers before the first fork: with glibc, a fork during another
    thread's pthread_create can give a child that frees a cached stack's storage twice.
    """
    x, out, stop = torch.ones(1 << 18), torch.empty(8, 1 << 18), threading.Event()
    one_at_a_time, all_started = threading.Lock(), threading.Barrier(3, timeout=60)

    def work():
        with one_at_a_time:  # one caller at a time has the pool; others would run without workers
            kernels.mc_dropout(x, 0.37, 8, seed=1, out=out)
        all_started.wait()
        while not stop.is_set():
            kernels.mc_dropout(x, 0.37, 8, seed=1, out=out)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    all_started.wait()
    yield
    stop.set()
    for thread in threads:
        thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_fork_while_other_threads_run_kernels(expected, busy_pool):
    """A child forked while the pool's locks are held must not wait for them."""
    for _ in range(3):
        assert two_children(multiprocessing.get_context("fork")) == [expected] * 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.skipif(not THREADS.is_dir(), reason="this system does not list a process's threads")
@pytest.mark.parametrize("threads", [2], indirect=True, ids=["2-threads"])
@pytest.mark.parametrize("born", ["idle", "busy"])
def test_forked_child_starts_its_own_workers(born, threads, request):
    """The parent's workers don't exist in the child, which must not wait for them."""
    kernels.dropout(X, 0.1, seed=4)  # starts the parent's workers before the first fork
    if born == "busy":
        request.getfixturevalue("busy_pool")
    for _ in range(5):
        assert two_children(multiprocessing.get_context("fork"), count_threads) == [threads] * 2
