"""`pyfrontiers app`: the lecture in the browser."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

__all__ = ["app"]

#: Where the browser finds the app when the caller names no port; the next free one otherwise.
_PORT, _TRIES = 8501, 20
#: Seconds that the server may take before we stop looking for it.
_PATIENCE = 60.0


def app(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port; 0 takes any free one. Without it: 8501 or the next free."
        ),
    ] = None,
    address: Annotated[
        str,
        typer.Option(help="Address to listen on. Default: this machine only; 0.0.0.0: everyone."),
    ] = "127.0.0.1",
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"url": ...} once the server answers.')
    ] = False,
) -> None:
    """Open the lecture with its experiments in the browser. Ctrl-C ends it.

    Example: pyfrontiers app --port 8600
    """
    script = _script()
    chosen = _free_port(address, port)
    if port is None and chosen != _PORT:
        Console(stderr=True).print(f"Port {_PORT} is taken; using {chosen}.")
    host = "127.0.0.1" if address in ("", "0.0.0.0", "::") else address
    announcement = threading.Thread(
        target=_announce, args=(host, chosen, sys.stdout, as_json), daemon=True
    )
    announcement.start()
    # What the server says goes to standard error; standard output holds the address alone.
    with contextlib.redirect_stdout(sys.stderr):
        _serve(script, address, chosen)


def _script() -> Path:
    """Find the app and put its folder on this process's path, from where workers inherit it.

    A wheel carries the app inside the package, because every Streamlit project may call a module
    of its own ``streamlit_app``; in the repository the folder lies next to the package.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_app", package.parent):
        script = folder / "streamlit_app" / "app.py"
        if script.is_file():
            sys.path.insert(0, str(folder))
            return script
    raise FileNotFoundError("the folder streamlit_app is missing; install pyfrontiers again")


def _free_port(address: str, port: int | None) -> int:
    """Give the port to use: the caller's if it is free, else the first free one.

    Raises:
        ValueError: The address does not exist here, or the port is taken; the sentence says which.

    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address, port or 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ValueError(f"--address {address!r} is not an address of this machine") from error
    candidates = range(_PORT, _PORT + _TRIES) if port is None else [port]
    for candidate in candidates:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((where[0], candidate, *where[2:]))
            except PermissionError as error:
                raise ValueError(
                    f"port {candidate} is reserved for the system; choose one above 1023"
                ) from error
            except OSError as error:
                if "assign" in str(error):
                    raise ValueError(
                        f"--address {address!r} is not an address of this machine"
                    ) from error
                continue
            taken: int = probe.getsockname()[1]
            return taken
    if port is None:
        raise ValueError(f"ports {_PORT} to {_PORT + _TRIES - 1} are all taken; give one: --port N")
    raise ValueError(
        f"port {port} is taken by another program (perhaps the app runs already?); "
        "give another with --port, or --port 0 for any"
    )


def _serve(script: Path, address: str, port: int) -> None:
    """Run the server in this process until it is ended."""
    from click import Abort
    from streamlit.web import cli

    # The other settings stand in .streamlit/config.toml beside the script.
    arguments = [
        "run",
        str(script),
        f"--server.port={port}",
        f"--server.address={address}",
        "--server.headless=true",
        "--logger.hideWelcomeMessage=true",
    ]
    # Ctrl-C is how one ends a server, not an error.
    with contextlib.suppress(Abort, KeyboardInterrupt):
        cli.main(arguments, prog_name="pyfrontiers app", standalone_mode=False)


def _announce(host: str, port: int, out: object, as_json: bool) -> None:
    """Wait until the server answers, then print where it is."""
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{'localhost' if shown == '127.0.0.1' else shown}:{port}/"
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if _answers(host, port):
            text = json.dumps({"url": url}) if as_json else f"The lecture is open at {url}"
            out.write(f"{text}\n")  # type: ignore[attr-defined]  # a text stream
            out.flush()  # type: ignore[attr-defined]
            return
        time.sleep(0.05)
    logging.getLogger(__name__).warning("the server does not answer at %s yet", url)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=1.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
