"""Valid calls of `uncertainty` and `uncertainty.dropout`."""

from __future__ import annotations

import torch
from torch import nn

from public_rows.inputs import NET, linear
from pyfrontiers import uncertainty

DROPPED = nn.Sequential(nn.Linear(4, 6), nn.Dropout(), nn.Linear(6, 3))


def _examples() -> dict[str, object]:
    return {"model": nn.Linear(2, 3), "x": torch.rand(6, 2), "y": torch.arange(6) % 3}


ROWS = {
    "uncertainty.DropoutPosterior": lambda: {"model": DROPPED},
    "uncertainty.Ensemble": lambda: {"models": [NET]},
    "uncertainty.fit_ensemble": lambda: {
        **{key: value for key, value in _examples().items() if key != "model"},
        "make": lambda: nn.Linear(2, 3, dtype=torch.float32, device="cpu"),
        "steps": 2,
    },
    "uncertainty.fit_sgld": lambda: {**_examples(), "step_size": 0.01, "steps": 10},
    "uncertainty.fit_swag": lambda: {**_examples(), "steps": 4, "every": 2},
    "uncertainty.fit_variational": lambda: {**_examples(), "steps": 2},
    "uncertainty.MCDropout": lambda: {"p": 0.5, "granularity": "channel", "seed": 1},
    "uncertainty.bayesian_regression": lambda: {"x": torch.rand(5, 2), "y": torch.rand(5)},
    "uncertainty.effective_samples": lambda: {"draws": torch.rand(2, 8)},
    "uncertainty.split_r_hat": lambda: {"draws": torch.rand(2, 8)},
    "uncertainty.grid_posterior": lambda: {
        "log_density": lambda w: -w.square().sum(1),
        "points": 3,
    },
    "uncertainty.hmc_chains": lambda: {
        "log_density": lambda row: -row.square().sum(),
        "start": torch.rand(2, 3),
        "draws": 2,
        "warmup": 4,
        "longest": 4,
    },
    "uncertainty.fit_hmc": lambda: {
        "model": linear(),
        "x": torch.rand(5, 4),
        "y": torch.arange(5) % 3,
        "chains": 2,
        "draws": 2,
        "warmup": 2,
        "longest": 4,
    },
    "uncertainty.fit_laplace": lambda: {
        "model": linear(),
        "x": torch.rand(5, 4),
        "y": torch.arange(5) % 3,
    },
    "uncertainty.enumerate_dropout": lambda: {"model": DROPPED, "x": torch.rand(2, 4)},
    "uncertainty.inspect_pass": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "sample": 0},
    "uncertainty.inspect_passes": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "samples": 2},
    "uncertainty.mc_dropout": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "samples": 3},
    "uncertainty.dropout.MCAlphaDropout": lambda: {"p": 0.5},
    "uncertainty.dropout.convert": lambda: {"model": DROPPED},
    "uncertainty.dropout.plan": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "samples": 3},
    "uncertainty.measure_convergence": lambda: {
        "model": DROPPED,
        "x": torch.rand(1, 4),
        "passes": (1, 2),
        "replicates": 2,
    },
    "uncertainty.predict": lambda: {
        "posterior": uncertainty.DropoutPosterior(DROPPED),
        "x": torch.rand(2, 4),
        "samples": 3,
    },
    "uncertainty.running_moments": lambda: {"samples": torch.rand(3, 2)},
}

RECORDS = {
    *("uncertainty.Convergence", "uncertainty.DroppedLayer", "uncertainty.InspectedPass"),
    "uncertainty.dropout.Plan",
    *("uncertainty.Chains", "uncertainty.HMCPosterior", "uncertainty.LinearPosterior"),
    *("uncertainty.DiagonalLaplace", "uncertainty.LastLayerLaplace", "uncertainty.Evidence"),
    "uncertainty.GridPosterior",
    *("uncertainty.Posterior", "uncertainty.SGLD", "uncertainty.SWAG", "uncertainty.Variational"),
    *("uncertainty.Prediction", "uncertainty.Slope"),
}

NAMED = {
    ("uncertainty.fit_hmc", "x"): "x|model",
    ("uncertainty.fit_laplace", "x"): "x|model",
    ("uncertainty.inspect_pass", "p"): "model",
    ("uncertainty.inspect_passes", "p"): "model",
}
