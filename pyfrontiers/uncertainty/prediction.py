"""The predictive distribution of T stochastic passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, Share, checked
from pyfrontiers.one_line import one_line
from pyfrontiers.outputs import (
    check_probabilities,
    is_binary,
    two_class_logits,
    two_class_probabilities,
)
from pyfrontiers.uncertainty.quantiles import mixture_quantiles, sample_quantiles

#: Kind of a model's output: logits or probabilities over dimension 1, or regression values.
Outputs = Literal["logits", "probabilities", "values"]

#: The same, or regression values and the logarithms of their variances, one after the other in
#: dimension 1.
AnyOutputs = Literal["logits", "probabilities", "values", "gaussian"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The predictive distribution, estimated from T draws of the weights.

    One logit or one probability per input is a binary classifier's: mean and variance are those of
    the probability of class 1, and the entropies are over both classes.

    With p_t(c) the probability of class c in pass t and H[p] = -sum_c p(c) log p(c),

        entropy = H[mean_t p_t],   expected_entropy = mean_t H[p_t],
        mutual_information = entropy - expected_entropy

    The entropy measures the total uncertainty. The expected entropy is the aleatoric part, which
    would remain if the weights were known. The mutual information is the epistemic part, the
    disagreement between the passes.

    For a regression with variances, outputs (m_t, log v_t), the law of total variance splits it:

        variance = aleatoric_variance + epistemic_variance = mean_t v_t + var_t m_t

    Attributes:
        mean: (N, K, ...) mean over the passes; class probabilities sum to one.
        variance: (N, K, ...) population variance over the passes (divided by T, not T - 1), >= 0.
        passes: number of passes T.
        kept_channels: whether the computation skipped dropped channels; None if that is unknown.
        entropy, expected_entropy, mutual_information: (N, ...) in nats, >= 0; None for regression.
        samples: (T, N, K, ...) output of every pass, if requested.
        invalid: (N,) number of passes in which the output of an input was NaN or infinite. All
            figures of such an input are NaN.
        aleatoric_variance, epistemic_variance: (N, K, ...) parts of the variance, >= 0, for outputs
            `"gaussian"`; else None.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian Approximation, ICML 2016; for the decompositions
        Depeweg et al., Decomposition of Uncertainty, ICML 2018, sec. 3, and Kendall and Gal, What
        Uncertainties Do We Need, NeurIPS 2017, eq. 9.
    """

    mean: Tensor
    variance: Tensor
    passes: int
    kept_channels: bool | None
    entropy: Tensor | None = None
    expected_entropy: Tensor | None = None
    mutual_information: Tensor | None = None
    samples: Tensor | None = None
    invalid: Tensor | None = None
    aleatoric_variance: Tensor | None = None
    epistemic_variance: Tensor | None = None
    __repr__ = one_line

    @checked
    def quantiles(self, levels: Sequence[Share]) -> Tensor:
        """Return quantiles of the predictive distribution.

        Of class probabilities and values they are quantiles over the passes, interpolated linearly.
        For outputs `"gaussian"` they are those of the mixture of the passes' normal distributions,
        which contains the noise.

        Args:
            levels: levels in [0, 1], such as (0.025, 0.5, 0.975).

        Returns:
            (Q, N, K, ...), of the dtype of the mean.

        Raises:
            ValueError: the passes were not stored, or `levels` is empty.
        """
        if self.samples is None:
            raise ValueError(
                "samples must be stored for quantiles, got a prediction without them; predict with "
                "keep_samples=True"
            )
        if not levels:
            raise ValueError("levels must have at least one level, got none")
        at = torch.tensor(tuple(levels), dtype=torch.float64, device="cpu")
        if self.aleatoric_variance is None:
            found = sample_quantiles(self.samples, at)
        else:
            values, log_variances = self.samples.chunk(2, 2)
            found = mixture_quantiles(values, log_variances, at)
        return found.to(self.mean)


def as_classes(outputs: Tensor, kind: AnyOutputs, class_dim: int) -> Tensor:
    """Return outputs with at least two classes: one score is that of class 1 against class 0.

    Raises:
        TypeError: the outputs are not floating-point numbers.
        ValueError: `kind` is `"probabilities"`, but the outputs are not, or `"gaussian"`, but they
            are not in pairs.
    """
    if not outputs.is_floating_point():
        raise TypeError(f"model must return floating-point scores, got {outputs.dtype}")
    if kind == "values":
        return outputs
    if kind == "gaussian":
        if outputs.ndim == class_dim or outputs.shape[class_dim] % 2:
            raise ValueError(
                "model must return K values and K log-variances (N, 2K, ...) with "
                f"outputs='gaussian', got shape {tuple(outputs.shape[class_dim - 1 :])}"
            )
        return outputs
    if is_binary(outputs, class_dim):
        to_two = two_class_logits if kind == "logits" else two_class_probabilities
        outputs = to_two(outputs, class_dim)
    if kind == "probabilities":
        check_probabilities(outputs, class_dim)
    return outputs


def as_probabilities(outputs: Tensor, kind: AnyOutputs, class_dim: int) -> Tensor:
    """Convert raw outputs to the averaged quantity in float32 or float64: logits to softmax."""
    wide = outputs if outputs.dtype == torch.float64 else outputs.float()
    return wide.softmax(class_dim) if kind == "logits" else wide


@checked
def running_moments(
    samples: Annotated[Tensor, Floats("T>0", "...")],
) -> tuple[Tensor, Tensor]:
    """Return mean and population variance over the first t passes, for t = 1, ..., T.

    Args:
        samples: (T, ...) outputs of the passes, as in `Prediction.samples`.

    Returns:
        Mean and variance (T, ...) in float64; entry t - 1 is over the first t passes.
    """
    counts = torch.arange(1, len(samples) + 1, dtype=torch.float64, device=samples.device)
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
        cat("invalid"),
        cat("aleatoric_variance"),
        cat("epistemic_variance"),
    )


def entropy_of(probabilities: Tensor, class_dim: int) -> Tensor:
    """Return -sum_c p(c) log p(c) in nats, with 0 log 0 = 0."""
    entropy: Tensor = torch.special.entr(probabilities).sum(class_dim)
    return entropy
