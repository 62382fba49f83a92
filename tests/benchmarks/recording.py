"""Writes a run's figures: a JSON file, the plot and, for the recorded run, the README's table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfrontiers.comparison import RECORD, Row, run_conditions, summary
from pyfrontiers.comparison.chart import bandwidth_chart
from pyfrontiers.lecture.chart_theme import chart_theme
from pyfrontiers.lecture.palette import LIGHT
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made, Recipe, save_record

from .runner import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["RECIPE", "between_markers", "table", "write"]

RESULTS = Path(__file__).with_name("results")
README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN = "<!-- written by make record: begin -->"
END = "<!-- written by make record: end -->"
_WORD = {"pass": "met", "fail": "**missed**", "absent": "not installed"}


def write(folder: Path, found: dict[str, Any]) -> list[Path]:
    """Write cpu.json and, if sizes were measured, bandwidth.png and bandwidth.html."""
    return [_save(folder, found), *_plot(folder, found)]


def _save(folder: Path, found: dict[str, Any]) -> Path:
    made = Provenance.from_json(found["provenance"])
    content = {name: found[name] for name in ("environment", "results")}
    return save_record(folder / RECORD.name, made, content)


def _plot(folder: Path, found: dict[str, Any]) -> list[Path]:
    points = [point for result in found["results"] for point in result.get("points", ())]
    if not points:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    colours = [LIGHT[name] for name in ("blue", "vermillion", "muted")]
    theme = chart_theme(LIGHT) | {"background": LIGHT["card"]}
    chart = bandwidth_chart(points, colours).configure(**theme)
    files = [folder / "bandwidth.png", folder / "bandwidth.html"]
    chart.save(files[0], scale_factor=1.5)
    chart.save(files[1], inline=True)
    return files


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    (found,) = (one.result for one in made)
    if folder != RECORD.parent:
        return write(folder, found)
    text = README.read_text(encoding="utf-8")
    README.write_text(between_markers(text, table(found)), encoding="utf-8")
    return [_save(folder, found), *_plot(RESULTS, found), README]


def _runs() -> list[dict[str, Any]]:
    return [{}]


RECIPE = Recipe("Benchmarks of the kernels", measure, _runs, _write, RECORD.parent, alone=True)


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
    lines = [
        f"Measured by `make record` on {run_conditions(found)}. "
        f"Other libraries: {_peers(found['environment']['peers'])}.",
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
