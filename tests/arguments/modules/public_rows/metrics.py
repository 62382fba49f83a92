"""Valid calls of `uncertainty.metrics` and `uncertainty.calibration`."""

from __future__ import annotations

import torch

ROWS = {
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "probabilities": torch.full((4, 3), 1 / 3),
            "labels": torch.arange(4) % 3,
        }
        for name in (
            *("negative_log_likelihood", "brier_score"),
            *("expected_calibration_error", "reliability"),
        )
    },
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "mean": torch.zeros(3),
            "variance": torch.ones(3),
            "y": torch.zeros(3),
        }
        for name in ("gaussian_crps", "gaussian_negative_log_likelihood")
    },
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "scores": torch.rand(4),
            "strangers": torch.arange(4) % 2,
        }
        for name in ("auroc", "false_positive_rate")
    },
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "errors": torch.rand(4),
            "uncertainty": torch.rand(4),
        }
        for name in ("aurc", "ause", "rejection_curve")
    },
    "uncertainty.metrics.coverage": lambda: {
        "low": torch.zeros(3),
        "high": torch.ones(3),
        "y": torch.rand(3),
    },
    "uncertainty.metrics.sample_crps": lambda: {
        "samples": torch.rand(4, 3),
        "y": torch.rand(3),
    },
    "uncertainty.calibration.fit_temperature": lambda: {
        "scores": torch.eye(3, dtype=torch.float32, device="cpu"),
        "labels": torch.tensor([0, 1, 0], device="cpu"),
    },
    "uncertainty.calibration.fit_conformal_sets": lambda: {
        "probabilities": torch.full((9, 3), 1 / 3),
        "labels": torch.arange(9) % 3,
        "level": 0.5,
    },
    "uncertainty.calibration.fit_conformal_intervals": lambda: {
        "mean": torch.zeros(9),
        "y": torch.rand(9),
        "level": 0.5,
    },
}

RECORDS = {
    *(f"uncertainty.metrics.{name}" for name in ("Estimate", "Rejection", "Reliability")),
    *("uncertainty.calibration.ConformalIntervals", "uncertainty.calibration.ConformalSets"),
    "uncertainty.calibration.Temperature",
}
