"""Networks trained together equal networks trained separately; fits, bands and arguments."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyfrontiers.approximation import (
    OPTIMISERS,
    TARGETS,
    TRAINABLE,
    Comparison,
    Extrapolation,
    Observations,
    Target,
    compare,
    drawn,
    extrapolate,
    fit_likelihood,
    noise,
    observe,
    train,
    truth,
    typed,
    worst_error,
)
from pyfrontiers.approximation.training import _start

WAVY = TARGETS["wavy"]


def alone(optimiser, activation, row, steps):
    """Train one network with plain autograd instead of vmap."""
    x = torch.linspace(0, 1, 128)
    y = torch.from_numpy(WAVY(x.double().numpy()))
    y = ((y - y.mean()) / y.std(correction=0)).float()
    width = (row.numel() - 1) // 3
    recipe, rate = OPTIMISERS[optimiser], OPTIMISERS[optimiser].rate
    act = TRAINABLE[activation]
    if recipe.relative:
        rate /= 2 * float(
            act(row[:width, None] * x + row[width : 2 * width, None]).square().sum(0).mean()
        )
    row = torch.nn.Parameter(row.clone())
    descent = recipe.make([row], lr=rate)
    for done in range(steps):
        descent.param_groups[0]["lr"] = rate * 0.5 * (1 + np.cos(np.pi * done / steps))
        descent.zero_grad()
        weight, bias, output = row[:-1].reshape(3, width)
        ((act(x[:, None] * weight + bias) @ output + row[-1] - y) ** 2).mean().backward()
        descent.step()
    return row.detach()


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_networks_trained_together_equal_networks_trained_separately(optimiser):
    fits = train(WAVY, width=8, seeds=3, steps=30, optimiser=optimiser, seed=5)
    starts = _start(8, 3, "relu", 5)
    for network, start in zip(fits.networks, starts, strict=True):
        row = alone(optimiser, "relu", start, 30).double().numpy()
        np.testing.assert_allclose(network.weight, row[:8], rtol=1e-3, atol=1e-3)
        scale = WAVY(np.linspace(0, 1, 128)).std()
        np.testing.assert_allclose(network.output, row[16:24] * scale, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("activation", sorted(TRAINABLE))
@pytest.mark.parametrize("optimiser", sorted(OPTIMISERS))
def test_every_optimiser_lowers_the_loss_with_every_activation(optimiser, activation):
    fits = train(WAVY, width=16, seeds=2, steps=150, optimiser=optimiser, activation=activation)
    assert (fits.losses[:, -1] < 0.5 * fits.losses[:, 0]).all()


def test_training_is_a_function_of_the_seed_and_equivariant_in_the_height():
    first = train(WAVY, width=8, seeds=2, steps=50, seed=1)
    again = train(WAVY, width=8, seeds=2, steps=50, seed=1)
    other = train(WAVY, width=8, seeds=2, steps=50, seed=2)
    x = np.linspace(0, 1, 50)
    np.testing.assert_array_equal(first(x), again(x))
    assert np.abs(first(x) - other(x)).max() > 1e-3
    high = train(Target("high", f"1000*({WAVY.formula})"), width=8, seeds=2, steps=50, seed=1)
    np.testing.assert_allclose(high(x), 1000 * first(x), rtol=0, atol=1.0)
    flat = train(typed("2"), width=8, seeds=1, steps=300)
    assert worst_error(flat.networks[0], typed("2")) < 0.2


def test_comparison_errors_match_its_curves_and_survive_a_json_round_trip():
    reports = []
    found = compare(WAVY, width=16, seeds=5, steps=100, report=lambda *args: reports.append(args))
    assert [report[0] for report in reports] == [0.0, 0.5, 1.0]
    x, curves = np.array(found.x), np.array(found.curves)
    inside, outside = (x >= 0) & (x <= 1), x >= 1
    drawn_errors = np.abs(curves[:, inside] - WAVY(x[inside])).max(axis=1)
    assert (drawn_errors <= np.sort(found.trained) + 1e-9).all()
    assert np.abs(curves[:, outside] - WAVY(x[outside])).max() <= max(found.outside) + 1e-9
    assert found.ratios == pytest.approx(np.divide(found.outside, found.trained))
    back = Comparison.from_json(found.as_json())
    assert back.trained == pytest.approx(found.trained, rel=1e-4)
    assert Comparison.from_json(back.as_json()) == back


def test_outside_errors_are_empty_where_the_target_is_undefined():
    assert compare(drawn([0.0, 1.0]), width=4, seeds=2, steps=5).outside == ()
    assert compare(typed("sqrt(1.5 - x)"), width=4, seeds=2, steps=5).outside == ()


def test_coverage_and_noise_of_a_fit_are_close_to_the_truth():
    data = observe(400, 0.0, 1.0, seed=0)
    fits = fit_likelihood(data, low=0.0, high=1.0, seeds=3, steps=600)
    inside = fits.quality((0.0, 1.0))
    band = fits.predict(data.x)
    # Expected coverage against the share of 400 observations in the band: six standard deviations
    # of a binomial share are 0.065.
    held = np.abs(data.y - band.mean) <= 1.96 * band.sigma
    np.testing.assert_allclose(held.mean(axis=1), inside.coverage, atol=0.065)
    middle = fits.predict(np.array([0.1, 0.9]))
    np.testing.assert_allclose(middle.sigma, np.tile(noise(np.array([0.1, 0.9])), (3, 1)), rtol=0.4)
    constant = fit_likelihood(data, low=0.0, high=1.0, varying=False, seeds=1, steps=600)
    assert np.ptp(constant.predict(data.x).sigma) == 0


def test_observations_have_the_stated_distribution():
    data = observe(10_000, -1.0, 2.0, seed=0)
    z = (data.y - truth(data.x)) / noise(data.x)
    # Mean and variance of 10,000 standard normal numbers: five standard deviations.
    assert abs(z.mean()) < 5 / 100
    assert abs(z.var() - 1) < 5 * np.sqrt(2) / 100


def test_extrapolation_uses_observations_in_its_range_only():
    found = extrapolate(0.25, 0.75, seeds=2, steps=20)
    assert Extrapolation.from_json(found.as_json()).seen == found.seen
    assert 100 < found.seen < 200  # 900 observations on three units
    assert len(found.means) == 2
    assert len(found.sigma) == len(found.x)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: train(WAVY, width=0), "width must be an integer from 1 to 1,024, got 0"),
        (lambda: train(WAVY, seeds=101), "seeds must be an integer from 1 to 100, got 101"),
        (lambda: train(WAVY, steps=True), "steps must be an integer, got True"),
        (lambda: train(WAVY, points=1), "points must be an integer from 2 to 4,096, got 1"),
        (lambda: train(WAVY, optimiser="newton"), "optimiser must be one of adam, .*'newton'"),
        (lambda: train(WAVY, activation="step"), "activation must be one of relu, .*, got 'step'"),
        (lambda: compare(WAVY, width=5, activation="tanh"), "width must be even, .*, got 5"),
        (lambda: observe(5, 0.0, 1.0, seed=0), "count must be an integer from 10 .*, got 5"),
        (lambda: observe(50, 0.0, 3.0, seed=0), r"low and high must lie in .*, got 0\.0 and 3\.0"),
        (lambda: extrapolate(0.5, 0.55), r"at least 0\.1 apart, got 0\.5 and 0\.55"),
        (lambda: extrapolate(0.0, 1.0, activation="cube"), "activation must be .*, got 'cube'"),
        (
            lambda: fit_likelihood(observe(50, 0.0, 1.0, seed=0), low=1.0, high=0.0),
            r"low must be less than high, got low=1\.0 and high=0\.0",
        ),
        (
            lambda: fit_likelihood([Observations(np.ones(9), np.ones(9))], low=0, high=1, seeds=2),
            "observations must be one data set, or one for each of 2 fits, got 1",
        ),
    ],
)
def test_invalid_arguments_are_rejected(call, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        call()


def test_divergence_is_reported(monkeypatch):
    from types import MappingProxyType

    from pyfrontiers.approximation import training
    from pyfrontiers.approximation.descent import Recipe

    wild = MappingProxyType({"sgd": Recipe(OPTIMISERS["sgd"].make, 1e9)})
    monkeypatch.setattr(training, "OPTIMISERS", wild)
    with pytest.raises(ArithmeticError, match="diverged for 2 of 2 networks; try another"):
        train(WAVY, width=8, seeds=2, steps=50, optimiser="sgd")
