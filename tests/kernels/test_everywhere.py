"""Every kernel has the same name in all places that a kernel must exist in."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from pyfrontiers import kernels
from pyfrontiers.kernels.table import KERNELS

ROOT = Path(__file__).resolve().parents[2]

PLACES = (
    "csrc/include/frontiers/{}.hpp",
    "csrc/cpu/{}.cpp",
    "csrc/cuda/{}.cu",
    "csrc/bindings/{}.cpp",
    "pyfrontiers/kernels/{}.py",
    "tests/kernels/test_{}.py",
    "tests/benchmarks/bench_{}.py",
)

each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)


@each_kernel
@pytest.mark.parametrize("place", PLACES)
def test_every_kernel_has_all_its_files(kernel, place):
    assert (ROOT / place.format(kernel.name)).is_file()


def test_every_source_is_built():
    listed = (ROOT / "CMakeLists.txt").read_text()
    listed += " ".join(place.format(kernel.name) for kernel in KERNELS for place in PLACES)
    sources = [*(ROOT / "csrc").rglob("*.cpp"), *(ROOT / "csrc").rglob("*.cu")]
    assert [s.name for s in sources if s.relative_to(ROOT).as_posix() not in listed] == []


@each_kernel
def test_every_function_has_a_reference_with_the_same_arguments(kernel):
    module = importlib.import_module(f"pyfrontiers.kernels.{kernel.name}")
    for function in kernel.functions:
        fast, plain = getattr(kernels, function), getattr(kernels, f"{function}_reference")
        assert fast is getattr(module, function)
        wanted = list(inspect.signature(fast).parameters)
        given = list(inspect.signature(plain).parameters)
        # A reference allocates its own result, on the CPU.
        assert given == [p for p in wanted if p in given]
        assert set(wanted) - set(given) <= {"out", "device", "dtype"}


@each_kernel
def test_docstrings_state_arguments_returns_errors_and_source(kernel):
    for function in kernel.functions:
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
