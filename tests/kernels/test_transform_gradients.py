"""The gradient of transform is the adjoint of the map, and that of the reference."""

import dataclasses

import pytest
import torch
from drawn_transforms import TOLERANCE, drawn, linear_part, random_images

from pyfrontiers.kernels import Transforms, transform, transform_reference


@pytest.mark.parametrize("per_image", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("count", [0, 2, 6, 40])
def test_gradient_is_the_adjoint(isa, per_image, count):
    images = random_images((2, 3, 19, 14), torch.float64).requires_grad_()
    transforms = linear_part(drawn(count))
    result = transform(images, transforms, per_image=per_image)
    other = torch.randn(result.shape, dtype=torch.float64)
    (back,) = torch.autograd.grad(result, images, other)
    forward, backward = (result * other).sum(), (images * back).sum()
    assert abs(forward - backward) <= 1e-12 * (result * other).abs().sum()
    if count == 0:
        assert not back.any()


def test_adjoint_of_strong_blurs_at_borders(isa):
    for shape in ((1, 3, 5, 4), (1, 3, 1, 7), (1, 3, 9, 1)):
        images = random_images(shape, torch.float64).requires_grad_()
        blurred = dataclasses.replace(
            Transforms.identity(2), blur=torch.tensor([4.0, 0.3], dtype=torch.float64)
        )
        result = transform(images, blurred)
        other = torch.randn(result.shape, dtype=torch.float64)
        (back,) = torch.autograd.grad(result, images, other)
        torch.testing.assert_close((result * other).sum(), (images * back).sum())


def test_gradients_match_reference(isa, dtype):
    transforms = drawn(5)
    # In 16 bits, values within a rounding of the bound may fall on either side of it.
    clip = (0.1, 0.9) if dtype.itemsize > 2 else None
    gradients = []
    for function in (transform, transform_reference):
        images = random_images(dtype=dtype).requires_grad_()
        result = function(images, transforms, clip=clip, background=0.3)
        weights = torch.linspace(-1, 1, result.numel()).reshape(result.shape).to(dtype)
        gradients.append(torch.autograd.grad(result, images, weights)[0])
    torch.testing.assert_close(*gradients, rtol=0, atol=20 * TOLERANCE[dtype])


def test_gradient_is_zero_where_clipped():
    images = torch.tensor([-1.0, 0.0, 0.25, 1.0, 2.0]).reshape(1, 1, 1, 5).requires_grad_()
    result = transform(images, Transforms.identity(1, channels=1), clip=(0.0, 1.0))
    assert result.flatten().tolist() == [0, 0, 0.25, 1, 1]
    result.sum().backward()
    assert images.grad.flatten().tolist() == [0, 0, 1, 0, 0]


def test_first_and_second_derivatives():
    images = random_images((1, 3, 4, 5), torch.float64).requires_grad_()
    transforms = drawn(2)
    assert torch.autograd.gradcheck(lambda x: transform(x, transforms), images)
    assert torch.autograd.gradgradcheck(
        lambda x: transform(x, transforms, clip=(0.1, 0.9)).square(), images
    )
