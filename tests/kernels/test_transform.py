"""transform is affine_grid, grid_sample, a blur, colours and noise."""

import dataclasses
import math

import pytest
import torch
from drawn_transforms import TOLERANCE, drawn, linear_part, random_images
from scipy import stats

from pyfrontiers.kernels import (
    TransformDistribution,
    Transforms,
    available_isas,
    sample_transforms,
    transform,
    transform_reference,
    use_isa,
)

FALSE_ALARM = 1e-9  # per test; seeds are fixed, so a test that passes keeps passing
VARIANTS = {
    "shared": {},
    "own": {"per_image": True},
    "clipped": {"clip": (0.0, 1.0)},
    "background": {"background": (0.1, 0.5, -2.0, 0.0, 1.0)},
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_matches_reference(isa, dtype, variant):
    images = random_images((2, 5, 17, 23), dtype)
    transforms = drawn(4, channels=5)
    wanted = transform_reference(images, transforms, **variant)
    result = transform(images, transforms, **variant)
    assert result.dtype == dtype
    assert result.is_contiguous()
    torch.testing.assert_close(result, wanted, rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("shape", [(1, 3, 1, 1), (3, 3, 1, 9), (1, 3, 40, 2), (2, 1, 5, 64)])
def test_every_size_matches_reference(isa, shape):
    images, transforms = random_images(shape), drawn(3, shape[1])
    wanted = transform_reference(images, transforms)
    torch.testing.assert_close(transform(images, transforms), wanted, rtol=0, atol=2e-5)


def test_independent_of_layout(laid_out, normal_images):
    images = laid_out(normal_images())
    transforms = drawn(2, 5)
    assert torch.equal(
        transform(images, transforms), transform(images.clone().contiguous(), transforms)
    )


@pytest.mark.parametrize("name", ["avx2", "avx512"])
def test_bit_identical_across_isas_and_threads(name, dtype, threads):
    if name not in available_isas():
        pytest.skip(f"this processor has no {name}")
    for count, shape in ((24, (1, 3, 19, 33)), (3, (20, 4, 8, 21))):
        images, transforms = random_images(shape, dtype), drawn(count, shape[1])
        with use_isa(name):
            result, back = results_of(images, transforms, clip=(0.0, 1.0))
        torch.set_num_threads(1)
        with use_isa("scalar"):
            wanted, wanted_back = results_of(images, transforms, clip=(0.0, 1.0))
        torch.set_num_threads(threads)
        assert torch.equal(result, wanted)
        assert torch.equal(back, wanted_back)


def results_of(images, transforms, **options):
    """The transformed images and a gradient."""
    leaf = images.detach().requires_grad_()
    result = transform(leaf, transforms, **options)
    weights = torch.linspace(-1, 1, result.numel()).reshape(result.shape).to(result.dtype)
    return result.detach(), torch.autograd.grad(result, leaf, weights)[0]


@pytest.mark.parametrize("per_image", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_cuda_matches_cpu_bit_for_bit(request, dtype, backwards, per_image):
    images, transforms = random_images((2, 3, 13, 18), dtype), drawn(4)
    options = {"per_image": per_image, "clip": (0.1, 0.9), "background": 0.3}
    wanted, wanted_back = results_of(images, transforms, **options)
    module = request.getfixturevalue("emulated_cuda")
    module.set_launch(max_grid=2, threads=32, backwards=backwards)
    result, back = results_of(images, transforms, **options)
    assert torch.equal(result, wanted)
    # Sums in another order: over the pixels that read a pixel, not over the result's pixels.
    rounding = torch.finfo(dtype).eps * wanted_back.abs().max()
    torch.testing.assert_close(back, wanted_back, rtol=0, atol=8 * float(rounding))


def test_the_identity_changes_nothing(isa, dtype, laid_out, normal_images):
    images = laid_out(normal_images(dtype))
    same = transform(images, Transforms.identity(2, channels=5), background=math.pi)
    assert torch.equal(same, images.expand(2, -1, -1, -1, -1))


def test_whole_pixel_translation_is_exact_and_shows_background(isa):
    images = random_images((1, 1, 8, 16))
    moved = dataclasses.replace(
        Transforms.identity(1, channels=1),
        translation=torch.tensor([[3 / 16, -2 / 8]], dtype=torch.float64),
    )
    result = transform(images, moved, background=7.0)[0]
    assert torch.equal(result[..., :6, 3:], images[..., 2:, :13])
    assert (result[..., 6:, :] == 7).all()
    assert (result[..., :3] == 7).all()


def test_quarter_turn_is_rot90(isa):
    images = random_images((2, 3, 12, 12), torch.float64)
    still = dict.fromkeys(("translation", "brightness", "noise"), (0.0, 0.0))
    quarter = TransformDistribution(rotation=(90, 90), scale=(1, 1), **still)
    result = transform(images, sample_transforms(1, quarter, seed=0))[0]
    torch.testing.assert_close(result, torch.rot90(images, 1, (2, 3)), rtol=0, atol=1e-12)


def test_splitting_transforms_gives_the_same_result():
    images, transforms = random_images(), drawn(7)
    whole = transform(images, transforms)
    pieces = [transform(images, transforms[a:b]) for a, b in ((0, 1), (1, 5), (5, 7))]
    assert torch.equal(torch.cat(pieces), whole)


def test_splitting_images_with_transforms_per_image_gives_the_same_result():
    images, transforms = random_images((6, 3, 9, 11)), drawn(6)
    whole = transform(images, transforms, per_image=True)
    for a, b in ((0, 1), (1, 4), (4, 6)):
        piece = transform(images[a:b], transforms[a:b], per_image=True)
        assert torch.equal(piece[0], whole[0, a:b])


def test_transforms_per_image_are_the_diagonal_of_shared_transforms():
    images, transforms = random_images((4, 3, 9, 11)), linear_part(drawn(8))
    own = transform(images, transforms, per_image=True)
    shared = transform(images, transforms)
    for t in range(2):
        for n in range(4):
            assert torch.equal(own[t, n], shared[4 * t + n, n])


def noise_of(dtype=torch.float64, shape=(4, 3, 37, 41), count=2, **options):
    transforms = dataclasses.replace(
        Transforms.identity(count), noise=torch.ones(count, dtype=torch.float64), seed=11
    )
    return transform(torch.zeros(shape, dtype=dtype), transforms, **options)


def test_noise_is_standard_normal_and_independent():
    noise = noise_of().flatten(1)
    assert stats.kstest(noise.flatten().numpy(), "norm").pvalue > FALSE_ALARM
    width = stats.norm.isf(FALSE_ALARM / 8)
    n = noise.shape[1]
    assert abs(torch.corrcoef(noise)[0, 1]) * math.sqrt(n) < width
    for lag in (1, 2, 41):
        pairs = torch.corrcoef(torch.stack((noise[0, lag:], noise[0, :-lag])))[0, 1]
        assert abs(pairs) * math.sqrt(n - lag) < width


def test_noise_is_the_same_for_every_dtype(dtype):
    assert torch.equal(noise_of(dtype), noise_of(torch.float32).to(dtype))


def test_noise_agrees_with_float64_within_tolerance():
    shape = (1, 3, 128, 256)
    noisy = dataclasses.replace(
        Transforms.identity(1), noise=torch.ones(1, dtype=torch.float64), seed=5
    )
    images = torch.zeros(shape, dtype=torch.float64)
    exact = transform_reference(images, noisy)
    torch.testing.assert_close(transform(images, noisy), exact, rtol=0, atol=2e-6)


def test_degenerate_maps_stay_inside_the_image(isa, dtype):
    wild = dataclasses.replace(
        Transforms.identity(4),
        linear=torch.tensor([0.0, 1e300, -1e6, 1e-300], dtype=torch.float64)[:, None, None].expand(
            4, 2, 2
        ),
        translation=torch.tensor([[0, 1e300], [1e9, 0], [-3, 2], [0, 0]], dtype=torch.float64),
    )
    images = random_images(dtype=dtype).requires_grad_()
    result = transform(images, wild)
    assert ((result >= 0) & (result <= 1)).all()
    result.sum().backward()
    assert images.grad.isfinite().all()


def test_compiled_function_takes_transforms_as_argument():
    def program(images, transforms):
        return transform(images, transforms, per_image=True, clip=(0.0, 1.0)).sum()

    compiled = torch.compile(program, fullgraph=True, backend="aot_eager")
    images, transforms = random_images(), drawn(4)
    assert torch.equal(compiled(images, transforms), program(images, transforms))


@pytest.mark.parametrize("shape", [(0, 3, 4, 4), (2, 3, 0, 4), (2, 3, 4, 0)])
def test_empty_images(shape):
    images = torch.zeros(shape, requires_grad=True)
    result = transform(images, drawn(3))
    assert result.shape == (3, *shape)
    result.sum().backward()
    assert images.grad.shape == shape
