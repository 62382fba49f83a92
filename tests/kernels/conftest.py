"""Fixtures for the axes along which every kernel must give the same result."""

from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from case_selection import SELECTION, Selection
from scenes import Scenes

from pyfrontiers import kernels
from pyfrontiers.kernels import Mesh, _core, available_isas, devices, direct, use_isa

HERE = Path(__file__).parent
MODULES = HERE / "modules"
EMULATION = "cuda_emulation"
GPU = "cuda"
ISAS = ("scalar", "avx2", "avx512", EMULATION, pytest.param(GPU, marks=pytest.mark.gpu))
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
GRIDS = {
    "one-block-backwards": {"max_grid": 1, "threads": 96, "backwards": True},
    "striding": {"max_grid": 2, "threads": 32, "backwards": False},
    "wide-backwards": {"max_grid": 1 << 20, "threads": 256, "backwards": True},
}
SIZES = (0, 1, 31, 129, 2049, 70001)
EMULATED_MODULE = "pyfrontiers.kernels._core_cuda_emulated"
NO_EMULATION = f"{EMULATED_MODULE} is not built; `make test` builds it (FRONTIERS_EMULATED_CUDA)"
NO_GPU = "this machine has no NVIDIA GPU"


def missing(item):
    """Return what a test case needs that this machine lacks, or None."""
    isa = item.callspec.params.get("isa") if hasattr(item, "callspec") else None
    if item.get_closest_marker("gpu") or "gpu" in item.fixturenames:
        return None if torch.cuda.is_available() else NO_GPU
    if isa == EMULATION or "emulated_cuda" in item.fixturenames:
        required = item.config.getoption("--require-emulation")
        return None if required or find_spec(EMULATED_MODULE) else NO_EMULATION
    if isa is not None and isa not in available_isas():
        return f"this processor has no {isa}"
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Run a selection of the kernels' test cases; see modules/pairwise.py."""
    files = {path for path in {item.path for item in items} if HERE in path.parents}
    here = [item for item in items if item.path in files]
    strength = {"every": None, "pair": 2, "value": 1}[config.getoption("--combinations")]
    selection = Selection(here, missing, strength=strength)
    config.stash[SELECTION] = selection
    items[:] = [item for item in items if item not in selection.dropped]
    config.hook.pytest_deselected(items=list(selection.dropped))


@pytest.fixture
def emulated_cuda(request, monkeypatch):
    """Route kernel calls to the emulated CUDA kernels; yields their module."""
    if find_spec(EMULATED_MODULE) is None:
        (pytest.fail if request.config.getoption("--require-emulation") else pytest.skip)(
            NO_EMULATION
        )
    module = import_module(EMULATED_MODULE)
    module.set_launch(max_grid=3, threads=64, backwards=False)
    monkeypatch.setattr(devices, "execution", lambda *_: (module, (0, 0)))
    _core.disconnect()  # the fast path of ordinary calls would run on the CPU
    yield module
    direct.connect()


@pytest.fixture
def gpu():
    """Require an NVIDIA GPU and the CUDA module."""
    if not torch.cuda.is_available():
        pytest.skip(NO_GPU)
    if devices.cuda_module() is None:
        pytest.skip("the CUDA module is not built; see PYFRONTIERS_CUDA in CMakeLists.txt")


@pytest.fixture
def transport(monkeypatch):
    """The module that runs kernel calls on the GPU; see modules/transport.py."""
    monkeypatch.syspath_prepend(str(MODULES))
    return import_module("transport")


@pytest.fixture
def through_gpu(request, transport, gpu, monkeypatch):
    """Run the test's kernel calls on the GPU and copy the results back."""
    for name, function in transport.functions().items():
        there = transport.transported(function)
        monkeypatch.setattr(kernels, name, there)
        if getattr(request.module, name, None) is function:
            monkeypatch.setattr(request.module, name, there)


@pytest.fixture(params=ISAS)
def isa(request):
    """Run the test with one instruction set, with the emulated CUDA kernels, or on a GPU."""
    if request.param in (EMULATION, GPU):
        request.getfixturevalue("emulated_cuda" if request.param == EMULATION else "through_gpu")
        yield request.param
        return
    if request.param not in available_isas():
        pytest.skip(f"this processor has no {request.param}")
    with use_isa(request.param):
        yield request.param


@pytest.fixture(params=[*GRIDS, pytest.param("on-a-gpu", marks=pytest.mark.gpu)])
def on_gpu(request):
    """A function that runs a call on the CPU and with CUDA, and returns both results."""
    if request.param == "on-a-gpu":
        return request.getfixturevalue("on_real_gpu")
    emulated_cuda, monkeypatch = map(request.getfixturevalue, ("emulated_cuda", "monkeypatch"))
    emulated_cuda.set_launch(**GRIDS[request.param])
    gpu = devices.execution
    monkeypatch.undo()

    @contextmanager
    def emulated():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(devices, "execution", gpu)
            yield

    def run_both(call):
        expected = call()
        with emulated():
            return expected, call()

    return run_both


@pytest.fixture
def on_real_gpu(transport, gpu):
    """A function that runs a call on the CPU and on a GPU, and returns both results."""

    def run_both(call):
        expected = call()
        with pytest.MonkeyPatch.context() as patch:
            for name, function in transport.functions().items():
                patch.setattr(kernels, name, transport.transported(function))
            return expected, call()

    return run_both


@pytest.fixture(params=DTYPES.values(), ids=DTYPES)
def dtype(request):
    return request.param


@pytest.fixture(params=INTEGERS.values(), ids=INTEGERS)
def integer(request):
    return request.param


@pytest.fixture(params=LAYOUTS.values(), ids=LAYOUTS)
def laid_out(request):
    """A function that changes the memory layout of an (N, C, H, W) tensor but not its values."""
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
    """A function that makes random images (3, 5, 9, 7)."""
    generator = torch.Generator().manual_seed(0)

    def make(dtype=torch.float32, shape=(3, 5, 9, 7)):
        return torch.randn(shape, generator=generator).to(dtype)

    return make


@pytest.fixture(scope="session")
def scenes():
    return Scenes


@pytest.fixture(params=["sphere", "box", "soup", "soup from both sides"])
def mesh(request, scenes):
    name = request.param
    if name == "sphere":
        return Mesh.sphere(12, 11)
    double_sided = name.endswith("both sides")
    return getattr(scenes, name.split()[0])(double_sided=double_sided)
