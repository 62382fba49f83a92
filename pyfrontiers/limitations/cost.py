"""What an answer and a training cost: operations, seconds and an estimate of the energy."""

from __future__ import annotations

import math
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.kernels import uniform
from pyfrontiers.limitations.energy import EnergyMeter
from pyfrontiers.limitations.models import MODELS
from pyfrontiers.limitations.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from pyfrontiers.limitations.models import AppModel

__all__ = ["costs", "counted_flops", "multiply_adds"]

_ANSWERS = 15


def _silent(fraction: float, message: str = "", data: Any = None) -> None:
    """Report to nobody."""


def counted_flops(work: Callable[[], object]) -> int:
    """Count the floating-point operations of convolutions and matrix products that a call runs.

    A multiplication and an addition count as two; activations and pooling are not counted.
    """
    from torch.utils.flop_counter import FlopCounterMode

    own = {torch.ops.aten.convolution_backward: _flops_of_convolution_backward}
    with FlopCounterMode(display=False, custom_mapping=own) as counter:
        work()
    return int(counter.get_total_flops())


def _flops_of_convolution_backward(
    gradient: tuple[int, ...],
    x: tuple[int, ...],
    weight: tuple[int, ...],
    *arguments: Any,
    **_: Any,
) -> int:
    """Count both gradients of a convolution from shapes.

    torch 2.13 counts a grouped one as if every channel met every other, 14 times too much for the
    whole of EfficientNet-Lite0.
    """
    transposed: bool = arguments[4]
    wanted: list[bool] = arguments[-1]
    sums = math.prod(x if transposed else gradient) * math.prod(weight[1:])
    return 2 * sums * sum(wanted[:2])


def multiply_adds(model: nn.Module, x: Tensor) -> int:
    """Work out the multiply-adds of a forward pass from the layers' shapes, layer by layer.

    Args:
        model: Convolutions and linear layers are counted.
        x: Its input, with a batch axis.

    """
    found = 0

    def add(layer: nn.Module, _: Any, output: Tensor) -> None:
        nonlocal found
        # Each output is one sum over what its filter or row covers: the weight less its first axis.
        found += output.numel() * layer.get_parameter("weight")[0].numel()

    layers = [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(add) for layer in layers]
    try:
        with torch.no_grad():
            model(x)
    finally:
        for hook in hooks:
            hook.remove()
    return found


@one_thread()
def costs(
    models: Sequence[AppModel] | None = None,
    *,
    seconds: float = 2.0,
    report: Callable[..., None] = _silent,
) -> list[dict[str, Any]]:
    """Measure one answer and the training of every model, on one core.

    Training steps are run for some time and what they took is multiplied up to the examples that
    the model's training shows; a training step is forward and backward pass and the change of the
    weights.

    Args:
        models: Which; all of the app's when left out.
        seconds: How long each model trains to be measured, positive.
        report: Told the fraction, a message, and the rows so far.

    Returns:
        For each model its ``name``, ``section`` and ``training``, its ``parameters``; ``answer``
        and ``train``, each with ``flops``, ``seconds`` and, for training, ``joules`` as estimated
        and of them ``processor``; ``worked_out``, an answer's operations from the layers' shapes.

    Raises:
        ValueError: There are no models, or ``seconds`` is not positive.

    """
    # Not as the default value: jobs are told apart by their parameters, and builders have no name.
    models = MODELS if models is None else models
    if not models or not seconds > 0:
        raise ValueError(f"got {len(models)} models and seconds={seconds}; wanted more than 0")
    rows: list[dict[str, Any]] = []
    report(0.0, "preparing the energy estimate", rows)
    with EnergyMeter() as meter:
        for number, entry in enumerate(models):
            report(number / len(models), entry.name, rows)
            rows.append(_row(entry, seconds, meter))
    report(1.0, "done", rows)
    return rows


def _row(entry: AppModel, seconds: float, meter: EnergyMeter) -> dict[str, Any]:
    model = entry.build().eval()
    one = uniform((1, *entry.example), seed=0)
    with torch.no_grad():
        answer = {
            "flops": counted_flops(lambda: model(one)),
            "seconds": _seconds(lambda: model(one)),
        }
    worked_out = 2 * multiply_adds(model, one)
    step = _training_step(model.train(), entry)
    flops = counted_flops(step)
    done = 0

    def train() -> None:
        nonlocal done
        end = time.perf_counter() + seconds
        while done == 0 or time.perf_counter() < end:
            step()
            done += 1

    energy = meter.measure(entry.name, train)
    # From the steps that were run to the examples of the whole training.
    scale = entry.shown / (done * entry.batch)
    return {
        "name": entry.name,
        "section": entry.section,
        "training": entry.training,
        "parameters": sum(p.numel() for p in model.parameters()),
        "answer": answer,
        "worked_out": worked_out,
        "train": {
            "flops": round(flops * entry.shown / entry.batch),
            "seconds": energy.seconds * scale,
            "joules": energy.joules * scale,
            "processor": energy.processor * scale,
        },
        "steps_run": done,
    }


def _training_step(model: nn.Module, entry: AppModel) -> Callable[[], None]:
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4)
    images = uniform((entry.batch, *entry.example), seed=1)
    labels = (uniform((entry.batch,), seed=2) * entry.classes).long()

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    return step


def _seconds(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(_ANSWERS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return median(taken)
