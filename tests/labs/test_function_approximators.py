"""The experiment of section 6: every control answers, with figures that fit."""

from __future__ import annotations

import numpy as np
import pytest

from pyfrontiers.approximation import extrapolate
from streamlit_app.labs.function_approximators.lab import _recorded, _settings


def test_the_record_of_the_fits_is_a_run_of_those_settings():
    record = _recorded((0.0, 1.0, "tanh", True))
    anew = extrapolate(0.0, 1.0, activation="tanh", varying=True)
    assert record.seen == anew.seen
    # Sums may run in another order on another processor, and a thousand steps magnify it.
    assert np.median(record.error_inside) == pytest.approx(np.median(anew.error_inside), rel=0.5)
    for activation in ("tanh", "relu", "sine"):
        for varying in (True, False):
            assert _recorded((0.0, 1.0, activation, varying)) is not None


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (2.0, 2.0), (-1.0, -1.0), (0.3, 0.35)])
def test_a_range_is_never_too_short(low, high):
    wider = _settings(low, high, None, None)
    assert -1 <= wider[0] <= wider[1] - 0.1 + 1e-9 <= 2
    assert extrapolate(*wider[:2], seeds=1, steps=2).seen > 5


def test_the_page_draws_with_every_kind(visit, text):
    page = visit("function-approximators")
    assert "Recorded: 309 observations" in text(page)
    for activation in ("relu", "sine"):
        page.session_state["extrapolation-activation"] = activation
        assert not page.run().exception
        assert "Recorded: 309 observations" in text(page)
