"""Temperature scaling: the optimum, its symmetries, and where there is none."""

from __future__ import annotations

import warnings

import pytest
import torch
import torch.nn.functional as F

from pyfrontiers.kernels import normal, uniform
from pyfrontiers.uncertainty.calibration import fit_temperature
from pyfrontiers.uncertainty.metrics import expected_calibration_error


def _held_out(true=2.0, count=4000, classes=5):
    logits = 3 * normal((count, classes), seed=1, dtype=torch.float64)
    draw = uniform((count, 1), seed=2, dtype=torch.float64)
    labels = ((logits / true).softmax(1).cumsum(1) < draw).sum(1).clamp_max(classes - 1)
    return logits, labels


@pytest.mark.parametrize("true", [0.7, 1.0, 2.5])
def test_temperature_of_the_labels_is_found(true):
    logits, labels = _held_out(true)
    found = fit_temperature(logits, labels)
    assert found.value == pytest.approx(true, rel=0.05)
    assert found.after <= found.before


def test_optimum_is_that_of_lbfgs():
    logits, labels = _held_out()
    inverse = torch.ones((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([inverse], max_iter=50, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = F.cross_entropy(inverse * logits, labels)
        loss.backward()
        return loss

    optimiser.step(closure)
    found = fit_temperature(logits, labels)
    assert found.value == pytest.approx(1 / inverse.item(), rel=1e-5)
    assert found.after == pytest.approx(float(F.cross_entropy(logits / found.value, labels)))
    assert found.before == pytest.approx(float(F.cross_entropy(logits, labels)))


def test_no_other_temperature_is_better():
    logits, labels = _held_out(count=300)
    found = fit_temperature(logits, labels)
    for factor in (0.9, 0.999, 1.001, 1.1):
        assert float(F.cross_entropy(logits / (found.value * factor), labels)) > found.after


@pytest.mark.parametrize("factor", [1e-6, 0.3, 4.0, 1e6])
def test_temperature_scales_with_the_logits_and_ignores_their_offset(factor):
    logits, labels = _held_out(count=300)
    wanted = fit_temperature(logits, labels)
    found = fit_temperature(factor * logits + 5.0 * factor, labels)
    assert found.value == pytest.approx(factor * wanted.value, rel=1e-6)
    assert found.after == pytest.approx(wanted.after)


def test_calibrated_probabilities_keep_the_order_and_lower_the_calibration_error():
    logits, labels = _held_out()
    calibrated = fit_temperature(logits, labels)(logits)
    assert torch.equal(calibrated.argsort(1), logits.argsort(1))
    before = expected_calibration_error(logits, labels, outputs="logits")
    assert float(expected_calibration_error(calibrated, labels)) < float(before) / 3


def test_logarithms_of_probabilities_serve_as_logits():
    logits, labels = _held_out(count=300)
    by_logits = fit_temperature(logits, labels)
    by_probabilities = fit_temperature(logits.softmax(1), labels, outputs="probabilities")
    assert by_probabilities.value == pytest.approx(by_logits.value)
    torch.testing.assert_close(by_probabilities(logits.softmax(1)), by_logits(logits))


def test_a_class_of_probability_zero_keeps_it():
    logits, labels = _held_out(count=300, classes=3)
    wider = torch.cat((logits, torch.full((300, 1), -torch.inf)), 1)
    found = fit_temperature(wider, labels)
    assert found.value == pytest.approx(fit_temperature(logits, labels).value)
    assert (found(wider)[:, 3] == 0).all()


def test_one_score_is_a_binary_classifier():
    logits, labels = _held_out(count=300, classes=2)
    single = logits[:, 1] - logits[:, 0]
    found = fit_temperature(single, labels)
    assert found.value == pytest.approx(fit_temperature(logits, labels).value)
    assert found(single.float()).dtype == torch.float32
    assert found(single[:, None]).shape == (300, 2)


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        (
            [[2.0, 0.0], [1.0, 3.0]],
            [0, 1],
            "labels must include one whose score is not the largest",
        ),
        ([[2.0, 0.0], [1.0, 3.0]], [1, 0], "scores must predict the labels better than chance"),
        (
            [[1.0, 1.0], [1.0, 1.0]],
            [1, 0],
            "labels must include one whose score is not the largest",
        ),
        ([[0.0, float("nan")]], [0], "scores must be numbers, got NaN or infinity in 1 of 1"),
        ([[0.0, -torch.inf]], [1], "scores must give every label a probability above 0"),
        ([[0.0, 1.0]], [2], "labels must be classes from 0 to 1"),
        ([[0.0, 1.0]], [0, 1], r"labels must have shape \(N,\) with N = 1 like scores"),
    ],
)
def test_a_missing_optimum_and_bad_scores_are_explained(scores, labels, message):
    with pytest.raises(ValueError, match=message):
        fit_temperature(torch.tensor(scores), torch.tensor(labels))


def test_probabilities_read_as_logits_are_reported():
    logits, labels = _held_out(count=300)
    with pytest.warns(RuntimeWarning, match="scores seem to be probabilities, because all") as seen:
        fit_temperature(logits.softmax(1), labels)
    assert seen[0].filename == __file__
    assert "pass outputs='probabilities'" in str(seen[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit_temperature(logits.softmax(1), labels, outputs="probabilities")
        fit_temperature(logits.log_softmax(1), labels)


def test_new_scores_are_checked():
    found = fit_temperature(*_held_out(count=300))
    with pytest.raises(ValueError, match="scores must be numbers, got NaN"):
        found(torch.tensor([[0.0, float("nan")]]))
    with pytest.raises(ValueError, match=r"scores must have shape \(N, K\) or \(N,\), got"):
        found(torch.zeros(2, 3, 4))
