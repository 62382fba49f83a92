"""The figures on record: one JSON file a claim, shipped with the package.

A record holds what ``pyfrontiers reproduce C7 --record`` measured, with seed, date, version,
machine and duration, and nothing that names a host, a user or a path.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any, cast, get_args

from pyfrontiers.claims.model import Claim, Interval, Measurement, Outcome, Profile
from pyfrontiers.claims.registry import CLAIMS
from pyfrontiers.machine import Machine

__all__ = ["FOLDER", "read_record", "recorded", "write_record"]

#: Where the record files are; package data.
FOLDER = Path(__file__).parent / "recorded"

_CURVE = re.compile(r"\[([-+.,\deE\s]*)\]")

_FIELDS: dict[str, type | tuple[type, ...]] = {
    "claim": str,
    "measured": (int, float, dict),
    "interval": (list, dict, type(None)),
    "status": str,
    "summary": str,
    "profile": str,
    "seed": int,
    "seconds": (int, float),
    "version": str,
    "date": str,
    "machine": dict,
    "details": dict,
}


def recorded(name: str) -> Outcome | None:
    """Give the recorded outcome of a claim, or ``None`` when there is none yet.

    Args:
        name: Identifier, ``"C7"``.

    Raises:
        ValueError: The claim is unknown or not measured, or its record is damaged.

    """
    claim = CLAIMS.find(name)
    return read_record(claim, FOLDER)


def read_record(claim: Claim, folder: Path) -> Outcome | None:
    """Read and check the record of ``claim`` in ``folder``.

    Raises:
        ValueError: The file is not JSON, lacks a field or holds a value of another kind.

    """
    path = folder / f"{claim.id}.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        record = json.loads(text)
        _check(record, claim.id)
        measurement = Measurement(
            value=record["measured"],
            interval=_interval(record["interval"]),
            status=record["status"],
            summary=record["summary"],
            details=record["details"],
        )
    except ValueError as error:
        raise ValueError(f"the record {path.name} is damaged: {error}") from error
    return Outcome(
        claim=claim.id,
        section=claim.section,
        statement=claim.statement,
        paper=claim.paper,
        rule=claim.rule,
        measurement=measurement,
        profile=cast("Profile", record["profile"]),
        seed=record["seed"],
        seconds=float(record["seconds"]),
        version=record["version"],
        date=record["date"],
        machine=Machine(cpu=record["machine"]["cpu"], cores=record["machine"]["cores"]),
        recorded=measurement.value,
    )


def write_record(outcome: Outcome, folder: Path = FOLDER) -> Path:
    """Write the record of an outcome; an older one is replaced in one step.

    Args:
        outcome: What a run measured.
        folder: Where records live; the package's own by default.

    Returns:
        The file.

    Raises:
        ValueError: The folder cannot be written to.

    """
    text = json.dumps(outcome.as_record(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    # A curve is one line, not one for each number.
    text = _CURVE.sub(lambda found: f"[{' '.join(found[1].split())}]", text)
    path = folder / f"{outcome.claim}.json"
    unfinished = folder / f".{outcome.claim}.{os.getpid()}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise ValueError(
            f"the record of {outcome.claim} cannot be written to the package's folder "
            f"({error.strerror}); record from a checkout that you may write to"
        ) from error
    return path


def _interval(stored: list[float] | dict[str, list[float]] | None) -> Interval | None:
    """Make pairs of an interval that was read; what is in them the measurement checks."""
    if isinstance(stored, dict):
        return {name: cast("tuple[float, float]", tuple(ends)) for name, ends in stored.items()}
    return None if stored is None else cast("tuple[float, float]", tuple(stored))


def _check(record: Any, claim_id: str) -> None:
    """Raise ValueError unless ``record`` has every field, of the right kind, for this claim."""
    if not isinstance(record, dict):
        raise ValueError("wanted a JSON object")
    for name, kind in _FIELDS.items():
        if name not in record:
            raise ValueError(f"field {name!r} is missing")
        if not isinstance(record[name], kind) or isinstance(record[name], bool):
            raise ValueError(f"field {name!r} is {record[name]!r}")
    if record["claim"] != claim_id:
        raise ValueError(f"it is about {record['claim']!r}, not {claim_id}")
    if record["profile"] not in get_args(Profile):
        raise ValueError(f"field 'profile' is {record['profile']!r}; wanted 'quick' or 'full'")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", record["date"]):
        raise ValueError(f"field 'date' is {record['date']!r}; wanted YYYY-MM-DD")
    date.fromisoformat(record["date"])
    if record["seconds"] < 0:
        raise ValueError(f"field 'seconds' is {record['seconds']!r}; wanted at least 0")
    machine = record["machine"]
    if set(machine) != {"cpu", "cores"} or not isinstance(machine["cpu"], str):
        raise ValueError("field 'machine' must hold 'cpu' and 'cores' and nothing else")
    if not isinstance(machine["cores"], int) or machine["cores"] < 1:
        raise ValueError(f"field 'machine.cores' is {machine['cores']!r}; wanted at least 1")
