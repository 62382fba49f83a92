"""Valid calls of `approximation`."""

from __future__ import annotations

import numpy as np

from pyfrontiers import approximation

TARGET = next(iter(approximation.TARGETS.values()))
POINTS = np.linspace(0.0, 1.0, 12)


ROWS = {
    "approximation.Network": lambda: {
        "weight": POINTS,
        "bias": POINTS,
        "output": POINTS,
        "offset": 0.0,
        "activation": "relu",
    },
    "approximation.Observations": lambda: {"x": POINTS, "y": POINTS},
    "approximation.Target": lambda: {"name": "drawn", "heights": (0.0, 1.0, 0.0)},
    "approximation.barron_bound": lambda: {"constant": 2.0, "width": 8},
    "approximation.barron_constant": lambda: {"function": np.sin},
    "approximation.barron_width": lambda: {"constant": 2.0, "tolerance": 0.1},
    "approximation.compare": lambda: {"target": TARGET, "width": 2, "seeds": 2, "steps": 1},
    "approximation.drawn": lambda: {"heights": (0.0, 1.0, 0.0)},
    "approximation.errors_by_width": lambda: {
        "build": approximation.step_pairs,
        "target": TARGET,
        "widths": (2, 4),
    },
    "approximation.extrapolate": lambda: {"low": -0.5, "high": 0.5, "seeds": 2, "steps": 1},
    "approximation.fit_likelihood": lambda: {
        "observations": approximation.observe(20, 0.0, 1.0, seed=0),
        "low": 0.0,
        "high": 1.0,
        "width": 4,
        "seeds": 2,
        "steps": 1,
    },
    "approximation.least_width": lambda: {
        "build": approximation.step_pairs,
        "target": TARGET,
        "tolerance": 0.2,
    },
    "approximation.median_of": lambda: {"values": (0.1, 0.2)},
    "approximation.memorise": lambda: {"points": POINTS[:, None], "labels": POINTS},
    "approximation.noise": lambda: {"x": POINTS},
    "approximation.truth": lambda: {"x": POINTS},
    "approximation.observe": lambda: {"count": 10, "low": 0.0, "high": 1.0, "seed": 0},
    "approximation.parse_expression": lambda: {"text": "sin(x)"},
    "approximation.rate_of": lambda: {"widths": (1, 2, 4), "errors": (0.4, 0.2, 0.1)},
    "approximation.relu_knots": lambda: {"target": TARGET, "count": 3},
    "approximation.sigmoid_bumps": lambda: {"target": TARGET, "count": 3},
    "approximation.step_pairs": lambda: {"target": TARGET, "count": 3},
    "approximation.sine": lambda: {"frequency": 2.0},
    "approximation.sine_constant": lambda: {"frequency": 2.0},
    "approximation.train": lambda: {"target": TARGET, "width": 2, "seeds": 2, "steps": 1},
    "approximation.typed": lambda: {"text": "sin(x)"},
    "approximation.rms_error": lambda: {
        "network": approximation.step_pairs(TARGET, 3),
        "target": TARGET,
    },
    "approximation.worst_error": lambda: {
        "network": approximation.step_pairs(TARGET, 3),
        "target": TARGET,
    },
}

RECORDS = {
    *("approximation.Band", "approximation.Comparison", "approximation.Expression"),
    *("approximation.Extrapolation", "approximation.Fits", "approximation.GaussianFits"),
    *("approximation.Median", "approximation.Memory", "approximation.Quality"),
    "approximation.Rate",
}
