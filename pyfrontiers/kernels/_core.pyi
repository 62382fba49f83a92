"""The compiled core; addresses are integers from `Tensor.data_ptr()`."""

from typing import Any

import torch
from torch import Tensor

# value, or (address of float64 values, stride by sample, stride by channel)
_StepParameter = float | tuple[int, int, int]

# addresses of x, grad (0 where there is none), origin and out
_StepTensors = tuple[int, int, int, int]

# outer, channels, inner, channels-last
_StepLayout = tuple[int, int, int, bool]

# addresses and sizes: positions, vertices, faces, faces, corners; double-sided
_Mesh = tuple[int, int, int, int, int, bool]

# addresses of face, depth, uv and shade
_Fragments = tuple[int, int, int, int]

# address, strides by pose, channel, row and column
_Background = tuple[int, int, int, int, int]

# address and bytes
_Workspace = tuple[int, int]

_ImageSize = tuple[int, int, int]
_TextureSize = tuple[int, int, int]

def isa() -> str: ...
def available_isas() -> tuple[str, ...]: ...
def choose_isa(name: str | None) -> bool: ...
def prefer_huge_pages(start: int, size: int) -> None: ...
def bits(out: int, n: int, seed: int, offset: int, subsequence: int, threads: int) -> None: ...
def uniform(out: int, dtype: int, n: int, seed: int, offset: int, threads: int) -> None: ...
def normal(out: int, dtype: int, n: int, seed: int, offset: int, threads: int) -> None: ...
def integers(
    out: int, width: int, n: int, low: int, faces: int, seed: int, offset: int, threads: int
) -> None: ...
def philox_block(counter: int, subsequence: int, seed: int) -> tuple[int, int, int, int]: ...

streams: dict[str, tuple[int, int]]
"""Name of a use -> first value of Philox's counter word 3, and how many follow."""

def corrupt_labels(
    labels: int,
    out: int,
    redrawn: int,
    width: int,
    n: int,
    threshold: int,
    classes: int,
    seed: int,
    threads: int,
) -> None: ...
def dropout_mask(
    out: int,
    n: int,
    first_element: int,
    packed: bool,
    threshold: int,
    seed: int,
    sample: int,
    threads: int,
) -> None: ...
def dropout(
    x: int,
    out: int,
    dtype: int,
    outer: int,
    channels: int,
    inner: int,
    pixel_major: bool,
    by_channel: bool,
    first_element: int,
    threshold: int,
    seed: int,
    sample: int,
    threads: int,
) -> None: ...
def mc_dropout(
    x: int,
    out: int,
    dtype: int,
    outer: int,
    channels: int,
    inner: int,
    pixel_major: bool,
    by_channel: bool,
    samples: int,
    first_element: int,
    threshold: int,
    seed: int,
    first_sample: int,
    threads: int,
) -> None: ...
def additive_noise(
    x: int,
    out: int,
    dtype: int,
    samples: int,
    channels: int,
    inner: int,
    kind: int,
    amount: _StepParameter,
    low: _StepParameter,
    high: _StepParameter,
    seed: int,
    sample: int,
    first_element: int,
    threads: int,
) -> None: ...
def random_start(
    origin: int,
    out: int,
    dtype: int,
    samples: int,
    channels: int,
    inner: int,
    norm: int,
    epsilon: _StepParameter,
    low: _StepParameter,
    high: _StepParameter,
    seed: int,
    first_sample: int,
    scratch: int,
    threads: int,
) -> None: ...
def mc_dropout_mean(
    x: int,
    out: int,
    dtype: int,
    outer: int,
    channels: int,
    inner: int,
    pixel_major: bool,
    by_channel: bool,
    samples: int,
    first_element: int,
    threshold: int,
    seed: int,
    first_sample: int,
    threads: int,
) -> None: ...
def gather(
    from_: int,
    to: int,
    width: int,
    row_indices: int,
    rows: int,
    from_rows: int,
    column_indices: int,
    columns: int,
    from_columns: int,
    inner: int,
    from_columns_last: bool,
    to_columns_last: bool,
    threads: int,
) -> None: ...
def gather_directly(
    from_: object,
    rows: object,
    columns: object,
    from_columns_last: object,
    to_columns_last: object,
) -> Tensor | None: ...
def linf_step(
    x: int,
    grad: int,
    origin: int,
    out: int,
    dtype: int,
    outer: int,
    channels: int,
    inner: int,
    pixel_major: bool,
    step: _StepParameter,
    epsilon: _StepParameter,
    low: _StepParameter,
    high: _StepParameter,
    ascend: bool,
    threads: int,
) -> None: ...
def l1_step(
    tensors: _StepTensors,
    dtype: int,
    layout: _StepLayout,
    step: _StepParameter,
    epsilon: _StepParameter,
    low: _StepParameter,
    high: _StepParameter,
    ascend: bool,
    share: float,
    workspace: _Workspace,
    threads: int,
) -> None: ...
def l2_step(
    tensors: _StepTensors,
    dtype: int,
    layout: _StepLayout,
    step: _StepParameter,
    epsilon: _StepParameter,
    low: _StepParameter,
    high: _StepParameter,
    ascend: bool,
    workspace: _Workspace,
    threads: int,
) -> None: ...
def project(
    tensors: _StepTensors,
    dtype: int,
    layout: _StepLayout,
    norm: int,
    epsilon: _StepParameter,
    low: _StepParameter,
    high: _StepParameter,
    workspace: _Workspace,
    threads: int,
) -> None: ...
def ball_workspace(samples: int, elements: int) -> int: ...
def moments(
    samples: int,
    dtype: int,
    outer: int,
    passes: int,
    inner: int,
    correction: int,
    mean: int,
    variance: int,
    threads: int,
) -> None: ...
def update_moments(
    samples: int,
    dtype: int,
    outer: int,
    passes: int,
    inner: int,
    count: int,
    mean: int,
    m2: int,
    threads: int,
) -> None: ...

# addresses of mean, variance, entropy, expected entropy and mutual information
_PredictiveResults = tuple[int, ...]

# addresses of mean, m2 and entropy
_PredictiveState = tuple[int, int, int]

def predictive(
    logits: int,
    dtype: int,
    passes: int,
    classes: int,
    sizes: tuple[int, ...],
    strides: tuple[int, ...],
    pass_stride: int,
    class_stride: int,
    results: _PredictiveResults,
    state: int,
    threads: int,
) -> None: ...
def update_predictive(
    logits: int,
    dtype: int,
    passes: int,
    classes: int,
    sizes: tuple[int, ...],
    strides: tuple[int, ...],
    pass_stride: int,
    class_stride: int,
    count: int,
    state: _PredictiveState,
    threads: int,
) -> None: ...
def finish_predictive(
    state: _PredictiveState,
    positions: int,
    classes: int,
    passes: int,
    dtype: int,
    results: _PredictiveResults,
    threads: int,
) -> None: ...
def sample_transforms(
    table: int,
    count: int,
    channels: int,
    ranges: list[tuple[float, float]],
    seed: int,
    first_sample: int,
    threads: int,
) -> None: ...

# passes, images, channels, height, width
_TransformShape = tuple[int, ...]

def transform(
    images: int,
    out: int,
    dtype: int,
    shape: _TransformShape,
    per_image: bool,
    table: int,
    samples: int,
    seed: int,
    background: int,
    bounds: tuple[float, float],
    scratch: int,
    threads: int,
) -> None: ...
def transform_adjoint(
    gradient: int,
    clipped: int,
    to_images: int,
    dtype: int,
    shape: _TransformShape,
    per_image: bool,
    table: int,
    samples: int,
    seed: int,
    background: int,
    bounds: tuple[float, float],
    scratch: int,
    threads: int,
) -> None: ...
def rasterize(
    mesh: _Mesh,
    poses: int,
    image_size: _ImageSize,
    out: _Fragments,
    workspace: _Workspace,
    threads: int,
) -> None: ...
def render(
    mesh: _Mesh,
    poses: int,
    image_size: _ImageSize,
    texture: int,
    dtype: int,
    texture_size: _TextureSize,
    background: _Background,
    image: int,
    workspace: _Workspace,
    threads: int,
) -> None: ...
def render_adjoint(
    mesh: _Mesh,
    poses: int,
    image_size: _ImageSize,
    gradient: int,
    dtype: int,
    texture_size: _TextureSize,
    texture: int,
    workspace: _Workspace,
    threads: int,
) -> None: ...
def look_up(
    fragments: _Fragments,
    image_size: _ImageSize,
    texture: int,
    dtype: int,
    texture_size: _TextureSize,
    background: _Background,
    image: int,
    threads: int,
) -> None: ...
def look_up_adjoint(
    fragments: _Fragments,
    image_size: _ImageSize,
    gradient: int,
    dtype: int,
    texture_size: _TextureSize,
    texture: int,
    workspace: _Workspace,
    threads: int,
) -> None: ...
def render_workspace(vertices: int, image_size: _ImageSize) -> int: ...
def render_adjoint_workspace(
    vertices: int, image_size: _ImageSize, texture_size: _TextureSize
) -> int: ...
def look_up_adjoint_workspace(image_size: _ImageSize, texture_size: _TextureSize) -> int: ...
def connect(
    table: object,
    tensor: type,
    parameter: type,
    functions: dict[str, Any],
    dtypes: tuple[torch.dtype, ...],
    smallest_remembered: int,
) -> bool: ...
def disconnect() -> None: ...
def is_read_only(capsule: object) -> bool: ...

# Calls on plain tensors; None where the Python body must decide. See csrc/bindings/direct.hpp.
def dropout_mask_directly(
    shape: object,
    p: object,
    seed: object,
    sample: object,
    first_element: object,
    granularity: object,
    packed: object,
    dtype: object,
) -> Tensor | None: ...
def dropout_directly(
    x: object,
    p: object,
    seed: object,
    sample: object,
    first_element: object,
    granularity: object,
    out: object,
) -> Tensor | None: ...
def mc_dropout_directly(
    x: object,
    p: object,
    samples: object,
    seed: object,
    first_sample: object,
    first_element: object,
    granularity: object,
) -> Tensor | None: ...
def mc_dropout_mean_directly(
    x: object,
    p: object,
    samples: object,
    seed: object,
    first_sample: object,
    first_element: object,
    granularity: object,
    out: object,
) -> Tensor | None: ...
def bits_directly(shape: object, seed: object, offset: object, dtype: object) -> Tensor | None: ...
def uniform_directly(
    shape: object, seed: object, offset: object, dtype: object
) -> Tensor | None: ...
def normal_directly(
    shape: object, seed: object, offset: object, dtype: object
) -> Tensor | None: ...
def randint_directly(
    shape: object, low: object, high: object, seed: object, offset: object, dtype: object
) -> Tensor | None: ...
def corrupt_labels_directly(
    labels: object, share: object, num_classes: object, seed: object, boolean: object
) -> tuple[Tensor, Tensor] | None: ...
def linf_step_directly(
    x: object,
    grad: object,
    origin: object,
    step: object,
    epsilon: object,
    bounds: object,
    ascend: object,
    out: object,
) -> Tensor | None: ...
def random_start_directly(
    origin: object,
    norm: object,
    epsilon: object,
    seed: object,
    first_sample: object,
    bounds: object,
) -> Tensor | None: ...
def additive_noise_directly(
    x: object,
    amount: object,
    kind: object,
    seed: object,
    sample: object,
    first_element: object,
    bounds: object,
    out: object,
) -> Tensor | None: ...
def predictive_directly(
    logits: object, dim: object, class_dim: object
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor] | None: ...
def moments_directly(
    samples: object, dim: object, correction: object
) -> tuple[Tensor, Tensor] | None: ...
def l1_step_directly(
    x: object,
    grad: object,
    origin: object,
    step: object,
    epsilon: object,
    bounds: object,
    ascend: object,
    share: object,
    out: object,
) -> Tensor | None: ...
def l2_step_directly(
    x: object,
    grad: object,
    origin: object,
    step: object,
    epsilon: object,
    bounds: object,
    ascend: object,
    out: object,
) -> Tensor | None: ...
def project_directly(
    x: object, origin: object, norm: object, epsilon: object, bounds: object
) -> Tensor | None: ...
