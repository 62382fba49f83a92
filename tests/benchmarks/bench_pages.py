"""Server time of a page change, a slide turn and a slider move, in a real session.

    python -m tests.benchmarks.bench_pages [--rounds 5] [--json FILE]

Starts the app as a user would, opens a WebSocket and speaks Streamlit's protocol. The time runs
from the request to the message that the script has finished, including all that the page sends.
Targets: a page change within 300 ms and a slider move within 200 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

from pyfrontiers.lecture import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.client import ClientConnection

AIMS_MS = {"page change": 300.0, "slide turn": 200.0, "slider move": 200.0}


@dataclass
class Session:
    """One visitor's connection and the widgets of the current page.

    Attributes:
        stream: The WebSocket.
        pages: Script hash by address.
        sliders: Slider message and fragment of each slider on the page.
        buttons: Widget id and fragment of each enabled button by label.
        states: Widget values the visitor has set, as the browser keeps and sends them.
    """

    stream: ClientConnection
    page: str = ""
    query: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    sliders: dict[str, tuple[Any, str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)

    def open(self, address: str, query: str = "") -> float:
        """Change to a page; return the server's milliseconds."""
        self.page, self.query = self.pages.get(address, ""), query
        self.sliders, self.buttons, self.states = {}, {}, {}
        return self._run("")

    def press(self, label: str) -> float:
        """Press a button; return the server's milliseconds."""
        widget, fragment = self.buttons[label]
        return self._run(fragment, WidgetState(id=widget, trigger_value=True))

    def move(self, widget: str, value: float) -> float:
        """Move a slider; return the server's milliseconds."""
        state = WidgetState(id=widget)
        state.double_array_value.data.append(value)
        self.states[widget] = state
        return self._run(self.sliders[widget][1])

    def _run(self, fragment: str, *triggers: WidgetState) -> float:
        request = BackMsg()
        client = request.rerun_script
        client.page_script_hash, client.query_string = self.page, self.query
        client.fragment_id = fragment
        client.widget_states.widgets.extend([*self.states.values(), *triggers])
        began = time.perf_counter()
        self.stream.send(request.SerializeToString())
        while True:
            message = ForwardMsg.FromString(self.stream.recv(timeout=120))
            self._note(message)
            finished = message.WhichOneof("type") == "script_finished"
            # A run that is superseded by another one also reports that it has finished.
            if finished and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return 1000 * (time.perf_counter() - began)

    def _note(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "navigation":
            for page in message.navigation.app_pages:
                self.pages["" if page.is_default else page.url_pathname] = page.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element, fragment = message.delta.new_element, message.delta.fragment_id
            if element.WhichOneof("type") == "slider" and not element.slider.options:
                self.sliders[element.slider.id] = (element.slider, fragment)
            elif element.WhichOneof("type") == "button" and not element.button.disabled:
                self.buttons[element.button.label] = (element.button.id, fragment)


@contextmanager
def serve() -> Iterator[str]:
    """Run the app with an empty data folder; yields its host and port."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pyfrontiers", "app", "--port", str(port)]
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "XDG_DATA_HOME": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_warm(f"http://localhost:{port}/healthz")
            yield f"localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_until_warm(address: str) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if json.load(answer)["warm"]:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    message = "the server was not warm after 120 s"
    raise RuntimeError(message)


@contextmanager
def visit(host: str) -> Iterator[Session]:
    """Open the app's first page as a visitor."""
    with connect(f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as line:
        visitor = Session(line)
        visitor.open("")
        yield visitor


def measure(host: str, rounds: int) -> dict[str, list[float]]:
    """Walk through the lecture `rounds` times, after one walk to warm the caches."""
    times: dict[str, list[float]] = {name: [] for name in AIMS_MS}
    with visit(host) as visitor:
        for turn in range(rounds + 1):
            for item in SECTIONS:
                pages = [visitor.open(item.slug)]
                turns = [visitor.press("Next →") for _ in item.slides[1:]]
                moves = []
                for widget, (slider, _) in list(visitor.sliders.items()):
                    share = (turn % 5) / 4
                    steps = round(share * (slider.max - slider.min) / slider.step)
                    moves.append(visitor.move(widget, slider.min + steps * slider.step))
                if turn:
                    times["page change"] += pages
                    times["slide turn"] += turns
                    times["slider move"] += moves
    return times


def report(
    title: str, times: dict[str, list[float]], aims: dict[str, float], path: Path | None
) -> None:
    """Print median and 95th percentile of each sample, and write them to a file.

    Args:
        title: heading of the first column.
        times: milliseconds, by what was measured.
        aims: aimed 95th percentile in milliseconds.
        path: JSON file, or None.
    """
    table = Table(title, "count", "p50", "p95", "aim at p95", "met")
    figures = {}
    for name, sample in times.items():
        p50 = statistics.median(sample)
        p95 = statistics.quantiles(sample, n=20)[-1]
        aim = aims[name]
        figures[name] = {"count": len(sample), "p50_ms": p50, "p95_ms": p95, "aim_ms": aim}
        met = "yes" if p95 <= aim else "no"
        table.add_row(name, str(len(sample)), f"{p50:.0f}", f"{p95:.0f}", f"{aim:.0f}", met)
    Console().print(table)
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="walks through the lecture")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    with serve() as host:
        times = measure(host, given.rounds)
    report("server time, ms", times, AIMS_MS, given.json)


if __name__ == "__main__":
    main()
