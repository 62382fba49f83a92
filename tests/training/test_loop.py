"""The training loop: its steps, independence of other state, early stopping and resuming."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.training import Average, Checkpoint, Drawn, train
from pyfrontiers.uncertainty import MCDropout

STEPS, EVERY = 24, 6
X, Y = normal((40, 5), seed=1), normal((40, 1), seed=2)


class InterruptedRunError(Exception):
    pass


class Seen:
    """Results that a caller collects after each stretch; part of the run's state."""

    def __init__(self):
        self.values = []

    def state_dict(self):
        return {"values": self.values}

    def load_state_dict(self, state):
        self.values = list(state["values"])


def network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Linear(5, 8), nn.Dropout(0.5), nn.Tanh(), MCDropout(0.25, seed=3), nn.Linear(8, 1)
        )


def one_cycle(optimiser):
    return torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.05, STEPS)


def run(checkpoint=None, fail_after=None, seed=7, steps=STEPS, until=None):
    """Train with every kind of stateful object; return the values that must agree bit for bit."""
    model = network()
    optimiser = torch.optim.Adam(model.parameters())
    average, seen = Average(model, newest=0.3), Seen()
    batches = Drawn(len(X), 8, seed=fold_in(seed, 1))
    calls = []

    def loss(step):
        calls.append(step)
        chosen = batches.at(step)
        return F.mse_loss(model(X[chosen]), Y[chosen])

    def after(stretch):
        seen.values.append(stretch.loss)
        if stretch.done == fail_after:
            raise InterruptedRunError

    losses = train(
        model,
        loss,
        optimiser,
        steps=steps,
        seed=seed,
        every=EVERY,
        until=until,
        schedule=one_cycle(optimiser),
        average=average,
        after=after,
        checkpoint=checkpoint,
        parts={"seen": seen},
    )
    return losses, seen.values, [*model.parameters()], [*average.model.parameters()], calls


def same(one, other):
    assert one[:2] == other[:2]
    for first, second in zip(one[2] + one[3], other[2] + other[3], strict=True):
        assert torch.equal(first, second)


def test_step_matches_a_plain_training_step():
    model, other = network(), network()
    optimiser = torch.optim.Adam(model.parameters())
    losses = train(
        model,
        lambda step: F.mse_loss(model(X), Y),
        optimiser,
        steps=STEPS,
        every=STEPS,
        seed=5,
        schedule=one_cycle(optimiser),
    )
    by_hand = torch.optim.Adam(other.parameters())
    schedule, total = one_cycle(by_hand), 0.0
    for step in range(STEPS):
        torch.manual_seed(fold_in(5, step))
        by_hand.zero_grad()
        loss = F.mse_loss(other(X), Y)
        loss.backward()
        by_hand.step()
        schedule.step()
        total += loss.item()
    for first, second in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(first, second)
    assert losses == (pytest.approx(total / STEPS, rel=1e-12),)
    assert not model.training


@pytest.mark.parametrize("fail_after", [6, 12, 18])
def test_a_resumed_run_gives_the_same_bits(tmp_path, fail_after):
    whole = run()
    checkpoint = Checkpoint(tmp_path / "new" / "run.pt", seconds=0)
    with pytest.raises(InterruptedRunError):
        run(checkpoint, fail_after)
    torch.manual_seed(99)  # another process has another state
    resumed = run(checkpoint)
    same(resumed, whole)
    # What is not saved yet is done again; all before the last save is not.
    assert resumed[4] == list(range(fail_after - EVERY, STEPS))
    assert [path.name for path in checkpoint.path.parent.iterdir()] == ["run.pt"]


def test_a_finished_run_is_not_repeated(tmp_path):
    checkpoint = Checkpoint(tmp_path / "run.pt")
    first, again = run(checkpoint), run(checkpoint)
    same(first, again)
    assert again[4] == []


def test_saves_are_separated_by_the_given_time(tmp_path):
    checkpoint = Checkpoint(tmp_path / "run.pt", seconds=3600)
    with pytest.raises(InterruptedRunError):
        run(checkpoint, 18)
    assert not checkpoint.path.exists()


def test_torchs_generator_is_neither_read_nor_advanced():
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = run()
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    same(run(), first)
    assert run(seed=8)[0] != first[0]


def test_after_stops_the_run_and_report_receives_the_progress(tmp_path):
    model, told, stopped = network(), [], Checkpoint(tmp_path / "run.pt")
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)

    def once():
        return train(
            model,
            lambda step: F.mse_loss(model(X), Y),
            optimiser,
            steps=10,
            every=4,
            seed=0,
            after=lambda stretch: stretch.fraction > 0.7,
            report=lambda *news: told.append(news),
            checkpoint=stopped,
        )

    losses = once()
    assert [fraction for fraction, _ in told] == [0.4, 0.8]
    assert told[0][1] == f"step 4 of 10: loss {losses[0]:.3f}"
    assert once() == losses  # stopped stays stopped
    assert len(told) == 2


def test_run_interrupted_by_until_continues_bit_for_bit(tmp_path):
    whole = run()
    checkpoint, ends, taken = Checkpoint(tmp_path / "run.pt"), [], []
    for until in (1, 6, 13, 13, STEPS, None):
        part = run(checkpoint, until=until)
        ends.append(len(part[0]) * EVERY)
        taken.append(len(part[4]))
    assert ends == [6, 6, 18, 18, 24, 24]  # the end of the stretch that contains the step
    assert taken == [6, 0, 12, 0, 6, 0]
    assert part[:2] == whole[:2]
    for kind in (2, 3):
        assert all(torch.equal(a, b) for a, b in zip(part[kind], whole[kind], strict=True))


def test_the_last_stretch_may_be_shorter():
    model = network()
    ends = []
    train(
        model,
        lambda step: F.mse_loss(model(X), Y),
        torch.optim.SGD(model.parameters(), lr=0.01),
        steps=10,
        every=4,
        seed=0,
        after=lambda stretch: ends.append(stretch.done),
    )
    assert ends == [4, 8, 10]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"seed": 8}, r"is of another run: it has steps 24, every 6, seed 7 .*seed 8"),
        ({"steps": 12}, r"is of another run: .*wanted steps 12"),
    ],
    ids=str,
)
def test_checkpoint_of_another_run_is_rejected(tmp_path, change, text):
    checkpoint = Checkpoint(tmp_path / "run.pt")
    run(checkpoint)
    with pytest.raises(ValueError, match=text):
        run(checkpoint, **change)


def test_damaged_checkpoint_or_one_of_another_model_is_rejected(tmp_path):
    checkpoint = Checkpoint(tmp_path / "run.pt")
    for width in (2, 3):
        model = nn.Linear(5, width)
        settings = {"steps": 1, "seed": 0, "checkpoint": checkpoint}
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        if width == 3:
            with pytest.raises(ValueError, match=r"run\.pt does not fit the model: .*delete it"):
                train(model, lambda step: model(X).sum(), optimiser, **settings)  # noqa: B023
        else:
            train(model, lambda step: model(X).sum(), optimiser, **settings)  # noqa: B023
    checkpoint.path.write_bytes(b"half a file")
    with pytest.raises(ValueError, match=r"run\.pt cannot be read .*delete it"):
        run(checkpoint)


@pytest.mark.parametrize("name", ["steps", "every", "until"])
def test_numbers_below_one_are_rejected(name):
    model = network()
    settings = {"steps": 3, "every": 1, "seed": 0} | {name: 0}
    with pytest.raises(ValueError, match=rf"{name} must be an integer of at least 1, got 0"):
        train(model, lambda step: model(X).sum(), torch.optim.SGD(model.parameters()), **settings)
