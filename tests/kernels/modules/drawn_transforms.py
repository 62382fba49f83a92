"""Transforms and images that the tests of `transform` share."""

import dataclasses

import torch

from pyfrontiers import kernels
from pyfrontiers.kernels import TransformDistribution

EVERYTHING = TransformDistribution(
    rotation=(-180, 180),
    shear=(-20, 20),
    contrast=(0.7, 1.3),
    saturation=(0.5, 1.5),
    hue=(-30, 30),
    gain=(0.8, 1.2),
    blur=(0, 2),
)
TOLERANCE = {  # for values of about 1; float32 coordinates are accurate to 2^-22 pixels
    torch.float32: 2e-5,
    torch.float64: 2e-7,
    torch.float16: 1e-3,
    torch.bfloat16: 8e-3,
}


def drawn(count, channels=3, *, seed=3, distribution=EVERYTHING):
    """Transforms that use every parameter; hue and saturation only with three channels."""
    if channels != 3:
        distribution = dataclasses.replace(distribution, saturation=(1.0, 1.0), hue=(0.0, 0.0))
    return kernels.sample_transforms(count, distribution, seed=seed, channels=channels)


def linear_part(transforms):
    """The linear part of transforms: no noise, no offset, no blur at the border."""
    return dataclasses.replace(
        transforms,
        noise=torch.zeros_like(transforms.noise),
        bias=torch.zeros_like(transforms.bias),
    )


def random_images(shape=(2, 3, 17, 23), dtype=torch.float32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64).to(dtype)
