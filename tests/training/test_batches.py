"""Batches are functions of seed and step, and averages follow their definition."""

import pytest
import torch
from torch import nn

from pyfrontiers.training import Average, Drawn, Shuffled


def test_an_epoch_visits_every_example_once():
    batches = Shuffled(10, 4, seed=3)
    assert batches.per_epoch == 3
    epochs = [torch.cat([batches.at(3 * epoch + batch) for batch in range(3)]) for epoch in (0, 1)]
    assert [len(batches.at(step)) for step in range(3)] == [4, 4, 2]
    for epoch in epochs:
        assert epoch.sort().values.tolist() == list(range(10))
    assert not torch.equal(*epochs)


def test_smaller_last_batch_can_be_dropped():
    batches = Shuffled(10, 4, seed=3, keep_last=False)
    assert batches.per_epoch == 2
    assert torch.equal(batches.at(0), Shuffled(10, 4, seed=3).at(0))
    assert torch.equal(batches.at(2), Shuffled(10, 4, seed=3).at(3))
    with pytest.raises(ValueError, match=r"size must be at most 10, .*, got 11"):
        Shuffled(10, 11, seed=3, keep_last=False)


@pytest.mark.parametrize("kind", [Shuffled, Drawn])
def test_batches_do_not_depend_on_the_order_of_the_steps(kind):
    forwards, backwards, other = (kind(50, 7, seed=seed) for seed in (1, 1, 2))
    first = [forwards.at(step) for step in range(20)]
    assert all(torch.equal(backwards.at(step), first[step]) for step in reversed(range(20)))
    assert any(not torch.equal(other.at(step), first[step]) for step in range(20))


def test_draws_reach_every_example_equally():
    counts = torch.bincount(torch.cat([Drawn(10, 100, seed=5).at(step) for step in range(50)]))
    # Chi-square with 9 degrees of freedom; 33.7 is exceeded with probability 1e-4.
    assert float(((counts - 500.0) ** 2 / 500).sum()) < 33.7


@pytest.mark.parametrize("kind", [Shuffled, Drawn])
@pytest.mark.parametrize("name", ["count", "size"])
def test_empty_batches_are_rejected(kind, name):
    with pytest.raises(ValueError, match=rf"{name} must be an integer of at least 1, got 0"):
        kind(**{"count": 3, "size": 2, name: 0}, seed=0)


def test_the_average_is_a_mean_at_first_and_exponential_later():
    model = nn.Linear(1, 1, bias=False).double()
    average = Average(model, newest=0.25)
    wanted = 0.0
    for step in range(10):
        with torch.no_grad():
            model.weight.fill_(step**2)
        average.update(step)
        share = max(0.25, 1 / (1 + step))
        wanted += share * (step**2 - wanted)
        assert float(average.model.weight) == pytest.approx(wanted)
        if step < 4:
            assert float(average.model.weight) == pytest.approx(
                sum(k**2 for k in range(step + 1)) / (step + 1)
            )
    assert not average.model.training
    assert not average.model.weight.requires_grad


@pytest.mark.parametrize("newest", [0.0, 1.5, float("nan")])
def test_average_rejects_shares_out_of_range(newest):
    with pytest.raises(
        ValueError, match=r"newest must be (above 0 and at most 1|a finite number), got"
    ):
        Average(nn.Linear(1, 1), newest=newest)
