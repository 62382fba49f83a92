"""The compiled core; addresses are integers from `Tensor.data_ptr()`.

Written by tools/generate.py from the signatures of the compiled module.
"""

from typing import Any

from torch import Tensor

kernels: tuple[str, ...]
streams: dict[str, tuple[int, int]]
smallest_pooled: int
pool_capacity: int

def additive_noise(
    x: int,
    out: int,
    dtype: int,
    samples: int,
    channels: int,
    inner: int,
    kind: int,
    amount: float | tuple[int, int, int],
    low: float | tuple[int, int, int],
    high: float | tuple[int, int, int],
    seed: int,
    sample: int,
    first_element: int,
    threads: int,
) -> None: ...
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
def available_isas() -> tuple[Any, ...]: ...
def ball_workspace(samples: int, elements: int) -> int: ...
def bits(out: int, n: int, seed: int, offset: int, subsequence: int, threads: int) -> None: ...
def bits_directly(
    shape: object, seed: object, offset: object, dtype: object, device: object
) -> Tensor | None: ...
def bytes_in_pool() -> int: ...
def choose_isa(name: str) -> bool: ...
def connect(
    table: object,
    tensor: type,
    parameter: type,
    functions: dict[str, Any],
    examples: tuple[Any, ...],
) -> bool: ...
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
def corrupt_labels_directly(
    labels: object, share: object, num_classes: object, seed: object
) -> tuple[Tensor, Tensor] | None: ...
def disconnect() -> None: ...
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
def dropout_directly(
    x: object,
    p: object,
    seed: object,
    sample: object,
    first_element: object,
    granularity: object,
    out: object,
) -> Tensor | None: ...
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
def dropout_mask_directly(
    shape: object,
    p: object,
    seed: object,
    sample: object,
    first_element: object,
    granularity: object,
    packed: object,
    device: object,
) -> Tensor | None: ...
def empty_pool() -> None: ...
def finish_predictive(
    state: tuple[int, ...],
    positions: int,
    classes: int,
    passes: int,
    dtype: int,
    results: tuple[int, ...],
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
    from_: object, rows: object, columns: object, from_columns_last: object, to_columns_last: object
) -> Tensor | None: ...
def integers(
    out: int, width: int, n: int, low: int, faces: int, seed: int, offset: int, threads: int
) -> None: ...
def is_read_only(capsule: object) -> bool: ...
def isa() -> str: ...
def l1_step(
    tensors: tuple[int, int, int, int],
    dtype: int,
    layout: tuple[int, int, int, bool],
    step: float | tuple[int, int, int],
    epsilon: float | tuple[int, int, int],
    low: float | tuple[int, int, int],
    high: float | tuple[int, int, int],
    ascend: bool,
    share: float,
    workspace: tuple[int, int],
    threads: int,
) -> None: ...
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
def l2_step(
    tensors: tuple[int, int, int, int],
    dtype: int,
    layout: tuple[int, int, int, bool],
    step: float | tuple[int, int, int],
    epsilon: float | tuple[int, int, int],
    low: float | tuple[int, int, int],
    high: float | tuple[int, int, int],
    ascend: bool,
    workspace: tuple[int, int],
    threads: int,
) -> None: ...
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
def linf_step(
    tensors: tuple[int, int, int, int],
    dtype: int,
    layout: tuple[int, int, int, bool],
    step: float | tuple[int, int, int],
    epsilon: float | tuple[int, int, int],
    low: float | tuple[int, int, int],
    high: float | tuple[int, int, int],
    ascend: bool,
    threads: int,
) -> None: ...
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
def look_up(
    fragments: tuple[int, int, int, int],
    image_size: tuple[int, int, int],
    texture: int,
    dtype: int,
    texture_size: tuple[int, int, int],
    background: tuple[int, int, int, int, int],
    image: int,
    threads: int,
) -> None: ...
def look_up_adjoint(
    fragments: tuple[int, int, int, int],
    image_size: tuple[int, int, int],
    gradient: int,
    dtype: int,
    texture_size: tuple[int, int, int],
    texture: int,
    workspace: tuple[int, int],
    threads: int,
) -> None: ...
def look_up_adjoint_workspace(
    image_size: tuple[int, int, int], texture_size: tuple[int, int, int]
) -> int: ...
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
def mc_dropout_directly(
    x: object,
    p: object,
    samples: object,
    seed: object,
    first_sample: object,
    first_element: object,
    granularity: object,
) -> Tensor | None: ...
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
def moments_directly(
    samples: object, dim: object, correction: object
) -> tuple[Tensor, Tensor] | None: ...
def normal(out: int, dtype: int, n: int, seed: int, offset: int, threads: int) -> None: ...
def normal_directly(
    shape: object, seed: object, offset: object, dtype: object, device: object
) -> Tensor | None: ...
def philox_block(counter: int, subsequence: int, seed: int) -> tuple[int, int, int, int]: ...
def pooled_capsule(size: int) -> object: ...
def pooled_tensor(shape: tuple[int, ...], example: object) -> Tensor | None: ...
def predictive(
    logits: int,
    dtype: int,
    passes: int,
    classes: int,
    sizes: tuple[int, ...],
    strides: tuple[int, ...],
    pass_stride: int,
    class_stride: int,
    results: tuple[int, ...],
    state: int,
    threads: int,
) -> None: ...
def predictive_directly(
    logits: object, dim: object, class_dim: object
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor] | None: ...
def prefer_huge_pages(start: int, size: int) -> None: ...
def project(
    tensors: tuple[int, int, int, int],
    dtype: int,
    layout: tuple[int, int, int, bool],
    norm: int,
    epsilon: float | tuple[int, int, int],
    low: float | tuple[int, int, int],
    high: float | tuple[int, int, int],
    workspace: tuple[int, int],
    threads: int,
) -> None: ...
def project_directly(
    x: object, origin: object, norm: object, epsilon: object, bounds: object
) -> Tensor | None: ...
def randint_directly(
    shape: object,
    low: object,
    high: object,
    seed: object,
    offset: object,
    dtype: object,
    device: object,
) -> Tensor | None: ...
def random_start(
    origin: int,
    out: int,
    dtype: int,
    samples: int,
    channels: int,
    inner: int,
    norm: int,
    epsilon: float | tuple[int, int, int],
    low: float | tuple[int, int, int],
    high: float | tuple[int, int, int],
    seed: int,
    first_sample: int,
    scratch: int,
    threads: int,
) -> None: ...
def random_start_directly(
    origin: object,
    norm: object,
    epsilon: object,
    seed: object,
    first_sample: object,
    bounds: object,
) -> Tensor | None: ...
def rasterize(
    mesh: tuple[int, int, int, int, int, bool],
    poses: int,
    image_size: tuple[int, int, int],
    out: tuple[int, int, int, int],
    workspace: tuple[int, int],
    threads: int,
) -> None: ...
def render(
    mesh: tuple[int, int, int, int, int, bool],
    poses: int,
    image_size: tuple[int, int, int],
    texture: int,
    dtype: int,
    texture_size: tuple[int, int, int],
    background: tuple[int, int, int, int, int],
    image: int,
    workspace: tuple[int, int],
    threads: int,
) -> None: ...
def render_adjoint(
    mesh: tuple[int, int, int, int, int, bool],
    poses: int,
    image_size: tuple[int, int, int],
    gradient: int,
    dtype: int,
    texture_size: tuple[int, int, int],
    texture: int,
    workspace: tuple[int, int],
    threads: int,
) -> None: ...
def render_adjoint_workspace(
    vertices: int, image_size: tuple[int, int, int], texture_size: tuple[int, int, int]
) -> int: ...
def render_workspace(vertices: int, image_size: tuple[int, int, int]) -> int: ...
def sample_transforms(
    table: int,
    count: int,
    channels: int,
    ranges: tuple[tuple[float, float], ...],
    seed: int,
    first_sample: int,
    threads: int,
) -> None: ...
def transform(
    images: int,
    out: int,
    dtype: int,
    shape: tuple[int, int, int, int, int],
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
    shape: tuple[int, int, int, int, int],
    per_image: bool,
    table: int,
    samples: int,
    seed: int,
    background: int,
    bounds: tuple[float, float],
    scratch: int,
    threads: int,
) -> None: ...
def uniform(out: int, dtype: int, n: int, seed: int, offset: int, threads: int) -> None: ...
def uniform_directly(
    shape: object, seed: object, offset: object, dtype: object, device: object
) -> Tensor | None: ...
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
    state: tuple[int, ...],
    threads: int,
) -> None: ...
