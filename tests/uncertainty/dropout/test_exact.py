"""The exact predictive distribution, and the convergence of sampled passes to it."""

from __future__ import annotations

import math
from itertools import product

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.uncertainty import (
    DropoutPosterior,
    enumerate_dropout,
    mc_dropout,
    measure_convergence,
    predict,
)


def by_hand(model, x):
    """Sum over the masks of `tiny` in float64, independently of the package."""
    first, second, third = (model[k].double() for k in (1, 4, 7))
    h = torch.tanh(first(x.double().flatten(1)))
    outcomes = []
    for bits in product((0.0, 1.0), repeat=10):
        z, w = torch.tensor(bits[:6]).double(), torch.tensor(bits[6:]).double()
        chance = 0.5**6 * float(torch.where(w > 0, 0.7, 0.3).prod())
        out = third(F.relu(second(h * z / 0.5)) * w / 0.7)
        outcomes.append((chance, out.softmax(1)))
    mean = sum(chance * p for chance, p in outcomes)
    variance = sum(chance * (p - mean) ** 2 for chance, p in outcomes)
    expected = sum(chance * torch.special.entr(p).sum(1) for chance, p in outcomes)
    return mean, variance, expected


def test_enumeration_equals_the_sum_over_all_masks(tiny, images):
    exact = enumerate_dropout(tiny, images)
    with torch.no_grad():
        mean, variance, expected = by_hand(tiny, images)
    assert exact.passes == 1024
    torch.testing.assert_close(exact.mean, mean, rtol=0, atol=1e-6)
    torch.testing.assert_close(exact.variance, variance, rtol=0, atol=1e-6)
    torch.testing.assert_close(exact.expected_entropy, expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(
        exact.mutual_information, torch.special.entr(mean).sum(1) - expected, rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("kept", [True, False], ids=["kept-channels", "normal"])
def test_passes_converge_to_the_exact_mean_and_variance(tiny, images, kept):
    exact, count = enumerate_dropout(tiny, images), 4000
    run = mc_dropout(tiny, images, samples=count, seed=11, kept_channels=kept)
    # Six standard errors for 15 means: a false-alarm rate of 3e-8.
    error = (run.mean - exact.mean).abs()
    assert (error <= 6 * (exact.variance / count).sqrt() + 1e-6).all()
    assert (run.variance - exact.variance).abs().max() < 0.15 * exact.variance.max()
    assert (run.mutual_information - exact.mutual_information).abs().max() < 0.05


def test_mean_of_a_linear_network_is_its_output_without_dropout(images):
    model = nn.Sequential(nn.Flatten(), nn.Linear(128, 7), nn.Dropout(0.37), nn.Linear(7, 2)).eval()
    exact = enumerate_dropout(model, images, outputs="values")
    with torch.no_grad():
        torch.testing.assert_close(exact.mean.float(), model(images), rtol=0, atol=1e-5)


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_variance_of_a_linear_gaussian_model_is_gals_identity(p):
    """Var[y] = 1 / tau + p / (1 - p) sum_i (w_i x_i)^2 for y = w' (z x / (1 - p)) + noise.

    Gal, Uncertainty in Deep Learning, 2016, section 3.3.
    """
    weights, tau = torch.tensor([0.5, -1.0, 2.0, 0.3, -0.7]), 4.0
    linear = nn.Linear(5, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.stack([weights, torch.zeros(5)]))
        linear.bias.copy_(torch.tensor([0.3, -math.log(tau)]))  # value and log-variance
    model = nn.Sequential(nn.Dropout(p), linear)
    x = torch.randn(4, 5, generator=torch.Generator().manual_seed(3))
    epistemic = p / (1 - p) * (x * weights).square().sum(1)
    exact = enumerate_dropout(model, x, outputs="values")
    torch.testing.assert_close(exact.mean[:, 0].float(), x @ weights + 0.3)
    torch.testing.assert_close(exact.variance[:, 0].float(), epistemic)
    count = 4000
    run = predict(DropoutPosterior(model), x, samples=count, seed=1, outputs="gaussian")
    torch.testing.assert_close(run.aleatoric_variance[:, 0], torch.full((4,), 1 / tau))
    # Six standard errors: a sum's excess kurtosis is at most that of one mask.
    kurtosis = max((1 - 6 * p * (1 - p)) / (p * (1 - p)), 0.0)
    tolerance = 6 * math.sqrt((2 + kurtosis) / count) * epistemic
    assert ((run.variance[:, 0] - 1 / tau - epistemic).abs() < tolerance).all()


def test_error_falls_as_one_over_the_root_of_t(tiny, images):
    found = measure_convergence(
        tiny, images, passes=(8, 16, 32, 64, 128, 256), replicates=40, seed=2
    )
    for errors in (found.mean_error, found.variance_error):
        slope = found.slope(errors)
        assert slope.low < slope.value < slope.high
        assert slope.value == pytest.approx(-0.5, abs=0.1)
    assert found.masks == 1024
    assert found.curve(found.mean_error)[0] > found.curve(found.mean_error)[-1]


def test_invalid_arguments_are_rejected(images, tiny):
    wide = nn.Sequential(nn.Flatten(), nn.Linear(128, 19), nn.Dropout(0.5), nn.Linear(19, 2))
    with pytest.raises(ValueError, match=r"model must have at most 18 dropped units .*, got 19"):
        enumerate_dropout(wide, images)
    with pytest.raises(ValueError, match="model must have an active dropout layer"):
        enumerate_dropout(nn.Sequential(nn.Flatten(), nn.Linear(128, 2)), images)
    for passes in ((8,), (16, 8), (8, 8), (0, 8)):
        with pytest.raises(ValueError, match="passes must hold at least two positive, ascending"):
            measure_convergence(tiny, images, passes=passes, replicates=3)
    with pytest.raises(ValueError, match="replicates must be at least 2, got 1"):
        measure_convergence(tiny, images, passes=(8, 16), replicates=1)
