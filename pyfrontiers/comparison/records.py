"""The recorded benchmark run and the wording of its rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyfrontiers.arguments import as_mapping, checked
from pyfrontiers.provenance import Provenance

__all__ = ["RECORD", "Row", "explanation", "recorded", "run_conditions", "summary", "times_text"]

#: The recorded run: environment and results, as printed by `pyfrontiers bench --json`.
RECORD = Path(__file__).with_name("recorded") / "cpu.json"

#: If other programs used more cores than this, a figure is reported as disturbed.
QUIET = 0.15

#: Groups of measurements whose similar targets share one row of a summary.
_MERGED = {"small calls", "sizes"}


@dataclass(frozen=True, slots=True)
class Row:
    """A target, or several similar ones, and the result.

    Attributes:
        kernel: The kernel's name, or that of the group of measurements.
        ours: The measurement that is judged.
        against: The baseline.
        target: The smallest ratio that passes, such as ``55x``.
        measured: The median ratio; for several targets, the smallest and how many passed.
        status: ``"pass"``, ``"fail"`` or ``"absent"`` if the baseline is not installed.
        why: Why the target was missed; empty if it was met.

    """

    kernel: str
    ours: str
    against: str
    target: str
    measured: str
    status: str
    why: str


@cache
def recorded() -> dict[str, Any]:
    """Return the recorded run: a mapping with ``provenance``, ``environment`` and ``results``."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


@checked
def run_conditions(found: dict[str, Any]) -> str:
    """Describe in a line when and where a run was made, its settings, and the other load.

    Args:
        found: As printed by `pyfrontiers bench --json`.

    """
    as_mapping("found", found, "provenance", "environment", "results")
    made, environment = Provenance.from_json(found["provenance"]), found["environment"]
    disturbed = max((one["other_cores"] or 0.0 for one in found["results"]), default=0.0)
    return (
        f"{made}, {environment['instruction_set']}, torch {made.torch}, "
        f"{environment['threads']} threads, {environment['elements']:,} float32 where no size is "
        f"given, medians of {environment['rounds']} interleaved rounds; other programs used at "
        f"most {disturbed:.1f} cores during a measurement"
    )


@checked
def summary(found: dict[str, Any]) -> list[Row]:
    """Return the targets of a run as rows; similar targets share a row.

    Args:
        found: Environment and results, as printed by `pyfrontiers bench --json`.

    """
    rows = []
    for result in as_mapping("found", found, "results")["results"]:
        if result["kernel"] in _MERGED:
            for against in dict.fromkeys(target["against"] for target in result["targets"]):
                similar = [one for one in result["targets"] if one["against"] == against]
                rows.append(_merged(result, similar))
        else:
            rows += [_row(result, target) for target in result["targets"]]
    return rows


@checked
def times_text(ratio: float) -> str:
    """Format a speed-up, such as ``1,288x`` or ``0.97x``."""
    return f"{ratio:,.0f}x" if ratio >= 20 else f"{ratio:.2f}x"


@checked
def explanation(target: dict[str, Any], result: dict[str, Any]) -> str:
    """Explain in one line why a target was missed and what disturbed the measurement."""
    as_mapping("target", target, "why")
    others = result.get("other_cores") or 0.0
    disturbed = f"measured while other programs used {others:.1f} cores" if others > QUIET else ""
    known = target["why"] or ("" if disturbed else "not explained yet")
    return "; ".join(part for part in (known, disturbed) if part)


def _row(result: dict[str, Any], target: dict[str, Any]) -> Row:
    ratio = target["ratio"]
    return Row(
        result["kernel"],
        target["name"],
        target["against"],
        times_text(target["at_least"]),
        times_text(ratio["median"]) if ratio else "",
        target["status"],
        "" if target["status"] == "pass" else explanation(target, result),
    )


def _merged(result: dict[str, Any], targets: list[dict[str, Any]]) -> Row:
    slowest = min(targets, key=lambda one: one["ratio"]["median"])
    missed = [one for one in targets if one["status"] != "pass"]
    lowest = f"{times_text(slowest['ratio']['median'])} ({slowest['name']})"
    names = "; ".join(one["name"] for one in missed)
    return Row(
        result["kernel"],
        f"each of {len(targets)}" if len(targets) > 1 else slowest["name"],
        slowest["against"],
        times_text(slowest["at_least"]),
        f"{len(targets) - len(missed)} of {len(targets)}, smallest {lowest}",
        "fail" if missed else "pass",
        f"{names}: {explanation(slowest, result)}" if missed else "",
    )
