"""The training loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.training.average import Average
from pyfrontiers.training.checkpoint import Checkpoint, Saver, Stateful

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


__all__ = ["Stretch", "train"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A number of consecutive steps, such as an epoch.

    Attributes:
        done: Number of steps done at its end, counted from the start of the run.
        steps: Total number of steps of the run.
        loss: Mean loss over its steps.

    """

    done: int
    steps: int
    loss: float

    @property
    def fraction(self) -> float:
        """Fraction of the run that is done, above 0 and at most 1."""
        return self.done / self.steps


@checked
def train(
    model: nn.Module,
    loss: Callable[[int], Tensor],
    optimiser: Optimizer,
    *,
    steps: Count,
    seed: Seed,
    every: Count | None = None,
    until: Count | None = None,
    schedule: LRScheduler | None = None,
    average: Average[Any] | None = None,
    after: Callable[[Stretch], bool | None] | None = None,
    report: Callable[[float, str], None] | None = None,
    checkpoint: Checkpoint | None = None,
    parts: Mapping[str, Stateful] | None = None,
) -> tuple[float, ...]:
    """Minimise a loss over a model's parameters, one batch per step.

    Args:
        model: The model, in training mode during the steps and in evaluation mode afterwards.
        loss: Maps the number of a step, 0 to steps - 1, to the loss of its batch, a scalar. Its
            random draws must be a function of seeds and that number: `Shuffled`, `Drawn`,
            `fold_in`. torch's generators are reseeded before each step, so torch's dropout layers
            may use them; their state outside of the run is restored.
        optimiser: Updates the parameters.
        steps: Number of steps, at least 1.
        seed: 64-bit seed of torch's generators; step s uses ``fold_in(seed, s)``.
        every: Steps per stretch, such as an epoch. Default: a hundredth of the run.
        until: Interrupt the run at the end of the stretch that contains this step. A later call
            with the same checkpoint continues it; the schedule is that of the whole run.
        schedule: Changes the learning rate; stepped after each step.
        average: Receives the parameters after each step.
        after: Called after each stretch; returns ``True`` to stop the run early.
        report: Called after each stretch with the fraction done and a message.
        checkpoint: Save the run here, and resume it if it was saved before. The resumed run gives
            the same bits as an uninterrupted one on the same machine.
        parts: Further stateful objects that belong to the run, such as the results that `after`
            collects.

    Returns:
        The mean loss of each stretch.

    Raises:
        ValueError: ``steps``, ``every`` or ``until`` is below 1, or the checkpoint belongs to
            another run.

    """
    every = max(steps // 100, 1) if every is None else every
    course = _Course(model)
    whole: dict[str, Stateful] = {"model": model, "optimiser": optimiser, "course": course}
    whole |= {"schedule": schedule} if schedule is not None else {}
    whole |= {"average": average} if average is not None else {}
    settings = {"steps": steps, "every": every, "seed": seed}
    saver = Saver(checkpoint, whole | dict(parts or {}), settings)
    saver.restore()
    run = _Run(model, loss, optimiser, schedule, average, seed)
    with _own_generators(model) as run.generators:
        goal = steps if until is None else min(until, steps)
        while course.done < goal and not course.stopped:
            model.train()
            end = min(course.done + every, steps)
            stretch = Stretch(end, steps, run.mean_loss(range(course.done, end)))
            course.take(stretch)
            if report is not None:
                text = f"step {end:,} of {steps:,}: loss {stretch.loss:.3f}"
                report(stretch.fraction, text)
            course.stopped = after is not None and bool(after(stretch))
            saver.save(last=course.stopped or end >= goal)
    model.eval()
    return tuple(course.losses)


@dataclass(slots=True)
class _Run:
    """The objects that a training step needs."""

    model: nn.Module
    loss: Callable[[int], Tensor]
    optimiser: Optimizer
    schedule: LRScheduler | None
    average: Average[Any] | None
    seed: int
    generators: Sequence[torch.Generator] = ()

    def mean_loss(self, numbers: range) -> float:
        """Take some steps and return the mean of their losses."""
        # Summed on the device, because reading each loss would synchronise.
        total = sum(map(self._step, numbers), torch.zeros((), dtype=torch.float64, device="cpu"))
        return float(total) / len(numbers)

    def _step(self, number: int) -> Tensor:
        for generator in self.generators:
            generator.manual_seed(fold_in(self.seed, number))
        self.optimiser.zero_grad(set_to_none=True)
        value = self.loss(number)
        value.backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
        self.optimiser.step()
        if self.schedule is not None:
            self.schedule.step()
        if self.average is not None:
            self.average.update(number)
        return value.detach().double()


class _Course:
    """The position of a run, and the number of masks that each `MCDropout` layer has drawn."""

    def __init__(self, model: nn.Module) -> None:
        from pyfrontiers.uncertainty import MCDropout  # its package trains with this loop

        self.done, self.stopped = 0, False
        self.losses: list[float] = []
        layers = model.named_modules()
        self._layers = {name: each for name, each in layers if isinstance(each, MCDropout)}

    def take(self, stretch: Stretch) -> None:
        """Count a stretch as done."""
        self.done = stretch.done
        self.losses.append(stretch.loss)

    def state_dict(self) -> dict[str, Any]:
        """Return the state."""
        drawn = {name: layer.sample for name, layer in self._layers.items()}
        return {
            "done": self.done,
            "stopped": self.stopped,
            "losses": list(self.losses),
            "drawn": drawn,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore the state."""
        self.done, self.stopped = state["done"], state["stopped"]
        self.losses = list(state["losses"])
        for name, layer in self._layers.items():
            layer.sample = state["drawn"][name]


@contextmanager
def _own_generators(model: nn.Module) -> Iterator[list[torch.Generator]]:
    """Yield torch's default generators of the model's devices; restore their states at the end."""
    gpus = sorted({p.device.index or 0 for p in model.parameters() if p.is_cuda})
    with torch.random.fork_rng(gpus):
        yield [torch.default_generator, *(torch.cuda.default_generators[gpu] for gpu in gpus)]
