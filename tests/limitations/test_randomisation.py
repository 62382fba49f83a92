"""C14: saliency methods that do not change when the weights are randomised fail the check."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.claims import CLAIMS, c14, recorded
from pyfrontiers.kernels import normal, uniform
from pyfrontiers.limitations import METHODS, cascade, interpretability, randomisation, randomise
from pyfrontiers.limitations import rank_correlation as rho
from pyfrontiers.limitations.interpretability import (
    JUDGED,
    STAGES,
    _merged,
    _network,
    _stages,
    _verdicts,
)


def recording(fractions):
    return lambda fraction, message="", data=None: fractions.append(fraction)


@pytest.mark.long("explains photographs with every method at every depth")
def test_quick_run_reproduces_the_published_result():
    fractions = []
    measured = CLAIMS["C14"].measure(profile="quick", seed=0, report=recording(fractions))
    assert measured.status == "pass", measured.value
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert measured.value["edge detector"] == 1


def test_record_is_a_full_run():
    record = recorded("C14")
    assert record.profile == "full"
    assert record.status == c14._judge(record.measurement.details["judged"])


class Small(nn.Module):
    """A small network with the classifier's structure, for images of 12 x 12 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.network = nn.Module()
        self.network._conv_stem = nn.Conv2d(3, 4, 3, padding=1)
        self.network._blocks = nn.ModuleList([nn.Conv2d(4, 4, 3, padding=1) for _ in range(4)])
        self.network._conv_head = nn.Conv2d(4, 6, 1)
        self.network._fc = nn.Linear(6, 5)

    def forward(self, x):
        x = self.network._conv_stem(x).relu()
        for block in self.network._blocks:
            x = x + block(x).relu()
        return self.network._fc(self.network._conv_head(x).relu().mean((2, 3)))


@pytest.fixture
def small(monkeypatch):
    model = Small().eval()
    randomise(model, seed=0)
    x = uniform((1, 3, 12, 12), seed=3)
    monkeypatch.setattr(interpretability, "_network", lambda: _copied(model))
    monkeypatch.setattr(interpretability, "_load_photograph", lambda name: (x, 1, 0.5, "one"))
    return model, x


def _copied(model):
    import copy

    return copy.deepcopy(model)


def test_the_claim_fails_when_nothing_is_randomised(small, monkeypatch):
    monkeypatch.setattr(randomisation, "randomise", lambda module, *, seed: None)
    measured = CLAIMS["C14"].measure(profile="quick", seed=0, report=recording([]))
    assert measured.status == "fail"
    assert measured.value["gradient"] == pytest.approx(1)
    assert measured.value["Grad-CAM"] in (0, pytest.approx(1))


@pytest.mark.parametrize("method", ["guided backpropagation", "edge detector", "gradient"])
def test_the_rule_checks_every_method(method):
    good = {name: {"fails": name in c14._FAIL} for name in METHODS}
    assert c14._judge(good) == "pass"
    flipped = good | {method: {"fails": not good[method]["fails"]}}
    assert c14._judge(flipped) == "fail"


def test_check_returns_maps_and_correlations_for_every_stage(small):
    found = interpretability.explanation_check(seeds=2, samples=2)
    assert set(found["maps"]) == set(found["correlations"]) == set(METHODS)
    for method in METHODS:
        assert len(found["maps"][method]) == 1 + len(STAGES)
        assert [len(row) for row in found["correlations"][method]] == [len(STAGES)] * 2
    assert found["correlations"]["edge detector"] == [[pytest.approx(1.0)] * len(STAGES)] * 2
    first, second = found["correlations"]["gradient"]
    assert first != second
    assert found["maps"]["gradient"][0].max() == 255


def test_cascade_randomises_from_the_output_down(small):
    model, x = small
    changed = _copied(model)
    stages = _stages(changed.network)[:2]
    cascade(changed, x, 1, stages, layer=changed.network._conv_head, methods=["gradient"])
    same = {
        name: torch.equal(value, dict(changed.named_parameters())[name])
        for name, value in model.named_parameters()
    }
    assert not same["network._fc.weight"]
    assert not same["network._conv_head.weight"]
    assert not same["network._blocks.3.weight"]
    assert same["network._blocks.2.weight"]
    assert same["network._conv_stem.weight"]


def test_the_stages_partition_the_weights_of_the_classifier():
    network = _network().network
    parts = [p for _, modules in _stages(network) for m in modules for p in m.parameters()]
    assert len(parts) == len({id(p) for p in parts}) == len(list(network.parameters()))
    judged = dict(_merged(_stages(network), [JUDGED]))[JUDGED]
    # The output layer, the head and four of sixteen blocks.
    assert len(judged) == 6


def test_random_weights_have_a_variance_of_two_over_fan_in():
    layer = nn.Conv2d(8, 256, 3)
    randomise(layer, seed=1)
    # 18,432 draws: 5 % is 4.8 standard errors of the mean square.
    assert float(layer.weight.detach().square().mean()) == pytest.approx(2 / 72, rel=0.05)
    assert layer.bias.abs().max() == 0
    first = layer.weight.clone()
    randomise(layer, seed=1)
    assert torch.equal(layer.weight, first)
    randomise(layer, seed=2)
    assert not torch.equal(layer.weight, first)


def test_layers_that_cannot_be_randomised_are_rejected():
    with pytest.raises(ValueError, match=r"module must have parameters in .*, got '1.weight'"):
        randomise(nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1)), seed=0)


def test_rank_correlation_depends_on_ranks_only():
    values = normal((7, 9), seed=1)
    assert rho(values, values.exp()) == pytest.approx(1)
    assert rho(values, -values) == pytest.approx(-1)
    assert rho(values, torch.ones_like(values)) == 0
    other = normal((7, 9), seed=2)
    ranks = [v.flatten().argsort().argsort().double() for v in (values, other)]
    expected = torch.corrcoef(torch.stack(ranks))[0, 1]
    assert rho(values, other) == pytest.approx(float(expected))


def test_c14_uses_a_student_t_interval():
    # 1, 2, 3: mean 2, standard error 1 / sqrt(3), and t = 4.303 at two degrees of freedom.
    assert c14._interval([1.0, 2.0, 3.0]) == pytest.approx(
        (2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4
    )


def test_verdict_uses_the_mean_over_the_random_networks():
    rows = {"a": [[0.9, 0.6], [0.1, 0.2]], "b": [[0.5, 0.0], [0.5, 0.0]]}
    found = _verdicts(rows, 0)
    assert found["a"] == {"correlation": pytest.approx(0.5), "fails": True}
    assert found["b"]["fails"]
    assert not _verdicts(rows, 1)["a"]["fails"]


def test_invalid_arguments_are_rejected():
    with pytest.raises(ValueError, match=r"stages must be among .*, got \['basement'\]"):
        interpretability.explanation_check(stages=["basement"])
    with pytest.raises(ValueError, match=r"include 'top quarter', got \['output layer'\]"):
        interpretability.explanation_check(stages=["output layer"])
    with pytest.raises(ValueError, match="methods must hold at least one method, got none"):
        interpretability.explanation_check(methods=[])
    with pytest.raises(ValueError, match="seeds must be an integer of at least 1, got 0"):
        interpretability.explanation_check(seeds=0)
    with pytest.raises(ValueError, match=r"photograph must be one of temple, .*, got 'sun'"):
        interpretability.explanation_check(name="sun")
