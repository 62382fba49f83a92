"""What is built by hand keeps the error bounds that its construction promises."""

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
    mean_square_error,
    median_of,
    rate_of,
    relu_knots,
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
def test_the_error_keeps_the_theorems_bound(name, count):
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


def test_a_straight_line_takes_one_knot_and_a_jump_is_never_reached():
    assert worst_error(relu_knots(typed("3*x - 1"), 1), typed("3*x - 1")) < 1e-12
    assert least_width(step_pairs, TARGETS["step"], 0.1) is None


def test_the_staircase_takes_the_targets_value_in_the_middle_of_each_cell():
    target = TARGETS["wavy"]
    middles = (np.arange(20) + 0.5) / 20
    np.testing.assert_allclose(step_pairs(target, 20)(middles), target(middles), atol=1e-12)


def test_steep_bumps_become_the_staircase():
    target, x = TARGETS["wavy"], np.linspace(0.01, 0.99, 500)
    bumps, stairs = sigmoid_bumps(target, 10, steepness=1e5), step_pairs(target, 10)
    away = np.abs(x * 10 - np.round(x * 10)) > 0.05
    np.testing.assert_allclose(bumps(x)[away], stairs(x)[away], atol=1e-9)


@given(
    st.integers(1, 40),
    st.sampled_from(["step", "relu"]),
    st.integers(0, 2**32 - 1),
)
def test_the_fast_sum_over_pieces_is_the_sum_over_units(width, activation, seed):
    random = np.random.default_rng(seed)
    weight = random.uniform(0.1, 5, width)
    network = Network(weight, random.normal(size=width), random.normal(size=width), 0.3, activation)
    x = np.linspace(-2.0, 2.0, 101)
    hidden = np.outer(x, weight) + network.bias
    hidden = (hidden >= 0) if activation == "step" else np.maximum(hidden, 0)
    np.testing.assert_allclose(network(x), 0.3 + hidden @ network.output, atol=1e-9)


@pytest.mark.parametrize("kind", ["relu", "steps"])
def test_the_least_width_holds_and_the_next_smaller_one_does_not(kind):
    build, target = CONSTRUCTIONS[kind], sine(2)
    count = least_width(build, target, 0.05)
    assert worst_error(build(target, count), target) <= 0.05
    assert worst_error(build(target, count - 1), target) > 0.05


def test_barrons_constant_is_that_of_the_closed_form():
    # exp(-(x - 1/2)^2 / (2 s^2)) has C = sqrt(2 / pi) / s, and s = 1/10 here.
    assert barron_constant(TARGETS["hill"]) == pytest.approx(np.sqrt(2 / np.pi) * 10, rel=1e-3)
    # Any extension has at least the least constant, and a sine's own is known.
    assert barron_constant(sine(3)) >= sine_constant(3)
    assert sine_constant(3) == pytest.approx(6 * np.pi)


@pytest.mark.parametrize("name", ["absolute", "step"])
def test_a_corner_or_a_jump_has_no_constant(name):
    assert barron_constant(TARGETS[name]) == np.inf


def test_barrons_bound_falls_with_the_root_of_the_width_and_holds_for_what_is_built():
    constant = sine_constant(4)
    assert barron_bound(constant, 400) == pytest.approx(barron_bound(constant, 100) / 2)
    width = barron_width(constant, 0.5)
    assert barron_bound(constant, width) <= 0.5 < barron_bound(constant, width - 1)
    target = sine(4)
    for count in (50, 100, 200):
        built = sigmoid_bumps(target, count // 2)
        assert mean_square_error(built, target) <= barron_bound(constant, built.width)


def test_a_rate_is_that_of_a_power_law_and_its_interval_grows_with_the_scatter():
    widths = np.array([10, 20, 40, 80, 160])
    exact = rate_of(widths, 3.0 * widths**-1.5)
    assert exact.slope == pytest.approx(-1.5)
    assert exact.high - exact.low < 1e-9
    noisy = rate_of(widths, 3.0 * widths**-1.5 * np.array([1.2, 0.8, 1.1, 0.9, 1.0]))
    assert noisy.low < noisy.slope < noisy.high
    assert noisy.high - noisy.low > 0.1


def test_the_medians_interval_covers_the_median():
    # 200 samples of 20; with a 95 % interval the count of misses is binomial, and 25 or more of
    # them (12.5 %) would come by chance less than once in 10^4 tries.
    random = np.random.default_rng(0)
    found = [median_of(random.normal(size=20), seed=k) for k in range(200)]
    assert sum(not one.low <= 0 <= one.high for one in found) < 25


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: step_pairs(TARGETS["wavy"], 0), "count is 0; wanted a whole number from 1"),
        (lambda: relu_knots(TARGETS["wavy"], 2.5), r"count is 2\.5; wanted a whole number"),
        (lambda: sigmoid_bumps(TARGETS["wavy"], 3, -1.0), "steepness is -1.0; wanted a positive"),
        (lambda: least_width(relu_knots, TARGETS["wavy"], 0.0), "tolerance is 0.0; wanted a pos"),
        (lambda: sine(100), "frequency is 100; wanted 0.5 to 64"),
        (lambda: barron_bound(1.0, 0), "width is 0; wanted at least 1"),
        (lambda: barron_bound(float("nan"), 1), "constant is nan; wanted at least 0"),
        (lambda: barron_width(1.0, 0.0), "tolerance is 0.0; wanted a positive number"),
        (lambda: rate_of([1, 2], [1, 2]), "have 2 and 2 values; wanted at least three"),
        (lambda: rate_of([1, 2, 3], [1, 0, 2]), "a value that is not positive"),
        (lambda: rate_of([2, 2, 2], [1, 1, 2]), "widths are all equal"),
        (lambda: median_of([]), "values is empty; wanted at least one run"),
        (
            lambda: Network(np.ones(2), np.ones(3), np.ones(2), 0.0, "relu"),
            "have the shapes .*; wanted one and the same",
        ),
        (
            lambda: Network(np.ones(2), np.ones(2), np.ones(2), 0.0, "cube"),
            "activation is 'cube'; wanted one of step",
        ),
    ],
)
def test_bad_input_is_told_by_its_name(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
