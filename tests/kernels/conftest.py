"""What the kernel tests share: instruction sets, dtypes, layouts, threads and a second Philox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from pyfrontiers import kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

DTYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def _strided(x: Tensor) -> Tensor:
    """The same values as every second element of every second row of something larger."""
    if x.dim() == 0:
        return x
    wide = torch.full([2 * size + 1 for size in x.shape], torch.nan, dtype=x.dtype)
    view = wide[tuple(slice(1, None, 2) for _ in x.shape)]
    return view.copy_(x)


def _transposed(x: Tensor) -> Tensor:
    return x.transpose(0, -1).contiguous().transpose(0, -1) if x.dim() > 1 else x.clone()


def _channels_last(x: Tensor) -> Tensor:
    return x.movedim(1, -1).contiguous().movedim(-1, 1) if x.dim() > 2 else x.clone()


LAYOUTS: dict[str, Callable[[Tensor], Tensor]] = {
    "contiguous": lambda x: x.clone(memory_format=torch.contiguous_format),
    "transposed": _transposed,
    "channels_last": _channels_last,
    "strided": _strided,
}


@pytest.fixture(params=("scalar", "avx2", "avx512"))
def isa(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each instruction set in turn."""
    name: str = request.param
    if name not in kernels.available_isas():
        pytest.skip(f"this machine cannot run {name}")
    with kernels.use_isa(name):
        yield name


@pytest.fixture(params=DTYPES, ids=lambda dtype: str(dtype).removeprefix("torch."))
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    """Each element type in turn."""
    chosen: torch.dtype = request.param
    return chosen


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> Callable[[Tensor], Tensor]:
    """A function that returns a tensor's values in another place of memory."""
    return LAYOUTS[request.param]


@pytest.fixture(params=(1, 2, 5), ids=lambda count: f"threads{count}")
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """Each number of threads in turn."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def philox_4x32_10(counter: tuple[NDArray[np.uint64] | int, ...], seed: int) -> NDArray[np.uint64]:
    """Philox4x32-10 from the paper's figure 2: ten rounds, four words a counter, in NumPy."""
    mask = np.uint64(0xFFFFFFFF)
    v = [np.asarray(word, dtype=np.uint64) for word in counter]
    keys = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        left, right = v[0] * np.uint64(0xD2511F53), v[2] * np.uint64(0xCD9E8D57)
        v = [
            (right >> np.uint64(32)) ^ v[1] ^ np.uint64(keys[0]),
            right & mask,
            (left >> np.uint64(32)) ^ v[3] ^ np.uint64(keys[1]),
            left & mask,
        ]
        keys = [(keys[0] + 0x9E3779B9) & 0xFFFFFFFF, (keys[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(np.broadcast_arrays(*v), axis=-1)


@pytest.fixture
def philox() -> Callable[..., NDArray[np.uint64]]:
    """A Philox that shares no line with the package's."""
    return philox_4x32_10
