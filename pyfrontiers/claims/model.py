"""What a claim, a measurement of it and the outcome of a run are."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

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
#: One figure, or several under names of their own.
Value = float | dict[str, float]
#: Lower and upper end, of the one figure or of several under the names that they have in the value.
Interval = tuple[float, float] | dict[str, tuple[float, float]]


class Report(Protocol):
    """How a measurement tells how far it is (the same as in :mod:`pyfrontiers.compute`)."""

    def __call__(self, fraction: float, message: str = "", data: Any = None) -> None:
        """Tell the share of the work that is done, 0 to 1, and what is going on."""


@dataclass(frozen=True)
class Measurement:
    """What one run of a claim's experiment gave.

    Attributes:
        value: The figure that the rule judges, or several figures by name; all finite.
        interval: Lower and upper end of its 95 % interval; a table of such pairs for those of
            several figures that have one; or ``None`` where there is no spread.
        status: ``"pass"`` or ``"fail"`` by the claim's rule, ``"null"`` when the run found no
            effect either way (an honest null result, not an error).
        summary: One line for the claim card, figures included.
        details: Whatever else the page or the table shows; plain JSON values.

    Raises:
        ValueError: A figure is not finite, an interval is reversed or belongs to no figure, the
            status is none of the three, the summary is empty or has several lines, or the details
            are not JSON.

    """

    value: Value
    interval: Interval | None
    status: Status
    summary: str
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        figures = self.value if isinstance(self.value, dict) else {"value": self.value}
        if not figures:
            raise ValueError("value is an empty table; wanted at least one figure")
        for name, figure in figures.items():
            _require_finite(f"value {name!r}" if isinstance(self.value, dict) else "value", figure)
        if isinstance(self.interval, dict):
            strangers = self.interval.keys() - (figures if isinstance(self.value, dict) else ())
            if strangers or not self.interval:
                raise ValueError(
                    f"interval has the names {sorted(self.interval)}; wanted names of the value"
                )
            for name, ends in self.interval.items():
                _require_interval(f"interval {name!r}", ends)
        elif self.interval is not None:
            _require_interval("interval", self.interval)
        if self.status not in get_args(Status):
            raise ValueError(f"status is {self.status!r}; wanted 'pass', 'fail' or 'null'")
        if not self.summary.strip() or "\n" in self.summary:
            raise ValueError(f"summary is {self.summary!r}; wanted one line that is not empty")
        try:
            json.dumps(self.details, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"details must be plain finite JSON values: {error}") from error

    @property
    def spread(self) -> str:
        """The 95 % interval in words, or an empty text where there is none."""
        if self.interval is None:
            return ""
        if isinstance(self.interval, dict):
            each = (
                f"{name} {low:.4g} to {high:.4g}" for name, (low, high) in self.interval.items()
            )
            return f"95 % intervals: {', '.join(each)}"
        return f"95 % interval {self.interval[0]:.4g} to {self.interval[1]:.4g}"


def _require_interval(name: str, ends: tuple[float, float]) -> None:
    """Raise unless ``ends`` are two finite numbers in order."""
    if len(ends) != 2:
        raise ValueError(f"{name} is {ends!r}; wanted (lower, upper) or None")
    for end in ends:
        _require_finite(name, end)
    if ends[0] > ends[1]:
        raise ValueError(f"{name} is {ends!r}; wanted the lower end first")


def _require_finite(name: str, figure: object) -> None:
    """Raise unless ``figure`` is an int or a float (numpy's count) that is finite."""
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        raise ValueError(f"{name} is {figure!r}; wanted a number")
    if not math.isfinite(figure):
        raise ValueError(f"{name} is {figure!r}; wanted a finite number")


@dataclass(frozen=True)
class Claim:
    """A statement of the lecture that a run can confirm or refute.

    A claim's module imports heavy packages (torch) inside ``measure`` only: pages and the
    command line read the statement without running anything.

    Attributes:
        id: ``"C1"`` to ``"C22"``.
        section: Slug of the section that makes the claim.
        statement: The claim in one sentence.
        paper: The published figure with its source, or ``None`` where there is none.
        rule: When the measurement passes, in words.
        measure: ``measure(*, profile, seed, report) -> Measurement``. ``"quick"`` is for a page
            (seconds), ``"full"`` for the record. The same seed gives the same figures.
        own_data_rule: When a measurement on a data set of the user's passes, in words; ``None``
            where the experiment takes no other data. Where it does, ``measure`` has a further
            keyword ``data``, the path of a folder.

    """

    id: str
    section: str
    statement: str
    paper: str | None
    rule: str
    measure: Callable[..., Measurement]
    own_data_rule: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A claim, what a run of it measured, and how that came about.

    Attributes:
        claim: Identifier, ``"C7"``.
        section: Slug of the section.
        statement: The claim in one sentence.
        paper: The published figure with its source, or ``None``.
        rule: When it passes.
        measurement: What was measured.
        profile: ``"quick"`` or ``"full"``.
        provenance: Seed, version, date, machine and duration of the run.
        recorded: The figure on record when this ran, or ``None``.
        own_data: Name of the user's data set that it was measured on, or ``None``.

    """

    claim: str
    section: str
    statement: str
    paper: str | None
    rule: str
    measurement: Measurement
    profile: Profile
    provenance: Provenance
    recorded: Value | None = None
    own_data: str | None = None

    @property
    def status(self) -> Status:
        """``"pass"``, ``"fail"`` or ``"null"``."""
        return self.measurement.status

    def as_json(self) -> dict[str, Any]:
        """Give the row of the reproduce table as plain JSON values."""
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
            "summary": self.measurement.summary,
        }

    def as_record(self) -> dict[str, Any]:
        """Give what the record file keeps beside the provenance."""
        row = self.as_json()
        kept = ("claim", "measured", "interval", "status", "summary", "profile")
        return {name: row[name] for name in kept} | {"details": self.measurement.details}


def _plain(interval: Interval | None) -> list[float] | dict[str, list[float]] | None:
    """Give an interval as JSON has it."""
    if isinstance(interval, dict):
        return {name: list(ends) for name, ends in interval.items()}
    return None if interval is None else list(interval)
