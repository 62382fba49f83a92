"""Inspect stochastic passes: the masks and the masked activations of each dropout layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from torch import Tensor, nn

from pyfrontiers.arguments import Count, Sample, Seed, Share, Values, checked
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.dropout.chain import after_prefix, drops_only_in_layers, is_plain
from pyfrontiers.uncertainty.dropout.costs import costs
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks
from pyfrontiers.uncertainty.dropout.replay import Replay, deterministic
from pyfrontiers.uncertainty.dropout.survey import survey

if TYPE_CHECKING:
    from pyfrontiers.replica import Replica
    from pyfrontiers.uncertainty.dropout.kept import KeptChannels


@dataclass(frozen=True, slots=True)
class DroppedLayer:
    """Mask and output of one dropout layer.

    Attributes:
        name: name of the layer in the model.
        kept: bool mask, true where kept: (C,) for channels, else the shape without the batch.
        output: (N, C, ...) masked and scaled output of the layer.
    """

    name: str
    kept: Tensor
    output: Tensor


@dataclass(frozen=True, slots=True)
class InspectedPass:
    """One stochastic pass, that is one draw of the weights.

    Attributes:
        sample: number of the pass.
        layers: the active dropout layers in the order of their calls.
        output: (N, K, ...) output of the model.
    """

    sample: int
    layers: tuple[DroppedLayer, ...]
    output: Tensor


@checked
def inspect_passes(
    model: nn.Module,
    x: Annotated[Tensor, Values("N", "...")],
    *,
    samples: Count,
    first_sample: Sample = 0,
    seed: Seed = 0,
    p: Share | None = None,
) -> list[InspectedPass]:
    """Repeat passes of `mc_dropout` and return their masks and activations.

    Args:
        model: as for `mc_dropout`.
        x: (N, ...) inputs.
        samples: number of passes, at least 1.
        first_sample: number of the first pass.
        seed: 64-bit seed of the run.
        p: drop probability of all layers in [0, 1], or None to use each layer's own.

    Returns:
        For each pass the masks, the masked outputs of the dropout layers and the model's output.

    Raises:
        ValueError: no dropout layer is active, or `samples` is less than 1.
    """
    if samples < 1:
        raise ValueError(f"samples must be at least 1, got {samples}")
    masks = DrawnMasks(seed)
    with deterministic():
        replica, found = replicate(model), None
        if not is_plain(replica.model):
            found = survey(model, x)
        if drops_only_in_layers(replica, found):
            planned = after_prefix(replica.model, x.clone(), p)
            if planned and costs(planned[1], planned[0]).stacks:
                return _stacked(replica, *planned, masks, first_sample, samples)
        layers: list[DroppedLayer] = []
        inspected = []
        replay = Replay(
            model, x, found or survey(model, x), masks, p,
            lambda *seen: layers.append(DroppedLayer(*seen)),
        )  # fmt: skip
        for sample in range(first_sample, first_sample + samples):
            layers.clear()
            output = replay.one_pass(sample)
            inspected.append(InspectedPass(sample, tuple(layers), output))
    if not layers:
        raise ValueError("model must have an active dropout layer, got none; there are no masks")
    return inspected


def _stacked(
    replica: Replica,
    h: Tensor,
    plan: KeptChannels,
    masks: DrawnMasks,
    first_sample: int,
    samples: int,
) -> list[InspectedPass]:
    """Inspect all passes in one stacked batch."""
    layers: list[list[DroppedLayer]] = [[] for _ in range(samples)]

    def watch(layer: nn.Module, kept: Tensor, output: Tensor) -> None:
        for number, of_pass in enumerate(layers):
            of_pass.append(DroppedLayer(replica.names[id(layer)], kept[number], output[number]))

    outputs = plan.stacked(h, masks, first_sample, samples, watch)
    return [
        InspectedPass(first_sample + number, tuple(of_pass), outputs[number])
        for number, of_pass in enumerate(layers)
    ]


@checked
def inspect_pass(
    model: nn.Module,
    x: Annotated[Tensor, Values("N", "...")],
    *,
    sample: Sample,
    seed: Seed = 0,
    p: Share | None = None,
) -> InspectedPass:
    """Repeat one pass of `mc_dropout` and return its masks and activations.

    Args:
        model: as for `mc_dropout`.
        x: (N, ...) inputs.
        sample: number of the pass.
        seed: 64-bit seed of the run.
        p: drop probability of all layers in [0, 1], or None to use each layer's own.

    Raises:
        ValueError: no dropout layer is active.
    """
    return inspect_passes(model, x, samples=1, first_sample=sample, seed=seed, p=p)[0]
