"""Many visitors open the app at the same time, each like a browser.

    python -m tests.benchmarks.bench_opening [--visitors 100 300] [--page ""] [--json FILE]

Each visitor requests the document, the server's health and its settings, opens a WebSocket,
requests the page and waits until its script has finished. The time runs from the first request to
that message. The server's CPU time per visitor is printed too: unlike wall time, it hardly depends
on other programs on the machine. Targets at the 95th percentile: 1.5 s for 100 visitors, 5 s for
300.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.benchmarks.bench_pages import serve

AIMS_S = {100: 1.5, 300: 5.0}
#: Seconds after which a visitor gives up.
PATIENCE_S = 120.0
DOCUMENT = "text/html,application/xhtml+xml,*/*;q=0.8"


async def visit(host: str, page: str) -> float:
    """Open a page; return the seconds until it stands, infinite where it never does."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _get(host, f"/{page}", DOCUMENT)
            await asyncio.gather(*(_get(host, f"/_stcore/{name}") for name in _FIRST_ASKED))
            await _first_run(host, page)
    except (TimeoutError, OSError):
        return float("inf")
    return time.perf_counter() - began


_FIRST_ASKED = ("health", "host-config")


async def _get(host: str, path: str, accept: str = "*/*") -> None:
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    head = (f"GET {path} HTTP/1.1", f"Host: {host}", f"Accept: {accept}", "Connection: close")
    writer.write("\r\n".join((*head, "", "")).encode())
    status = await reader.readline()
    await reader.read()
    writer.close()
    if b" 200 " not in status:
        raise OSError(f"{path}: {status.decode().strip()}")


async def _first_run(host: str, page: str) -> None:
    stream = f"ws://{host}/_stcore/stream"
    async with connect(
        stream, subprotocols=["streamlit"], max_size=None, open_timeout=None
    ) as line:
        request = BackMsg()
        request.rerun_script.page_name = page
        await line.send(request.SerializeToString())
        async for message in line:
            found = ForwardMsg.FromString(message)
            if found.WhichOneof("type") == "script_finished":
                return


def processor_seconds(host: str) -> float:
    """Return the server's CPU time so far, user and system."""
    port = int(host.split(":")[1])
    wanted = f"{port:04X}"
    sockets = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    inodes = {
        line.split()[9] for line in sockets.splitlines() if f":{wanted} " in line.split()[1] + " "
    }
    for process in Path("/proc").glob("[0-9]*"):
        try:
            names = {os.readlink(item) for item in (process / "fd").iterdir()}
        except OSError:
            continue
        if names & {f"socket:[{inode}]" for inode in inodes if inode != "0"}:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return float("nan")


async def measure(host: str, visitors: int, page: str) -> dict[str, float]:
    """Let visitors open a page at once; return percentiles and processor time."""
    before = processor_seconds(host)
    times = await asyncio.gather(*(visit(host, page) for _ in range(visitors)))
    spent = processor_seconds(host) - before
    return {
        "visitors": visitors,
        "p50_s": statistics.median(times),
        "p95_s": statistics.quantiles(times, n=20)[-1] if visitors > 1 else times[0],
        "lost": sum(value == float("inf") for value in times),
        "processor_ms": 1000 * spent / visitors,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, nargs="+", default=[100, 300])
    parser.add_argument(
        "--page", default="", help="address of the page; the contents when left out"
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    with serve() as host:
        asyncio.run(measure(host, 3, given.page))
        figures = [asyncio.run(measure(host, count, given.page)) for count in given.visitors]
    table = Table(
        "visitors at once", "p50, s", "p95, s", "lost", "processor, ms each", "aim at p95"
    )
    for row in figures:
        count = int(row["visitors"])
        aim = f"{AIMS_S[count]:g} s" if count in AIMS_S else ""
        cells = (f"{row['p50_s']:.2f}", f"{row['p95_s']:.2f}", f"{row['lost']:.0f}")
        table.add_row(str(count), *cells, f"{row['processor_ms']:.1f}", aim)
    Console().print(table)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
