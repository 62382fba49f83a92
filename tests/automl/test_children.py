"""Training a child: rungs, limits, failures and their reasons."""

import copy

import pytest
import torch

from pyfrontiers.automl import (
    ChildTrainer,
    Data,
    ImageSpace,
    Limit,
    Outcome,
    TableSpace,
    measure_latency,
)
from pyfrontiers.automl.data import digit_data
from pyfrontiers.kernels import normal

SPACE = TableSpace(4, 2, layers=2, units=(2, 8), activations=("tanh",))
CHILD = (1, 1, 1)


def data(scale=1.0):
    inputs = scale * normal((60, 4), seed=0)
    labels = (inputs[:, 0] * inputs[:, 1] > 0).long()
    return Data(inputs[:40], labels[:40], inputs[40:], labels[40:])


def train(child=CHILD, *, budget=6, checkpoint=None, examples=None, seed=3, **settings):
    trainer = ChildTrainer(SPACE, **{"epochs": 6, "batch": 8, "rate": 0.05, **settings})
    given = data() if examples is None else examples
    return trainer(child, budget=budget, seed=seed, data=given, checkpoint=checkpoint)


def test_rungs_are_points_along_one_training(tmp_path):
    metrics = ("log-loss", "accuracy")
    whole = train(metrics=metrics)
    file = tmp_path / "child.pt"
    short = train(budget=2, checkpoint=file, metrics=metrics)
    assert short == train(budget=2, metrics=metrics)
    assert short != whole
    assert train(budget=6, checkpoint=file, metrics=metrics) == whole
    # A rung that was reached before is measured again, not trained again.
    assert train(budget=6, checkpoint=file, metrics=metrics) == whole


def test_reward_is_the_first_metric_and_larger_is_better():
    found = train(metrics=("log-loss", "accuracy", "parameters", "flops"))
    assert found.value == -found.metrics["log-loss"]
    assert found.metrics["parameters"] == SPACE.cost(CHILD).parameters
    assert found.metrics["flops"] == SPACE.cost(CHILD).flops
    assert train().value == found.metrics["accuracy"]
    assert train(metrics=("latency",)).value < 0


def test_child_over_the_limit_is_refused_before_it_trains(monkeypatch):
    monkeypatch.setattr("pyfrontiers.training.train", None)  # must not be called
    monkeypatch.setattr(TableSpace, "build", None)
    refused = train(limit=Limit(parameters=10))
    assert refused == Outcome(
        None, failure="the child has 130 parameters, more than the limit of 10"
    )
    assert "FLOPs, more than the limit of 9" in train(limit=Limit(flops=9)).failure


def test_slow_child_is_refused_before_it_trains(monkeypatch):
    monkeypatch.setattr("pyfrontiers.training.train", None)
    assert train(limit=Limit(latency=1e-9)).failure.startswith("the child takes ")


def test_diverging_child_has_failed(tmp_path):
    file = tmp_path / "child.pt"
    broken = data(scale=float("inf"))
    for _ in range(2):  # also when it is resumed
        found = train(examples=broken, checkpoint=file)
        assert found == Outcome(None, failure="the loss is not finite in epoch 1")


def test_child_that_does_not_fit_into_memory_has_failed(monkeypatch):
    def full(*args, **kwargs):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")

    monkeypatch.setattr("pyfrontiers.training.train", full)
    assert train() == Outcome(None, failure="the child does not fit into memory")


def test_other_errors_are_not_hidden(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr("pyfrontiers.training.train", broken)
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        train()


def test_training_depends_on_the_seed_and_on_nothing_else():
    state = torch.get_rng_state()
    assert train() == train()
    assert torch.equal(torch.get_rng_state(), state)
    assert train(seed=4, metrics=("log-loss",)) != train(metrics=("log-loss",))


def test_children_are_not_trained_on_validation_examples():
    given = data()
    other = copy.copy(given)
    object.__setattr__(other, "validation_labels", 1 - given.validation_labels)
    assert train(examples=other).value == pytest.approx(1 - train(examples=given).value)


def test_digits_are_split_by_class():
    digits = digit_data()
    assert len(digits.labels) == 1085
    shares = torch.bincount(digits.validation_labels) / torch.bincount(digits.labels)
    assert float((shares - 1 / 3).abs().max()) < 0.02
    assert digits.digest == digit_data().digest != data().digest


def test_wrong_arguments_raise():
    with pytest.raises(ValueError, match="budget must be at most 6 epochs, got 7"):
        train(budget=7)
    with pytest.raises(ValueError, match="rate must be above 0, got -1"):
        train(rate=-1.0)
    with pytest.raises(ValueError, match=r"metrics must be among .*, got 'speed'"):
        train(metrics=("speed",))
    with pytest.raises(ValueError, match="architecture must have 3 tokens"):
        train((0,))
    with pytest.raises(ValueError, match=r"validation_inputs must have examples of shape \(4,\)"):
        Data(torch.zeros(2, 4), torch.zeros(2).long(), torch.zeros(2, 5), torch.zeros(2).long())
    with pytest.raises(ValueError, match=r"^inputs must be float32, .* got torch.float64"):
        Data(*(torch.zeros(2, 4).double(), torch.zeros(2).long()) * 2)
    with pytest.raises(
        ValueError, match=r"data must have inputs of shape \(N, 4\), .* got \(2, 3\)"
    ):
        train(examples=Data(*(torch.zeros(2, 3), torch.zeros(2).long()) * 2))
    with pytest.raises(ValueError, match=r"data must have labels from 0 to 1, .* got 0 to 2"):
        train(
            examples=Data(
                torch.zeros(2, 4), torch.tensor([0, 2]), torch.zeros(1, 4), torch.tensor([0])
            )
        )
    with pytest.raises(TypeError, match="space must be a SearchSpace, got 'images'"):
        ChildTrainer("images")


def test_checkpoint_of_another_child_is_refused(tmp_path):
    file = tmp_path / "child.pt"
    train(budget=1, checkpoint=file)
    with pytest.raises(ValueError, match=r"the checkpoint child\.pt does not fit the model"):
        train((0, 1, 1), budget=1, checkpoint=file)


def test_trainers_can_be_compared_and_sent_to_other_processes():
    import pickle

    trainer = ChildTrainer(ImageSpace((1, 8, 8), 10), limit=Limit(parameters=7))
    assert pickle.loads(pickle.dumps(trainer)) == trainer


def test_measuring_the_latency_leaves_the_network_as_it_was():
    network = torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Dropout().eval())
    assert measure_latency(network, (2,), repeats=1) > 0
    assert [layer.training for layer in network] == [True, False]
