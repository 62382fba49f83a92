"""The summary of `predictive` for passes that arrive in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import devices
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_tensor
from pyfrontiers.kernels.derivatives import check_constant
from pyfrontiers.kernels.positions import Positions, check_dimensions
from pyfrontiers.kernels.predictive import PredictiveSummary, empty_results, result_type

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Predictive"]


class Predictive:
    """Running summary of the passes of a classifier.

    The same passes in any number of consecutive chunks give the same bits as one call of
    `predictive`. Merging two states gives the summary of all their passes, up to rounding.

    Args:
        class_dim: dimension of the classes in a chunk, whose dimension 0 is the passes'.

    Attributes:
        count: number of passes so far.

    Source:
        As for `predictive`; Chan, Golub, LeVeque, Updating formulae and a pairwise algorithm for
        computing sample variances, Stanford report STAN-CS-79-773, 1979, eq. 2.1, for `merge`.
    """

    def __init__(self, class_dim: int = -1) -> None:
        self.class_dim = class_dim
        self.count = 0
        self._mean = torch.empty(0, dtype=torch.float64, device="cpu")
        self._m2 = torch.empty(0, dtype=torch.float64, device="cpu")
        self._entropy = torch.empty(0, dtype=torch.float64, device="cpu")
        self._like = torch.empty(0, device="cpu")

    def update(self, logits: Tensor) -> Predictive:
        """Add passes and return this object.

        Args:
            logits: (T, ...) logits, T >= 1, of the same shape, dtype and device in every call.

        Raises:
            TypeError: wrong dtype, or not the dtype of the previous passes.
            ValueError: T = 0, class dimension out of range, or not the shape or device of the
                previous passes.
        """
        check_tensor("logits", logits)
        check_constant("logits", logits)
        dim, class_dim = check_dimensions(logits, 0, self.class_dim)
        logits = logits.detach().resolve_neg()
        positions = Positions(logits, dim, class_dim)
        if self.count == 0:
            rows = (positions.count, positions.classes)
            self._mean = logits.new_zeros(rows, dtype=torch.float64)
            self._m2 = torch.zeros_like(self._mean)
            self._entropy = logits.new_zeros(positions.count, dtype=torch.float64)
            self._like = logits.new_empty((0, *logits.shape[1:]))
        self._check_like("logits", logits)
        core, where = devices.execution(self._mean, 2 * logits.nbytes)
        core.update_predictive(
            positions.logits.data_ptr(),
            DTYPE_CODES[logits.dtype],
            *positions.geometry,
            self.count,
            self._addresses(),
            where,
        )
        self.count += logits.shape[0]
        return self

    def merge(self, other: Predictive) -> Predictive:
        """Add the passes of another state and return this object.

        Raises:
            TypeError: the passes differ in dtype.
            ValueError: they differ in shape, class dimension or device.
        """
        if not isinstance(other, Predictive):
            raise TypeError(f"other must be a Predictive, got {type(other).__name__}")
        if other.count == 0:
            return self
        if self.count == 0:
            self.class_dim, self.count, self._like = other.class_dim, other.count, other._like
            self._mean, self._m2 = other._mean.clone(), other._m2.clone()
            self._entropy = other._entropy.clone()
            return self
        self._check_like("other", other._like)
        if self.class_dim % self._like.dim() != other.class_dim % self._like.dim():
            raise ValueError(
                f"other must have its classes along dimension {self.class_dim}, got "
                f"{other.class_dim}"
            )
        total = self.count + other.count
        difference = other._mean - self._mean
        self._mean = self._mean + difference * (other.count / total)
        self._m2 = self._m2 + other._m2 + difference.square() * (self.count * other.count / total)
        self._entropy = self._entropy + other._entropy
        self.count = total
        return self

    def summary(self) -> PredictiveSummary:
        """Return the summary of the passes so far, in the dtype that `predictive` returns.

        Raises:
            ValueError: no passes yet.
        """
        if self.count == 0:
            raise ValueError("summary must come after at least 1 pass, got none yet")
        positions = Positions(self._like, 0, self.class_dim % self._like.dim())
        results = empty_results(positions, self._like)
        core, where = devices.execution(self._mean, 2 * self._mean.nbytes)
        core.finish_predictive(
            self._addresses(),
            positions.count,
            positions.classes,
            self.count,
            DTYPE_CODES[result_type(self._like.dtype)],
            tuple(result.data_ptr() for result in results),
            where,
        )
        return PredictiveSummary(*positions.shaped(results))

    def _addresses(self) -> tuple[int, int, int]:
        return self._mean.data_ptr(), self._m2.data_ptr(), self._entropy.data_ptr()

    def _check_like(self, name: str, logits: Tensor) -> None:
        like = self._like
        if logits.shape[1:] != like.shape[1:]:
            raise ValueError(
                f"{name} must have passes of shape {tuple(like.shape[1:])} as before, got "
                f"{tuple(logits.shape[1:])}"
            )
        if logits.dtype != like.dtype:
            raise TypeError(f"{name} must have dtype {like.dtype} as before, got {logits.dtype}")
        if logits.device != like.device:
            raise ValueError(
                f"{name} must be on {like.device} as before, got a tensor on {logits.device}"
            )
