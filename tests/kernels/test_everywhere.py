"""Every kernel has the same name in all places that a kernel must exist in."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from pyfrontiers import kernels

ROOT = Path(__file__).resolve().parents[2]

# File name of a kernel family, and its public functions.
KERNELS = {
    "philox": ("bits", "uniform", "normal", "randint"),
    "dropout_mask": ("dropout_mask",),
    "corrupt_labels": ("corrupt_labels",),
    "dropout": ("dropout",),
    "mc_dropout": ("mc_dropout",),
    "mc_dropout_mean": ("mc_dropout_mean",),
    "gather": ("gather_linear", "gather_conv2d"),
    "l1_step": ("l1_step",),
    "l2_step": ("l2_step",),
    "linf_step": ("linf_step",),
    "project": ("project",),
    "moments": ("moments",),
    "predictive": ("predictive",),
    "random_start": ("random_start",),
    "additive_noise": ("additive_noise",),
    "sample_transforms": ("sample_transforms",),
    "transform": ("transform",),
    "render": ("rasterize", "render", "render_adjoint"),
}
PLACES = (
    "csrc/include/frontiers/{}.hpp",
    "csrc/cpu/{}.cpp",
    "csrc/bindings/{}.cpp",
    "pyfrontiers/kernels/{}.py",
    "tests/kernels/test_{}.py",
    "tests/benchmarks/bench_{}.py",
)

each_kernel = pytest.mark.parametrize("name", KERNELS)


@each_kernel
@pytest.mark.parametrize("place", PLACES)
def test_every_kernel_has_all_its_files(name, place):
    assert (ROOT / place.format(name)).is_file()


def test_every_binding_is_listed():
    module = (ROOT / "csrc/bindings/module.cpp").read_text()
    registered = re.findall(r"bindings::register_(\w+)\(module\)", module)
    assert set(registered) - {"direct", "dlpack", "emulation", "isa", "pages"} == set(KERNELS)


def test_every_source_is_built():
    lists = (ROOT / "CMakeLists.txt").read_text()
    sources = [*(ROOT / "csrc").rglob("*.cpp"), *(ROOT / "csrc").rglob("*.cu")]
    assert [s.name for s in sources if s.relative_to(ROOT).as_posix() not in lists] == []


@each_kernel
def test_every_function_has_a_reference_with_the_same_arguments(name):
    module = importlib.import_module(f"pyfrontiers.kernels.{name}")
    for function in KERNELS[name]:
        fast, plain = getattr(kernels, function), getattr(kernels, f"{function}_reference")
        assert fast is getattr(module, function)
        assert {function, f"{function}_reference"} <= set(kernels.__all__)
        wanted = list(inspect.signature(fast).parameters)
        given = list(inspect.signature(plain).parameters)
        # A reference allocates its own result, on the CPU.
        assert given == [p for p in wanted if p in given]
        assert set(wanted) - set(given) <= {"out", "device", "dtype"}


@each_kernel
def test_docstrings_state_arguments_returns_errors_and_source(name):
    for function in KERNELS[name]:
        function = getattr(kernels, function)
        text = inspect.getdoc(function)
        for part in ("Args:", "Returns:", "Raises:", "Source:"):
            assert part in text
        for parameter in inspect.signature(function).parameters:
            assert re.search(rf"^    {parameter}: ", text, re.M), parameter


def test_core_includes_neither_torch_nor_python():
    for source in [
        *(ROOT / "csrc/include").rglob("*.hpp"),
        *(ROOT / "csrc/cpu").rglob("*.?pp"),
        *(ROOT / "csrc/cuda").rglob("*"),
    ]:
        assert not re.search(
            r"#include\s*[<\"](torch|ATen|c10|pybind11|Python)", source.read_text()
        )
