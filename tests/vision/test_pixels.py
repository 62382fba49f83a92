from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pyfrontiers.vision import photograph, prepare, prepared_pixels, quantise, ssim, to_image


def test_prepared_photograph_has_whole_levels_in_the_unit_range():
    x = prepare(photograph("cat"))
    assert x.shape == (3, 224, 224)
    assert x.dtype == torch.float32
    assert torch.equal((x * 255).round() / 255, x)
    assert 0 <= x.min() < x.max() <= 1


def test_prepared_bytes_and_tensor_agree():
    image = photograph("coffee")
    pixels = np.frombuffer(prepared_pixels(image), np.uint8).reshape(224, 224, 3)
    assert np.array_equal(np.asarray(to_image(prepare(image))), pixels)


def test_image_of_the_right_size_is_not_cropped():
    once = to_image(prepare(photograph("temple")))
    assert torch.equal(prepare(once), prepare(photograph("temple")))


@pytest.mark.parametrize("size", [(32, 3000), (3000, 32), (224, 225), (33, 33), (1, 2_000_000)])
def test_images_of_any_shape_become_square(size):
    assert prepare(Image.new("RGB", size, "teal")).shape == (3, 224, 224)


def test_crop_is_centred():
    image = Image.new("RGB", (600, 256), "black")
    image.paste("white", (172, 0, 428, 256))
    assert prepare(image).min() == 1


def test_sizes_below_one_are_rejected():
    with pytest.raises(ValueError, match="size must be an integer from 1 to 32,768, got 0"):
        prepare(photograph("cat"), 0)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.7, 1.0, 2.6, 4.0, 8.0, 16.0]))
def test_quantised_image_stays_in_the_ball_and_the_unit_range(seed, levels):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randint(0, 256, (3, 5, 5), generator=generator) / 255
    epsilon = levels / 255
    moved = (x + epsilon * (2 * torch.rand(x.shape, generator=generator) - 1)).clamp(0, 1)
    rounded = quantise(moved, x, epsilon)
    steps = (rounded.double() * 255).round() - (x.double() * 255).round()
    assert steps.abs().max() <= levels
    assert torch.equal((rounded * 255).round() / 255, rounded)
    assert 0 <= rounded.min() <= rounded.max() <= 1
    # Where the ball is not active, the result is the nearest level.
    free = ((moved - x).abs() * 255) <= int(levels) - 0.5
    assert ((rounded - moved).abs() * 255)[free].le(0.5 + 1e-4).all()


def test_quantise_rejects_images_of_different_shapes():
    with pytest.raises(
        ValueError, match=r"adversarial must have the shape of original, \(3, 2, 3\), got"
    ):
        quantise(torch.zeros(3, 2, 2), torch.zeros(3, 2, 3), 0.1)


def test_ssim_is_one_for_equal_images_and_falls_with_noise():
    x = prepare(photograph("temple"))
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    values = [ssim(x, (x + scale * noise).clamp(0, 1)) for scale in (0.0, 0.01, 0.05, 0.2)]
    assert values[0] == pytest.approx(1)
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.5


def test_ssim_of_uniform_images_is_the_luminance_term():
    # Without variance, SSIM is (2 a b + C1) / (a^2 + b^2 + C1), C1 = 0.01^2 (Wang et al., eq. 6).
    a, b = torch.full((3, 16, 16), 0.2), torch.full((3, 16, 16), 0.6)
    assert ssim(a, b) == pytest.approx((2 * 0.12 + 1e-4) / (0.04 + 0.36 + 1e-4), rel=1e-6)


def test_invalid_shapes_are_rejected():
    with pytest.raises(ValueError, match=r"second must have shape .*, got"):
        ssim(torch.zeros(3, 16, 16), torch.zeros(3, 16, 15))
    with pytest.raises(ValueError, match=r"pixels must have shape \(3, .*, got \(1, 4, 4\)"):
        to_image(torch.zeros(1, 4, 4))
