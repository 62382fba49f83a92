"""Valid calls of `claims`, `comparison`, `compute` and `recording`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from public_rows.inputs import FOLDER
from pyfrontiers import claims, comparison, recording
from pyfrontiers.comparison import Candidate
from pyfrontiers.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

PROVENANCE = Provenance("2026-01-01", seed=1)


def _record() -> Path:
    path = FOLDER / "pyfrontiers-test-record.json"
    return recording.save_record(path, PROVENANCE, {})


def _call() -> None:
    return None


ROWS = {
    "claims.recorded": lambda: {"name": "C7"},
    "claims.reproduce": lambda: {"name": "C7"},
    "claims.write_record": lambda: {"outcome": claims.recorded("C7"), "folder": FOLDER},
    "comparison.Candidate": lambda: {"name": "ours", "call": _call},
    "comparison.compare": lambda: {"threads": 1, "seconds": 0.01, "elements": 1024},
    "comparison.explanation": lambda: {"target": {"why": ""}, "result": {}},
    "comparison.one_turn": lambda: {"call": _call},
    "comparison.run_conditions": lambda: {"found": comparison.recorded()},
    "comparison.summary": lambda: {"found": comparison.recorded()},
    "comparison.time_interleaved": lambda: {"candidates": [Candidate("ours", _call)], "rounds": 1},
    "comparison.times_text": lambda: {"ratio": 2.0},
    "compute.ProcessExecutor": lambda: {"workers": 1},
    "compute.Scheduler": lambda: {"entries": 1},
    "compute.open_executor": lambda: {"workers": 1},
    "compute.warm_up": lambda: {"module_names": ()},
    "recording.joint_provenance": lambda: {"made": [recording.Made(1, PROVENANCE)]},
    "recording.load_record": lambda: {"path": _record()},
    "recording.save_record": lambda: {
        "path": FOLDER / "pyfrontiers-test-record.json",
        "provenance": PROVENANCE,
        "content": {},
    },
}

EXPENSIVE = {"claims.reproduce", "comparison.compare"}

RECORDS = {
    *("claims.Claim", "claims.Figure", "claims.Finding"),
    *("claims.Measurement", "claims.Outcome", "claims.Report"),
    *("comparison.Row", "comparison.Spread"),
    *("compute.Executor", "compute.Job", "compute.Progress"),
    "compute.RayExecutor",  # needs Ray; see tests/compute/test_cluster_address.py
    # These take their function by position; see test_submit.
    *("compute.is_active", "compute.recall", "compute.submit"),
    *("recording.Made", "recording.Recipe", "provenance.Provenance"),
}

ANYTHING = {("comparison.compare", "moment")}

NAMED = {
    ("compute.open_executor", "cluster"): "address",
    ("claims.write_record", "folder"): "record",
    ("claims.recorded", "name"): "claim",
    ("claims.reproduce", "name"): "claim",
    ("recording.load_record", "path"): "No such file|Is a directory",
}
