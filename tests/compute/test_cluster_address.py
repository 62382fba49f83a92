"""What a cluster's address must be; needs no Ray."""

import socket
import sys
import threading

import pytest

from pyfrontiers.compute import ProcessExecutor, RayExecutor, cluster_connection, open_executor


@pytest.fixture
def silent_port():
    """A port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


def test_without_a_cluster_workers_are_processes():
    executor = open_executor(workers=3)
    assert isinstance(executor, ProcessExecutor)
    assert executor.capacity == 3
    assert "ray" not in sys.modules or sys.modules["ray"].is_initialized()
    executor.close()


def test_missing_ray_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'pyfrontiers\[ray\]'"):
        open_executor(cluster="auto")


@pytest.mark.parametrize("address", ["here", "ray://host:1", "host:", ":6379", "host:70000", ""])
def test_address_of_another_form_is_refused(address):
    with pytest.raises(ValueError, match="address must be 'auto', 'local' or 'HOST:PORT', got"):
        RayExecutor(address)


def test_address_that_does_not_answer_is_refused(silent_port):
    message = f"address must be that of a running Ray cluster, got '127.0.0.1:{silent_port}', which"
    with pytest.raises(ConnectionError, match=message):
        open_executor(cluster=f"127.0.0.1:{silent_port}")


@pytest.mark.parametrize(
    ("answer", "message"),
    [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "something else answers"), (b"", "something else")],
    ids=["web server", "closes the line"],
)
def test_address_of_another_service_is_refused(answer, message):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            line, _ = server.accept()
            line.recv(100)
            line.sendall(answer)
            line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ConnectionError, match=message):
            RayExecutor(f"127.0.0.1:{server.getsockname()[1]}")
        thread.join()


def test_address_that_stays_silent_is_refused(monkeypatch):
    monkeypatch.setattr(cluster_connection, "PATIENCE", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(ConnectionError, match=r"which does not answer \(timed out\)"),
    ):
        RayExecutor(f"127.0.0.1:{server.getsockname()[1]}")


def test_address_of_the_environment_is_not_replaced_by_a_cluster_here(silent_port, monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{silent_port}")
    with pytest.raises(ConnectionError, match="which does not answer"):
        open_executor(cluster="auto")


@pytest.mark.parametrize("workers", [0, 1.5, "two"])
def test_number_of_workers_is_checked(workers):
    with pytest.raises((TypeError, ValueError), match="workers must be an integer"):
        open_executor(workers=workers)
