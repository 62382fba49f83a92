"""The cost of inference and training: operations, time and an energy estimate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.arguments import checked
from pyfrontiers.kernels import uniform
from pyfrontiers.limitations.energy import EnergyMeter
from pyfrontiers.limitations.models import MODELS, AppModel
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.reports import silent

if TYPE_CHECKING:
    from torch import Tensor


__all__ = ["costs", "counted_flops", "multiply_adds"]

#: Number of timed calls of which the median is taken.
_CALLS = 15


def counted_flops(work: Callable[[], object]) -> int:
    """Count the floating-point operations of the convolutions and matrix products in a call.

    A multiply-add counts as two operations; activations and pooling are not counted.

    Args:
        work: Called once.
    """
    from torch.utils.flop_counter import FlopCounterMode

    formulas = {torch.ops.aten.convolution_backward: _flops_of_convolution_backward}
    with FlopCounterMode(display=False, custom_mapping=formulas) as counter:
        work()
    return int(counter.get_total_flops())


def _flops_of_convolution_backward(
    gradient: tuple[int, ...],
    x: tuple[int, ...],
    weight: tuple[int, ...],
    *arguments: Any,
    **_: Any,
) -> int:
    """Count the operations of both gradients of a convolution, from the shapes.

    torch 2.13 counts a grouped convolution as if it were dense, which overestimates the backward
    pass of EfficientNet-Lite0 by a factor of 14.
    """
    transposed: bool = arguments[4]
    wanted: list[bool] = arguments[-1]
    sums = math.prod(x if transposed else gradient) * math.prod(weight[1:])
    return 2 * sums * sum(wanted[:2])


def multiply_adds(model: nn.Module, x: Tensor) -> int:
    """Compute the multiply-adds of a forward pass from the shapes of the layers.

    An output of a convolution or linear layer costs one multiply-add per entry of the filter or row
    that produces it; other layers are not counted.

    Args:
        model: The network.
        x: Its input, including the batch dimension.

    """
    found = 0

    def add(layer: nn.Module, _: Any, output: Tensor) -> None:
        nonlocal found
        # Each output is a sum over one filter or row: the weight without its first dimension.
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


@checked
@one_thread()
def costs(
    models: Sequence[AppModel] | None = None,
    *,
    seconds: float = 2.0,
    report: Callable[..., None] = silent,
) -> list[dict[str, Any]]:
    """Measure the inference and training cost of each model on one core.

    Training steps (forward pass, backward pass and weight update) run for a limited time, and their
    cost is extrapolated to the number of examples in the model's full training.

    Args:
        models: Models to measure. Default: all models of the app.
        seconds: Duration of the measured training steps of each model, positive.
        report: Called with the fraction done, a message, and the rows so far.

    Returns:
        For each model ``name``, ``section``, ``training``, ``parameters`` and ``steps_run``;
        ``answer``, the cost of one inference, with ``flops`` and ``seconds``; ``train``, the cost
        of the full training, with ``flops``, ``seconds``, ``joules`` and the processor's part
        ``processor``; and ``worked_out``, the operations of one inference computed from the shapes
        of the layers.

    Raises:
        ValueError: There are no models, or ``seconds`` is not positive.

    """
    # Not a default argument: jobs are keyed by their arguments, and the builders cannot be keyed.
    models = MODELS if models is None else models
    if not models:
        raise ValueError("models must hold at least one model, got none")
    if not seconds > 0:
        raise ValueError(f"seconds must be positive, got {seconds}")
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
    one = uniform((1, *entry.example), dtype=torch.float32, seed=0)
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
    # Extrapolate from the measured steps to the full training.
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
    images = uniform((entry.batch, *entry.example), dtype=torch.float32, seed=1)
    labels = (uniform((entry.batch,), dtype=torch.float32, seed=2) * entry.classes).long()

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    return step


def _seconds(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(_CALLS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return median(taken)
