"""HMC draws from the right distribution: closed forms, calibration, and what the leapfrog keeps."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.training import Checkpoint
from pyfrontiers.uncertainty import bayesian_regression, hmc_chains
from pyfrontiers.uncertainty.hmc.leapfrog import Point, batched, energy, leapfrog

NOISE, PRECISION = 0.3, 2.0


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def regression(seed: int = 0):
    """Features with correlated columns of different scale, values, and the log density."""
    x = normal((12, 3), seed=fold_in(seed, 0), dtype=torch.float64)
    x[:, 1] = 0.8 * x[:, 0] + 0.3 * x[:, 1]
    x[:, 2] *= 4.0
    y = x @ torch.tensor([1.0, -0.5, 0.2], dtype=torch.float64)
    y += NOISE * normal((12,), seed=fold_in(seed, 1), dtype=torch.float64)

    def log_density(row):
        return -0.5 * ((y - x @ row).square().sum() / NOISE**2 + PRECISION * row.square().sum())

    return x, y, log_density


def start(chains: int = 16, size: int = 3) -> torch.Tensor:
    return normal((chains, size), seed=9, dtype=torch.float64)


@pytest.fixture(scope="module")
def run():
    _, _, log_density = regression()
    return hmc_chains(log_density, start(), draws=150, warmup=100, seed=3)


def test_moments_are_those_of_bayesian_linear_regression(run):
    x, y, _ = regression()
    exact = bayesian_regression(x, y, prior_precision=PRECISION, noise=NOISE)
    sizes = run.effective_samples()
    assert (sizes > 300).all()
    sd = exact.covariance.diagonal().sqrt()
    # Four standard errors: a false alarm in 16,000 for each figure.
    assert ((run.flat.mean(0) - exact.mean).abs() < 4 * sd / sizes.sqrt()).all()
    least = run.effective_samples(torch.square).minimum(sizes).min()
    errors = (run.flat.T.cov() - exact.covariance).abs() / (sd[:, None] * sd)
    assert (errors < 4 * math.sqrt(2.0) / least.sqrt()).all()


def test_chains_agree_and_report_how_they_ran(run):
    assert (run.r_hat() < 1.03).all()
    assert 0.65 < run.acceptance <= 0.97
    assert run.divergences == 0
    assert run.draws.shape == (16, 150, 3)
    torch.testing.assert_close(
        run.log_densities, torch.vmap(torch.vmap(regression()[2]))(run.draws), rtol=0, atol=1e-9
    )


def test_ranks_are_uniform_on_a_conjugate_model():
    """Simulation-based calibration: draw w, then y given w; the rank of w among draws is uniform.

    Each replication is a chain with data of its own.
    """
    replications, draws, bins = 256, 31, 8
    w = normal((replications,), seed=21, dtype=torch.float64)
    y = w + 0.7 * normal((replications,), seed=22, dtype=torch.float64)

    def gradient(position):
        value = -0.5 * (position[:, 0].square() + (y - position[:, 0]).square() / 0.49)
        return (-position + (y[:, None] - position) / 0.49), value

    first = normal((replications, 1), seed=23, dtype=torch.float64)
    found = hmc_chains(
        lambda row: -row.square().sum(), first, draws=draws, warmup=60, thin=3, gradient=gradient
    )
    ranks = (found.draws[:, :, 0] < w[:, None]).sum(1)
    counts = torch.bincount(ranks * bins // (draws + 1), minlength=bins).double()
    expected = replications / bins
    chi_square = float((counts - expected).square().sum() / expected)
    assert chi_square < 24.3  # 99.9 % quantile for 7 degrees of freedom


def test_acceptance_corrects_a_coarse_integrator():
    """With a step of 1.6 the leapfrog alone would give a standard normal the variance 2.8."""
    found = hmc_chains(
        lambda row: -0.5 * row.square().sum(),
        normal((64, 1), seed=8, dtype=torch.float64),
        draws=200,
        warmup=0,
        step=1.6,
        gradient=lambda rows: (-rows, -0.5 * rows.square().sum(1)),
    )
    size = found.effective_samples(torch.square).item()
    assert found.acceptance < 0.9
    assert abs(float(found.flat.var()) - 1.0) < 4 * (2.0 / size) ** 0.5


def moving(seed: int = 5) -> tuple:
    _, _, log_density = regression()
    first = start()
    evaluate = batched(log_density, first)
    slope, value = evaluate(first)
    momentum = normal((16, 3), seed=seed, dtype=torch.float64)
    return evaluate, Point(first, momentum, value, slope), torch.ones(3, dtype=torch.float64)


def test_leapfrog_is_reversible():
    evaluate, begin, variances = moving()
    end = leapfrog(evaluate, begin, 0.02, 25, variances)
    assert (end.position - begin.position).abs().min() > 1e-4
    back = Point(end.position, -end.momentum, end.log_density, end.slope)
    again = leapfrog(evaluate, back, 0.02, 25, variances)
    torch.testing.assert_close(again.position, begin.position, rtol=0, atol=1e-9)
    torch.testing.assert_close(-again.momentum, begin.momentum, rtol=0, atol=1e-9)


def test_energy_error_falls_with_the_square_of_the_step():
    evaluate, begin, variances = moving()
    errors = []
    for halvings in range(3):
        step, count = 0.004 / 2**halvings, 50 * 2**halvings
        end = leapfrog(evaluate, begin, step, count, variances)
        errors.append((energy(end, variances) - energy(begin, variances)).abs().median())
    for coarse, fine in itertools.pairwise(errors):
        assert 3.4 < float(coarse / fine) < 4.6


def test_a_recorded_gradient_is_that_of_autograd():
    _, _, log_density = regression()
    rows = start().requires_grad_()
    values = torch.stack([log_density(row) for row in rows])
    (wanted,) = torch.autograd.grad(values.sum(), rows)
    slope, value = batched(log_density, rows.detach())(rows.detach())
    torch.testing.assert_close(slope, wanted)
    torch.testing.assert_close(value, values.detach())


def test_divergent_trajectories_are_counted_and_rejected():
    found = hmc_chains(
        lambda row: -0.5 * (row / 1e-3).square().sum(),
        torch.zeros(4, 2),
        draws=20,
        warmup=0,
        step=1.0,
    )
    assert found.divergences == 80
    assert found.acceptance == 0.0
    assert (found.draws == 0).all()


def test_an_interrupted_run_resumes_with_the_same_bits(tmp_path):
    _, _, log_density = regression()
    settings = {"draws": 30, "warmup": 30, "seed": 4}
    whole = hmc_chains(log_density, start(4), **settings)
    checkpoint = Checkpoint(tmp_path / "run.pt", seconds=0.0)

    class StopError(Exception):
        pass

    def stop(fraction, message):
        if fraction > 0.7:
            raise StopError

    with pytest.raises(StopError):
        hmc_chains(log_density, start(4), **settings, report=stop, checkpoint=checkpoint)
    calls = []
    resumed = hmc_chains(
        log_density,
        start(4),
        **settings,
        report=lambda fraction, _: calls.append(fraction),
        checkpoint=checkpoint,
    )
    assert min(calls) > 0.5
    assert torch.equal(resumed.draws, whole.draws)
    assert resumed.step == whole.step
    assert resumed.gradients == whole.gradients
    with pytest.raises(ValueError, match="is of another run"):
        hmc_chains(log_density, start(4), draws=31, warmup=30, checkpoint=checkpoint)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"path": 0.0}, "path must be a number above 0, got 0"),
        ({"step": -1.0}, "step must be a number above 0, got -1"),
        ({"acceptance": 1.0}, "acceptance must be between 0 and 1, got 1"),
        ({"draws": 0}, "draws must be an integer from 1"),
        ({"start": torch.full((2, 3), math.inf)}, "start must have a finite log density"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    arguments = {"log_density": lambda row: -row.square().sum(), "start": torch.zeros(2, 3)}
    with pytest.raises(ValueError, match=message):
        hmc_chains(**arguments | given)
