"""A run of passes that a backward pass repeats, and the slopes of its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers.outputs import is_binary, two_class_probabilities
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.prediction import Outputs, as_classes, as_probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.uncertainty.dropout.masks import MaskSource
    from pyfrontiers.uncertainty.dropout.prepared import Prepared

_TINY = 1e-300  # a probability of 0 has an infinite slope of entropy, which is multiplied by 0


@dataclass(frozen=True)
class Run:
    """A run of passes over one batch.

    Attributes:
        model: the model.
        snapshot: a replica with copies of the buffers, for the backward pass: a training step or
            another drop probability may change the model before it.
        masks: the mask source.
        p: drop probability of all layers, or None to use each layer's own.
        prepared: how the passes were computed.
        first_sample, samples: number of the first pass, and number of passes.
        outputs: kind of the model's output.
        autocast: device type, element type and whether autocast was enabled.
    """

    model: nn.Module
    snapshot: nn.Module
    masks: MaskSource
    p: float | None
    prepared: Prepared
    first_sample: int
    samples: int
    outputs: Outputs
    autocast: tuple[str, torch.dtype, bool]

    @classmethod
    def on(cls, device: torch.device, model: nn.Module, **settings: Any) -> Run:
        """Return a run with the states of the model and of autocast as they are now."""
        kind = device.type
        state = kind, torch.get_autocast_dtype(kind), torch.is_autocast_enabled(kind)
        snapshot = replicate(model, copies="buffers").model
        return cls(autocast=state, model=model, snapshot=snapshot, **settings)


@dataclass(frozen=True)
class Slopes:
    """The gradient of a loss with respect to the figures, as what each pass contributes to it.

    With v_t the outputs or probabilities of pass t and m their mean, the derivatives in v_t are

        mean: 1 / T,   variance: 2 (v_t - m) / T,   entropy: -(log m + 1) / T,
        expected entropy: -(log v_t + 1) / T

    and the mutual information is the entropy minus the expected entropy. The mean within the
    variance contributes nothing, as the deviations from it sum to zero.

    Attributes:
        kind: kind of the model's output.
        mean: (N, K, ...) the mean over the passes, of both classes for a binary classifier.
        of_value, of_square, of_entropy: factors of v_t, (v_t - m)^2 and H[v_t], or None.
    """

    kind: Outputs
    mean: Tensor
    of_value: Tensor | None
    of_square: Tensor | None
    of_entropy: Tensor | None

    @classmethod
    def of(
        cls, kind: Outputs, samples: int, mean: Tensor, gradients: Sequence[Tensor | None]
    ) -> Slopes:
        """Return the slopes for the gradients with respect to a prediction's figures.

        Args:
            kind: kind of the model's output.
            samples: number of passes T.
            mean: the prediction's mean.
            gradients: by mean and variance and, for classes, entropy, expected entropy and mutual
                information. None is a gradient of zero.
        """
        by_mean, by_variance, *by_entropies = (
            None if each is None else each.double() / samples for each in gradients
        )
        mean = mean.double()
        if kind != "values" and is_binary(mean):
            mean = two_class_probabilities(mean)
            by_mean, by_variance = _of_class_one(by_mean), _of_class_one(by_variance)
        by_total, by_expected, by_information = by_entropies or (None, None, None)
        by_total = _sum(by_total, by_information)
        if by_total is not None:
            slope = -(mean.clamp_min(_TINY).log() + 1)
            by_mean = _sum(by_mean, by_total.unsqueeze(1) * slope)
        less = None if by_information is None else -by_information
        return cls(kind, mean, by_mean, by_variance, _sum(by_expected, less))

    def contribution(self, outputs: Tensor) -> Tensor:
        """Return a number with the loss's gradient with respect to raw outputs (t, N, K, ...)."""
        values = as_probabilities(as_classes(outputs, self.kind, 2), self.kind, 2).double()
        total = values.new_zeros(())
        if self.of_value is not None:
            total = total + (values * self.of_value).sum()
        if self.of_square is not None:
            total = total + ((values - self.mean).square() * self.of_square).sum()
        if self.of_entropy is not None:
            entropies = torch.special.entr(values.clamp_min(_TINY)).sum(2)
            total = total + (entropies * self.of_entropy).sum()
        return total


def _of_class_one(gradient: Tensor | None) -> Tensor | None:
    """Return the gradient for both probabilities of a binary classifier, (N, 2, ...)."""
    if gradient is None:
        return None
    of_one = gradient if gradient.ndim > 1 else gradient.unsqueeze(1)
    return torch.cat((torch.zeros_like(of_one), of_one), 1)


def _sum(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other
