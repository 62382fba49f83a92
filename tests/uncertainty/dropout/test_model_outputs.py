"""Outputs other than plain logits: one score, NaN, probabilities, and wrapped scores."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

from pyfrontiers.adversarial import attack
from pyfrontiers.uncertainty import enumerate_dropout, mc_dropout

FIGURES = ("mean", "variance", "entropy", "expected_entropy", "mutual_information")


class Then(nn.Module):
    """A network with dropout and a function of its output and input."""

    def __init__(self, classes, then) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, classes))
        self.then = then

    def forward(self, x):
        return self.then(self.net(x), x)


def made(classes, then=lambda z, x: z):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Then(classes, then)


@pytest.fixture
def x():
    return torch.randn(4, 8, generator=torch.Generator().manual_seed(1))


BINARY = {
    "logit (N, 1)": ("logits", lambda z, x: z),
    "logit (N,)": ("logits", lambda z, x: z[:, 0]),
    "sigmoid (N, 1)": ("probabilities", lambda z, x: z.sigmoid()),
    "sigmoid (N,)": ("probabilities", lambda z, x: z.sigmoid()[:, 0]),
    "logit of each pixel": ("logits", lambda z, x: z[:, :, None, None].expand(-1, -1, 2, 3)),
}


@pytest.mark.parametrize("style", BINARY)
@pytest.mark.parametrize("predict", [mc_dropout, enumerate_dropout])
def test_one_score_is_a_binary_classifier(x, style, predict):
    kind, then = BINARY[style]
    single, double = made(1, then), made(1, lambda z, x: torch.cat((torch.zeros_like(z), z), 1))
    one, two = predict(single, x, outputs=kind), predict(double, x)
    with torch.no_grad():
        assert one.mean.shape == one.variance.shape == single.eval()(x).shape
    for name in FIGURES:
        first, second = getattr(one, name), getattr(two, name)
        second = second[:, 1] if name in FIGURES[:2] else second
        first = first.reshape(len(x), -1)[:, 0]
        torch.testing.assert_close(first, second, rtol=0, atol=1e-6)
    assert (one.entropy > 0.1).all()
    if predict is mc_dropout:
        kept = predict(single, x, outputs=kind, keep_samples=True).samples
        assert kept.shape == (50, *one.mean.shape)
        torch.testing.assert_close(kept.mean(0), one.mean)


@pytest.mark.parametrize("kind", ["logits", "probabilities", "values"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("classes", [1, 3])
def test_invalid_outputs_are_reported_per_input(x, kind, value, classes):
    def then(z, x):
        last = {"logits": z, "values": z, "probabilities": z.sigmoid()}[kind]
        last = last.softmax(1) if kind == "probabilities" and classes > 1 else last
        broken = torch.full_like(last, torch.nan if kind == "probabilities" else value)
        # Inputs 1 and 3 fail, the latter only in some passes.
        some = (torch.arange(len(x)) == 1) | ((torch.arange(len(x)) == 3) & (z[:, 0] > 0))
        return torch.where(some[:, None], broken, last)

    with pytest.warns(RuntimeWarning, match=r"NaN or infinity for 2 of 4 inputs \(numbers 1, 3\)"):
        run = mc_dropout(made(classes, then), x, samples=20, outputs=kind)
    assert run.invalid.tolist()[:3] == [0, 20, 0]
    assert 0 < run.invalid[3] < 20
    for name in FIGURES if kind != "values" else FIGURES[:2]:
        assert getattr(run, name)[[1, 3]].isnan().all()
        assert getattr(run, name)[[0, 2]].isfinite().all()


def test_a_class_that_is_ruled_out_is_valid(x):
    def ruled_out(z, x):
        return torch.cat((z, torch.full_like(z[:, :1], -torch.inf)), 1)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = mc_dropout(made(3, ruled_out), x)
    assert (run.mean[:, 3] == 0).all()
    torch.testing.assert_close(run.mean[:, :3], mc_dropout(made(3), x).mean)


@pytest.mark.parametrize(
    "then",
    [lambda z, x: z, lambda z, x: 2 * z.softmax(1), lambda z, x: z.sigmoid()],
    ids=["logits", "sum 2", "several labels"],
)
def test_invalid_probabilities_are_rejected(x, then):
    with pytest.raises(ValueError, match=r"model must return probabilities in .*, got values"):
        mc_dropout(made(3, then), x, outputs="probabilities")


def test_probabilities_passed_as_logits_cause_a_warning(x):
    with pytest.warns(RuntimeWarning, match="the model seems to return probabilities"):
        mc_dropout(made(3, lambda z, x: z.softmax(1)), x)


@pytest.mark.parametrize(
    ("then", "error", "got"),
    [
        (lambda z, x: z.argmax(1), TypeError, "torch.int64"),
        (lambda z, x: None, TypeError, "None"),
        (lambda z, x: (z, x), TypeError, "tuple with 2 tensors"),
        (lambda z, x: z.sum(), ValueError, r"shape \(\)"),
        (lambda z, x: z[:2], ValueError, r"shape \(2, 3\)"),
        (lambda z, x: z.T, ValueError, r"shape \(3, 4\)"),
        (lambda z, x: z[:, :0], ValueError, r"shape \(4, 0\)"),
    ],
    ids=["integers", "None", "pair", "scalar", "rows", "transposed", "no class"],
)
def test_other_outputs_raise_one_sentence(x, then, error, got):
    with pytest.raises(error, match=f"model must return .*scores.*, got {got}"):
        mc_dropout(made(3, then), x)


@pytest.mark.parametrize("predict", ["mc_dropout", "attack"])
@pytest.mark.parametrize(("scale", "warned"), [(99.0, True), (0.1, False)], ids=["far", "together"])
def test_sigmoids_passed_as_logits_cause_a_warning(predict, scale, warned):
    model = made(1, lambda z, x: (scale * (z - z.mean())).sigmoid())
    x = torch.rand(16, 8, generator=torch.Generator().manual_seed(1))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if predict == "attack":
            attack(model, x, torch.zeros(16, dtype=torch.int64), steps=1)
        else:
            mc_dropout(model, x, samples=2)
    found = [str(each.message) for each in caught if "remove the sigmoid" in str(each.message)]
    assert bool(found) == warned
