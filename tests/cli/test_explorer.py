import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pyfrontiers.cli.explorer import _free_port
from pyfrontiers.cli.main import app

RUN = CliRunner()


@pytest.fixture
def taken():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.long("starts the app")
def test_app_serves_prints_its_address_and_stops_on_ctrl_c(tmp_path):
    server = subprocess.Popen(
        [sys.executable, "-m", "pyfrontiers", "app", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert server.stdout is not None
    try:
        url = json.loads(server.stdout.readline())["url"]
        with urllib.request.urlopen(f"{url}healthz", timeout=120) as answer:
            assert json.load(answer)["status"] == "ok"
        with urllib.request.urlopen(url, timeout=120) as answer:
            assert b"<html" in answer.read()
    finally:
        server.send_signal(signal.SIGINT)
        rest, errors = server.communicate(timeout=120)
    assert server.returncode == 0, errors
    assert rest == ""
    assert "Traceback" not in errors


def test_taken_port_is_reported_in_a_sentence(taken):
    done = RUN.invoke(app, ["app", "--port", str(taken)])
    assert done.exit_code == 2
    assert done.stderr.startswith(f"port {taken} is taken by another program")
    assert len(done.stderr.splitlines()) == 1


def test_next_free_port_is_used_by_default(taken, monkeypatch):
    monkeypatch.setattr("pyfrontiers.cli.explorer._PORT", taken)
    assert taken < _free_port("127.0.0.1", None) < taken + 20


def test_no_free_port_is_reported(taken, monkeypatch):
    monkeypatch.setattr("pyfrontiers.cli.explorer._PORT", taken)
    monkeypatch.setattr("pyfrontiers.cli.explorer._TRIES", 1)
    with pytest.raises(ValueError, match=f"ports {taken} to {taken} are all taken"):
        _free_port("127.0.0.1", None)


@pytest.mark.parametrize("address", ["203.0.113.7", "no such host"])
def test_address_of_another_machine_is_rejected(address):
    with pytest.raises(ValueError, match=rf"--address '{address}' is not an address of this"):
        _free_port(address, 0)


def test_port_out_of_range_is_rejected():
    done = RUN.invoke(app, ["app", "--port", "70000"])
    assert done.exit_code == 2
    assert "65535" in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--base-path", "/a b", "--base-path must be a path such as /frontiers, "),
        ("--base-path", "/search", "--base-path must not begin with an address that the app "),
        ("--embed-in", "moodle", "--embed-in must be an origin such as https://moodle.example.edu"),
    ],
)
def test_invalid_proxy_settings_are_reported(option, value, said):
    done = RUN.invoke(app, ["app", option, value])
    assert done.exit_code == 2
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_server_settings_are_next_to_the_script():
    import streamlit_app

    assert (Path(streamlit_app.__file__).parent / ".streamlit" / "config.toml").is_file()
