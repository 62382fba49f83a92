"""The experiment of section 6: recorded and live fits for every setting."""

from __future__ import annotations

import numpy as np
import pytest

from pyfrontiers.approximation import extrapolate
from streamlit_app.labs.function_approximators.lab import at_least, recorded_fit


def test_recorded_fit_is_reproducible():
    record = recorded_fit((0.0, 1.0, "tanh", True))
    anew = extrapolate(0.0, 1.0, activation="tanh", varying=True)
    assert record.seen == anew.seen
    # The order of summation depends on the processor, and a thousand steps amplify rounding.
    assert np.median(record.error_inside) == pytest.approx(np.median(anew.error_inside), rel=0.5)
    for activation in ("tanh", "relu", "sine"):
        for varying in (True, False):
            assert recorded_fit((0.0, 1.0, activation, varying)) is not None


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (2.0, 2.0), (-1.0, -1.0), (0.3, 0.35)])
def test_training_range_has_a_minimum_length(low, high):
    wider = at_least(low, high)
    assert -1 <= wider[0] <= wider[1] - 0.1 + 1e-9 <= 2
    assert extrapolate(*wider, seeds=1, steps=2).seen > 5


@pytest.mark.parametrize("units", ["tanh", "ReLU", "sine"])
def test_address_selects_a_recorded_fit(visit, text, units):
    page = visit("function-approximators", fa_units=units)
    assert "Recorded: 309 observations" in text(page)
    assert "times</strong> larger" in text(page)


def test_unrecorded_range_is_fitted_immediately(visit, text, monkeypatch):
    asked = []

    class Job:
        state, done, error = "done", True, ""

        def result(self):
            return extrapolate(**asked[-1], seeds=1, steps=2)

    def submit(function, /, *, label, durable, **parameters):
        asked.append(parameters)
        return Job()

    monkeypatch.setattr("streamlit_app.kit.job.submit", submit)
    page = visit("function-approximators", fa_range=["0.9", "0.2"], fa_noise="is constant")
    assert asked == [{"low": 0.2, "high": 0.9, "activation": "tanh", "varying": False}]
    assert "Measured here just now:" in text(page)
    assert "from 0.2 to 0.9" in text(page)
