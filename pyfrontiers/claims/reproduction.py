"""Running the experiment behind a claim."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, get_args

from pyfrontiers.claims.machine import this_machine
from pyfrontiers.claims.model import Measurement, Outcome, Profile
from pyfrontiers.claims.records import recorded
from pyfrontiers.claims.registry import CLAIMS

if TYPE_CHECKING:
    from pyfrontiers.claims.model import Report

__all__ = ["reproduce"]


def reproduce(
    name: str, profile: Profile = "quick", seed: int = 0, *, report: Report | None = None
) -> Outcome:
    """Measure a claim of the lecture anew.

    It also is a job: ``compute.submit(reproduce, name="C7", profile="quick", seed=0)``.

    Args:
        name: Identifier, ``"C7"``.
        profile: ``"quick"`` (seconds) or ``"full"`` (what the record holds).
        seed: Seed of everything random in the run, 0 to 2**64 - 1.
        report: Told the progress, ``report(fraction, message, data)``.

    Returns:
        What was measured beside what is on record.

    Raises:
        ValueError: The claim is unknown or not measured, or profile or seed are out of range.

    """
    claim = CLAIMS.find(name)
    if profile not in get_args(Profile):
        raise ValueError(f"profile is {profile!r}; wanted 'quick' or 'full'")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        raise ValueError(f"seed is {seed!r}; wanted an integer from 0 to 2**64 - 1")
    on_record = recorded(claim.id)
    begin = time.perf_counter()
    measurement = claim.measure(profile=profile, seed=seed, report=report or _silent)
    seconds = time.perf_counter() - begin
    if not isinstance(measurement, Measurement):
        raise TypeError(f"measure of {claim.id} gave {type(measurement).__name__}")
    return Outcome(
        claim=claim.id,
        section=claim.section,
        statement=claim.statement,
        paper=claim.paper,
        rule=claim.rule,
        measurement=measurement,
        profile=profile,
        seed=seed,
        seconds=seconds,
        version=version("pyfrontiers"),
        date=datetime.now(UTC).date().isoformat(),
        machine=this_machine(),
        recorded=None if on_record is None else on_record.measurement.value,
    )


def _silent(fraction: float, message: str = "", data: Any = None) -> None:
    """Take a progress report and tell nobody."""
