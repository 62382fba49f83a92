"""Saliency maps of networks small enough for the exact result to be known."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers.kernels import normal, uniform
from pyfrontiers.limitations import METHODS, explainable, saliency_map
from pyfrontiers.limitations.saliency import CappedReLU

SIDE = 6


def linear(weights):
    """Return a network whose only class score is a weighted sum of the pixels."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(weights.numel(), 1, bias=False))
    with torch.no_grad():
        model[1].weight.copy_(weights.flatten()[None])
    return model.eval()


@pytest.fixture(scope="module")
def weights():
    return normal((1, 3, SIDE, SIDE), seed=1)


@pytest.fixture(scope="module")
def image():
    return uniform((1, 3, SIDE, SIDE), seed=2)


def explain(method, model, x, *, layer=None, **settings):
    return saliency_map(method, model, x, 0, layer=layer or model, **settings)


def test_gradient_of_a_linear_network_is_its_weights(weights, image):
    expected = weights.abs().sum(1)[0]
    torch.testing.assert_close(explain("gradient", linear(weights), image), expected)


def test_smoothgrad_of_a_linear_network_is_its_weights(weights, image):
    expected = weights.abs().sum(1)[0]
    torch.testing.assert_close(explain("SmoothGrad", linear(weights), image), expected)


def test_integrated_gradients_of_a_linear_network_are_the_terms_of_its_sum(weights, image):
    expected = (weights * image).abs().sum(1)[0]
    found = explain("integrated gradients", linear(weights), image)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def two_layers(activation):
    """Return score = w2 . activation(W1 x), with gradients of both signs after the activation."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * SIDE**2, 8), activation, nn.Linear(8, 1))
    with torch.no_grad():
        model[1].weight.copy_(normal((8, 3 * SIDE**2), seed=3))
        model[1].bias.zero_()
        model[3].weight.copy_(normal((1, 8), seed=4))
    return explainable(model)


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.ReLU(inplace=True), nn.ReLU6()], ids=str)
def test_guided_backpropagation_passes_positive_gradients_only(activation, image):
    model = two_layers(activation)
    x = image / 10  # no unit reaches the cap of ReLU6
    first, last = model[1].weight.detach(), model[3].weight.detach()[0]
    active = (first @ x.flatten()) > 0
    passed = (last * active).clamp_min(0) @ first
    expected = passed.reshape(3, SIDE, SIDE).abs().sum(0)
    torch.testing.assert_close(explain("guided backpropagation", model, x), expected)
    plain = ((last * active) @ first).reshape(3, SIDE, SIDE).abs().sum(0)
    torch.testing.assert_close(explain("gradient", model, x), plain)
    assert not torch.allclose(plain, expected)


def test_captum_alone_does_not_modify_relu6(image):
    from captum.attr import GuidedBackprop, Saliency

    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * SIDE**2, 8), nn.ReLU6(), nn.Linear(8, 1))
    x = image.clone().requires_grad_()
    with pytest.warns(UserWarning, match="hooks"):
        guided = GuidedBackprop(model).attribute(x, target=0)
    torch.testing.assert_close(guided, Saliency(model).attribute(x, 0, abs=False))


def test_capped_relu_has_zero_gradient_beyond_the_cap():
    x = torch.tensor([-1.0, 3.0, 7.0], requires_grad=True)
    y = CappedReLU()(x)
    y.sum().backward()
    assert y.tolist() == [0.0, 3.0, 6.0]
    assert x.grad.tolist() == [0.0, 1.0, 0.0]


class Pictured(nn.Module):
    """A weighted mean of the channels of one convolution, for which Grad-CAM has a closed form."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 4, 3, bias=False)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        return self.head(self.layer(x).mean((2, 3)))


def test_grad_cam_weights_the_channels_by_their_gradients(image):
    model = Pictured().eval()
    maps = model.layer(image).detach()[0]
    # The score is a weighted sum of channel means, so each gradient is weight / pixels.
    each = model.head.weight.detach()[0] / maps[0].numel()
    expected = (each[:, None, None] * maps).sum(0).relu()
    found = explain("Grad-CAM", model, image, layer=model.layer)
    torch.testing.assert_close(found, expected)
    assert found.shape == (SIDE - 2, SIDE - 2)


def test_edge_detector_finds_an_edge_whatever_the_network():
    x = torch.zeros(1, 3, 8, 8)
    x[..., 4:] = 1.0
    first, second = (nn.Sequential(nn.Flatten(), nn.Linear(192, 2)) for _ in range(2))
    found = saliency_map("edge detector", first, x, 0, layer=first)
    assert found.equal(saliency_map("edge detector", second, x, 1, layer=second))
    assert (found[:, 3:5] > 0).all()
    assert found[:, :3].max() == found[:, 5:].max() == 0


def test_explainable_copy_computes_the_same_function():
    from pyfrontiers.vision import classifier

    model = classifier()
    ready = explainable(model)
    x = uniform((1, 3, 224, 224), seed=5)
    with torch.no_grad():
        assert torch.equal(ready(x), model(x))
    assert any(isinstance(m, nn.ReLU6) for m in model.modules())
    assert not any(isinstance(m, nn.ReLU6) for m in ready.modules())


@pytest.mark.parametrize("method", METHODS)
def test_saliency_maps_leave_model_image_and_generator_unchanged(method, image):
    model = Pictured().eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    x, state = image.clone(), torch.random.get_rng_state()
    found = explain(method, model, x, layer=model.layer)
    assert not found.requires_grad
    assert (found >= 0).all()
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.equal(x, image)
    assert x.grad is None
    assert not x.requires_grad
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
    assert not model.training
    assert not any(m._backward_hooks or m._forward_hooks for m in model.modules())


def test_smoothgrad_is_a_function_of_its_seed(image):
    model = two_layers(nn.ReLU())
    first, again, other = (explain("SmoothGrad", model, image, seed=s) for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_invalid_arguments_are_rejected(image, weights):
    model = linear(weights)
    with pytest.raises(ValueError, match=r"method must be one of gradient, .*, got 'guess'"):
        explain("guess", model, image)
    with pytest.raises(ValueError, match=r"x must have shape \(1, C, H, W\), got \(2, 3, 6, 6\)"):
        explain("gradient", model, image.expand(2, -1, -1, -1))
    with pytest.raises(ValueError, match="samples must be an integer of at least 1, got 0"):
        explain("SmoothGrad", model, image, samples=0)
