"""Risk-coverage, sparsification and their areas."""

from __future__ import annotations

import itertools

import pytest
import torch

from pyfrontiers.kernels import normal, uniform
from pyfrontiers.uncertainty.metrics import aurc, ause, rejection_curve


def _examples(count=60):
    errors = normal((count,), seed=1, dtype=torch.float64).abs()
    return errors, errors + normal((count,), seed=2, dtype=torch.float64).abs()


def test_curve_is_the_mean_error_of_the_most_certain():
    errors, uncertainty = _examples()
    curve = rejection_curve(errors, uncertainty)
    order = uncertainty.argsort()
    wanted = [float(errors[order[:n]].mean()) for n in range(1, 61)]
    assert curve.risk.tolist() == pytest.approx(wanted)
    assert curve.coverage.tolist() == pytest.approx([n / 60 for n in range(1, 61)])
    assert float(curve.risk[-1]) == pytest.approx(float(errors.mean()))


def test_ties_give_the_mean_over_all_orders():
    errors = torch.tensor([3.0, 1.0, 2.0, 0.0])
    tied = torch.tensor([0.5, 0.5, 0.5, 0.1])
    curves = []
    for order in itertools.permutations(range(3)):
        apart = tied.clone()
        apart[list(order)] = torch.tensor([0.5, 0.6, 0.7])
        curves.append(rejection_curve(errors, apart).risk)
    torch.testing.assert_close(rejection_curve(errors, tied).risk, torch.stack(curves).mean(0))


def test_the_oracle_has_no_sparsification_error_and_no_curve_lies_below_it():
    errors, uncertainty = _examples()
    assert float(ause(errors, errors)) == 0.0
    assert float(ause(errors, errors.exp())) == pytest.approx(0.0, abs=1e-12)
    for doubt in (uncertainty, -errors, uniform((60,), seed=3)):
        curve = rejection_curve(errors, doubt)
        assert (curve.risk >= curve.oracle - 1e-12).all()
        assert float(ause(errors, doubt)) > 0
    worst = float(ause(errors, -errors))
    assert worst >= float(ause(errors, uncertainty))


def test_areas_are_means_of_the_curves():
    errors, uncertainty = _examples()
    curve = rejection_curve(errors, uncertainty)
    area = float(aurc(errors, uncertainty))
    assert area == pytest.approx(float(curve.risk.mean()))
    assert float(ause(errors, uncertainty)) == pytest.approx(area - float(curve.oracle.mean()))


def test_equal_uncertainty_has_the_mean_error_as_its_area():
    errors, _ = _examples()
    assert float(aurc(errors, torch.zeros(60))) == pytest.approx(float(errors.mean()))


def test_only_the_order_of_the_uncertainty_matters():
    errors, uncertainty = _examples()
    for metric in (aurc, ause):
        assert float(metric(errors, uncertainty**3)) == float(metric(errors, uncertainty))


def test_errors_name_the_argument():
    with pytest.raises(ValueError, match="uncertainty must be finite, got NaN or infinity in 1"):
        aurc(torch.ones(2), torch.tensor([0.1, float("nan")]))
    with pytest.raises(ValueError, match=r"errors must have shape .* and elements"):
        ause(torch.zeros(0), torch.zeros(0))
    with pytest.raises(ValueError, match=r"uncertainty must have shape \(N,\) with N = 2"):
        rejection_curve(torch.ones(2), torch.ones(3))
