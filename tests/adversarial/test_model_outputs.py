"""How attacks read a model's output: wrapped scores, one score, NaN, probabilities, no gradient."""

from __future__ import annotations

import math
import warnings
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from pyfrontiers.adversarial import ThreatModel, attack

WRAPPED = {
    "tuple": lambda z: (z,),
    "list": lambda z: [z],
    "tuple with None": lambda z: (z, None),
    "logits and loss": lambda z: {"loss": z.sum(), "logits": z},
    "torchvision": lambda z: {"out": z, "aux": z * 2},
    "attribute": lambda z: SimpleNamespace(logits=z, hidden=z),
}


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_wrapped_scores_are_found(affine, images, labels, wrap):
    plain = attack(affine, images, labels, steps=3)
    found = attack(lambda x: wrap(affine(x)), images, labels, steps=3)
    assert torch.equal(found.adversarial, plain.adversarial)


@pytest.mark.parametrize(
    ("wrap", "error", "text"),
    [
        (lambda z: (z, z), TypeError, "model must return one tensor of scores.*tuple with 2"),
        (lambda z: None, TypeError, "model must return one tensor of scores.*got None"),
        (
            lambda z: z.argmax(1),
            TypeError,
            "model must return floating-point scores, got torch.int",
        ),
        (lambda z: z[..., None], ValueError, r"of shape \(8, classes\), got shape \(8, 5, 1\)"),
        (lambda z: z[:3], ValueError, r"of shape \(8, classes\), got shape \(3, 5\)"),
        (lambda z: z[:, :0], ValueError, r"of shape \(8, classes\), got shape \(8, 0\)"),
        (lambda z: z.sum(), ValueError, r"of shape \(8, classes\), got shape \(\)"),
    ],
)
def test_other_outputs_are_rejected(affine, images, labels, wrap, error, text):
    with pytest.raises(error, match=text):
        attack(lambda x: wrap(affine(x)), images, labels)


class TestOneScore:
    """One score z is a binary classifier: the logits (0, z)."""

    @pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
    @pytest.mark.parametrize("loss", ["cross_entropy", "margin"])
    @pytest.mark.parametrize("targeted", [False, True])
    def test_equals_two_classes(self, affine, images, shape, loss, targeted):
        def score(x):
            return affine(x)[:, 0]

        def two(x):
            return torch.stack([torch.zeros(len(x)), score(x)], 1)

        y = (score(images) > 0).long()
        y = 1 - y if targeted else y
        options = {"steps": 4, "loss": loss, "targeted": targeted}
        found = attack(lambda x: score(x).reshape(shape), images, y, **options)
        expected = attack(two, images, y, **options)
        assert torch.equal(found.success, expected.success)
        assert torch.equal(found.adversarial, expected.adversarial)

    @pytest.mark.parametrize("label", [2, -1])
    def test_has_no_third_class(self, images, label):
        with pytest.raises(ValueError, match="y must hold classes from 0 to 1 for this model"):
            attack(lambda x: x.flatten(1).sum(1), images, torch.full((8,), label))


def broken_rows(model, value, rows):
    """A model whose logits are `value` for some samples, chosen by their first original pixel."""

    def run(x):
        logits = model(x)
        broken = torch.isin(x[:, 0, 0, 0], rows)[:, None]
        return torch.where(broken, value, logits)

    return run


class TestLogitsThatAreNotFinite:
    @pytest.mark.parametrize("value", [math.nan, math.inf])
    @pytest.mark.parametrize("targeted", [False, True])
    def test_at_the_sample(self, affine, images, labels, value, targeted):
        model = broken_rows(affine, torch.tensor(value), images[[1, 4], 0, 0, 0])
        for y in (labels, (labels + 1) % 5, torch.zeros_like(labels)):
            with pytest.warns(RuntimeWarning, match="NaN or infinite logits for 2 of 8 samples"):
                found = attack(model, images, y, steps=3, random_start=False, targeted=targeted)
            assert found.invalid.tolist() == [n in (1, 4) for n in range(8)]
            assert not found.success[[1, 4]].any()
            assert found.predictions_before[[1, 4]].tolist() == [-1, -1]
            assert found.queries[[1, 4]].sum() == 0
            good = ~found.invalid
            same = attack(affine, images, y, steps=3, random_start=False, targeted=targeted)
            assert torch.equal(found.adversarial[good], same.adversarial[good])

    @pytest.mark.parametrize("keep_going", [False, True])
    @pytest.mark.parametrize("method", ["fgsm", "pgd"])
    def test_on_the_way(self, affine, images, labels, method, keep_going):
        def model(x):
            far = (x - images).abs().flatten(1).amax(1, keepdim=True) > 0.02
            return torch.where(far, torch.nan, affine(x))

        threat = ThreatModel(epsilon=0.1)
        with pytest.warns(RuntimeWarning, match="NaN or infinite logits for 8 of 8"):
            found = attack(
                model, images, labels, method=method, threat=threat, keep_going=keep_going
            )
        assert found.invalid.all()
        assert not found.success.any()
        assert (found.predictions_after == -1).all()

    def test_a_class_of_logit_minus_infinity_is_never_predicted(self, affine, images, labels):
        masked = torch.where(torch.arange(5) == (labels[0] + 1) % 5, -torch.inf, 0.0)
        found = attack(lambda x: affine(x) + masked, images[:1], labels[:1], steps=3)
        assert not found.invalid.any()

    def test_single_class_with_finite_logit(self, affine, images):
        masked = torch.tensor([0.0, *[-torch.inf] * 4])
        y = torch.zeros(8, dtype=torch.long)
        with pytest.warns(RuntimeWarning, match="exactly zero for 8 of 8"):
            found = attack(lambda x: affine(x) + masked, images, y, steps=2)
        assert not found.success.any()
        assert not found.invalid.any()


class TestGradientOfZero:
    @pytest.mark.parametrize("scale", [1.0, 1e2, 1e4, 1e6])
    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
    def test_saturated_softmax_does_not_stop_the_attack(self, scale, dtype):
        torch.manual_seed(0)
        net, x = nn.Linear(20, 2).to(dtype), torch.rand(200, 20, dtype=dtype)
        y = net(x).argmax(1)
        threat = ThreatModel(epsilon=0.05)
        expected = attack(net, x, y, threat=threat, loss="margin", steps=5)
        assert 0.1 < expected.success.float().mean() < 1
        found = attack(lambda z: net(z) * scale, x, y, threat=threat, steps=5)
        assert torch.equal(found.success, expected.success)
        assert not found.vanished.any()

    def test_is_counted_and_reported(self, affine, images, labels):
        """A softmax inside the model saturates, so that no loss of its output has a gradient."""

        def model(x):
            return (affine(x) * 1e4).softmax(1) + 0 * affine(x).sum()

        with (
            pytest.warns(RuntimeWarning, match="exactly zero for 8 of 8 .*loss='margin'"),
            pytest.warns(RuntimeWarning, match="seems to return probabilities"),
        ):
            found = attack(model, images, labels, threat=ThreatModel(epsilon=1e-4), steps=3)
        assert torch.equal(found.vanished, found.queries)
        assert (found.queries == 3).all()

    def test_warning_with_margin_loss_does_not_recommend_margin(self, affine, images, labels):
        with pytest.warns(RuntimeWarning) as told:
            attack(lambda x: affine(images) + (x * 0).sum(), images, labels, loss="margin", steps=2)
        (message,) = (str(w.message) for w in told if "exactly zero" in str(w.message))
        assert "loss='margin'" not in message

    def test_no_warning_for_fooled_samples(self, affine, images, labels):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = attack(affine, images, labels, threat=ThreatModel(epsilon=1.0), steps=5)
        assert found.success.all()


class TestProbabilities:
    @pytest.mark.parametrize("loss", ["cross_entropy", "margin"])
    def test_equal_their_logits(self, affine, images, labels, loss):
        model = nn.Sequential(affine, nn.Softmax(1))
        threat = ThreatModel(epsilon=0.02)
        options = {"threat": threat, "steps": 4, "loss": loss}
        found = attack(model, images, labels, outputs="probabilities", **options)
        expected = attack(nn.Sequential(affine, nn.LogSoftmax(1)), images, labels, **options)
        assert torch.equal(found.success, expected.success)
        torch.testing.assert_close(found.losses, expected.losses, equal_nan=True)

    def test_one_probability(self, affine, images):
        def model(x):
            return affine(x)[:, :1].sigmoid()

        y = (model(images) > 0.5).long().squeeze(1)
        found = attack(model, images, y, outputs="probabilities", steps=4)
        expected = attack(lambda x: affine(x)[:, :1], images, y, steps=4)
        assert torch.equal(found.success, expected.success)

    def test_are_checked(self, affine, images, labels):
        with pytest.raises(
            ValueError, match=r"model must return probabilities .*, got values from"
        ):
            attack(affine, images, labels, outputs="probabilities")

    def test_passed_as_logits_cause_a_warning(self, affine, images, labels):
        with pytest.warns(RuntimeWarning, match="seems to return probabilities"):
            attack(nn.Sequential(affine, nn.Softmax(1)), images, labels, steps=1)

    def test_unknown_outputs(self, affine, images, labels):
        with pytest.raises(
            ValueError, match="outputs must be 'logits' or 'probabilities', got 'o'"
        ):
            attack(affine, images, labels, outputs="o")


def test_model_may_write_to_its_input(affine, images, labels):
    given = images.clone()
    found = attack(nn.Sequential(nn.ReLU(inplace=True), affine), images, labels, steps=3)
    expected = attack(nn.Sequential(nn.ReLU(), affine), images, labels, steps=3)
    assert torch.equal(images, given)
    assert torch.equal(found.adversarial, expected.adversarial)
