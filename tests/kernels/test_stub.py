"""The stub of the compiled core matches the core, and the package is marked as typed."""

import ast
import re
from pathlib import Path

import pytest

import pyfrontiers
from pyfrontiers.kernels import _core

PACKAGE = Path(pyfrontiers.__file__).parent
STUB = ast.parse((PACKAGE / "kernels/_core.pyi").read_text())
FUNCTIONS = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}


def compiled():
    return {name for name in dir(_core) if callable(getattr(_core, name)) and name[0] != "_"}


def test_stub_and_core_have_the_same_functions():
    assert set(FUNCTIONS) == compiled()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_parameters_have_the_same_names(name):
    first_line = getattr(_core, name).__doc__.splitlines()[0]
    wanted = re.findall(r"[(,] ?(\w+): ", first_line)
    assert [argument.arg for argument in FUNCTIONS[name].args.args] == wanted


def test_the_package_is_marked_as_typed():
    assert (PACKAGE / "py.typed").is_file()
