"""Valid calls of `uncertainty.head`."""

from __future__ import annotations

import functools

import torch

from pyfrontiers.uncertainty.head import fit_head


def _examples() -> dict[str, torch.Tensor]:
    features = torch.rand(6, 5, generator=torch.Generator().manual_seed(0))
    return {"features": features, "labels": torch.arange(6) % 2}


@functools.cache
def _head() -> object:
    return fit_head(**_examples())


ROWS = {
    "uncertainty.head.doubt": lambda: {
        "posterior": _head(),
        "features": _examples()["features"],
        "samples": 3,
    },
    "uncertainty.head.fit_dropout_head": _examples,
    "uncertainty.head.fit_ensemble_head": lambda: _examples() | {"members": 2},
    "uncertainty.head.fit_head": _examples,
    "uncertainty.head.fit_hmc_head": lambda: _examples() | {"draws": 4, "warmup": 1, "chains": 2},
    "uncertainty.head.separation": lambda: {
        "known": torch.rand(4),
        "strangers": torch.rand(5),
    },
}

RECORDS = {
    *("uncertainty.head.BayesianHead", "uncertainty.head.Doubt", "uncertainty.head.DropoutHead"),
    *("uncertainty.head.EnsembleHead", "uncertainty.head.HMCHead", "uncertainty.head.HeadInputs"),
    "uncertainty.head.Separation",
}
