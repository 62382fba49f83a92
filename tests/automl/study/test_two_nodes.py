"""A study on a Ray cluster of two nodes, both on this machine, and what the loss of one costs."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager

import psutil
import pytest
from executor_kinds import WITHOUT_RAY, ray_token
from scripted import Scripted
from study_children import Toy, marks, wide
from study_process import StudyProcess

CHILDREN = 60


@contextmanager
def node(*words):
    """Start a node with one core; yields its process once it has joined."""
    command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1"]
    process = subprocess.Popen(
        [*command, "--disable-usage-stats", "--node-ip-address=127.0.0.1", *words],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | ray_token(),
        start_new_session=True,
    )
    try:
        lines = iter(process.stdout.readline, "")
        assert any("Ray runtime started" in line for line in lines), "the node did not start"
        yield process
    finally:
        for each in [*descendants(process), process]:
            try:
                each.kill()
            except psutil.NoSuchProcess:
                continue
        process.wait(30)
        process.stdout.close()


def descendants(process):
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@pytest.fixture(scope="module")
def cluster():
    """Return the address of a cluster of two nodes, and the process of the second."""
    pytest.importorskip("ray", reason=WITHOUT_RAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"127.0.0.1:{port}"
    # Sockets have short names, so the folder must not be deep.
    with (
        tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder,
        node("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}"),
        node(f"--address={address}") as second,
    ):
        yield address, second


@pytest.fixture(autouse=True)
def token(monkeypatch):
    for name, value in ray_token().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def whole(begin, seen):
    study = begin("whole", search=wide())
    study.run(Scripted(1), children=CHILDREN)
    return seen(study)


def at_work(node, path):
    """Suspend a worker of a node in the middle of a child; return its process, or None."""
    for process in descendants(node):
        if last_marks(path).get(process.pid) == "begin":
            process.suspend()
            if last_marks(path)[process.pid] == "begin":
                return process
            process.resume()
    return None


def last_marks(path):
    return {mark[5]: mark[3] for mark in marks(path)}


def used(path):
    return {mark[4] for mark in marks(path) if mark[3] == "end"}


@pytest.mark.slow("starts a Ray cluster of two nodes")
def test_two_nodes_find_what_one_process_finds(begin, seen, whole, tmp_path, cluster):
    coordinator = StudyProcess(tmp_path / "study", cluster[0], CHILDREN, 0.02)
    assert coordinator.output() == b"children\n"
    path = tmp_path / "marks"
    assert len(used(path)) == 2
    assert seen(begin(search=wide(), trainable=Toy(0.02, str(path)))) == whole


@pytest.mark.slow("starts a Ray cluster of two nodes")
def test_cluster_that_asks_for_a_token_is_told_from_one_that_does_not_answer(cluster):
    program = f"from pyfrontiers.compute import RayExecutor; RayExecutor({cluster[0]!r})"
    others = {name: value for name, value in os.environ.items() if name not in ray_token()}
    found = subprocess.run(
        [sys.executable, "-c", program], env=others, capture_output=True, text=True, check=False
    )
    last = found.stderr.strip().splitlines()[-1]
    assert last.startswith("ConnectionError: address must be that of a running Ray cluster, got")
    assert "it asks for a token; set RAY_AUTH_MODE=token" in last


@pytest.mark.slow("starts a Ray cluster of two nodes")
def test_lost_node_costs_a_rung_and_changes_no_result(begin, seen, whole, tmp_path, cluster):
    address, second = cluster
    path = tmp_path / "marks"
    coordinator = StudyProcess(tmp_path / "study", address, CHILDREN, 0.02)
    while (worker := at_work(second, path)) is None:
        assert coordinator.wait_for(len(marks(path)) + 1), "the second node trained no child"
    for process in descendants(second):
        if process.name().startswith("raylet"):
            os.kill(process.pid, signal.SIGKILL)
    worker.kill()  # it cannot end by itself while it is suspended
    assert coordinator.output().endswith(b"children\n")  # after what Ray says of the node
    assert seen(begin(search=wide(), trainable=Toy(0.02, str(path)))) == whole
