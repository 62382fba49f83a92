"""Random affine maps, blur, colours and noise on images, in one pass, with the exact adjoint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_tensor
from pyfrontiers.kernels.operators import define, direct, empty_passes, signed, unsigned
from pyfrontiers.kernels.transform_parameters import Transforms

if TYPE_CHECKING:
    from collections.abc import Sequence

_INFINITY = math.inf


def transform(
    images: Tensor,
    transforms: Transforms,
    *,
    per_image: bool = False,
    background: float | Sequence[float] = 0.0,
    clip: tuple[float, float] | None = None,
) -> Tensor:
    """Apply affine maps, blur, colours and noise to images.

    y = clip(colour (g_blur * sample(x)) + bias + noise z). Sampling is bilinear, with pixel centres
    at half-integers as `grid_sample(align_corners=False)` has them; a neighbour outside the image
    counts as background. The blur is Gaussian, cut at ceil(3 blur) pixels, normalised, and goes on
    with the border pixels outside. z is standard normal: element e of the noise of a transform's
    sample, e counting the elements of one image (per_image) or of all of them, so that any split of
    the transforms, and with per_image any split of the images, gives the same.

    Args:
        images: (N, C, H, W), float32, float64, float16 or bfloat16, any layout.
        transforms: T of them, or T * N for `per_image`, for C channels.
        per_image: give every image transforms of its own: number t * N + n is pass t of image n.
            Otherwise each transform is applied to all images.
        background: what lies around the image, a number or one per channel, before colours and
            noise.
        clip: (low, high) to clip to, such as (0, 1); None for no clip.

    Returns:
        (T, N, C, H, W), contiguous, of the images' dtype. Values are bit-identical on every
        instruction set of a CPU and for any number of threads; they agree with `affine_grid` and
        `grid_sample` to about 2^-22 max(H, W) times the image's slope in float32. Gradients flow to
        the images, through the exact adjoint, where low < y < high; a transform's parameters get
        none.

    Raises:
        TypeError: wrong dtype, or an argument of the wrong kind.
        ValueError: wrong shape or device, transforms for another number of channels or images,
            a crossed clip, or a background that is not finite.

    Source:
        Athalye, Engstrom, Ilyas, Kwok, Synthesizing robust adversarial examples, ICML 2018, sec. 3;
        Jaderberg et al., Spatial transformer networks, NeurIPS 2015, eq. 1 and 5, for the sampling.
    """
    passes = check_call(images, transforms, per_image)
    around = background_values(background, images)
    low, high = clip_bounds(clip)
    count = passes * images.shape[0] if per_image else passes
    table = torch.cat(
        [
            transforms.linear.reshape(count, 4),
            transforms.translation,
            transforms.blur[:, None],
            transforms.noise[:, None],
            transforms.colour.flatten(1),
            transforms.bias,
        ],
        dim=1,
    )
    if direct(images):
        return _transform(
            images, table, transforms.samples, around, transforms.seed, per_image, low, high
        )
    result: Tensor = torch.ops.pyfrontiers.transform(
        images, table, transforms.samples, around, signed(transforms.seed), per_image, low, high
    )
    return result


def check_call(images: Tensor, transforms: Transforms, per_image: bool) -> int:
    """Accept images and transforms that fit; return the number of passes."""
    check_tensor("images", images)
    if images.dim() != 4:
        raise ValueError(f"images: got shape {tuple(images.shape)}, wanted (N, C, H, W)")
    if (images.shape[2] + 3) * (images.shape[3] + 3) >= 1 << 31:
        raise ValueError(
            f"images: got shape {tuple(images.shape)}, wanted fewer than 2^31 pixels an image"
        )
    if not isinstance(transforms, Transforms):
        raise TypeError(f"transforms: got {type(transforms).__name__}, wanted Transforms")
    if transforms.linear.device != images.device:
        raise ValueError(
            f"transforms: got them on {transforms.linear.device}, wanted {images.device} as images "
            "are"
        )
    if transforms.bias.shape[1] != images.shape[1]:
        raise ValueError(
            f"transforms: got them for {transforms.bias.shape[1]} channel(s), wanted "
            f"{images.shape[1]} as images has"
        )
    count, each = transforms.linear.shape[0], images.shape[0]
    if not per_image:
        return count
    if count != 0 and (each == 0 or count % each != 0):
        raise ValueError(
            f"transforms: got {count} for {each} image(s) of their own each, wanted a multiple"
        )
    return count // each if each else 0


def background_values(background: float | Sequence[float], images: Tensor) -> Tensor:
    """Return the background of each channel, float64 (C,)."""
    channels = images.shape[1]
    values = [background] * channels if isinstance(background, (int, float)) else list(background)
    if len(values) != channels:
        raise ValueError(
            f"background: got {len(values)} value(s), wanted one, or one for each of "
            f"{channels} channel(s)"
        )
    if not all(math.isfinite(value) for value in values):
        raise ValueError(f"background: got {background}, wanted finite numbers")
    return torch.tensor(values, dtype=torch.float64, device=images.device)


def clip_bounds(clip: tuple[float, float] | None) -> tuple[float, float]:
    """Return low and high, infinite where nothing is clipped."""
    low, high = (-_INFINITY, _INFINITY) if clip is None else clip
    if not low <= high:
        raise ValueError(f"clip: got {clip}, wanted low <= high, neither NaN")
    return float(low), float(high)


def _passes(table: Tensor, images: int, per_image: bool) -> int:
    return table.shape[0] // max(images, 1) if per_image else table.shape[0]


def _transform(
    images: Tensor,
    table: Tensor,
    samples: Tensor,
    background: Tensor,
    seed: int,
    per_image: bool,
    low: float,
    high: float,
) -> Tensor:
    images, table, samples = images.contiguous(), table.contiguous(), samples.contiguous()
    passes = _passes(table, images.shape[0], per_image)
    out = empty_passes(images, (passes,))
    _core.transform(
        images.data_ptr(),
        out.data_ptr(),
        DTYPE_CODES[images.dtype],
        (passes, *images.shape),
        per_image,
        table.data_ptr(),
        samples.data_ptr(),
        unsigned(seed),
        background.data_ptr(),
        (low, high),
        torch.get_num_threads(),
    )
    return out


def _fake(images: Tensor, table: Tensor, *rest: Any) -> Tensor:
    per_image = rest[3]
    passes = _passes(table, images.shape[0], per_image)
    return images.new_empty((passes, *images.shape))


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _, table, samples, _, *ctx.arguments = inputs
    *_, low, high = inputs
    clips = low > -_INFINITY or high < _INFINITY
    ctx.save_for_backward(table, samples, output if clips else None)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    table, samples, clipped = ctx.saved_tensors
    to_images = torch.ops.pyfrontiers.transform_adjoint(
        gradient, clipped, table, samples, *ctx.arguments
    )
    return to_images, None, None, None, None, None, None, None


def _adjoint(
    gradient: Tensor,
    clipped: Tensor | None,
    table: Tensor,
    samples: Tensor,
    seed: int,
    per_image: bool,
    low: float,
    high: float,
) -> Tensor:
    gradient, table, samples = gradient.contiguous(), table.contiguous(), samples.contiguous()
    values = clipped.contiguous() if clipped is not None else None
    background = torch.zeros(gradient.shape[2], dtype=torch.float64)
    to_images = gradient.new_empty(gradient.shape[1:])
    _core.transform_adjoint(
        gradient.data_ptr(),
        values.data_ptr() if values is not None else 0,
        to_images.data_ptr(),
        DTYPE_CODES[gradient.dtype],
        tuple(gradient.shape),
        per_image,
        table.data_ptr(),
        samples.data_ptr(),
        unsigned(seed),
        background.data_ptr(),
        (low, high),
        torch.get_num_threads(),
    )
    return to_images


def _adjoint_fake(gradient: Tensor, *_: Any) -> Tensor:
    return gradient.new_empty(gradient.shape[1:])


def _adjoint_remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _, clipped, table, samples, ctx.seed, ctx.per_image, ctx.low, ctx.high = inputs
    ctx.save_for_backward(clipped, table, samples)


def _adjoint_backward(ctx: Any, outer: Tensor) -> tuple[Tensor | None, ...]:
    clipped, table, samples = ctx.saved_tensors
    channels = outer.shape[1]
    # Only the linear part: no noise, no offset, no background.
    linear = table.clone()
    linear[:, 7] = 0.0
    linear[:, table.shape[1] - channels :] = 0.0
    nothing = torch.zeros(channels, dtype=torch.float64, device=outer.device)
    moved = torch.ops.pyfrontiers.transform(
        outer, linear, samples, nothing, ctx.seed, ctx.per_image, -_INFINITY, _INFINITY
    )
    if clipped is not None:
        moved = moved * ((clipped > ctx.low) & (clipped < ctx.high))
    return moved, None, None, None, None, None, None, None


_PARAMETERS = "Tensor table, Tensor samples, {}SymInt seed, bool per_image, float low, float high"

define(
    "transform(Tensor images, " + _PARAMETERS.format("Tensor background, ") + ") -> Tensor",
    _transform,
    _fake,
    backward=_backward,
    remember=_remember,
)
define(
    "transform_adjoint(Tensor gradient, Tensor? clipped, " + _PARAMETERS.format("") + ") -> Tensor",
    _adjoint,
    _adjoint_fake,
    backward=_adjoint_backward,
    remember=_adjoint_remember,
)
