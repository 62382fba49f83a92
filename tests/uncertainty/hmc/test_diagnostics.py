"""R-hat and the effective sample size on chains whose mixing is known."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.kernels import normal
from pyfrontiers.uncertainty import effective_samples, split_r_hat

CHAINS, LENGTH = 8, 500


def independent(seed: int = 1) -> torch.Tensor:
    return normal((CHAINS, LENGTH), seed=seed, dtype=torch.float64)


def autoregressive(correlation: float, length: int = 4 * LENGTH) -> torch.Tensor:
    noise = normal((length, CHAINS), seed=2, dtype=torch.float64)
    noise *= (1 - correlation**2) ** 0.5
    values = [noise[0] / (1 - correlation**2) ** 0.5]
    for each in noise[1:]:
        values.append(correlation * values[-1] + each)
    return torch.stack(values, 1)


def test_independent_draws_count_in_full():
    draws = independent()
    assert float(split_r_hat(draws)) < 1.01
    assert float(effective_samples(draws)) == pytest.approx(CHAINS * LENGTH, rel=0.12)


@pytest.mark.parametrize("correlation", [0.5, 0.9, -0.4])
def test_effective_size_of_an_autoregressive_chain(correlation):
    draws = autoregressive(correlation)
    exact = draws.numel() * (1 - correlation) / (1 + correlation)
    for ranked in (True, False):
        assert float(effective_samples(draws, ranked=ranked)) == pytest.approx(exact, rel=0.2)


@pytest.mark.parametrize(
    "change",
    [
        lambda draws: draws + torch.arange(CHAINS)[:, None] * 0.5,
        lambda draws: draws + torch.linspace(0, 2, LENGTH),
        lambda draws: draws * torch.linspace(1, 3, CHAINS)[:, None],
    ],
    ids=["chains at different places", "chains that drift", "chains of different spread"],
)
def test_chains_that_have_not_mixed_are_found(change):
    assert float(split_r_hat(change(independent()))) > 1.05
    assert float(split_r_hat(independent())) < 1.01


def test_plain_r_hat_is_the_ratio_of_its_definition():
    draws = independent() + torch.arange(CHAINS)[:, None]
    halves = torch.cat([draws[:, : LENGTH // 2], draws[:, LENGTH // 2 :]])
    within, between = halves.var(1).mean(), halves.mean(1).var()
    wanted = ((within * (1 - 2 / LENGTH) + between) / within).sqrt()
    torch.testing.assert_close(split_r_hat(draws, ranked=False), wanted)


def test_ranks_make_the_figures_independent_of_a_monotone_map():
    draws = autoregressive(0.5)
    for figure in (lambda d: effective_samples(d), lambda d: split_r_hat(d[:, ::2])):
        torch.testing.assert_close(figure(draws), figure(draws * 3.0 + 1.0), rtol=1e-6, atol=0)
    torch.testing.assert_close(effective_samples(draws), effective_samples(draws.exp()))


def test_constant_quantities_count_as_mixed_and_different_constants_do_not():
    assert float(split_r_hat(torch.ones(4, 10))) == 1.0
    assert float(effective_samples(torch.ones(4, 10))) == 40.0
    apart = torch.arange(4.0)[:, None].expand(4, 10)
    assert float(split_r_hat(apart)) > 1.5


def test_quantities_are_taken_separately():
    draws = torch.stack([independent(), autoregressive(0.9, LENGTH)], -1)
    sizes = effective_samples(draws)
    torch.testing.assert_close(sizes[1], effective_samples(draws[..., 1]))
    assert sizes[0] > 4 * sizes[1]


@pytest.mark.parametrize("figure", [split_r_hat, effective_samples])
def test_bad_draws_are_refused(figure):
    with pytest.raises(ValueError, match="draws must have at least 4 draws for each chain, got 3"):
        figure(torch.zeros(2, 3))
    with pytest.raises(ValueError, match="draws must be finite, got NaN or infinity"):
        figure(torch.full((2, 8), torch.nan))
