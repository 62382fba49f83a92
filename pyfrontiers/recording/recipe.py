"""How a record that ships with the package is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyfrontiers.arguments import checked
from pyfrontiers.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


__all__ = ["Made", "Recipe", "joint_provenance"]


@dataclass(frozen=True, slots=True)
class Made:
    """What one run returned, and its provenance."""

    result: Any
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Recipe:
    """The runs behind a record, and how their results become files.

    Attributes:
        title: What is recorded, a few words.
        function: A top-level function; ``report`` is passed if it takes that.
        runs: Returns the keyword arguments of each run. Runs are jobs, side by side.
        write: Takes the results in the order of the runs and a folder; returns the files written.
        folder: Where the shipped files are.
        alone: Run in this process after all others, with nothing beside it: for timings.

    """

    title: str
    function: Callable[..., Any]
    runs: Callable[[], Sequence[Mapping[str, Any]]]
    write: Callable[[Sequence[Made], Path], Sequence[Path]]
    folder: Path
    alone: bool = False


@checked
def joint_provenance(made: Sequence[Made]) -> Provenance:
    """Return the provenance of several runs in one file.

    The seconds are added up; the seed is ``None`` unless all runs share it.
    """
    if not made:
        raise ValueError("made must hold at least one run, got none")
    first = made[0].provenance
    seeds = {one.provenance.seed for one in made}
    seconds = [one.provenance.seconds for one in made]
    return replace(
        first,
        seed=first.seed if len(seeds) == 1 else None,
        seconds=None if None in seconds else sum(one for one in seconds if one is not None),
    )
