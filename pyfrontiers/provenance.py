"""The provenance of a recorded result: one format for claims, weights, runs and benchmarks."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Self

from pyfrontiers.machine import Machine, this_machine

__all__ = ["Provenance"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Seed, versions, date, machine and duration of a run; no host name, user name or path.

    A field is ``None`` if it does not apply or was not recorded.

    Attributes:
        date: Day of the run (UTC), ISO 8601.
        seed: Seed of everything random in it.
        version: Version of this package.
        torch: Version of torch.
        machine: Processor and usable cores.
        seconds: Duration of the run.

    """

    date: str
    seed: int | None = None
    version: str | None = None
    torch: str | None = None
    machine: Machine | None = None
    seconds: float | None = None

    @classmethod
    def now(cls, *, seed: int | None = None, seconds: float | None = None) -> Self:
        """Describe a run that has just ended in this environment.

        Args:
            seed: Its seed.
            seconds: Its duration.

        """
        return cls(
            date=datetime.now(UTC).date().isoformat(),
            seed=seed,
            version=_version("pyfrontiers"),
            torch=_version("torch"),
            machine=this_machine(),
            seconds=seconds,
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values; :meth:`from_json` reads them back."""
        seconds = None if self.seconds is None else round(self.seconds, 3)
        return asdict(self) | {"seconds": seconds}

    @classmethod
    def from_json(cls, stored: Any) -> Self:
        """Check and read what :meth:`as_json` returned.

        Raises:
            ValueError: A field is missing, unknown or of the wrong type; the message names it.

        """
        names = [field.name for field in fields(cls)]
        if not isinstance(stored, dict) or set(stored) != set(names):
            given = sorted(stored) if isinstance(stored, dict) else stored
            raise ValueError(f"provenance must have exactly {', '.join(names)}, got {given!r}")
        for name, kind in _KINDS.items():
            value = stored[name]
            if isinstance(value, bool) or not isinstance(value, kind):
                raise ValueError(f"provenance: {name} is {value!r}")
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", stored["date"]):
            raise ValueError(f"provenance.date must be YYYY-MM-DD, got {stored['date']!r}")
        date.fromisoformat(stored["date"])
        if (stored["seconds"] or 0) < 0:
            raise ValueError(f"provenance.seconds must be at least 0, got {stored['seconds']!r}")
        machine = None if stored["machine"] is None else _machine(stored["machine"])
        return cls(**{**stored, "machine": machine})

    def __str__(self) -> str:
        """Describe the run in a line, such as ``"seed 0, 2026-11-24, version 0.1.0, ..."``."""
        parts = [
            "" if self.seed is None else f"seed {self.seed}",
            self.date,
            "" if self.version is None else f"version {self.version}",
            "" if self.machine is None else str(self.machine),
        ]
        return ", ".join(filter(None, parts))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # built in place, not installed
        return None


_KINDS: dict[str, tuple[type, ...]] = {
    "date": (str,),
    "seed": (int, type(None)),
    "version": (str, type(None)),
    "torch": (str, type(None)),
    "machine": (dict, type(None)),
    "seconds": (int, float, type(None)),
}


def _machine(stored: dict[str, Any]) -> Machine:
    if set(stored) != {"cpu", "cores"} or not isinstance(stored["cpu"], str):
        raise ValueError("provenance: machine must hold 'cpu' and 'cores' and nothing else")
    cores = stored["cores"]
    if isinstance(cores, bool) or not isinstance(cores, int) or cores < 1:
        raise ValueError(f"provenance.machine.cores must be at least 1, got {cores!r}")
    return Machine(stored["cpu"], cores)
