"""Models with dropout in many places, each with the same passes written out by hand.

An entry is one of `sequences`: a model, the shape of one input, and the passes.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from sequences import SEQUENCES, Model
from torch import nn


def between(drop, shape, by_hand, **layers):
    """A convolution-like map, a dropout, and a sum over positions."""

    def run(model, x):
        return model.out(drop(model, model.a(x)).flatten(1))

    def hand(model, x, mask):
        return model.out(by_hand(model.a(x), mask).flatten(1))

    size = torch.Size(shape).numel()
    return (
        lambda: Model(run, a=nn.Linear(shape[-1], shape[-1]), out=nn.Linear(size, 3), **layers),
        shape,
        hand,
    )


def _alpha(p, kept):
    """Return the factor and the shift of alpha dropout for a 0/1 mask."""
    selu = 1.7580993408473766
    scale = ((selu * selu * p + 1) * (1 - p)) ** -0.5
    return kept * scale, (kept - 1) * selu * scale + selu * scale * p


def _alpha_by_hand(h, mask, shape):
    factor, shift = _alpha(0.5, mask(0, shape, 0.5) * 0.5)
    return h * factor + shift


def _windows(model, h):
    parts = h.unflatten(1, (2, 3)).flatten(0, 1)  # (2 N, 3, F), inputs first
    return F.dropout(parts, 0.5, model.training).unflatten(0, (-1, 2))


def _time_major(model, h):
    flat = h.transpose(0, 1).flatten(0, 1)  # (T N, F), entry t N + n
    return F.dropout(flat, 0.5, model.training).unflatten(0, (h.shape[1], -1)).transpose(0, 1)


class DropConnect(nn.Linear):
    """Drops weights instead of units."""

    def forward(self, x):
        return F.linear(x, F.dropout(self.weight, 0.5, self.training), self.bias)


def _weights_by_hand(model, x, mask):
    return F.linear(x, model[0].weight * mask(0, (3, 6), 0.5), model[0].bias)


class DropPath(nn.Module):
    """Stochastic depth as timm writes it: a mask drawn by hand for each input, in training mode."""

    def forward(self, x):
        if not self.training:
            return x
        kept = x.new_empty(x.shape[0], *([1] * (x.ndim - 1))).bernoulli_(0.8)
        return x * kept.div_(0.8)


def _path_by_hand(model, x, mask):
    kept = torch.empty(len(x), 1).bernoulli_(0.8, generator=mask.generator(0))
    return model[2](model[0](x) * (kept / 0.8))


def _noise_by_hand(model, x, mask):
    h = x + 0.1 * torch.randn(x.shape, generator=mask.generator(0))
    return model.out(h * mask(1, (6,), 0.5))


ARCHITECTURES = {
    **SEQUENCES,
    "alpha dropout": between(
        lambda model, h: F.alpha_dropout(h, 0.5, model.training), (6,),
        lambda h, mask: _alpha_by_hand(h, mask, (6,)),
    ),
    "feature alpha dropout": between(
        lambda model, h: model.layer(h), (4, 3),
        lambda h, mask: _alpha_by_hand(h, mask, (4, 1)), layer=nn.FeatureAlphaDropout(),
    ),
    "dropout1d": between(
        lambda model, h: F.dropout1d(h, 0.5, model.training), (4, 3),
        lambda h, mask: h * mask(0, (4, 1), 0.5),
    ),
    "dropout2d in place": between(
        lambda model, h: F.dropout2d(h, 0.5, model.training, inplace=True), (4, 2, 3),
        lambda h, mask: h * mask(0, (4, 1, 1), 0.5),
    ),
    "Dropout3d": between(
        lambda model, h: model.layer(h), (4, 2, 2, 3),
        lambda h, mask: h * mask(0, (4, 1, 1, 1), 0.5), layer=nn.Dropout3d(0.5),
    ),
    "windows": between(_windows, (6, 4), lambda h, mask: h * mask(0, (2, 3, 4), 0.5).reshape(6, 4)),
    "inputs behind time": between(_time_major, (6, 4), lambda h, mask: h * mask(0, (6, 4), 0.5)),
    "dropout of weights": (lambda: nn.Sequential(DropConnect(6, 3)), (6,), _weights_by_hand),
    "stochastic depth": (
        lambda: nn.Sequential(nn.Linear(6, 6), DropPath(), nn.Linear(6, 3)), (6,), _path_by_hand,
    ),
    "noise": (
        lambda: Model(lambda m, x: m.out(F.dropout(x + 0.1 * torch.randn_like(x), 0.5, m.training)),
                      out=nn.Linear(6, 3)),
        (6,), _noise_by_hand,
    ),
}  # fmt: skip
