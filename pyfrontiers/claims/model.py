"""The data model: a claim, a measurement of it, and the outcome of a run."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.claims.finding import Finding
    from pyfrontiers.provenance import Provenance

__all__ = [
    "Claim",
    "Interval",
    "Measurement",
    "Outcome",
    "Profile",
    "Report",
    "Status",
    "Value",
]

Profile = Literal["quick", "full"]
Status = Literal["pass", "fail", "null"]
#: One figure, or several by name.
Value = float | dict[str, float]
#: Lower and upper end of the figure, or of several figures by name.
Interval = tuple[float, float] | dict[str, tuple[float, float]]


class Report(Protocol):
    """Callback for progress reports, as in :mod:`pyfrontiers.compute`."""

    def __call__(self, fraction: float, message: str = "", data: Any = None) -> None:
        """Report the share of the work done, 0 to 1, and the current step."""


@dataclass(frozen=True)
class Measurement:
    """The figures from one run of a claim's experiment.

    Attributes:
        value: The figure that the rule judges, or several figures by name; all finite.
        interval: 95 % interval of the figure, or intervals by name for the figures that have one;
            ``None`` if there is none.
        status: ``"pass"`` or ``"fail"`` by the claim's rule, or ``"null"`` if the run found no
            effect either way (a null result, not an error).
        details: Other data that the page or the description uses; plain JSON values.
        seconds: How long it took if a part was done before, by a run that was interrupted; ``None``
            if all of it was done now.

    Raises:
        ValueError: A figure is not finite, an interval is reversed or belongs to no figure, the
            status is none of the three, or the details are not JSON.

    """

    value: Value
    interval: Interval | None
    status: Status
    details: dict[str, Any] = field(default_factory=dict)
    seconds: float | None = None

    def __post_init__(self) -> None:
        figures = self.value if isinstance(self.value, dict) else {"value": self.value}
        if not figures:
            raise ValueError("value must hold at least one figure, got an empty table")
        for name, figure in figures.items():
            _require_finite(f"value {name!r}" if isinstance(self.value, dict) else "value", figure)
        if isinstance(self.interval, dict):
            unknown = self.interval.keys() - (figures if isinstance(self.value, dict) else ())
            if unknown or not self.interval:
                raise ValueError(
                    f"interval must have the names of the value, got {sorted(self.interval)}"
                )
            for name, ends in self.interval.items():
                _require_interval(f"interval {name!r}", ends)
        elif self.interval is not None:
            _require_interval("interval", self.interval)
        if self.status not in get_args(Status):
            raise ValueError(f"status must be 'pass', 'fail' or 'null', got {self.status!r}")
        try:
            json.dumps(self.details, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"details must be plain finite JSON values: {error}") from error


def _require_interval(name: str, ends: tuple[float, float]) -> None:
    """Raise unless ``ends`` are two finite numbers in order."""
    if len(ends) != 2:
        raise ValueError(f"{name} must be a pair (lower, upper) or None, got {ends!r}")
    for end in ends:
        _require_finite(name, end)
    if ends[0] > ends[1]:
        raise ValueError(f"{name} must have its lower end first, got {ends!r}")


def _require_finite(name: str, figure: object) -> None:
    """Raise unless ``figure`` is an int or a float (numpy's count) that is finite."""
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        raise ValueError(f"{name} must be a number, got {figure!r}")
    if not math.isfinite(figure):
        raise ValueError(f"{name} must be a finite number, got {figure!r}")


@dataclass(frozen=True)
class Claim:
    """A statement of the lecture that a run can confirm or refute.

    A claim's module imports heavy packages such as torch only inside ``measure``, because pages
    and the command line read statements and records without running anything.

    Attributes:
        id: ``"C1"`` to ``"C22"``.
        section: Slug of the section that makes the claim.
        statement: The claim in one sentence.
        paper: The published figure with its source, or ``None`` if there is none.
        rule: Completes the sentence "Passes if ...", without the final period.
        measure: ``measure(*, profile, seed, report) -> Measurement``. ``"quick"`` is for a page
            (seconds), ``"full"`` for the record. The same seed gives the same figures.
        describe: Puts a measurement into words, using only the data in a record.
        own_data_rule: The rule for a measurement on the user's own data set, or ``None`` if the
            experiment takes no other data. If given, ``measure`` also accepts the keyword
            ``data``, the path of a folder.

    """

    id: str
    section: str
    statement: str
    paper: str | None
    rule: str
    measure: Callable[..., Measurement]
    describe: Callable[[Measurement], Finding]
    own_data_rule: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A claim, the result of a run, and its circumstances.

    Attributes:
        claim: Identifier, ``"C7"``.
        section: Slug of the section.
        statement: The claim in one sentence.
        paper: The published figure with its source, or ``None``.
        rule: When it passes.
        measurement: The figures.
        finding: The figures in words.
        profile: ``"quick"`` or ``"full"``.
        provenance: Seed, version, date, machine and duration of the run.
        recorded: The recorded figures at the time of the run, or ``None``.
        recorded_finding: These figures in words, as in ``finding``, or ``None``.
        own_data: Name of the user's data set, or ``None`` for the lecture's data.

    """

    claim: str
    section: str
    statement: str
    paper: str | None
    rule: str
    measurement: Measurement
    finding: Finding
    profile: Profile
    provenance: Provenance
    recorded: Value | None = None
    recorded_finding: Finding | None = None
    own_data: str | None = None

    @property
    def status(self) -> Status:
        """``"pass"``, ``"fail"`` or ``"null"``."""
        return self.measurement.status

    def as_json(self) -> dict[str, Any]:
        """Return the row of the ``reproduce`` table as plain JSON values."""
        made = self.provenance
        return {
            "claim": self.claim,
            "section": self.section,
            "statement": self.statement,
            "paper": self.paper,
            "recorded": self.recorded,
            "measured": self.measurement.value,
            "interval": _plain(self.measurement.interval),
            "status": self.status,
            "seconds": None if made.seconds is None else round(made.seconds, 3),
            "seed": made.seed,
            "version": made.version,
            "profile": self.profile,
            "data": self.own_data,
            "rule": self.rule,
            "summary": self.finding.text,
        }

    def as_record(self) -> dict[str, Any]:
        """Return the contents of the record file, apart from the provenance."""
        row = self.as_json()
        kept = ("claim", "measured", "interval", "status", "profile")
        return {name: row[name] for name in kept} | {"details": self.measurement.details}


def _plain(interval: Interval | None) -> list[float] | dict[str, list[float]] | None:
    """Convert an interval to JSON values."""
    if isinstance(interval, dict):
        return {name: list(ends) for name, ends in interval.items()}
    return None if interval is None else list(interval)
