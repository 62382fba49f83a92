"""`predict` gives the same passes and figures for any division into chunks and batches."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.uncertainty import DropoutPosterior, Posterior, mc_dropout, predict


class Noisy:
    """Pass s adds normal numbers of (seed, s) to the inputs' sums, in chunks of `size` passes."""

    def __init__(self, size=1, width=3, scale=1.0):
        self.size, self.width, self.scale = size, width, scale

    def sample(self, x, samples, *, seed=0, first_sample=0):
        base = x.flatten(1).sum(1)[None, :, None]
        for start in range(0, samples, self.size):
            numbers = range(start, min(start + self.size, samples))
            draws = [normal((self.width,), seed=fold_in(seed, first_sample + s)) for s in numbers]
            yield base + self.scale * torch.stack(draws)[:, None]


class Fixed:
    """Yields the passes it was given."""

    def __init__(self, *chunks):
        self.chunks = chunks

    def sample(self, x, samples, *, seed=0, first_sample=0):
        yield from self.chunks


X = torch.rand(5, 2, generator=torch.Generator().manual_seed(0))
FIGURES = ("mean", "variance", "entropy", "expected_entropy", "mutual_information", "samples")


def dropping():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.4), nn.Linear(8, 3))


@pytest.mark.parametrize("size", [2, 5, 100])
def test_chunks_do_not_change_a_bit(size):
    one, other = (predict(Noisy(s), X, samples=20, seed=3, keep_samples=True) for s in (1, size))
    for name in FIGURES:
        assert torch.equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize("batch_size", [1, 2, 4])
def test_splitting_the_batch_keeps_the_draws(batch_size):
    whole, split = (
        predict(Noisy(3), X, samples=9, seed=1, keep_samples=True, batch_size=size)
        for size in (None, batch_size)
    )
    for name in FIGURES:
        assert torch.equal(getattr(whole, name), getattr(split, name)), name


def test_a_run_continues_with_first_sample():
    long = predict(Noisy(), X, samples=9, seed=1, keep_samples=True).samples
    rest = predict(Noisy(), X, samples=5, seed=1, first_sample=4, keep_samples=True).samples
    assert torch.equal(long[4:], rest)


def test_dropout_behind_the_protocol_has_the_passes_of_mc_dropout():
    model = dropping()
    posterior = DropoutPosterior(model, p=0.3)
    assert isinstance(posterior, Posterior)
    ours = predict(posterior, X, samples=70, seed=5, keep_samples=True)
    theirs = mc_dropout(model, X, samples=70, seed=5, p=0.3, keep_samples=True)
    for name in FIGURES:
        assert torch.equal(getattr(ours, name), getattr(theirs, name)), name


def test_gradient_mode_is_the_callers_between_chunks():
    for _ in DropoutPosterior(dropping()).sample(X, 3):
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()


@pytest.mark.parametrize(
    "run",
    [lambda posterior: list(posterior.sample(X, 3)), lambda posterior: predict(posterior, X)],
    ids=["sample", "predict"],
)
def test_gradient_mode_and_generator_survive_an_error(run):
    class Failing(nn.Module):
        def forward(self, x):
            raise ArithmeticError("no")

    before = torch.get_rng_state()
    model = nn.Sequential(nn.Dropout(), Failing())
    with pytest.raises(ArithmeticError, match="no"):
        run(DropoutPosterior(model))
    assert torch.is_grad_enabled()
    assert model.training
    assert torch.equal(torch.get_rng_state(), before)


def test_variance_of_a_gaussian_regression_is_split():
    g = torch.Generator().manual_seed(1)
    values, log_variances = torch.randn(8, 5, 2, generator=g), torch.randn(8, 5, 2, generator=g)
    found = predict(Fixed(torch.cat((values, log_variances), 2)), X, samples=8, outputs="gaussian")
    torch.testing.assert_close(found.mean, values.mean(0))
    torch.testing.assert_close(found.aleatoric_variance, log_variances.exp().mean(0))
    torch.testing.assert_close(found.epistemic_variance, values.var(0, correction=0))
    total = found.aleatoric_variance + found.epistemic_variance
    torch.testing.assert_close(found.variance, total)
    assert found.entropy is None


def test_gaussian_figures_do_not_depend_on_chunks_or_batches():
    def run(size, batch_size):
        found = predict(
            Noisy(size, width=4), X, samples=12, outputs="gaussian", batch_size=batch_size
        )
        return found.mean, found.variance, found.aleatoric_variance, found.epistemic_variance

    for one, other in zip(run(1, None), run(5, 2), strict=True):
        assert torch.equal(one, other)


def test_quantiles_of_values_interpolate_the_passes():
    found = predict(Noisy(), X, samples=21, outputs="values", keep_samples=True)
    levels = torch.tensor([0.0, 0.025, 0.5, 1.0], dtype=torch.float64)
    expected = torch.quantile(found.samples.double(), levels, 0).float()
    torch.testing.assert_close(found.quantiles(levels.tolist()), expected)


def test_quantiles_of_one_gaussian_are_the_normal_quantiles():
    outputs = torch.tensor([[[2.0, 2 * 1.0986]]]).expand(1, 5, 2).double()  # sigma = 3
    found = predict(Fixed(outputs), X, samples=1, outputs="gaussian", keep_samples=True)
    sigma = outputs[0, :, 1:].mul(0.5).exp()
    for level, z in ((0.5, 0.0), (0.975, 1.959963985), (0.001, -3.090232306)):
        torch.testing.assert_close(found.quantiles((level,))[0], 2 + z * sigma)
    assert found.quantiles((0, 1))[:, 0, 0].tolist() == [-torch.inf, torch.inf]


def test_quantiles_invert_the_distribution_of_the_mixture():
    found = predict(Noisy(width=2), X.double(), samples=30, outputs="gaussian", keep_samples=True)
    mean, log_variance = found.samples.chunk(2, 2)
    for level in (0.05, 0.5, 0.9):
        q = found.quantiles((level,))[0]
        mass = torch.special.ndtr((q - mean) / log_variance.mul(0.5).exp()).mean(0)
        torch.testing.assert_close(mass, torch.full_like(mass, level))


def test_nan_passes_are_counted_and_reported():
    passes = torch.zeros(4, 5, 3)
    passes[1:3, 2] = torch.nan
    with pytest.warns(RuntimeWarning, match=r"NaN or infinity for 1 of 5 inputs \(numbers 2\)"):
        found = predict(Fixed(passes), X, samples=4)
    assert found.invalid.tolist() == [0, 0, 2, 0, 0]
    assert found.mean.isnan().any(1).tolist() == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("chunk", "message"),
    [
        (torch.zeros(2, 5, 3), "posterior must yield 4 passes, got 2"),
        (torch.zeros(5, 5, 3), "posterior must yield at most 4 more passes, got 5"),
        (torch.zeros(4, 6, 3), r"posterior must yield outputs \(t, N, K, ...\) for each of the 5"),
        (torch.zeros(4, 5, 0), r"posterior must yield outputs .*, got shape \(4, 5, 0\)"),
    ],
)
def test_invalid_passes_are_rejected(chunk, message):
    with pytest.raises(ValueError, match=message):
        predict(Fixed(chunk), X, samples=4)


def test_other_invalid_arguments_are_rejected():
    with pytest.raises(TypeError, match="posterior must yield tensors, got 'ab'"):
        predict(Fixed("ab"), X, samples=2)
    with pytest.raises(TypeError, match="posterior must be a Posterior with sample, got"):
        predict(dropping(), X)
    with pytest.raises(ValueError, match=r"x must have shape \(N, ...\) with at least one input"):
        predict(Noisy(), X[:0])
    with pytest.raises(ValueError, match="first_sample must be at least 0 and first_sample"):
        predict(Noisy(), X, samples=2, first_sample=(1 << 32) - 1)
    with pytest.raises(ValueError, match=r"model must return K values .*, got shape \(5, 3\)"):
        predict(Noisy(width=3), X, outputs="gaussian")
    with pytest.raises(ValueError, match="samples must be stored for quantiles, got"):
        predict(Noisy(), X).quantiles((0.5,))
    with pytest.raises(ValueError, match="levels must have at least one level, got none"):
        predict(Noisy(), X, keep_samples=True).quantiles(())
