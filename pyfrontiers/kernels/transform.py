"""Affine maps, blur, colour changes and noise on images in one pass, with the exact adjoint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import devices
from pyfrontiers.kernels.arguments import DTYPE_CODES
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.number_arguments import check_flag
from pyfrontiers.kernels.operators import (
    define,
    direct,
    empty_for,
    empty_passes,
    signed,
    unsigned,
)
from pyfrontiers.kernels.transform_arguments import background_values, check_call, clip_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.kernels.transform_parameters import Transforms

__all__ = ["transform"]

_INFINITY = math.inf


@adopts_arrays
def transform(
    images: Tensor,
    transforms: Transforms,
    *,
    per_image: bool = False,
    background: float | Sequence[float] = 0.0,
    clip: tuple[float, float] | None = None,
) -> Tensor:
    """Apply affine maps, blur, colour changes and noise to images.

    y = clip(colour (g_blur * sample(x)) + bias + noise z). Sampling is bilinear, with pixel centres
    at half-integers as in `grid_sample(align_corners=False)`; neighbours outside the image have the
    background's value. The blur is Gaussian, truncated at ceil(3 blur) pixels, normalised, and
    repeats the border pixels. z is standard normal: a pure function of (seed, the transform's
    sample, e), where e is the element's index in the image (per_image) or in all images. So the
    transforms, and with per_image also the images, can be split over calls with the same result.

    Args:
        images: (N, C, H, W), float32, float64, float16 or bfloat16, of any layout.
        transforms: T of them, or T * N for `per_image`, for C channels.
        per_image: apply transform t * N + n to image n in pass t. Otherwise each transform is
            applied to all images.
        background: value outside the image before colour changes and noise, a number or one per
            channel.
        clip: (low, high) to clip to, such as (0, 1); None for no clip.

    Returns:
        (T, N, C, H, W), contiguous, of the images' dtype. Values are bit-identical on every
        instruction set of a CPU and for any number of threads; they agree with `affine_grid` and
        `grid_sample` to about 2^-22 max(H, W) times the image's slope in float32. Gradients flow to
        the images, through the exact adjoint, where low < y < high, and not to the transforms'
        parameters.

    Raises:
        TypeError: wrong dtype, or an argument of the wrong type.
        ValueError: wrong shape or device, transforms for another number of channels or images,
            a crossed clip, or a background that is not finite.

    Source:
        Athalye, Engstrom, Ilyas, Kwok, Synthesizing robust adversarial examples, ICML 2018, sec. 3;
        Jaderberg et al., Spatial transformer networks, NeurIPS 2015, eq. 1 and 5, for the sampling.
    """
    per_image = check_flag("per_image", per_image)
    check_call(images, transforms, per_image)
    around = background_values(background, images)
    low, high = clip_bounds(clip)
    numbers = (_table(transforms), transforms.samples, around)
    blurs = transforms.blur is not None
    if direct(images):
        return _transform(images, *numbers, transforms.seed, per_image, blurs, low, high)
    result: Tensor = torch.ops.pyfrontiers.transform(
        images, *numbers, signed(transforms.seed), per_image, blurs, low, high
    )
    return result


def _table(transforms: Transforms) -> Tensor:
    """Return the transforms in the form the kernel reads, one row each."""
    noise = transforms.noise[:, None]
    blur = torch.zeros_like(noise) if transforms.blur is None else transforms.blur[:, None]
    linear, colour = transforms.linear.flatten(1), transforms.colour.flatten(1)
    return torch.cat((linear, transforms.translation, blur, noise, colour, transforms.bias), dim=1)


def _passes(table: Tensor, images: int, per_image: bool) -> int:
    return table.shape[0] // max(images, 1) if per_image else table.shape[0]


def _transform(
    images: Tensor,
    table: Tensor,
    samples: Tensor,
    background: Tensor,
    seed: int,
    per_image: bool,
    blurs: bool,
    low: float,
    high: float,
) -> Tensor:
    images, table, samples = images.contiguous(), table.contiguous(), samples.contiguous()
    out = empty_passes(images, (_passes(table, images.shape[0], per_image),))
    core, where = devices.execution(out)
    scratch = _scratch(out, where, 1) if blurs else None
    core.transform(
        images.data_ptr(),
        out.data_ptr(),
        DTYPE_CODES[images.dtype],
        tuple(out.shape),
        per_image,
        table.data_ptr(),
        samples.data_ptr(),
        unsigned(seed),
        background.data_ptr(),
        (low, high),
        _address(scratch),
        where,
    )
    return out


def _scratch(results: Tensor, where: devices.Execution, times: int) -> Tensor | None:
    """Return memory for the launches of a blur with CUDA; the CPU kernel has its workspace."""
    if isinstance(where, int):
        return None
    compute = torch.float64 if results.dtype == torch.float64 else torch.float32
    return torch.empty((times, *results.shape), dtype=compute, device=results.device)


def _address(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()


def _fake(images: Tensor, table: Tensor, *rest: Any) -> Tensor:
    per_image = rest[3]
    passes = _passes(table, images.shape[0], per_image)
    return images.new_empty((passes, *images.shape))


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _, table, samples, _, *ctx.arguments = inputs
    low, high = inputs[-2:]
    clips = low > -_INFINITY or high < _INFINITY
    ctx.save_for_backward(table, samples, output if clips else None)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    table, samples, clipped = ctx.saved_tensors
    to_images = torch.ops.pyfrontiers.transform_adjoint(
        gradient, clipped, table, samples, *ctx.arguments
    )
    return to_images, None, None, None, None, None, None, None, None


def _adjoint(
    gradient: Tensor,
    clipped: Tensor | None,
    table: Tensor,
    samples: Tensor,
    seed: int,
    per_image: bool,
    blurs: bool,
    low: float,
    high: float,
) -> Tensor:
    gradient, table, samples = gradient.contiguous(), table.contiguous(), samples.contiguous()
    values = clipped.contiguous() if clipped is not None else None
    background = table.new_zeros(gradient.shape[2])
    to_images = (
        empty_for(gradient[0]) if gradient.shape[0] else gradient.new_zeros(gradient.shape[1:])
    )
    core, where = devices.execution(to_images)
    scratch = _scratch(gradient, where, 2) if blurs else None
    core.transform_adjoint(
        gradient.data_ptr(),
        _address(values),
        to_images.data_ptr(),
        DTYPE_CODES[gradient.dtype],
        tuple(gradient.shape),
        per_image,
        table.data_ptr(),
        samples.data_ptr(),
        unsigned(seed),
        background.data_ptr(),
        (low, high),
        _address(scratch),
        where,
    )
    return to_images


def _adjoint_fake(gradient: Tensor, *_: Any) -> Tensor:
    return gradient.new_empty(gradient.shape[1:])


def _setup_adjoint_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _, clipped, table, samples, *ctx.arguments = inputs
    ctx.save_for_backward(clipped, table, samples)


def _adjoint_backward(ctx: Any, outer: Tensor) -> tuple[Tensor | None, ...]:
    clipped, table, samples = ctx.saved_tensors
    return _linear_part(outer, clipped, table, samples, ctx.arguments), *[None] * 8


def _adjoint_jvp(ctx: Any, tangent: Tensor) -> Tensor:
    result: Tensor = torch.ops.pyfrontiers.transform_adjoint(
        tangent, *ctx.saved_tensors, *ctx.arguments
    )
    return result


def _jvp(ctx: Any, tangent: Tensor) -> Tensor:
    table, samples, clipped = ctx.saved_tensors
    return _linear_part(tangent, clipped, table, samples, ctx.arguments)


def _linear_part(
    images: Tensor, clipped: Tensor | None, table: Tensor, samples: Tensor, arguments: Sequence[Any]
) -> Tensor:
    """Transform without noise, bias and background, and 0 where the results were clipped."""
    seed, per_image, blurs, low, high = arguments
    channels = images.shape[1]
    column = torch.arange(table.shape[1], device=table.device)
    kept = (column != 7) & (column < table.shape[1] - channels)
    nothing = torch.zeros(channels, dtype=torch.float64, device=images.device)
    moved: Tensor = torch.ops.pyfrontiers.transform(
        images, table * kept, samples, nothing, seed, per_image, blurs, -_INFINITY, _INFINITY
    )
    return moved if clipped is None else moved * ((clipped > low) & (clipped < high))


_PARAMETERS = (
    "Tensor table, Tensor samples, {}SymInt seed, bool per_image, bool blurs, float low, float high"
)

define(
    "transform(Tensor images, " + _PARAMETERS.format("Tensor background, ") + ") -> Tensor",
    _transform,
    _fake,
    derivative=Derivative(
        by=("images",),
        setup_context=_setup_context,
        backward=_backward,
        jvp=_jvp,
    ),
    batch=example_by_example("transform"),
)
define(
    "transform_adjoint(Tensor gradient, Tensor? clipped, " + _PARAMETERS.format("") + ") -> Tensor",
    _adjoint,
    _adjoint_fake,
    derivative=Derivative(
        by=("gradient",),
        setup_context=_setup_adjoint_context,
        backward=_adjoint_backward,
        jvp=_adjoint_jvp,
        flat=("clipped",),
    ),
    batch=example_by_example("transform_adjoint"),
)
