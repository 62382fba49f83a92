"""Constructed networks satisfy their error bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfrontiers.approximation import (
    CONSTRUCTIONS,
    SMOOTH,
    TARGETS,
    Network,
    barron_bound,
    barron_constant,
    barron_width,
    errors_by_width,
    least_width,
    median_of,
    rate_of,
    relu_knots,
    rms_error,
    sigmoid_bumps,
    sine,
    sine_constant,
    step_pairs,
    typed,
    worst_error,
)

FINE = np.linspace(0.0, 1.0, 20001)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("count", [8, 31, 64, 200])
def test_error_satisfies_the_bound_of_the_construction(name, count):
    target = TARGETS[name]
    slope = np.abs(np.gradient(target(FINE), FINE)).max()
    curvature = target.curvature or np.abs(np.diff(target(FINE), 2)).max() * 20000**2
    assert worst_error(step_pairs(target, count), target) <= slope / (2 * count) * 1.001
    assert worst_error(relu_knots(target, count), target) <= curvature / (8 * count**2) * 1.001


@pytest.mark.parametrize("name", SMOOTH)
def test_error_falls_like_1_over_n_with_steps_and_1_over_n_squared_with_knots(name):
    widths = (64, 128, 256, 512)
    steps = rate_of(widths, errors_by_width(step_pairs, TARGETS[name], widths))
    knots = rate_of(widths, errors_by_width(relu_knots, TARGETS[name], widths))
    assert steps.slope == pytest.approx(-1, abs=0.05)
    assert knots.slope == pytest.approx(-2, abs=0.1)


def test_a_line_needs_one_knot_and_a_jump_is_never_approximated():
    assert worst_error(relu_knots(typed("3*x - 1"), 1), typed("3*x - 1")) < 1e-12
    assert least_width(step_pairs, TARGETS["step"], 0.1) is None


def test_staircase_equals_the_target_at_the_centre_of_each_cell():
    target = TARGETS["wavy"]
    middles = (np.arange(20) + 0.5) / 20
    np.testing.assert_allclose(step_pairs(target, 20)(middles), target(middles), atol=1e-12)


def test_steep_bumps_converge_to_the_staircase():
    target, x = TARGETS["wavy"], np.linspace(0.01, 0.99, 500)
    bumps, stairs = sigmoid_bumps(target, 10, steepness=1e5), step_pairs(target, 10)
    away = np.abs(x * 10 - np.round(x * 10)) > 0.05
    np.testing.assert_allclose(bumps(x)[away], stairs(x)[away], atol=1e-9)


@given(
    st.integers(1, 40),
    st.sampled_from(["step", "relu"]),
    st.integers(0, 2**32 - 1),
)
def test_piecewise_evaluation_equals_the_sum_over_units(width, activation, seed):
    random = np.random.default_rng(seed)
    weight = random.uniform(0.1, 5, width)
    network = Network(weight, random.normal(size=width), random.normal(size=width), 0.3, activation)
    x = np.linspace(-2.0, 2.0, 101)
    hidden = np.outer(x, weight) + network.bias
    hidden = (hidden >= 0) if activation == "step" else np.maximum(hidden, 0)
    np.testing.assert_allclose(network(x), 0.3 + hidden @ network.output, atol=1e-9)


@pytest.mark.parametrize("kind", ["relu", "steps"])
def test_least_width_is_minimal(kind):
    build, target = CONSTRUCTIONS[kind], sine(2)
    count = least_width(build, target, 0.05)
    assert worst_error(build(target, count), target) <= 0.05
    assert worst_error(build(target, count - 1), target) > 0.05


def test_barron_constant_matches_closed_forms():
    # exp(-(x - 1/2)^2 / (2 s^2)) has C = sqrt(2 / pi) / s, and s = 1/10 here.
    assert barron_constant(TARGETS["hill"]) == pytest.approx(np.sqrt(2 / np.pi) * 10, rel=1e-3)
    # The constant of the windowed sine is an upper bound on that of the sine.
    assert barron_constant(sine(3)) >= sine_constant(3)
    assert sine_constant(3) == pytest.approx(6 * np.pi)


@pytest.mark.parametrize("name", ["absolute", "step"])
def test_barron_constant_of_a_corner_or_jump_is_infinite(name):
    assert barron_constant(TARGETS[name]) == np.inf


def test_barron_bound_falls_with_the_root_of_the_width_and_holds_for_constructions():
    constant = sine_constant(4)
    assert barron_bound(constant, 400) == pytest.approx(barron_bound(constant, 100) / 2)
    width = barron_width(constant, 0.5)
    assert barron_bound(constant, width) <= 0.5 < barron_bound(constant, width - 1)
    target = sine(4)
    for count in (50, 100, 200):
        built = sigmoid_bumps(target, count // 2)
        assert rms_error(built, target) <= barron_bound(constant, built.width)


def test_rate_recovers_a_power_law_and_its_interval_grows_with_scatter():
    widths = np.array([10, 20, 40, 80, 160])
    exact = rate_of(widths, 3.0 * widths**-1.5)
    assert exact.slope == pytest.approx(-1.5)
    assert exact.high - exact.low < 1e-9
    noisy = rate_of(widths, 3.0 * widths**-1.5 * np.array([1.2, 0.8, 1.1, 0.9, 1.0]))
    assert noisy.low < noisy.slope < noisy.high
    assert noisy.high - noisy.low > 0.1


def test_interval_of_the_median_covers_the_true_median():
    # 200 samples of 20. Misses of a 95 % interval are binomial; 25 or more have probability < 1e-4.
    random = np.random.default_rng(0)
    found = [median_of(random.normal(size=20), seed=k) for k in range(200)]
    assert sum(not one.low <= 0 <= one.high for one in found) < 25


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: step_pairs(TARGETS["wavy"], 0), "count must be an integer from 1 to .*, got 0"),
        (lambda: relu_knots(TARGETS["wavy"], 2.5), r"count must be an integer, got 2\.5"),
        (lambda: sigmoid_bumps(TARGETS["wavy"], 3, -1.0), "steepness must be positive .*, got -1"),
        (lambda: least_width(relu_knots, TARGETS["wavy"], 0.0), "tolerance must be positive, got"),
        (lambda: sine(100), "frequency must be from 0.5 to 64, got 100"),
        (lambda: barron_bound(1.0, 0), "width must be at least 1, got 0"),
        (lambda: barron_bound(float("nan"), 1), "constant must be a finite number, got nan"),
        (lambda: barron_width(1.0, 0.0), "tolerance must be positive, got 0.0"),
        (lambda: rate_of([1, 2], [1, 2]), "must have at least three values each, got 2 and 2"),
        (lambda: rate_of([1, 2, 3], [1, 0, 2]), "errors must be positive, got minima 1.0 and 0.0"),
        (lambda: rate_of([2, 2, 2], [1, 1, 2]), "widths must hold at least two distinct values"),
        (lambda: median_of([]), "values must hold at least one run, got none"),
        (
            lambda: Network(np.ones(2), np.ones(3), np.ones(2), 0.0, "relu"),
            "weight, bias and output must have the same shape",
        ),
        (
            lambda: Network(np.ones(2), np.ones(2), np.ones(2), 0.0, "cube"),
            "activation must be one of step, .*, got 'cube'",
        ),
    ],
)
def test_invalid_arguments_are_rejected(call, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        call()
