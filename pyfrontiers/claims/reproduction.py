"""Running the experiment behind a claim."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pyfrontiers.claims.model import Measurement, Outcome, Profile
from pyfrontiers.claims.records import recorded
from pyfrontiers.claims.registry import CLAIMS
from pyfrontiers.provenance import Provenance

if TYPE_CHECKING:
    from pyfrontiers.claims.model import Report

__all__ = ["reproduce"]


def reproduce(
    name: str,
    profile: Profile = "quick",
    seed: int = 0,
    *,
    data: str | None = None,
    report: Report | None = None,
) -> Outcome:
    """Measure a claim of the lecture anew.

    It also is a job: ``compute.submit(reproduce, name="C7", profile="quick", seed=0)``.

    Args:
        name: Identifier, ``"C7"``.
        profile: ``"quick"`` (seconds) or ``"full"`` (what the record holds).
        seed: Seed of everything random in the run, 0 to 2**64 - 1.
        data: Folder with a data set of the user's to measure on instead, where the claim takes one.
        report: Told the progress, ``report(fraction, message, data)``.

    Returns:
        What was measured beside what is on record.

    Raises:
        ValueError: The claim is unknown or not measured, profile or seed are out of range, or the
            claim takes no other data, or these data cannot be used.

    """
    claim = CLAIMS.find(name)
    if profile not in get_args(Profile):
        raise ValueError(f"profile is {profile!r}; wanted 'quick' or 'full'")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        raise ValueError(f"seed is {seed!r}; wanted an integer from 0 to 2**64 - 1")
    if data is not None and claim.own_data_rule is None:
        raise ValueError(
            f"claim {claim.id} is measured on data of its own; leave out data={data!r}"
        )
    own = {} if data is None else {"data": data}
    # The record is about the lecture's data, so it says nothing beside a measurement on others.
    on_record = None if own else recorded(claim.id)
    begin = time.perf_counter()
    measurement = claim.measure(profile=profile, seed=seed, report=report or _silent, **own)
    seconds = time.perf_counter() - begin
    if not isinstance(measurement, Measurement):
        raise TypeError(f"measure of {claim.id} gave {type(measurement).__name__}")
    return Outcome(
        claim=claim.id,
        section=claim.section,
        statement=claim.statement,
        paper=claim.paper,
        rule=claim.own_data_rule if own and claim.own_data_rule else claim.rule,
        measurement=measurement,
        profile=profile,
        provenance=Provenance.now(seed=seed, seconds=seconds),
        recorded=None if on_record is None else on_record.measurement.value,
        own_data=None if data is None else Path(data).resolve().name,
    )


def _silent(fraction: float, message: str = "", data: Any = None) -> None:
    """Take a progress report and tell nobody."""
