"""C14: a network that forgot is told from one that did not; what does not notice, fails."""

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


def told(fractions):
    return lambda fraction, message="", data=None: fractions.append(fraction)


def test_a_quick_run_finds_what_was_published():
    fractions = []
    measured = CLAIMS["C14"].measure(profile="quick", seed=0, report=told(fractions))
    assert measured.status == "pass", measured.summary
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert measured.value["edge detector"] == 1


def test_the_record_is_a_full_run():
    record = recorded("C14")
    assert record.profile == "full"
    assert record.status == c14._judge(record.measurement.details["judged"])


class Small(nn.Module):
    """The classifier's shape in small: layers in the same places, for images of 12 pixels."""

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
    monkeypatch.setattr(interpretability, "_seen", lambda name: (x, 1, 0.5, "one"))
    return model, x


def _copied(model):
    import copy

    return copy.deepcopy(model)


def test_the_claim_fails_when_nothing_is_randomised(small, monkeypatch):
    monkeypatch.setattr(randomisation, "randomise", lambda module, *, seed: None)
    measured = CLAIMS["C14"].measure(profile="quick", seed=0, report=told([]))
    assert measured.status == "fail"
    assert measured.value["gradient"] == pytest.approx(1)
    assert measured.value["Grad-CAM"] in (0, pytest.approx(1))


@pytest.mark.parametrize("method", ["guided backpropagation", "edge detector", "gradient"])
def test_the_rule_looks_at_every_method(method):
    good = {name: {"fails": name in c14._FAIL} for name in METHODS}
    assert c14._judge(good) == "pass"
    turned = good | {method: {"fails": not good[method]["fails"]}}
    assert c14._judge(turned) == "fail"


def test_a_check_gives_maps_and_correlations_for_every_stage(small):
    found = interpretability.explanation_check(seeds=2, samples=2)
    assert set(found["maps"]) == set(found["correlations"]) == set(METHODS)
    for method in METHODS:
        assert len(found["maps"][method]) == 1 + len(STAGES)
        assert [len(row) for row in found["correlations"][method]] == [len(STAGES)] * 2
    assert found["correlations"]["edge detector"] == [[pytest.approx(1.0)] * len(STAGES)] * 2
    first, second = found["correlations"]["gradient"]
    assert first != second
    assert found["maps"]["gradient"][0].max() == 255


def test_a_cascade_goes_from_the_output_down(small):
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


def test_the_stages_hold_every_weight_of_the_classifier_once():
    network = _network().network
    parts = [p for _, modules in _stages(network) for m in modules for p in m.parameters()]
    assert len(parts) == len({id(p) for p in parts}) == len(list(network.parameters()))
    judged = dict(_merged(_stages(network), [JUDGED]))[JUDGED]
    # The output layer, the head and four of sixteen blocks.
    assert len(judged) == 6


def test_weights_are_drawn_anew_with_the_variance_of_the_fan_in():
    layer = nn.Conv2d(8, 256, 3)
    randomise(layer, seed=1)
    # 18,432 draws: the mean square is within 5 % but for once in 10^6 runs.
    assert float(layer.weight.detach().square().mean()) == pytest.approx(2 / 72, rel=0.05)
    assert layer.bias.abs().max() == 0
    first = layer.weight.clone()
    randomise(layer, seed=1)
    assert torch.equal(layer.weight, first)
    randomise(layer, seed=2)
    assert not torch.equal(layer.weight, first)


def test_what_would_stay_trained_is_named():
    with pytest.raises(
        ValueError, match=r"module: '1.weight' belongs to neither a convolution nor"
    ):
        randomise(nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1)), seed=0)


def test_ranks_are_compared_and_nothing_else():
    values = normal((7, 9), seed=1)
    assert rho(values, values.exp()) == pytest.approx(1)
    assert rho(values, -values) == pytest.approx(-1)
    assert rho(values, torch.ones_like(values)) == 0
    other = normal((7, 9), seed=2)
    ranks = [v.flatten().argsort().argsort().double() for v in (values, other)]
    expected = torch.corrcoef(torch.stack(ranks))[0, 1]
    assert rho(values, other) == pytest.approx(float(expected))


def test_the_interval_is_students():
    # 1, 2, 3: mean 2, standard error 1 / sqrt(3), and t = 4.303 at two degrees of freedom.
    assert c14._interval([1.0, 2.0, 3.0]) == pytest.approx(
        (2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4
    )


def test_a_verdict_is_a_mean_over_the_random_networks():
    rows = {"a": [[0.9, 0.6], [0.1, 0.2]], "b": [[0.5, 0.0], [0.5, 0.0]]}
    found = _verdicts(rows, 0)
    assert found["a"] == {"correlation": pytest.approx(0.5), "fails": True}
    assert found["b"]["fails"]
    assert not _verdicts(rows, 1)["a"]["fails"]


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"stages is \['basement'\]"):
        interpretability.explanation_check(stages=["basement"])
    with pytest.raises(ValueError, match="'top quarter' among them"):
        interpretability.explanation_check(stages=["output layer"])
    with pytest.raises(ValueError, match="seeds is 0"):
        interpretability.explanation_check(seeds=0)
    with pytest.raises(ValueError, match=r"photograph must be one of temple, .*, got 'moon'"):
        interpretability.explanation_check(name="moon")
