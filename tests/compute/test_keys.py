import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
import pytest
import torch

from pyfrontiers.compute.keys import job_key, reference_to

FUNCTION = ("module", "name")


def key(**parameters):
    return job_key(FUNCTION, parameters, "1.0")


class Colour(Enum):
    RED = 1


@dataclass(frozen=True)
class Threat:
    norm: str
    epsilon: float


DIFFERENT = {
    "int": 1,
    "float": 1.0,
    "bool": True,
    "str": "1",
    "bytes": b"1",
    "none": None,
    "complex": 1j,
    "tuple": (1,),
    "list": [1],
    "nested": [[1]],
    "dict": {1: 1},
    "set": {1},
    "enum": Colour.RED,
    "path": Path("1"),
    "dataclass": Threat("linf", 0.1),
    "dataclass-other-field": Threat("linf", 0.2),
    "function": subprocess.run,
    "class": Path,
    "float32": np.float32(1),
    "array": np.ones(4, np.float32),
    "array-shape": np.ones((2, 2), np.float32),
    "array-dtype": np.ones(4, np.int32),
    "array-empty": np.ones(0, np.float32),
    "tensor": torch.ones(4),
    "tensor-bfloat16": torch.ones(4, dtype=torch.bfloat16),
    "tensor-scalar": torch.tensor(1.0),
    "tensor-shape": torch.ones(2, 2),
    "tensor-value": torch.tensor([1.0, 1.0, 1.0, 2.0]),
}


def test_different_values_have_different_keys():
    keys = {name: key(x=value) for name, value in DIFFERENT.items()}
    assert len(set(keys.values())) == len(keys), keys


def test_key_depends_on_name_function_and_version():
    base = job_key(FUNCTION, {"x": 1}, "1.0")
    assert base != job_key(FUNCTION, {"y": 1}, "1.0")
    assert base != job_key(("module", "other"), {"x": 1}, "1.0")
    assert base != job_key(FUNCTION, {"x": 1}, "1.1")


def test_neighbouring_values_are_separated():
    assert key(x=("ab", "c")) != key(x=("a", "bc"))
    assert key(x=[[1], 2]) != key(x=[[1, 2]])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, OrderedDict(a=1)),
        ({1, 2, 3}, {3, 2, 1}),
        (np.arange(6).reshape(2, 3).T, np.arange(6).reshape(2, 3).T.copy()),
        (torch.arange(6).reshape(2, 3).T, torch.arange(6).reshape(2, 3).T.contiguous()),
        (b"ab", bytearray(b"ab")),
        (torch.ones(2, requires_grad=True), torch.ones(2)),
    ],
    ids=["dict", "mapping", "set", "array", "tensor", "bytes", "grad"],
)
def test_equal_values_have_equal_keys(one, other):
    assert key(x=one) == key(x=other)


def test_order_of_arguments_is_irrelevant():
    assert key(a=1, b=2) == key(b=2, a=1)


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_key_is_the_same_in_every_process(hash_seed):
    program = (
        "import numpy as np, torch\n"
        "from pyfrontiers.compute.keys import job_key\n"
        "x = {'s': {'a', 'b', 'c'}, 'd': {'k': (1, 2.5)}, 'n': np.arange(5.0)[::2], "
        "'t': torch.arange(3)}\n"
        "print(job_key(('module', 'name'), x, '1.0'))\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert out == key(
        s={"a", "b", "c"},
        d={"k": (1, 2.5)},
        n=np.array([0.0, 2.0, 4.0]),
        t=torch.tensor([0, 1, 2]),
    )


@pytest.mark.parametrize(
    "value",
    [object(), torch.nn.Linear(1, 1), lambda: 0, np.array([object()]), [object()]],
    ids=["object", "module", "lambda", "object-array", "inside-a-list"],
)
def test_incomparable_parameter_is_named(value):
    with pytest.raises(TypeError, match=r"^x must be None.*, got a .*no canonical form"):
        key(x=value)


def test_incomparable_field_of_a_dataclass_is_named():
    with pytest.raises(TypeError, match=r"^x\.epsilon must be None.*, got a builtins\.object"):
        key(x=Threat("linf", object()))


def local_function():
    def inner():
        return 0

    return inner


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (local_function(), r"local_function\.<locals>\.inner, which cannot be imported"),
        (lambda: 0, "which cannot be imported under that name"),
        (3, "got 3, which has no importable name"),
    ],
    ids=["local", "lambda", "number"],
)
def test_function_that_cannot_be_imported_is_rejected(target, text):
    with pytest.raises(TypeError, match=text):
        reference_to(target)


def test_function_of_the_main_script_is_rejected():
    def f():
        return 0

    f.__module__ = "__main__"
    with pytest.raises(TypeError, match=r"got .* from the main script \(__main__\)"):
        reference_to(f)
