"""One stochastic pass, opened: which units it kept and what they showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.uncertainty.dropout.kept import small
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks
from pyfrontiers.uncertainty.dropout.plan import after_prefix
from pyfrontiers.uncertainty.dropout.replay import Replay, left_as_found, taken_over

if TYPE_CHECKING:
    from torch import Tensor, nn

    from pyfrontiers.uncertainty.dropout.kept import KeptChannels


@dataclass(frozen=True, slots=True)
class DroppedLayer:
    """What happened at one dropout layer.

    Attributes:
        name: the layer's name in the model.
        kept: bool, true where a unit is kept: (C,) for channels, else the shape without the batch.
        output: (N, C, ...) the masked and scaled output of the layer.
    """

    name: str
    kept: Tensor
    output: Tensor


@dataclass(frozen=True, slots=True)
class OpenedPass:
    """One draw of the weights.

    Attributes:
        sample: number of the pass.
        layers: the dropout layers in the order they fired.
        output: (N, K, ...) what the model returned.
    """

    sample: int
    layers: tuple[DroppedLayer, ...]
    output: Tensor


def open_passes(
    model: nn.Module,
    x: Tensor,
    *,
    samples: int,
    first_sample: int = 0,
    seed: int = 0,
    p: float | None = None,
) -> list[OpenedPass]:
    """Run some passes of `mc_dropout` again and look inside.

    Args:
        model: as for `mc_dropout`.
        x: (N, ...) inputs.
        samples: number of passes, at least 1.
        first_sample: number of the first pass.
        seed: the run's 64-bit seed.
        p: drop probability for every layer, or None for each layer's own.

    Returns:
        For each pass the masks, the masked outputs of the dropout layers, and the model's output.

    Raises:
        ValueError: no dropout fires, or `samples` is not positive.
    """
    if samples < 1:
        raise ValueError(f"samples is {samples}; at least one pass is needed")
    masks = DrawnMasks(seed)
    with left_as_found(model, x) as x:
        planned = after_prefix(model, x, p)
        if planned and small(planned[0]):
            return _stacked(model, *planned, masks, first_sample, samples)
        layers: list[DroppedLayer] = []
        opened = []
        replay = Replay(model, masks, p, lambda *seen: layers.append(DroppedLayer(*seen)))
        with taken_over(replay):
            for sample in range(first_sample, first_sample + samples):
                layers.clear()
                output = replay.one_pass(x, sample)
                opened.append(OpenedPass(sample, tuple(layers), output))
    if not layers:
        raise ValueError("no dropout fires in this model, so there is no mask to look at")
    return opened


def _stacked(
    model: nn.Module,
    h: Tensor,
    plan: KeptChannels,
    masks: DrawnMasks,
    first_sample: int,
    samples: int,
) -> list[OpenedPass]:
    """Open all passes at once."""
    names = {module: name for name, module in model.named_modules()}
    layers: list[list[DroppedLayer]] = [[] for _ in range(samples)]

    def watch(layer: nn.Module, kept: Tensor, output: Tensor) -> None:
        for number, opened in enumerate(layers):
            opened.append(DroppedLayer(names[layer], kept[number], output[number]))

    outputs = plan.stacked(h, masks, first_sample, samples, watch)
    return [
        OpenedPass(first_sample + number, tuple(opened), outputs[number])
        for number, opened in enumerate(layers)
    ]


def open_pass(
    model: nn.Module, x: Tensor, *, sample: int, seed: int = 0, p: float | None = None
) -> OpenedPass:
    """Run pass number `sample` of `mc_dropout` again and look inside: see `open_passes`."""
    return open_passes(model, x, samples=1, first_sample=sample, seed=seed, p=p)[0]
