"""The power-law fit recovers known exponents, and its interval covers the true one."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.limitations import fit_power_law
from pyfrontiers.limitations.power_law import error_rates

SIZES = (20, 40, 80, 160, 320)


def mistakes(level, exponent, seeds, held, seed):
    """Draw mistakes (S, L, H) in which the difficulty of an example is the same at all sizes."""
    rates = torch.tensor([level * size**-exponent for size in SIZES])
    return uniform((seeds, 1, held), seed=seed) < rates[None, :, None]


@pytest.mark.parametrize("exponent", [0.2, 0.5, 0.8])
def test_known_law_is_recovered(exponent):
    held = 20_000
    counts = [round(held * 2.0 * size**-exponent / 4) for size in SIZES]
    wrong = torch.arange(held)[None, None] < torch.tensor(counts)[None, :, None]
    law = fit_power_law(SIZES, wrong)
    assert law.exponent == pytest.approx(exponent, abs=0.002)
    assert law.level == pytest.approx(0.5, rel=0.01)
    assert law.r_squared > 0.9999


def test_the_interval_covers_the_true_exponent():
    # 60 tables at a nominal 95 %: fewer than 49 covered has a probability of 1e-4.
    covered = 0
    for number in range(60):
        law = fit_power_law(SIZES, mistakes(2.0, 0.5, 6, 150, fold_in(7, number)), seed=number)
        covered += law.low <= 0.5 <= law.high
    assert covered >= 49


def test_the_interval_narrows_with_more_examples():
    few = fit_power_law(SIZES, mistakes(2.0, 0.5, 6, 100, 1))
    many = fit_power_law(SIZES, mistakes(2.0, 0.5, 6, 1600, 1))
    assert (many.high - many.low) < 0.5 * (few.high - few.low)


def test_no_law_is_found_when_more_data_do_not_help():
    wrong = uniform((6, len(SIZES), 400), seed=3) < 0.5
    law = fit_power_law(SIZES, wrong)
    assert law.low < 0 < law.high
    assert law.r_squared < 0.9


def test_examples_is_the_inverse_of_error():
    law = fit_power_law(SIZES, mistakes(2.0, 0.5, 3, 500, 0))
    assert law.error(law.examples(0.05)) == pytest.approx(0.05)
    assert law.error(4 * 80) == pytest.approx(law.error(80) * 4**-law.exponent)


def test_zero_mistakes_have_a_finite_logarithm():
    wrong = torch.zeros(2, len(SIZES), 10, dtype=torch.bool)
    assert error_rates(wrong).tolist() == pytest.approx([0.5 / 21] * len(SIZES))
    law = fit_power_law(SIZES, wrong)
    assert law.exponent == pytest.approx(0, abs=1e-9)
    assert law.examples(0.01) == float("inf")


@pytest.mark.parametrize("sizes", [(20, 40), (40, 20, 80), (0, 1, 2)])
def test_invalid_sizes_are_rejected(sizes):
    with pytest.raises(ValueError, match=r"sizes must hold at least three positive, .*, got \["):
        fit_power_law(sizes, torch.zeros(1, len(sizes), 4, dtype=torch.bool))


def test_tables_of_another_shape_are_rejected():
    with pytest.raises(ValueError, match=r"wrong must have shape \(seeds, 5, .*, got \(5, 4\)"):
        fit_power_law(SIZES, torch.zeros(5, 4, dtype=torch.bool))
