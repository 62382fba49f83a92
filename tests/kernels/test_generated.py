"""Files generated from the table of the kernels and from the compiled core are up to date."""

import re
import runpy
from pathlib import Path

import pyfrontiers
from pyfrontiers.kernels import _core
from pyfrontiers.kernels.table import KERNELS

ROOT = Path(__file__).resolve().parents[2]
GENERATE = runpy.run_path(str(ROOT / "tools/generate.py"))
NAMES = tuple(kernel.name for kernel in KERNELS)


def test_stub_is_that_of_the_compiled_core():
    assert GENERATE["STUB"].read_text() == GENERATE["stub"](), "run tools/generate.py"


def test_readme_lists_the_kernels():
    assert GENERATE["README"].read_text() == GENERATE["readme"](), "run tools/generate.py"


def test_table_lists_the_kernels_of_the_sources_and_of_the_compiled_core():
    lines = (ROOT / "csrc/kernels.inc").read_text()
    assert tuple(re.findall(r"^FRONTIERS_KERNEL\((\w+)\)$", lines, re.M)) == NAMES
    assert _core.kernels == NAMES


def test_the_package_is_marked_as_typed():
    assert Path(pyfrontiers.__file__).with_name("py.typed").is_file()
