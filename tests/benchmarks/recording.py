"""Writes a run's figures: a JSON file, the plot, and with `--record` the README's table."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from pyfrontiers.comparison import RECORD, Row, summary
from pyfrontiers.comparison.chart import bandwidth_chart
from pyfrontiers.lecture.palette import LIGHT
from streamlit_app.kit import themed

__all__ = ["between_markers", "record", "table", "write"]

RESULTS = Path(__file__).with_name("results")
README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN = "<!-- written by make bench-record: begin -->"
END = "<!-- written by make bench-record: end -->"
_WORD = {"pass": "met", "fail": "**missed**", "absent": "not installed"}


def write(folder: Path, found: dict[str, Any]) -> None:
    """Write cpu.json and, if sizes were measured, bandwidth.png and bandwidth.html."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cpu.json").write_text(_compact(found), encoding="utf-8")
    points = [point for result in found["results"] for point in result.get("points", ())]
    if points:
        colours = [LIGHT[name] for name in ("blue", "vermillion", "muted")]
        chart = themed(bandwidth_chart(points, colours), "light")
        chart = chart.configure(**{**chart.config.to_dict(), "background": LIGHT["card"]})
        chart.save(folder / "bandwidth.png", scale_factor=1.5)
        chart.save(folder / "bandwidth.html", inline=True)


def record(found: dict[str, Any]) -> None:
    """Replace the recorded run, the app's copy of it, and the README's table."""
    write(RESULTS, found)
    RECORD.parent.mkdir(exist_ok=True)
    shutil.copyfile(RESULTS / "cpu.json", RECORD)
    text = README.read_text(encoding="utf-8")
    README.write_text(between_markers(text, table(found)), encoding="utf-8")


def between_markers(text: str, inside: str) -> str:
    """Return ``text`` with everything between the markers replaced by ``inside``.

    Raises:
        ValueError: the text does not contain each marker once, in order.
    """
    head, begin, rest = text.partition(BEGIN)
    old, end, tail = rest.partition(END)
    if not (begin and end) or BEGIN in old + tail or END in tail:
        raise ValueError(f"the text must hold {BEGIN!r} and {END!r} once each, in this order")
    return f"{head}{BEGIN}\n{inside.strip()}\n{END}{tail}"


def table(found: dict[str, Any]) -> str:
    """Return the README's paragraph on the machine and the table of targets, as Markdown."""
    environment = found["environment"]
    disturbed = max((one["other_cores"] or 0.0 for one in found["results"]), default=0.0)
    lines = [
        f"Measured by `make bench-record` on {environment['date']}: {environment['processor']}, "
        f"{environment['cores']} cores, {environment['instruction_set']}, torch "
        f"{environment['torch']}, {environment['threads']} threads, "
        f"{environment['elements']:,} float32 where no size is given, medians of "
        f"{environment['rounds']} interleaved rounds; other programs used at most "
        f"{disturbed:.1f} cores during a measurement. "
        f"Other libraries: {_peers(environment['peers'])}.",
        "",
        "| kernel | baseline | target | measured | |",
        "|---|---|---|---|---|",
        *(_line(row) for row in summary(found)),
        "",
        "![Bandwidth of each kernel as a share of a copy's, from 1 Ki to 64 Mi elements, on one "
        "and two threads](tests/benchmarks/results/bandwidth.png)",
    ]
    return "\n".join(lines)


def _peers(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _line(row: Row) -> str:
    ours = row.ours if row.kernel in row.ours else f"{row.kernel}: {row.ours}"
    why = f": {row.why}" if row.why else ""
    cells = (ours, row.against, row.target, row.measured, f"{_WORD[row.status]}{why}")
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _compact(found: dict[str, Any]) -> str:
    """Return JSON with one time, target or point per line, so that runs can be diffed."""
    results = ",\n".join(_object(result) for result in found["results"])
    environment = json.dumps(found["environment"], indent=1)
    return f'{{\n"environment": {environment},\n"results": [\n{results}\n]\n}}\n'


def _object(result: dict[str, Any]) -> str:
    parts = []
    for name, value in result.items():
        text = json.dumps(value)
        if isinstance(value, list) and value:
            text = "[\n  " + ",\n  ".join(json.dumps(item) for item in value) + "\n ]"
        parts.append(f' "{name}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}"
