"""The streaming computation of a predictive distribution over T passes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import torch
from torch import Tensor

from pyfrontiers.kernels import Moments, Predictive, devices
from pyfrontiers.outputs import are_valid, warn_of_probabilities
from pyfrontiers.uncertainty.prediction import (
    AnyOutputs,
    Prediction,
    as_classes,
    as_probabilities,
    entropy_of,
)


@dataclass
class Summary:
    """Accumulates mean, variance and entropies over chunks of passes.

    Sums are in float64 and each pass is used once, so passes are only stored if `keep` is set.

    Args:
        kind: kind of the outputs.
        keep: whether to store every pass for `Prediction.samples`.
    """

    kind: AnyOutputs
    keep: bool = False
    _predictive: Predictive = field(default_factory=lambda: Predictive(class_dim=2))
    _moments: Moments = field(default_factory=Moments)
    _entropies: Tensor | None = None
    _noise: Tensor | None = None
    _shape: torch.Size = field(default_factory=torch.Size)
    _kept: list[Tensor] = field(default_factory=list)
    _like: Tensor = field(default_factory=lambda: torch.empty(0))
    _invalid: Tensor | None = None

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
        outputs = as_classes(outputs, self.kind, 2)
        if self.kind == "logits":
            if not self.passes:
                warn_of_probabilities(outputs, 2, consequence="flattens the distribution")
            self._predictive.update(_to_kernel_device(outputs))
        if self.kind != "logits" or self.keep:
            values = as_probabilities(outputs, self.kind, 2)
        if self.kind == "gaussian":
            means, log_variances = values.chunk(2, 2)
            noise = log_variances.double().exp().sum(0)
            self._noise = noise if self._noise is None else self._noise + noise
            self._moments.update(_to_kernel_device(means))
        elif self.kind != "logits":
            self._moments.update(_to_kernel_device(values))
        if self.kind == "probabilities":
            entropies = entropy_of(values, 2).sum(0, dtype=torch.float64)
            self._entropies = entropies if self._entropies is None else self._entropies + entropies
        if self.keep:
            self._kept.append(self._as_returned(values, 2))
        self._count_invalid(outputs)
        wide = torch.promote_types(outputs.dtype, torch.float32)
        self._like = outputs.new_empty(0, dtype=wide)

    def _count_invalid(self, outputs: Tensor) -> None:
        counts = torch.zeros(outputs.shape[1], dtype=torch.int64, device=outputs.device)
        # The sum reads the outputs once; it may overflow, so confirm for each input.
        if not torch.isfinite(outputs.sum()):
            valid = are_valid(outputs, 2) if self.kind == "logits" else torch.isfinite(outputs)
            counts = (~valid).flatten(2).any(2).sum(0) if valid.ndim > 2 else (~valid).sum(0)
        self._invalid = counts if self._invalid is None else self._invalid + counts

    def _as_returned(self, values: Tensor, class_dim: int) -> Tensor:
        """Return a figure of each class in the shape of the model's output."""
        if self.kind in ("logits", "probabilities") and values.shape[class_dim:] != self._shape[1:]:
            values = values.narrow(class_dim, 1, 1)  # the probability of class 1
            return values.reshape(*values.shape[: class_dim - 1], *self._shape)
        return values

    def _figure(self, values: Tensor, classes: bool = False) -> Tensor:
        """Return a figure in the model's precision, NaN where an output was invalid."""
        values = self._as_returned(values, 1) if classes else values
        assert self._invalid is not None
        if self._invalid.any():
            rows = (self._invalid > 0).to(values.device)
            shape = (len(rows), *([1] * (values.ndim - 1)))
            values = values.masked_fill(rows.reshape(shape), torch.nan)
        return values.to(self._like)

    def prediction(self, *, kept_channels: bool | None) -> Prediction:
        """Return the prediction so far, in the precision and on the device of the passes."""
        kept = torch.cat(self._kept) if self.keep else None
        if self.kind == "logits":
            summary = self._predictive.summary()
            return Prediction(
                self._figure(summary.mean_probability, True),
                self._figure(summary.variance, True),
                self.passes,
                kept_channels,
                self._figure(summary.entropy),
                self._figure(summary.expected_entropy),
                self._figure(summary.mutual_information),
                kept,
                self._invalid,
            )
        mean, variance = self._moments.mean, self._moments.variance()
        entropy = expected = information = aleatoric = epistemic = None
        if self._noise is not None:
            aleatoric, epistemic = self._noise.to(variance.device) / self.passes, variance
            variance = aleatoric + epistemic
            aleatoric, epistemic = self._figure(aleatoric), self._figure(epistemic)
        if self._entropies is not None:
            expected = self._figure(self._entropies / self.passes)
            entropy = self._figure(entropy_of(mean, 1))
            # Non-negative by Jensen's inequality, up to rounding.
            information = (entropy - expected).clamp_min(0.0)
        return Prediction(
            self._figure(mean, True),
            self._figure(variance, True),
            self.passes,
            kept_channels,
            entropy,
            expected,
            information,
            kept,
            self._invalid,
            aleatoric,
            epistemic,
        )


def warn_of_invalid(prediction: Prediction) -> None:
    """Warn of inputs with invalid outputs, as if the caller of the caller had."""
    assert prediction.invalid is not None
    rows = prediction.invalid.nonzero().flatten().tolist()
    if rows:
        shown = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
        warnings.warn(
            f"the model returned NaN or infinity for {len(rows)} of {len(prediction.invalid)} "
            f"inputs (numbers {shown}); their figures are NaN, and `invalid` counts the passes",
            RuntimeWarning,
            stacklevel=3,
        )


def _to_kernel_device(outputs: Tensor) -> Tensor:
    """Move outputs to the CPU unless they are on a device that the kernels support."""
    stay = outputs.device.type == "cpu" or (outputs.is_cuda and devices.cuda_module() is not None)
    return outputs if stay else outputs.cpu()
