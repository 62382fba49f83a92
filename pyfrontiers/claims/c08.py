"""C8: training and attack use the same gradient with the roles of weights and input swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from torch import Tensor, nn

    from pyfrontiers.adversarial import AttackResult

__all__ = ["CLAIM", "lower_over_weights", "mirror", "raise_over_input"]

_STEPS = 60
_RATE = 0.01
#: Two of the sixteen grey levels of the digits.
_EPSILON = 2 / 16
_RUNS: dict[Profile, int] = {"quick": 1, "full": 10}


def lower_over_weights(model: nn.Module, x: Tensor, y: Tensor, *, steps: int) -> list[float]:
    """Train: move the weights down the gradient of the loss, with the input fixed.

    Args:
        model: The network, trained in place.
        x: Inputs (N, ...), used as one batch.
        y: Classes (N,).
        steps: Steps of Adam.

    Returns:
        Mean cross-entropy after 0, 1, ..., `steps` steps.

    """
    import torch
    from torch.nn.functional import cross_entropy

    optimiser = torch.optim.Adam(model.parameters(), lr=_RATE)
    losses = []
    for _ in range(steps):
        loss = cross_entropy(model(x), y)
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
        optimiser.step()
    with torch.no_grad():
        losses.append(cross_entropy(model(x), y).item())
    return losses


def raise_over_input(model: nn.Module, x: Tensor, y: Tensor, *, steps: int) -> AttackResult:
    """Attack: move the input up the gradient of the same loss, with the weights fixed.

    Args:
        model: The trained network, left unchanged.
        x: Inputs (N, ...), in [0, 1].
        y: Classes (N,).
        steps: Steps of projected gradient ascent.

    Returns:
        The attack; `losses` are those after 0, 1, ..., `steps` steps.

    """
    from pyfrontiers.adversarial import ThreatModel, attack

    return attack(
        model,
        x,
        y,
        threat=ThreatModel(epsilon=_EPSILON),
        steps=steps,
        random_start=False,
        keep_going=True,
    )


def mirror(*, seed: int, steps: int = _STEPS) -> dict[str, Any]:
    """Train a small network on digits, then attack the same digits with the same loss.

    Args:
        seed: 64-bit seed of the initial weights.
        steps: Steps of the training and of the attack.

    Returns:
        `training` and `attack`: mean loss after each step; the attack starts where the training
        ends. `accuracy_before` and `accuracy_after`: accuracy before and after the attack.

    """
    from pyfrontiers.digits import DigitNet, load

    digits = load()
    # A step uses the full batch; every second digit keeps a run within seconds.
    x, y = digits.train_images[::2], digits.train_labels[::2]
    model = DigitNet(p=0.0, seed=seed)
    training = lower_over_weights(model, x, y, steps=steps)
    found = raise_over_input(model.eval(), x, y, steps=steps)
    return {
        "training": training,
        "attack": found.losses.mean(dim=1).tolist(),
        "accuracy_before": float((found.predictions_before == y).float().mean()),
        "accuracy_after": float((found.predictions_after == y).float().mean()),
    }


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.kernels import fold_in

    runs = []
    for run in range(_RUNS[profile]):
        report(run / _RUNS[profile], f"run {run + 1} of {_RUNS[profile]}: training, then attack")
        runs.append(mirror(seed=fold_in(seed, run)))
    report(1.0, "done")
    falls = [run["training"][-1] / run["training"][0] for run in runs]
    rises = [run["attack"][-1] / run["attack"][0] for run in runs]
    first = runs[0]
    return Measurement(
        value={
            "training loss at the start": first["training"][0],
            "training loss at the end": first["training"][-1],
            "attack loss at the start": first["attack"][0],
            "attack loss at the end": first["attack"][-1],
        },
        interval=None,
        status="pass" if max(falls) < 1 < min(rises) else "fail",
        details={
            **first,
            "epsilon": _EPSILON,
            "steps": _STEPS,
            "end_over_start": {"training": falls, "attack": rises},
        },
    )


def _describe(measured: Measurement) -> Finding:
    value, details = measured.value, measured.details
    assert isinstance(value, dict)
    training = [number(value[f"training loss at the {end}"]) for end in ("start", "end")]
    attack = [number(value[f"attack loss at the {end}"]) for end in ("start", "end")]
    ratios = details["end_over_start"]
    pairs = zip(ratios["training"], ratios["attack"], strict=True)
    agreeing = sum(fall < 1 < rise for fall, rise in pairs)
    return Finding(
        f"The loss goes from **{training[0]} to {training[1]}** in training and from "
        f"**{attack[0]} to {attack[1]}** in the attack.",
        (
            Figure("Steps of each", f"{details['steps']}"),
            Figure("Accuracy before the attack", percent(details["accuracy_before"])),
            Figure("Accuracy after the attack", percent(details["accuracy_after"])),
            Figure("Largest change of a pixel value", f"{details['epsilon']:g} (of a range of 1)"),
            Figure(
                "Runs in which the loss falls, then rises",
                f"{agreeing} of {len(ratios['training'])}",
            ),
        ),
    )


CLAIM = Claim(
    id="C8",
    section="adversarial-examples",
    statement=(
        "Training lowers the loss over the weights with the input fixed; an attack raises it over "
        "the input with the weights fixed."
    ),
    paper=None,
    rule=(
        "the loss is lower after training than before, and higher after the attack than before, in "
        "every run with the same digits, network and loss"
    ),
    measure=_measure,
    describe=_describe,
)
