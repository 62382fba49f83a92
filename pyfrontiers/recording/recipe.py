"""The recipe by which a record that ships with the package is made."""

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
    """The result of one run, and its provenance."""

    result: Any
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Recipe:
    """The runs behind a record, and how their results become files.

    Attributes:
        title: What is recorded, in a few words.
        function: A top-level function; receives ``report`` if it has that parameter.
        runs: Returns the keyword arguments of each run. Runs are parallel jobs.
        write: Takes the results in the order of the runs and a folder; returns the files written.
        folder: Folder of the shipped files.
        alone: Whether to run in this process after all other recipes, with nothing in parallel, as
            timings need.

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

    The durations are summed; the seed is ``None`` unless all runs share it.
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
