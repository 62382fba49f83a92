"""Recorded figures: one JSON file per claim, shipped with the package.

A record contains figures and their provenance, but no prose: the claim's ``describe`` puts the
figures into words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast, get_args

from pyfrontiers.arguments import checked
from pyfrontiers.claims.model import Claim, Interval, Measurement, Outcome, Profile
from pyfrontiers.claims.registry import CLAIMS
from pyfrontiers.recording import Recipe, load_record, save_record

__all__ = ["FOLDER", "claim_recipe", "read_record", "recorded", "write_record"]

#: Folder of the record files, part of the package.
FOLDER = Path(__file__).parent / "recorded"

_FIELDS: dict[str, type | tuple[type, ...]] = {
    "claim": str,
    "measured": (int, float, dict),
    "interval": (list, dict, type(None)),
    "status": str,
    "profile": str,
    "details": dict,
}


@checked
def recorded(name: str) -> Outcome | None:
    """Return the recorded outcome of a claim, or ``None`` if there is none yet.

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
        ValueError: The file is not JSON, lacks a field, or a field has the wrong type.

    """
    path = folder / f"{claim.id}.json"
    try:
        provenance, record = load_record(path)
    except FileNotFoundError:
        return None
    try:
        _check(record, claim.id)
        measurement = Measurement(
            value=record["measured"],
            interval=_interval(record["interval"]),
            status=record["status"],
            details=record["details"],
        )
        finding = claim.describe(measurement)
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(f"the record {path.name} is damaged: {error}") from error
    return Outcome(
        claim=claim.id,
        section=claim.section,
        statement=claim.statement,
        paper=claim.paper,
        rule=claim.rule,
        measurement=measurement,
        finding=finding,
        profile=cast("Profile", record["profile"]),
        provenance=provenance,
        recorded=measurement.value,
        recorded_finding=finding,
    )


@checked
def write_record(outcome: Outcome, folder: Path = FOLDER) -> Path:
    """Write the record of an outcome, atomically replacing an older one.

    Args:
        outcome: The outcome of a run.
        folder: Folder of the records; the package's by default.

    Returns:
        Path of the file.

    Raises:
        ValueError: The folder is not writable.

    """
    path = folder / f"{outcome.claim}.json"
    return save_record(path, outcome.provenance, outcome.as_record())


def claim_recipe(claim: Claim) -> Recipe:
    """Describe how the record of a claim is made: a full run with seed 0."""
    from pyfrontiers.claims.reproduction import reproduce

    return Recipe(
        title=claim.statement,
        function=reproduce,
        runs=lambda: [{"name": claim.id, "profile": "full", "seed": 0}],
        write=lambda made, folder: [write_record(one.result, folder) for one in made],
        folder=FOLDER,
    )


def _interval(stored: list[float] | dict[str, list[float]] | None) -> Interval | None:
    """Convert the lists of a JSON interval to tuples; Measurement checks the numbers."""
    if isinstance(stored, dict):
        return {name: cast("tuple[float, float]", tuple(ends)) for name, ends in stored.items()}
    return None if stored is None else cast("tuple[float, float]", tuple(stored))


def _check(record: dict[str, Any], claim_id: str) -> None:
    """Raise ValueError unless ``record`` has every field, with the right type, for this claim."""
    for name, kind in _FIELDS.items():
        if name not in record:
            raise ValueError(f"field {name!r} is missing")
        if not isinstance(record[name], kind) or isinstance(record[name], bool):
            raise ValueError(f"field {name!r} is {record[name]!r}")
    if record["claim"] != claim_id:
        raise ValueError(f"it belongs to claim {record['claim']!r}, not {claim_id}")
    if record["profile"] not in get_args(Profile):
        raise ValueError(f"field 'profile' must be 'quick' or 'full', got {record['profile']!r}")
