"""Guarantees of `mc_dropout` for any model."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.uncertainty import mc_dropout, running_moments


def same(first, second, tolerance=1e-6):
    for name in ("mean", "variance", "entropy", "expected_entropy", "mutual_information"):
        one, other = getattr(first, name), getattr(second, name)
        if one is not None:
            torch.testing.assert_close(one, other, rtol=0, atol=tolerance)


def test_passes_are_a_function_of_the_seed(sequential, images):
    first, again, other = (
        mc_dropout(sequential, images, samples=9, seed=seed, keep_samples=True).samples
        for seed in (5, 5, 6)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("kept", [True, False, None], ids=["kept", "normal", "stacked"])
def test_a_longer_run_starts_with_the_passes_of_a_shorter_one(convolutional, images, kept):
    long, short = (
        mc_dropout(
            convolutional, images, samples=count, seed=1, keep_samples=True, kept_channels=kept
        ).samples
        for count in (90, 7)
    )
    torch.testing.assert_close(long[:7], short, rtol=0, atol=1e-6 if kept is None else 0)
    rest = mc_dropout(
        convolutional, images, samples=83, seed=1, first_sample=7, keep_samples=True,
        kept_channels=kept,
    )  # fmt: skip
    torch.testing.assert_close(long[7:], rest.samples, rtol=0, atol=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_splitting_the_batch_does_not_change_the_result(sequential, images, size):
    whole = mc_dropout(sequential, images, samples=20, seed=2)
    same(whole, mc_dropout(sequential, images, samples=20, seed=2, batch_size=size))


def test_the_whole_batch_shares_a_mask(convolutional, images):
    twice = images[:1].expand(4, -1, -1, -1)
    samples = mc_dropout(convolutional, twice, samples=6, seed=3, keep_samples=True).samples
    torch.testing.assert_close(samples, samples[:, :1].expand_as(samples))


def test_all_ways_of_computing_passes_agree(sequential, images):
    for p in (None, 0.3, 0.9):
        kept = mc_dropout(sequential, images, samples=40, seed=4, p=p, kept_channels=True)
        plain = mc_dropout(sequential, images, samples=40, seed=4, p=p, kept_channels=False)
        assert kept.kept_channels
        assert not plain.kept_channels
        same(kept, plain)
        fastest = mc_dropout(sequential, images, samples=40, seed=4, p=p)
        assert not fastest.kept_channels, "inputs this small should be stacked"
        same(kept, fastest)


def test_large_inputs_skip_channels_by_default(convolutional, images):
    many = images.repeat(300, 1, 1, 1)
    assert mc_dropout(convolutional, many, samples=2).kept_channels


def test_summaries_match_the_stored_passes(residual, images):
    run = mc_dropout(residual, images, samples=130, seed=0, keep_samples=True)
    samples = run.samples.double()
    assert samples.shape == (130, 5, 4)
    entropy = torch.special.entr(samples.mean(0)).sum(1)
    expected = torch.special.entr(samples).sum(2).mean(0)
    torch.testing.assert_close(run.mean.double(), samples.mean(0), rtol=0, atol=1e-6)
    torch.testing.assert_close(
        run.variance.double(), samples.var(0, correction=0), rtol=0, atol=1e-7
    )
    torch.testing.assert_close(run.entropy.double(), entropy, rtol=0, atol=1e-6)
    torch.testing.assert_close(run.expected_entropy.double(), expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(
        run.mutual_information.double(), entropy - expected, rtol=0, atol=1e-6
    )


def test_summaries_satisfy_their_bounds(sequential, images):
    run = mc_dropout(sequential, 20 * images, samples=33, seed=8)
    torch.testing.assert_close(run.mean.sum(1), torch.ones(5))
    for summary in (run.variance, run.entropy, run.expected_entropy, run.mutual_information):
        assert (summary >= 0).all()
    most = torch.log(torch.tensor(float(run.mean.shape[1]))) + 1e-6
    assert (run.entropy <= most).all()
    assert (run.expected_entropy <= run.entropy + 1e-6).all()


def test_one_pass_has_no_variance_and_no_mutual_information(tiny, images):
    run = mc_dropout(tiny, images, samples=1, seed=8)
    assert (run.variance == 0).all()
    torch.testing.assert_close(run.mutual_information, torch.zeros(5), rtol=0, atol=1e-6)


def test_a_regression_has_no_entropy(tiny, images):
    run = mc_dropout(tiny, images, samples=50, seed=1, outputs="values", keep_samples=True)
    assert run.entropy is run.expected_entropy is run.mutual_information is None
    torch.testing.assert_close(run.mean, run.samples.mean(0), rtol=0, atol=1e-6)


def test_probabilities_are_averaged_without_softmax(tiny, images):
    logits = mc_dropout(tiny, images, samples=20, seed=1)
    model = nn.Sequential(tiny, nn.Softmax(1))
    same(logits, mc_dropout(model, images, samples=20, seed=1, outputs="probabilities"))


def test_running_moments_end_at_the_moments_of_the_run(tiny, images):
    run = mc_dropout(tiny, images, samples=25, seed=1, keep_samples=True)
    means, variances = running_moments(run.samples)
    assert means.shape == variances.shape == (25, 5, 3)
    torch.testing.assert_close(means[-1].float(), run.mean, rtol=0, atol=1e-6)
    torch.testing.assert_close(variances[-1].float(), run.variance, rtol=0, atol=1e-6)
    assert (variances[0] == 0).all()


@pytest.mark.parametrize("p", [1.0, 0.97])
def test_passes_that_drop_everything_give_the_bias(tiny, images, p):
    for kept in (True, False):
        run = mc_dropout(tiny, images, samples=30, seed=1, p=p, kept_channels=kept,
                         outputs="values", keep_samples=True)  # fmt: skip
        constant = tiny[-1].bias.expand(5, 3)
        nothing_kept = [s for s in run.samples if torch.allclose(s, constant, atol=1e-6)]
        assert len(nothing_kept) == 30 if p == 1.0 else nothing_kept


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Flatten(), nn.Linear(128, 3)),
        nn.Sequential(nn.Flatten(), nn.Dropout(0.0), nn.Linear(128, 3)),
    ],
    ids=["no-layer", "p-zero"],
)
def test_models_without_active_dropout_are_rejected(model, images):
    with pytest.raises(ValueError, match=r"model must have an active dropout layer .*, got none"):
        mc_dropout(model, images, samples=3)


def test_p_of_zero_is_rejected(images):
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(128, 3))
    with pytest.raises(ValueError, match="p must be above 0, or None for the layers' own, got 0"):
        mc_dropout(model, images, p=0)


def test_p_overrides_that_of_the_layers(images):
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.0), nn.Linear(128, 3)).eval()
    assert (mc_dropout(model, images, samples=20, p=0.5).variance > 0).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"samples": 0}, "samples must be an integer of at least 1, got 0"),
        ({"samples": -3}, "samples must be an integer of at least 1, got -3"),
        ({"p": 1.5}, r"p must be a number from 0 to 1, got 1.5"),
        ({"p": float("nan")}, r"p must be a number from 0 to 1, got nan"),
        ({"batch_size": 0}, "batch_size must be an integer of at least 1, got 0"),
        ({"first_sample": -1}, "first_sample must be an integer of at least 0, got -1"),
        ({"first_sample": 2**32}, r"first_sample must be an integer below 2\^32, got 4294967296"),
        ({"outputs": "scores"}, "outputs must be 'logits', .*, got 'scores'"),
        ({"seed": 2**64}, "seed"),
        ({"seed": -1}, "seed"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, dict) else None,
)
def test_invalid_arguments_are_rejected(tiny, images, arguments, message):
    with pytest.raises(ValueError, match=message):
        mc_dropout(tiny, images, **{"samples": 4, **arguments})


def test_invalid_inputs_and_models_are_rejected(tiny, images):
    with pytest.raises(TypeError, match=r"x must be a tensor \(N, ...\), got a list"):
        mc_dropout(tiny, images.tolist())
    with pytest.raises(ValueError, match=r"x must have shape .*, got \(0, 2, 8, 8\)"):
        mc_dropout(tiny, images[:0])
    with pytest.raises(ValueError, match=r"x must have shape .*, got \(8,\)"):
        mc_dropout(tiny, images[0, 0, 0])
    with pytest.raises(TypeError, match=r"model must return one tensor of scores, .*, got tuple"):
        mc_dropout(nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.LSTM(128, 2)), images)


def test_progress_is_monotone_and_ends_at_one(tiny, images):
    seen = []
    mc_dropout(tiny, images, samples=150, batch_size=2, report=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 6
