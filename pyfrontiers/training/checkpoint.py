"""Checkpoints: the state of a run on disk, from which it resumes bit for bit."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch

from pyfrontiers.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Checkpoint", "Saver", "Stateful"]


class Stateful(Protocol):
    """An object with state: a module, an optimiser, a schedule, or an object of the caller."""

    def state_dict(self) -> dict[str, Any]:
        """Return the state: tensors, numbers, strings, and dicts and lists of these."""
        ...

    def load_state_dict(self, state: dict[str, Any], /) -> Any:
        """Restore what :meth:`state_dict` returned."""
        ...


@checked
@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where and how often a run is saved.

    Attributes:
        path: The file. If it exists, the run resumes from it; delete it to start anew.
        seconds: Minimum time between two saves. A run is saved at the end of a stretch of steps,
            and when it ends.

    """

    path: Path
    seconds: float = 30.0


class Saver:
    """Saves and restores the parts of a run.

    Args:
        checkpoint: Where to save; ``None`` saves nothing.
        parts: The objects that make up the state, by name.
        settings: Numbers that must be the same when the run resumes, by name.

    """

    def __init__(
        self,
        checkpoint: Checkpoint | None,
        parts: Mapping[str, Stateful],
        settings: Mapping[str, int],
    ) -> None:
        self._checkpoint = checkpoint
        self._parts = dict(parts)
        self._settings = dict(settings)
        self._saved = time.monotonic()

    def restore(self) -> bool:
        """Restore the state if there is a file; return whether there was one.

        Raises:
            ValueError: The file belongs to another run, or is damaged.

        """
        if self._checkpoint is None or not self._checkpoint.path.exists():
            return False
        path = self._checkpoint.path
        try:
            stored = torch.load(path, weights_only=True)
            settings, parts = stored["settings"], stored["parts"]
        except Exception as error:
            raise ValueError(
                f"the checkpoint {path.name} cannot be read ({type(error).__name__}); delete it to "
                "start anew"
            ) from error
        if settings != self._settings or set(parts) != set(self._parts):
            raise ValueError(
                f"the checkpoint {path.name} is of another run: it has {_listed(settings, parts)}; "
                f"wanted {_listed(self._settings, self._parts)}; delete it to start anew"
            )
        for name, part in self._parts.items():
            try:
                part.load_state_dict(parts[name])
            except (RuntimeError, KeyError, ValueError) as error:
                # A part's own ValueError says which setting differs; torch's errors list tensors.
                own = str(error) if type(error) is ValueError else "it is of another run"
                raise ValueError(
                    f"the checkpoint {path.name} does not fit the {name}: {own}; delete it to "
                    "start anew"
                ) from error
        return True

    def save(self, *, last: bool) -> None:
        """Save the state unless the last save was too recent; ``last`` saves in any case."""
        if self._checkpoint is None:
            return
        if not last and time.monotonic() - self._saved < self._checkpoint.seconds:
            return
        path = self._checkpoint.path
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        states = {name: part.state_dict() for name, part in self._parts.items()}
        torch.save({"settings": self._settings, "parts": states}, unfinished)
        unfinished.replace(path)
        self._saved = time.monotonic()


def _listed(settings: Mapping[str, int], parts: Mapping[str, Any]) -> str:
    numbers = ", ".join(f"{name} {number}" for name, number in settings.items())
    return f"{numbers} ({', '.join(parts)})"
