"""Laplace over the weights of a model's last layer, with their full covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from pyfrontiers.first_run import first_run
from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.one_line import one_line
from pyfrontiers.outputs import scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfrontiers.uncertainty.laplace.evidence import Evidence

__all__ = ["Head", "LastLayerLaplace", "find_head"]

#: Inputs on which the outputs of a layer are compared with the model's.
_TRIED = 64
#: Passes of a block; a stream begins anywhere, and a pass has the same bits.
_BLOCK = 64


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A frozen model and its last linear layer.

    Attributes:
        model: replica of the model.
        layer: the replica's last layer, whose outputs are the model's.
        name: name of this layer.
    """

    model: nn.Module
    layer: nn.Linear
    name: str

    def features(self, x: Tensor) -> Tensor:
        """Return the layer's inputs (N, F) in float64, with a 1 appended if it has a bias."""
        caught: list[Tensor] = []

        def catch(_module: nn.Module, args: tuple[Tensor, ...]) -> None:
            caught.append(args[0].detach())

        handle = self.layer.register_forward_pre_hook(catch)
        try:
            with torch.inference_mode(False), torch.no_grad(), first_run(x):
                self.model(x)
        finally:
            handle.remove()
        found = caught[-1].double()
        if found.ndim != 2:
            raise ValueError(
                f"model must have a last layer on features (N, F), got {tuple(found.shape)}"
            )
        one = found.new_ones(len(found), 1)
        return found if self.layer.bias is None else torch.cat([found, one], dim=1)

    @property
    def weights(self) -> Tensor:
        """(K, F) weights in float64, with the bias as last column."""
        weight = self.layer.weight.detach().double()
        bias = self.layer.bias
        return weight if bias is None else torch.cat([weight, bias.detach().double()[:, None]], 1)


@dataclass(frozen=True, slots=True, eq=False)
class LastLayerLaplace:
    """A normal distribution over the weights of the last layer; all other weights are fixed.

    Attributes:
        head: the model and its last layer.
        mean: (K, F) its weights, with the bias as last column.
        root: (K F, K F) lower triangular; the precision of the weights is root root'.
        evidence: prior precision, noise and log evidence.
    """

    head: Head
    mean: Tensor
    root: Tensor
    evidence: Evidence
    __repr__ = one_line

    @property
    def covariance(self) -> Tensor:
        """(K F, K F) covariance of the weights, output by output."""
        return torch.cholesky_inverse(self.root)

    def moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean (N, K) and covariance (N, K, K) of the outputs in closed form, float64.

        For a regression add `evidence.noise` squared to get the variance of an observation.
        """
        features = self.head.features(x)
        outputs, width = self.mean.shape
        blocks = self.covariance.reshape(outputs, width, outputs, width)
        spread = torch.einsum("nf,kflg,ng->nkl", features, blocks, features)
        return features @ self.mean.T, spread

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield the outputs (t, N, K) of last layers drawn from the posterior.

        The features are computed once. Pass s uses the normal numbers of ``fold_in(seed, s)``.
        """
        features = self.head.features(x)
        end = first_sample + samples
        for begin in range(first_sample - first_sample % _BLOCK, end, _BLOCK):
            with torch.inference_mode(False), torch.no_grad():
                outputs = features @ self._drawn(begin, seed).transpose(1, 2)
            kept = outputs[max(first_sample - begin, 0) : end - begin]
            yield kept.to(x.dtype if x.is_floating_point() else torch.float32)

    def _drawn(self, begin: int, seed: int) -> Tensor:
        """Return the weights (t, K, F) of a block of passes."""
        size = self.mean.numel()
        noise = torch.stack(
            [
                normal((size,), seed=fold_in(seed, number), dtype=torch.float64)
                for number in range(begin, begin + _BLOCK)
            ]
        ).to(self.root.device)
        # root root' is the precision, so root'^-1 z has its inverse as covariance.
        moved = torch.linalg.solve_triangular(self.root.T, noise.T, upper=True).T
        drawn: Tensor = self.mean + moved.reshape(_BLOCK, *self.mean.shape)
        return drawn


def find_head(model: nn.Module, x: Tensor, name: str | None) -> Head:
    """Find the linear layer whose outputs the model returns.

    Args:
        model: a replica.
        x: (N, ...) inputs to run it on.
        name: name of the layer, or None to look for it.

    Raises:
        ValueError: there is none, or the layer of that name is none.
    """
    layers = {each: module for each, module in model.named_modules() if _is_linear(module)}
    if name is not None and name not in layers:
        raise ValueError(
            f"head must be the name of a torch.nn.Linear of the model ({', '.join(layers)}), "
            f"got {name!r}"
        )
    called: list[tuple[str, Tensor]] = []
    handles = [
        module.register_forward_hook(
            # A copy: what follows may write to the outputs.
            lambda _module, _args, output, each=each: called.append((each, output.clone()))
        )
        for each, module in layers.items()
    ]
    try:
        with torch.no_grad(), first_run(x):
            returned = scores(model(x[:_TRIED]))
    finally:
        for handle in handles:
            handle.remove()
    for each, output in reversed(called):
        same = output.shape == returned.shape and torch.equal(
            output.nan_to_num(), returned.nan_to_num()
        )
        if same and name in (None, each):
            layer = layers[each]
            assert isinstance(layer, nn.Linear)
            return Head(model, layer, each)
    raise ValueError(
        "model must return the outputs of a torch.nn.Linear, got others; use "
        "structure='diagonal', or leave out what follows its last layer"
    )


def _is_linear(module: nn.Module) -> bool:
    return isinstance(module, nn.Linear)
