"""The run of `pyfrontiers physical OBJECT`: settings, progress and results."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from rich.markup import escape

from pyfrontiers.arguments.values import as_integer
from pyfrontiers.cli.progress import bar

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from pyfrontiers.adversarial import Views
    from pyfrontiers.physical import TexturedObject
    from pyfrontiers.physical.progress import TextureProgress

__all__ = ["Run"]

_TENTH = 0.1


def default_of(name: str) -> int:
    """Return the default of an argument of `robust_texture`."""
    from inspect import signature

    from pyfrontiers.physical import robust_texture

    value: int = signature(robust_texture).parameters[name].default
    return value


@dataclass(frozen=True)
class Run:
    """An attack on an object's texture.

    Attributes:
        obj: the object.
        target: index of the target class.
        epsilon: bound on the change.
        steps: gradient steps, or None to choose them.
        minutes: about how long the steps may take, or None.
        views_per_step: poses in each step.
        start: texture to start from, or None for the object's own.
        smoothing: of the gradients, in texels.
        poses: held-out poses.
        seed: seed of the poses.
    """

    obj: TexturedObject
    target: int
    epsilon: float
    steps: int | None
    minutes: float | None
    views_per_step: int
    start: Tensor | None
    smoothing: float
    poses: int
    seed: int

    def into(
        self,
        output: Path,
        *,
        paper: Literal["a4", "letter"],
        length: float,
        notes: list[str],
        overwrite: bool,
    ) -> tuple[dict[str, Any], list[Path]]:
        """Run or resume in a folder, and write the results.

        Returns:
            The content of `result.json`, and the paths of all files.
        """
        from pyfrontiers.physical import object_views, robust_texture
        from pyfrontiers.physical.results import figures_of, files_of
        from pyfrontiers.physical.run_folder import RunFolder

        if self.steps is not None and self.minutes is not None:
            raise ValueError("--steps and --minutes must not be given together; choose one")
        if self.minutes is not None and not 0 < self.minutes < 100_000:
            raise ValueError(f"--minutes must be above 0 and below 100,000, got {self.minutes:g}")
        as_integer("--seed", self.seed, least=0, most=(1 << 64) - 1)
        for option, count in (("--steps", self.steps), ("--views-per-step", self.views_per_step)):
            as_integer(option, count or 1, least=1, most=(1 << 31) - 1)
        folder = RunFolder.open(output, self._settings(), overwrite=overwrite)
        views = object_views(self.obj)
        steps = self._steps(folder.chosen, views)
        with _Shown(resumed=folder.resumed) as shown:
            found = robust_texture(
                self.obj,
                self.target,
                epsilon=self.epsilon,
                steps=steps,
                views=views,
                views_per_step=self.views_per_step,
                smoothing=self.smoothing,
                start=self.start,
                held_out=self.poses,
                seed=self.seed,
                progress=shown.report,
                checkpoint=folder.checkpoint,
            )
            shown.say("Writing the files")
            files, sheet = files_of(found, self.obj, views, paper=paper, length=length)
        result = {"object": self.obj.name, "settings": folder.settings, "notes": notes}
        result |= figures_of(found) | {"resumed": folder.resumed, "sheet": sheet}
        return result, folder.finish(result, files)

    def _settings(self) -> dict[str, Any]:
        """Return the settings on which the result depends; a run resumes only with equal ones."""
        digest = hashlib.sha256()
        parts = (self.obj.texture, self.obj.mesh.positions, self.obj.mesh.corners, self.start)
        for tensor in (part for part in parts if part is not None):
            digest.update(tensor.contiguous().numpy().tobytes())
        return {
            "object": self.obj.name,
            "content": digest.hexdigest()[:16],
            "target": self.target,
            "epsilon": self.epsilon,
            "steps": self.steps if self.steps or self.minutes else default_of("steps"),
            "minutes": self.minutes,
            "views_per_step": self.views_per_step,
            "smoothing": self.smoothing,
            "seed": self.seed,
        }

    def _steps(self, path: Path, views: Views) -> int:
        """Return the number of steps; those chosen for some minutes are kept for the next start."""
        from pyfrontiers.recording.files import write_whole

        if self.minutes is None:
            return self.steps or default_of("steps")
        if path.exists():
            return int(path.read_text())
        steps = max(round(60 * self.minutes / self._seconds_per_step(views)), 1)
        write_whole(path, f"{steps}\n".encode())
        return steps

    def _seconds_per_step(self, views: Views) -> float:
        """Time a few steps of the same kind, after the first ones, which are slower."""
        from time import perf_counter

        from pyfrontiers.physical import robust_texture

        marks: list[float] = []
        robust_texture(
            self.obj,
            self.target,
            epsilon=self.epsilon,
            steps=12,
            views=views,
            views_per_step=self.views_per_step,
            held_out=1,
            seed=self.seed,
            progress=lambda _: marks.append(perf_counter()),
        )
        between = sorted(b - a for a, b in pairwise(marks[-8:]))
        return max(between[len(between) // 2], 1e-4)


class _Shown:
    """Shows progress on standard error: a bar, or in a log a line at each tenth of the run."""

    def __init__(self, *, resumed: bool) -> None:
        self._resumed = resumed
        self._bar = bar()
        self._task = self._bar.add_task("Loading the classifier", total=1.0)
        self._next = 0.0

    def __enter__(self) -> _Shown:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def report(self, progress: TextureProgress) -> None:
        """Show a step of the attack."""
        if self._resumed:
            self._resumed = False
            self._line(f"Resumed at step {progress.step} of {progress.steps}.")
        text = f"step {progress.step} of {progress.steps}, probability {progress.probability:.2f}"
        if progress.adversariality is not None:
            text += f", target in {100 * progress.adversariality:.0f} % of 100 held-out poses"
        self._bar.update(self._task, completed=progress.fraction, description=text)
        if not sys.stderr.isatty() and progress.fraction >= self._next:
            self._next = progress.fraction + _TENTH
            if progress.seconds_left is not None:
                text += f", {_clock(progress.seconds_left)} left"
            self._line(text)
        if progress.step == progress.steps:
            self.say("Judging both textures in the held-out poses")

    def say(self, text: str) -> None:
        """Show the current activity."""
        self._bar.update(self._task, completed=1.0, description=text)

    def _line(self, text: str) -> None:
        self._bar.console.print(escape(text), highlight=False, soft_wrap=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
