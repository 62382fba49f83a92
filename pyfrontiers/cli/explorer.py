"""`pyfrontiers app`: serve the lecture as web pages."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

__all__ = ["app", "find_app"]

#: Default port, and the number of ports to try if it is taken.
_PORT, _TRIES = 8501, 20
#: Seconds to wait for the server to answer.
_PATIENCE = 60.0


def app(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port; 0 for any free one. Default: 8501 or the next free port."
        ),
    ] = None,
    address: Annotated[
        str,
        typer.Option(
            help="Address to listen on. 127.0.0.1: only this machine; 0.0.0.0: all networks."
        ),
    ] = "127.0.0.1",
    base_path: Annotated[
        str | None,
        typer.Option(help="Path below which a reverse proxy serves the app, such as /frontiers."),
    ] = None,
    embed_in: Annotated[
        list[str] | None,
        typer.Option(
            help="Site that may show the app in a frame, such as https://moodle.example.edu. "
            "Repeat for more."
        ),
    ] = None,
    lecture: Annotated[
        Path | None,
        typer.Option(help="Folder of a lecture pack, which /present presents instead."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"url": ...} when the server is ready.')
    ] = False,
) -> None:
    """Serve the lecture and its experiments as web pages, and print their address.

    Open the address in a browser. Ctrl-C stops the server.

    Example: pyfrontiers app --port 8600
    """
    script = find_app()
    settings = _behind_proxy(base_path) + _embedded(embed_in or [])
    if lecture is not None:
        _present(lecture)
    chosen = _free_port(address, port)
    if port is None and chosen != _PORT:
        Console(stderr=True).print(f"Port {_PORT} is taken; using {chosen}.")
    host = "127.0.0.1" if address in ("", "0.0.0.0", "::") else address
    announcement = threading.Thread(
        target=_announce, args=(host, chosen, sys.stdout, as_json), daemon=True
    )
    announcement.start()
    # The server logs to standard error; standard output contains only the address.
    with contextlib.redirect_stdout(sys.stderr):
        _serve(script, address, chosen, settings)


def _present(folder: Path) -> None:
    """Let the server present a lecture pack; refuse one with faults before it starts."""
    from streamlit_app.presenting.lectures import VARIABLE, known_pack

    known_pack(folder)
    os.environ[VARIABLE] = str(folder.resolve())


def _behind_proxy(base_path: str | None) -> list[str]:
    """Return the server option for a base path; none if not given, so Streamlit's setting holds."""
    from streamlit_app.base_path import checked

    if base_path is None:
        return []
    return [f"--server.baseUrlPath={checked(base_path, '--base-path')}"]


def _embedded(origins: list[str]) -> list[str]:
    """Let other sites show the app in a frame, and return the settings for that."""
    from streamlit_app.embedding import VARIABLE, checked_origins

    if not origins:
        return []
    os.environ[VARIABLE] = " ".join(checked_origins(origins, "--embed-in"))
    # In another site's frame, browsers block the cookie of Streamlit's XSRF check for uploads. The
    # random session name in an upload's address protects uploads as well.
    return ["--server.enableXsrfProtection=false"]


def find_app() -> Path:
    """Find the app and add its folder to ``sys.path``, which workers inherit.

    In a wheel the app is inside the package, because other Streamlit projects may also have a
    module named ``streamlit_app``; in the repository, the folder is next to the package.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_app", package.parent):
        script = folder / "streamlit_app" / "app.py"
        if script.is_file():
            sys.path.insert(0, str(folder))
            return script
    raise FileNotFoundError("the folder streamlit_app is missing; reinstall pyfrontiers")


def _free_port(address: str, port: int | None) -> int:
    """Return the given port if it is free or, without one, the first free port.

    Raises:
        ValueError: The address does not belong to this machine, or the port is taken.

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
        raise ValueError(
            f"ports {_PORT} to {_PORT + _TRIES - 1} are all taken; choose one with --port"
        )
    raise ValueError(
        f"port {port} is taken by another program (is the app already running?); "
        "choose another with --port, or use --port 0 for any"
    )


def _serve(script: Path, address: str, port: int, settings: list[str]) -> None:
    """Run the server in this process until it is stopped."""
    from click import Abort
    from streamlit.web import cli

    # Other settings are in .streamlit/config.toml next to the script.
    arguments = [
        "run",
        str(script),
        f"--server.port={port}",
        f"--server.address={address}",
        "--server.headless=true",
        "--logger.hideWelcomeMessage=true",
        *settings,
    ]
    # Ctrl-C is the normal way to stop a server.
    with contextlib.suppress(Abort, KeyboardInterrupt):
        cli.main(arguments, prog_name="pyfrontiers app", standalone_mode=False)


def _announce(host: str, port: int, out: object, as_json: bool) -> None:
    """Wait until the server answers, then print its address."""
    shown = f"[{host}]" if ":" in host else host
    root = f"http://{'localhost' if shown == '127.0.0.1' else shown}:{port}"
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if _answers(host, port):
            url = f"{root}{_base_path()}/"
            text = (
                json.dumps({"url": url})
                if as_json
                else f"The lecture is open at {url} (stop with Ctrl-C)"
            )
            out.write(f"{text}\n")  # type: ignore[attr-defined]  # a text stream
            out.flush()  # type: ignore[attr-defined]
            return
        time.sleep(0.05)
    logging.getLogger(__name__).warning("the server does not answer at %s/ yet", root)


def _base_path() -> str:
    """Return the running server's base path, wherever it was set."""
    from streamlit_app.base_path import base_path

    return base_path()


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=1.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
