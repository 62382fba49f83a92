"""One stochastic pass, opened: which units it kept and what they showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.uncertainty.masks import DrawnMasks
from pyfrontiers.uncertainty.replay import Replay, left_as_found, taken_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn


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
    samples: Sequence[int],
    seed: int = 0,
    p: float | None = None,
) -> list[OpenedPass]:
    """Run some passes of `mc_dropout` again and look inside.

    Args:
        model: as for `mc_dropout`.
        x: (N, ...) inputs.
        samples: numbers of the passes, each in [0, 2^32).
        seed: the run's 64-bit seed.
        p: drop probability for every layer, or None for each layer's own.

    Returns:
        For each pass the masks, the masked outputs of the dropout layers, and the model's output.

    Raises:
        ValueError: no dropout fires.
    """
    layers: list[DroppedLayer] = []
    replay = Replay(model, DrawnMasks(seed), p, lambda *seen: layers.append(DroppedLayer(*seen)))
    opened = []
    with left_as_found(model, x) as x, taken_over(replay):
        for sample in samples:
            layers.clear()
            output = replay.one_pass(x, sample)
            if not layers:
                raise ValueError("no dropout fires in this model, so there is no mask to look at")
            opened.append(OpenedPass(sample, tuple(layers), output))
    return opened


def open_pass(
    model: nn.Module, x: Tensor, *, sample: int, seed: int = 0, p: float | None = None
) -> OpenedPass:
    """Run pass number `sample` of `mc_dropout` again and look inside: see `open_passes`."""
    return open_passes(model, x, samples=[sample], seed=seed, p=p)[0]
