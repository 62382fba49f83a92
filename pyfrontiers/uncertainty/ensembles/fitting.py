"""Train the members of a deep ensemble."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer

from pyfrontiers.arguments import Count, Seed, Values, checked, described
from pyfrontiers.kernels import fold_in
from pyfrontiers.training import Stretch, train
from pyfrontiers.uncertainty.ensembles.ensemble import Ensemble
from pyfrontiers.uncertainty.ensembles.side_by_side import Batches, Stacked, stack_members
from pyfrontiers.uncertainty.likelihood import Examples, Loss
from pyfrontiers.uncertainty.networks import own_generators

#: Makes an optimiser of parameters.
MakeOptimiser = Callable[[Iterable[nn.Parameter]], Optimizer]

_START, _ORDER, _STEPS = range(3)  # uses of a member's seed

ADAM: MakeOptimiser = functools.partial(torch.optim.Adam, lr=1e-3)


@checked
def fit_ensemble(
    make: type[nn.Module] | Callable[[], nn.Module],
    x: Annotated[Tensor, Values("N>0", "...")],
    y: Annotated[Tensor, Values("N", "...")],
    *,
    steps: Count,
    members: Count = 5,
    loss: Loss = F.cross_entropy,
    optimiser: type[Optimizer] | MakeOptimiser = ADAM,
    batch_size: Count = 64,
    bootstrap: bool = False,
    side_by_side: bool | None = None,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
) -> Ensemble:
    """Train networks from different starts on different orders of the same examples.

    Member m minimises the loss from the weights that `make` draws with seed (seed, m), on its own
    batches. The members' weights are stacked and trained as one network by `torch.func.vmap`,
    whose gradients are those of each member alone. Members whose training changes a state or draws
    numbers (batch normalisation, dropout), which branch on their data, or whose optimiser mixes
    elements train one after the other; `Ensemble.note` says why.

    Args:
        make: returns a new network, its weights drawn from torch's generator, which is seeded.
        x: (N, ...) inputs.
        y: (N, ...) targets.
        steps: steps of each member, at least 1.
        members: number of networks M, at least 1.
        loss: maps raw outputs and targets to a scalar, the mean over the batch.
        optimiser: makes the optimiser of the parameters it is given; Adam with rate 0.001 unless
            given. Members side by side have parameters with one more dimension, the first.
        batch_size: examples of a step; with N or more, every step sees all of them.
        bootstrap: draw the examples of each step with replacement.
        side_by_side: True requires members to train side by side, False prevents it, and None
            does it where it is possible.
        seed: 64-bit seed of starts, orders and what layers draw.
        report: called with the fraction done and a message.

    Returns:
        The ensemble; each pass is a member.

    Raises:
        ValueError: the network does not run on the inputs, an input or the loss is not finite,
            members share parameters, or they must train side by side but cannot.
        TypeError: `make` is a network instead of a function, or returns no module.

    Source:
        Lakshminarayanan, Pritzel and Blundell, Simple and Scalable Predictive Uncertainty
        Estimation using Deep Ensembles, NeurIPS 2017.
    """
    if isinstance(make, nn.Module):
        raise TypeError(
            "make must be a function that returns a new network at each call, got "
            f"{described(make)}"
        )
    examples = Examples(x.detach(), y.detach(), loss, batch_size)
    seeds = [fold_in(seed, m) for m in range(members)]
    with torch.inference_mode(False), torch.enable_grad():
        models = [_made(make, fold_in(each, _START), x.device) for each in seeds]
        _check_separate(models)
        with own_generators(seed, x.device):
            examples.check(models[0].eval())
        batches = [examples.batches(fold_in(each, _ORDER), bootstrap=bootstrap) for each in seeds]
        stacked = _stacked(models, examples, batches, optimiser, side_by_side)
        if isinstance(stacked, Stacked):
            _train_together(stacked, batches, optimiser, steps, fold_in(seed, members), report)
            stacked.write(models)
            return Ensemble(models)
        for number, (model, batch) in enumerate(zip(models, batches, strict=True)):
            told = _told(report, number, members)
            _train_alone(
                model, examples, batch, optimiser, steps, fold_in(seeds[number], _STEPS), told
            )
        return Ensemble(models, stacked)


def _stacked(
    models: list[nn.Module],
    examples: Examples,
    batches: Batches,
    optimiser: MakeOptimiser,
    wanted: bool | None,
) -> Stacked | str:
    """Return the stacked members, or why they train one after the other."""
    if wanted is False:
        return "side_by_side is False"
    for model in models:
        model.train()
    kind = type(optimiser([nn.Parameter(torch.zeros(1))]))
    found = stack_members(models, examples, batches, kind)
    if wanted and isinstance(found, str):
        raise ValueError(f"side_by_side must be None or False here, got True: {found}")
    return found


def _made(make: Callable[[], nn.Module], seed: int, device: torch.device) -> nn.Module:
    with own_generators(seed, device):
        model: Any = make()
    if not isinstance(model, nn.Module):
        raise TypeError(f"make must return a torch.nn.Module, got {described(model)}")
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError(
            f"make must return a network with parameters to train, got a {type(model).__name__} "
            "without"
        )
    return model


def _check_separate(models: list[nn.Module]) -> None:
    """Check that no two members train the same parameter.

    Raises:
        ValueError: they do, so that they would be identical.
    """
    owners: dict[int, int] = {}
    for number, model in enumerate(models):
        for name, parameter in model.named_parameters():
            if not parameter.requires_grad or is_lazy(parameter) or not parameter.numel():
                continue
            owner = owners.setdefault(parameter.data_ptr(), number)
            if owner != number:
                raise ValueError(
                    "make must build a new network at each call, got networks that share the "
                    f"parameter {name!r}; create the layers inside the function"
                )


def _train_together(
    stacked: Stacked,
    batches: Batches,
    optimiser: MakeOptimiser,
    steps: int,
    seed: int,
    report: Callable[[float, str], None] | None,
) -> None:
    def tell(stretch: Stretch) -> None:
        if report:
            text = f"step {stretch.done:,} of {steps:,}: loss {stretch.loss / len(batches):.3f}"
            report(stretch.fraction, text)

    train(
        stacked,
        lambda step: stacked.losses(step, batches).sum(),
        optimiser(stacked.parameters()),
        steps=steps,
        seed=seed,
        after=tell,
    )


def _train_alone(
    model: nn.Module,
    examples: Examples,
    batch: Callable[[int], Tensor | None],
    optimiser: MakeOptimiser,
    steps: int,
    seed: int,
    report: Callable[[float, str], None] | None,
) -> None:
    train(
        model,
        lambda step: examples.loss_of(model, batch(step)),
        optimiser(p for p in model.parameters() if p.requires_grad),
        steps=steps,
        seed=seed,
        report=report,
    )


def _told(
    report: Callable[[float, str], None] | None, number: int, members: int
) -> Callable[[float, str], None] | None:
    """Report the training of one member as a part of the whole."""
    if report is None:
        return None
    return lambda fraction, text: report(
        (number + fraction) / members, f"network {number + 1} of {members}, {text}"
    )
