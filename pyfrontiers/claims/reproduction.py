"""Run the experiment behind a claim."""

from __future__ import annotations

import time
from pathlib import Path

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.claims.model import Measurement, Outcome, Profile, Report
from pyfrontiers.claims.records import recorded
from pyfrontiers.claims.registry import CLAIMS
from pyfrontiers.provenance import Provenance
from pyfrontiers.reports import silent

__all__ = ["reproduce"]


@checked
def reproduce(
    name: str,
    profile: Profile = "quick",
    seed: Seed = 0,
    *,
    data: str | None = None,
    report: Report | None = None,
) -> Outcome:
    """Measure a claim of the lecture.

    Can be run as a job: ``compute.submit(reproduce, name="C7", profile="quick", seed=0)``.

    Args:
        name: Identifier, ``"C7"``.
        profile: ``"quick"`` (seconds) or ``"full"`` (as recorded).
        seed: Seed of everything random in the run, 0 to 2**64 - 1.
        data: Folder with the user's own data set, for claims that accept one.
        report: Progress callback, ``report(fraction, message, data)``.

    Returns:
        The outcome, with the recorded figures for comparison.

    Raises:
        ValueError: The claim is unknown or not measured, profile or seed are out of range, the
            claim does not accept other data, or the data cannot be used.

    """
    claim = CLAIMS.find(name)
    if data is not None and claim.own_data_rule is None:
        raise ValueError(
            f"claim {claim.id} cannot be measured on other data; leave out data={data!r}"
        )
    own = {} if data is None else {"data": data}
    # The record was measured on the lecture's data; there is nothing to compare other data with.
    on_record = None if own else recorded(claim.id)
    begin = time.perf_counter()
    measurement = claim.measure(profile=profile, seed=seed, report=report or silent, **own)
    seconds = time.perf_counter() - begin
    if not isinstance(measurement, Measurement):
        raise TypeError(
            f"measure of {claim.id} must return a Measurement, got {type(measurement).__name__}"
        )
    if measurement.seconds is not None:
        seconds = measurement.seconds
    return Outcome(
        claim=claim.id,
        section=claim.section,
        statement=claim.statement,
        paper=claim.paper,
        rule=claim.own_data_rule if own and claim.own_data_rule else claim.rule,
        measurement=measurement,
        finding=claim.describe(measurement),
        profile=profile,
        provenance=Provenance.now(seed=seed, seconds=seconds),
        recorded=None if on_record is None else on_record.measurement.value,
        recorded_finding=None if on_record is None else on_record.finding,
        own_data=None if data is None else Path(data).resolve().name,
    )
