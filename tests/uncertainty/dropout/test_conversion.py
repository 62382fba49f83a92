"""A converted model has the passes of the original, which stays as it is."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from architectures import ARCHITECTURES
from torch import nn

from pyfrontiers.uncertainty import MCDropout, mc_dropout
from pyfrontiers.uncertainty.dropout import MCAlphaDropout, convert

ALPHA = {
    "alpha": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(128, 8), nn.SELU(), nn.AlphaDropout(0.3), nn.Linear(8, 4),
        nn.Dropout(0.4), nn.Linear(4, 3),
    ),
    "feature alpha": lambda: nn.Sequential(
        nn.Conv2d(2, 6, 3), nn.SELU(), nn.FeatureAlphaDropout(0.4), nn.Flatten(), nn.Linear(216, 3),
    ),
    "three dimensions": lambda: nn.Sequential(
        nn.Unflatten(1, (1, 2)), nn.Conv3d(1, 4, 2), nn.Dropout3d(0.4), nn.Flatten(),
        nn.Linear(196, 3),
    ),
}  # fmt: skip


def passes(model, x, **arguments):
    run = mc_dropout(model, x, samples=5, outputs="values", keep_samples=True, **arguments)
    return run.samples


def dropouts(model):
    return [type(module) for module in model.modules() if "Dropout" in type(module).__name__]


def assert_equal_passes(model, x):
    before = dropouts(model)
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    converted = convert(model)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(issubclass(kind, MCDropout) for kind in dropouts(converted))
    for seed in (0, 7):
        assert torch.equal(passes(converted, x, seed=seed), passes(model, x, seed=seed))
    assert dropouts(model) == before
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())


def test_passes_of_chains_are_equal_bit_for_bit(sequential, images):
    assert_equal_passes(sequential, images)


def test_passes_of_a_residual_network_are_equal_bit_for_bit(residual, images):
    assert_equal_passes(residual.train(), images)
    assert convert(residual).drop.training


@pytest.mark.parametrize("name", ALPHA)
def test_passes_of_every_kind_of_layer_are_equal_bit_for_bit(name, images):
    torch.manual_seed(2)
    assert_equal_passes(ALPHA[name](), images)


def test_passes_of_attention_are_equal_and_what_stays_is_named():
    make, shape, _ = ARCHITECTURES["encoder"]
    model, x = make(), torch.rand(2, *shape)
    with pytest.warns(RuntimeWarning, match=r"attention weights of '.*self_attn' cannot be"):
        converted = convert(model)
    assert torch.equal(passes(converted, x), passes(model, x))


@pytest.mark.parametrize("name", [*ALPHA, "linear-elements"])
def test_training_calls_for_one_input_are_the_passes(name, images, request):
    if name in ALPHA:
        torch.manual_seed(2)
        model = ALPHA[name]()
    else:
        model = request.getfixturevalue("tiny")
    converted, x = convert(model, seed=9).train(), images[:1]
    with torch.no_grad():
        calls = torch.stack([converted(x) for _ in range(5)])
    assert torch.equal(calls, passes(model, x, seed=9, kept_channels=False))


def test_alpha_dropout_behind_a_prefix_of_layers_is_sampled(images):
    torch.manual_seed(2)
    model = ALPHA["alpha"]()
    model[5].p = 0.0  # the alpha dropout is the only one
    spread = passes(model, images).std(0)
    model[5].p = 0.4
    assert (spread > 0).all()
    assert not torch.equal(
        passes(model, images), passes(nn.Sequential(*model[:3], *model[4:]), images)
    )


def test_a_layer_used_twice_stays_one_layer(images):
    shared = nn.Dropout(0.5)
    model = nn.Sequential(nn.Flatten(), shared, nn.Linear(128, 8), shared, nn.Linear(8, 2))
    converted = convert(model)
    assert converted[1] is converted[3]
    assert isinstance(convert(shared), MCDropout)
    assert isinstance(convert(nn.AlphaDropout()), MCAlphaDropout)


def test_hooks_and_settings_are_kept():
    model, seen = nn.Sequential(nn.Dropout2d(0.25)), []
    model[0].register_forward_hook(lambda *_: seen.append(1))
    converted = convert(model)
    converted(torch.ones(1, 2, 3, 3))
    assert seen == [1]
    assert (converted[0].p, converted[0].granularity) == (0.25, "channel")


class Functional(nn.Module):
    """Dropout by a layer and by functions, next to an attribute called dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout, self.rnn = nn.Dropout(0.5), nn.LSTM(4, 4, 2, dropout=0.5)

    def forward(self, x):
        h = F.dropout(self.dropout(self.rnn(x)[0]), 0.5, self.training)
        return h * torch.bernoulli(torch.full_like(h, 0.5))


class Own(nn.Dropout):
    """Overrides forward."""

    def forward(self, x):
        return x


def test_what_cannot_be_exchanged_is_named():
    expected = (
        r"^bernoulli in the model itself, dropout between the levels of 'rnn', dropout in the "
        r"model itself cannot be exchanged"
    )
    with pytest.warns(RuntimeWarning, match=expected):
        convert(Functional())
    with pytest.warns(RuntimeWarning, match=r"^Own '0', which overrides forward cannot"):
        convert(nn.Sequential(Own(), nn.Dropout()))


def test_a_model_without_dropout_layers_is_rejected():
    with pytest.raises(ValueError, match=r"dropout layer of torch.nn, got Linear"):
        convert(nn.Linear(2, 2))
    with pytest.raises(ValueError, match="levels of the model itself cannot be exchanged"):
        convert(nn.GRU(2, 2, 2, dropout=0.5))
