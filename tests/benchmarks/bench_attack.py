"""Ten steps of PGD end to end, compared with other attack libraries.

The model is a cheap linear classifier, so that the overhead of the attack's loop is visible.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from pyfrontiers.adversarial import ThreatModel, attack

from .peers import load
from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS, STEP, EPSILON = 10, 2 / 255, 8 / 255
SIDE, CLASSES, MAX_ROUNDS = 64, 10, 7
_HISTORIES = (
    "the loop also classifies before and after the attack, records every sample's loss and "
    "probability at each step and checks the gradient, which dominates for a model this cheap"
)
_THREAT = ThreatModel(norm="linf", epsilon=EPSILON, bounds=(0, 1))


class _Linear(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(3 * SIDE * SIDE, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.linear(x.flatten(1) - 0.5)
        return result


def benchmark(elements: int) -> Benchmark:
    """Attack images of 64 pixels, all of them at every step: 49 for 9.6 million elements."""
    count = max(1, elements // 16 // (3 * SIDE * SIDE))
    images = torch.rand(count, 3, SIDE, SIDE)
    model = _Linear().eval()
    labels = model(images).argmax(1)

    def ours() -> torch.Tensor:
        return attack(
            model,
            images,
            labels,
            threat=_THREAT,
            steps=STEPS,
            step=STEP,
            random_start=False,
            keep_going=True,
        ).adversarial

    baselines = _baselines(model, images, labels)

    def verify() -> None:
        wanted = ours()
        for name, baseline in baselines.items():
            # Implementations differ where the gradient is 0; elsewhere all take the same ten steps.
            share = float((baseline() - wanted).abs().gt(1e-5).float().mean())
            assert share < 1e-3, f"{name} and ours differ in {share:.1%} of the elements"

    candidates = (
        Candidate("attack, PGD of ten steps", ours),
        *(Candidate(name, baseline) for name, baseline in baselines.items()),
    )
    names = ("plain torch loop", "torchattacks", "foolbox", "adversarial-robustness-toolbox")
    targets = tuple(
        Target(name, candidates[0].name, (name,), 1, if_missed=_HISTORIES) for name in names
    )
    return Benchmark("attack", verify, candidates, targets, max_rounds=MAX_ROUNDS)


def _baselines(
    model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> dict[str, Callable[[], torch.Tensor]]:
    def loop() -> torch.Tensor:
        with torch.enable_grad():
            x = images.clone()
            for _ in range(STEPS):
                x.requires_grad_()
                loss = torch.nn.functional.cross_entropy(model(x), labels)
                grad = torch.autograd.grad(loss, x)[0]
                moved = x.detach() + STEP * grad.sign()
                x = (images + (moved - images).clamp(-EPSILON, EPSILON)).clamp(0, 1)
        return x

    found: dict[str, Callable[[], torch.Tensor]] = {"plain torch loop": loop}
    found |= _torchattacks(model, images, labels)
    found |= _foolbox(model, images, labels)
    return found | _art(model, images, labels)


def _torchattacks(
    model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> dict[str, Callable[[], torch.Tensor]]:
    module = load("torchattacks")
    if module is None:
        return {}
    pgd = module.PGD(model, eps=EPSILON, alpha=STEP, steps=STEPS, random_start=False)

    def run() -> torch.Tensor:
        with torch.enable_grad():
            result: torch.Tensor = pgd(images, labels)
        return result

    return {"torchattacks": run}


def _foolbox(
    model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> dict[str, Callable[[], torch.Tensor]]:
    module = load("foolbox")
    if module is None:
        return {}
    wrapped = module.PyTorchModel(model, bounds=(0, 1), device="cpu")
    pgd = module.attacks.LinfPGD(abs_stepsize=STEP, steps=STEPS, random_start=False)

    def run() -> torch.Tensor:
        with torch.enable_grad():
            result: torch.Tensor = pgd.run(wrapped, images, labels, epsilon=EPSILON)
        return result

    return {"foolbox": run}


def _art(
    model: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor
) -> dict[str, Callable[[], torch.Tensor]]:
    evasion, estimators = load("art.attacks.evasion"), load("art.estimators.classification")
    if evasion is None or estimators is None:
        return {}
    classifier = estimators.PyTorchClassifier(
        model,
        loss=torch.nn.CrossEntropyLoss(),
        input_shape=(3, SIDE, SIDE),
        nb_classes=CLASSES,
        clip_values=(0.0, 1.0),
        device_type="cpu",
    )
    pgd = evasion.ProjectedGradientDescentPyTorch(
        classifier,
        norm=math.inf,
        eps=EPSILON,
        eps_step=STEP,
        max_iter=STEPS,
        batch_size=len(images),
        verbose=False,
    )
    given, classes = images.numpy(), labels.numpy()

    def run() -> torch.Tensor:
        with torch.enable_grad():
            return torch.from_numpy(pgd.generate(given, classes))

    return {"adversarial-robustness-toolbox": run}
