"""Axes along which every kernel must give the same result."""

from importlib import import_module

import pytest
import torch

from pyfrontiers.kernels import available_isas, devices, use_isa

EMULATION = "cuda_emulation"
ISAS = ("scalar", "avx2", "avx512", EMULATION)
DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}
INTEGERS = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.int8, torch.int16, torch.int32, torch.int64),
        *(torch.uint8, torch.uint16, torch.uint32, torch.uint64),
    )
}
LAYOUTS = {
    "contiguous": lambda x: x,
    "channels_last": lambda x: x.contiguous(memory_format=torch.channels_last),
    "strided": lambda x: x.repeat_interleave(2, dim=3)[..., ::2],
    "permuted": lambda x: x.permute(3, 1, 0, 2).contiguous().permute(2, 1, 3, 0),
    "expanded": lambda x: x[:, :1].expand_as(x),
    "offset": lambda x: torch.cat([x[:1], x]).contiguous()[1:],
}
SIZES = (0, 1, 31, 129, 2049, 70001)


@pytest.fixture
def emulated_cuda(monkeypatch):
    """Send the kernels' calls to the CUDA kernels, walked on the host; returns the module."""
    name = "pyfrontiers.kernels._core_cuda_emulated"
    try:
        module = import_module(name)
    except ModuleNotFoundError:
        pytest.skip(f"{name} is built in editable installs only")
    module.set_launch(largest_grid=3, threads=64, backwards=False)
    monkeypatch.setattr(devices, "execution", lambda out: (module, (0, 0)))
    return module


@pytest.fixture(params=ISAS)
def isa(request):
    """The loops of one instruction set, or the CUDA kernels in their emulation."""
    if request.param == EMULATION:
        request.getfixturevalue("emulated_cuda")
        yield EMULATION
        return
    if request.param not in available_isas():
        pytest.skip(f"this processor has no {request.param}")
    with use_isa(request.param):
        yield request.param


@pytest.fixture(params=DTYPES.values(), ids=DTYPES)
def dtype(request):
    return request.param


@pytest.fixture(params=INTEGERS.values(), ids=INTEGERS)
def integer(request):
    return request.param


@pytest.fixture(params=LAYOUTS.values(), ids=LAYOUTS)
def laid_out(request):
    """A function that brings an (N, C, H, W) tensor into one memory layout, values unchanged."""
    return request.param


@pytest.fixture(params=SIZES, ids=lambda n: f"n={n}")
def size(request):
    return request.param


@pytest.fixture(params=[1, 2, 5], ids=lambda n: f"{n}-threads")
def threads(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.fixture
def normal_images():
    """Images (3, 5, 9, 7) of fixed random values."""
    generator = torch.Generator().manual_seed(0)

    def make(dtype=torch.float32, shape=(3, 5, 9, 7)):
        return torch.randn(shape, generator=generator).to(dtype)

    return make
