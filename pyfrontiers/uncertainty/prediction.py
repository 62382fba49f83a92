"""The predictive distribution of T stochastic passes, and its streaming computation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from pyfrontiers.kernels import Moments, Predictive, devices

#: Kind of a model's output: logits or probabilities over dimension 1, or regression values.
Outputs = Literal["logits", "probabilities", "values"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The predictive distribution, estimated from T draws of the weights.

    With p_t(c) the probability of class c in pass t and H[p] = -sum_c p(c) log p(c),

        entropy = H[mean_t p_t],   expected_entropy = mean_t H[p_t],
        mutual_information = entropy - expected_entropy

    The entropy measures the total uncertainty. The expected entropy is the aleatoric part, which
    would remain if the weights were known. The mutual information is the epistemic part, the
    disagreement between the passes.

    Attributes:
        mean: (N, K, ...) mean over the passes; class probabilities sum to one.
        variance: (N, K, ...) population variance over the passes (divided by T, not T - 1), >= 0.
        passes: number of passes T.
        kept_channels: whether the computation skipped dropped channels.
        entropy, expected_entropy, mutual_information: (N, ...) in nats, >= 0; None for regression.
        samples: (T, N, K, ...) output of every pass, if requested.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian Approximation, ICML 2016; for the decomposition
        Depeweg et al., Decomposition of Uncertainty, ICML 2018, sec. 3.
    """

    mean: Tensor
    variance: Tensor
    passes: int
    kept_channels: bool
    entropy: Tensor | None = None
    expected_entropy: Tensor | None = None
    mutual_information: Tensor | None = None
    samples: Tensor | None = None


def as_probabilities(outputs: Tensor, kind: Outputs, class_dim: int) -> Tensor:
    """Convert raw outputs to the averaged quantity in float32 or float64: logits to softmax."""
    wide = outputs if outputs.dtype == torch.float64 else outputs.float()
    return wide.softmax(class_dim) if kind == "logits" else wide


@dataclass
class Summary:
    """Accumulates mean, variance and entropies over chunks of passes.

    Sums are in float64 and each pass is used once, so passes are only stored if `keep` is set.

    Args:
        kind: kind of the outputs.
        keep: whether to store every pass for `Prediction.samples`.
    """

    kind: Outputs
    keep: bool = False
    _predictive: Predictive = field(default_factory=lambda: Predictive(class_dim=2))
    _moments: Moments = field(default_factory=Moments)
    _entropies: Tensor | None = None
    _shape: torch.Size = field(default_factory=torch.Size)
    _kept: list[Tensor] = field(default_factory=list)
    _like: Tensor = field(default_factory=lambda: torch.empty(0))

    @property
    def passes(self) -> int:
        """Number of passes added so far."""
        return self._predictive.count or self._moments.count

    @property
    def elements(self) -> int:
        """Number of elements in the output of one pass, 0 before the first."""
        return self._shape.numel() if self.passes else 0

    def add(self, outputs: Tensor) -> None:
        """Add a chunk of raw outputs (t, N, K, ...)."""
        self._shape = outputs.shape[1:]
        if self.kind == "logits":
            self._predictive.update(_to_kernel_device(outputs))
        if self.kind != "logits" or self.keep:
            values = as_probabilities(outputs, self.kind, 2)
        if self.kind != "logits":
            self._moments.update(_to_kernel_device(values))
        if self.kind == "probabilities":
            entropies = _entropy(values, 2).sum(0, dtype=torch.float64)
            self._entropies = entropies if self._entropies is None else self._entropies + entropies
        if self.keep:
            self._kept.append(values)
        wide = torch.promote_types(outputs.dtype, torch.float32)
        self._like = outputs.new_empty(0, dtype=wide)

    def prediction(self, *, kept_channels: bool) -> Prediction:
        """Return the prediction so far, in the precision and on the device of the passes."""
        kept = torch.cat(self._kept) if self.keep else None
        if self.kind == "logits":
            summary = self._predictive.summary()
            return Prediction(
                summary.mean_probability.to(self._like),
                summary.variance.to(self._like),
                self.passes,
                kept_channels,
                summary.entropy.to(self._like),
                summary.expected_entropy.to(self._like),
                summary.mutual_information.to(self._like),
                kept,
            )
        mean, variance = self._moments.mean, self._moments.variance()
        entropy = expected = information = None
        if self._entropies is not None:
            expected = (self._entropies / self.passes).to(self._like)
            entropy = _entropy(mean, 1).to(self._like)
            # Non-negative by Jensen's inequality, up to rounding.
            information = (entropy - expected).clamp_min(0.0)
        return Prediction(
            mean.to(self._like),
            variance.to(self._like),
            self.passes,
            kept_channels,
            entropy,
            expected,
            information,
            kept,
        )


def _to_kernel_device(outputs: Tensor) -> Tensor:
    """Move outputs to the CPU unless they are on a device that the kernels support."""
    stay = outputs.device.type == "cpu" or (outputs.is_cuda and devices.cuda_module() is not None)
    return outputs if stay else outputs.cpu()


def running_moments(samples: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and population variance over the first t passes, for t = 1, ..., T.

    Args:
        samples: (T, ...) outputs of the passes, as in `Prediction.samples`.

    Returns:
        Mean and variance (T, ...) in float64; entry t - 1 is over the first t passes.
    """
    counts = torch.arange(1, len(samples) + 1, dtype=torch.float64)
    counts = counts.reshape(-1, *([1] * (samples.ndim - 1)))
    # Subtracting the first pass avoids cancellation where the passes hardly differ.
    offset = samples[0].double()
    shifted = samples.double() - offset
    mean = shifted.cumsum(0) / counts
    variance = (shifted.square().cumsum(0) / counts - mean.square()).clamp_min(0.0)
    return mean + offset, variance


def join(parts: list[Prediction]) -> Prediction:
    """Concatenate the predictions of consecutive batches."""
    if len(parts) == 1:
        return parts[0]

    def cat(name: str, dim: int = 0) -> Tensor | None:
        tensors = [getattr(part, name) for part in parts]
        return None if tensors[0] is None else torch.cat(tensors, dim)

    return Prediction(
        torch.cat([part.mean for part in parts]),
        torch.cat([part.variance for part in parts]),
        parts[0].passes,
        parts[0].kept_channels,
        cat("entropy"),
        cat("expected_entropy"),
        cat("mutual_information"),
        cat("samples", 1),
    )


def _entropy(probabilities: Tensor, class_dim: int) -> Tensor:
    """Return -sum_c p(c) log p(c) in nats, with 0 log 0 = 0."""
    entropy: Tensor = torch.special.entr(probabilities).sum(class_dim)
    return entropy
