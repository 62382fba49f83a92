"""Learning curves: how the error falls with the number of examples, with and without transfer.

The task is to classify the digits 5 to 9 in random poses with noise. One network starts from random
weights. The other is pretrained on the digits 0 to 4 with random augmentation; it keeps its
filters, and its output layer is reinitialised.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.digits import DigitNet, load
from pyfrontiers.kernels import TransformDistribution, fold_in, uniform
from pyfrontiers.limitations.power_law import PowerLaw, error_rates, fit_power_law
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.limitations.training import fit, transformed, wrong
from pyfrontiers.reports import silent

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["POSES", "SIZES", "learning_curve"]

#: Training set sizes.
SIZES = (20, 40, 80, 160, 320)
#: Poses of the digits: rotations of up to 30 degrees, shifts of up to a tenth, and noise.
POSES = TransformDistribution(
    rotation=(-30.0, 30.0), scale=(0.8, 1.1), translation=(-0.1, 0.1), noise=(0.1, 0.1)
)
_CLASSES = 5
_PRETRAINING = 3  # steps of pretraining, as a multiple of the steps of a training run
_POSE, _ORDER, _PRETRAIN, _WEIGHTS, _BATCHES = range(5)


@checked
@one_thread()
def learning_curve(
    *,
    seeds: Count = 3,
    steps: Count = 300,
    seed: Seed = 0,
    report: Callable[..., None] = silent,
) -> dict[str, Any]:
    """Train on each number of examples, with and without transfer, and fit power laws.

    Each seed has its own poses, training examples and initial weights. The training sets of a seed
    are nested, and the examples in none of them are its test set.

    Args:
        seeds: Number of repetitions, at least 1.
        steps: Optimiser steps of each training run, at least 1.
        seed: 64-bit seed of poses, examples, weights and batches.
        report: Called with the fraction done, a message, and the curves so far.

    Returns:
        ``sizes``, ``seeds``, ``steps`` and the number of ``held_out`` examples; ``alone`` and
        ``transfer``, each with ``errors`` (one row per seed), their ``mean``, and the ``level``,
        ``exponent``, ``low``, ``high`` and ``r_squared`` of the fitted :class:`PowerLaw`.

    Raises:
        ValueError: ``seeds`` or ``steps`` is not positive.

    Source:
        Hestness et al., Deep learning scaling is predictable, empirically, 2017; Yosinski et al.,
        How transferable are features in deep neural networks, NIPS 2014.
    """
    tables: dict[str, list[Tensor]] = {"alone": [], "transfer": []}
    for number in range(seeds):

        def within(fraction: float, number: int = number) -> None:
            message = f"repetition {number + 1} of {seeds}"
            so_far = _curves(tables, seeds, steps, seed) if tables["alone"] else None
            report((number + fraction) / seeds, message, so_far)

        for name, table in _one_seed(fold_in(seed, number), steps, within).items():
            tables[name].append(table)
    report(1.0, "done", None)
    return _curves(tables, seeds, steps, seed)


def _one_seed(seed: int, steps: int, report: Callable[[float], None]) -> dict[str, Tensor]:
    """Run all training of one seed; return the mistakes (L, H) for each kind of initial weights."""
    digits = load()
    images = torch.cat([digits.train_images, digits.test_images])
    labels = torch.cat([digits.train_labels, digits.test_labels])
    later = labels >= _CLASSES
    report(0.0)
    pretrained = DigitNet(p=0.0, seed=fold_in(seed, _PRETRAIN))
    early = images[~later], labels[~later]
    fit(pretrained, *early, steps=_PRETRAINING * steps, seed=fold_in(seed, _PRETRAIN), fresh=POSES)
    images = transformed(images[later], POSES, seed=fold_in(seed, _POSE))
    labels = labels[later]
    order = _balanced_order(labels, fold_in(seed, _ORDER))
    held = order[max(SIZES) :]
    tables: dict[str, list[Tensor]] = {"alone": [], "transfer": []}
    for place, size in enumerate(SIZES):
        report((_PRETRAINING + 2 * place) / (_PRETRAINING + 2 * len(SIZES)))
        chosen = order[:size]
        for name, rows in tables.items():
            model = DigitNet(p=0.0, seed=fold_in(seed, _WEIGHTS))
            if name == "transfer":
                _copy_filters(model, pretrained)
            batches = fold_in(fold_in(seed, _BATCHES), size)
            # A lower learning rate preserves the pretrained filters.
            rate = 1e-2 if name == "alone" else 5e-3
            fit(model, images[chosen], labels[chosen], steps=steps, seed=batches, rate=rate)
            rows.append(wrong(model, images[held], labels[held]))
    return {name: torch.stack(rows) for name, rows in tables.items()}


def _balanced_order(labels: Tensor, seed: int) -> Tensor:
    """Return a random order in which every prefix has nearly equal numbers of all classes."""
    shuffled = uniform((len(labels),), dtype=torch.float32, seed=seed).argsort()
    classes = torch.nn.functional.one_hot(labels[shuffled])
    place = (classes.cumsum(0) * classes).sum(1)
    return shuffled[place.argsort(stable=True)]


def _copy_filters(model: DigitNet, source: DigitNet) -> None:
    """Copy all weights from `source` to `model` except those of the output layer."""
    own, learned = model.state_dict(), source.state_dict()
    model.load_state_dict({k: own[k] if k.startswith("linear") else learned[k] for k in own})


def _curves(tables: dict[str, list[Tensor]], seeds: int, steps: int, seed: int) -> dict[str, Any]:
    found: dict[str, Any] = {"sizes": list(SIZES), "seeds": seeds, "steps": steps}
    for name, rows in tables.items():
        table = torch.stack(rows)
        law: PowerLaw = fit_power_law(SIZES, table, seed=seed)
        found["held_out"] = table.shape[2]
        found[name] = {
            "errors": [
                [round(value, 5) for value in row] for row in table.double().mean(2).tolist()
            ],
            "mean": error_rates(table).tolist(),
            "level": law.level,
            "exponent": law.exponent,
            "low": law.low,
            "high": law.high,
            "r_squared": law.r_squared,
        }
    return found
