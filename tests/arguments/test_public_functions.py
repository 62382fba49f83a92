"""No public function raises a raw error of torch, NumPy or Python for an invalid argument.

`ROWS` has a valid call of every public function. Each argument is replaced by values of every wrong
type: values that its annotation rejects must raise, and any others must succeed or raise an error
that names the argument.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import math
import re
import traceback
import typing

import numpy as np
import pytest
import torch
from public_rows import ANYTHING, EXPENSIVE, NAMED, RECORDS, ROWS

from pyfrontiers import compute
from pyfrontiers.arguments.kinds import kind_of

PACKAGES = (
    *("adversarial", "training", "approximation", "generalization", "limitations", "vision"),
    *("digits", "digits.flow", "lecture", "lecture.figures", "compute", "claims", "comparison"),
    *("recording", "provenance", "uncertainty", "uncertainty.metrics"),
    *("uncertainty.calibration", "uncertainty.dropout", "lecture.transcript", "scenes", "depth"),
    *("physical", "uncertainty.head", "automl", "automl.study", "automl.service"),
    *("automl.benchmark", "multitask", "transfer"),
)

WRONG = {
    "None": None,
    "text": "no such thing",
    "empty text": "",
    "bytes": b"ab",
    "NaN": math.nan,
    "infinity": math.inf,
    "-1": -1,
    "-0.5": -0.5,
    "0": 0,
    "1.5": 1.5,
    "2^70": 1 << 70,
    "True": True,
    "complex": 1j,
    "empty list": [],
    "list of strings": ["a", "b"],
    "ragged": [[1.0], [1.0, 2.0]],
    "dict": {"a": 1},
    "object": object(),
    "class": torch.nn.Linear,
    "instance of another class": torch.nn.Linear(2, 2),
    "array of objects": np.array([None, object()]),
    "array with NaN": np.array([1.0, math.nan, 2.0]),
    "empty tensor": torch.zeros(0),
    "integer tensor": torch.arange(6),
    "float tensor": torch.rand(6),
    "bool tensor": torch.ones(6, dtype=torch.bool),
    "complex tensor": torch.zeros(6, dtype=torch.complex64),
    "rank 5": torch.rand(1, 1, 1, 2, 2),
    "sparse": torch.eye(3).to_sparse(),
    "meta": torch.zeros(3, device="meta"),
}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """Use temporary folders for relative paths and the user's data, because calls write files.

    `transcript.save` and `delete` with `directory=None` act on the user's transcript.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def public():
    """Every public function and class by its shortest name, without exceptions."""
    found = {}
    for package in PACKAGES:
        module = importlib.import_module(f"pyfrontiers.{package}")
        for name in module.__all__:
            value = getattr(module, name)
            callable_ = inspect.isfunction(inspect.unwrap(value)) if callable(value) else False
            own = getattr(value, "__module__", "").startswith("pyfrontiers")
            if own and (callable_ or inspect.isclass(value)) and not _is_error(value):
                found.setdefault(id(value), f"{package}.{name}")
    return sorted(found.values())


def _is_error(value):
    return inspect.isclass(value) and issubclass(value, BaseException)


def function(name):
    package, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(f"pyfrontiers.{package}"), attribute)


def hints(name):
    found = function(name)
    if inspect.isclass(found):
        found = found if dataclasses.is_dataclass(found) else inspect.unwrap(found.__init__)
    return typing.get_type_hints(inspect.unwrap(found), include_extras=True)


def every_argument():
    for name in ROWS:
        for argument, parameter in inspect.signature(function(name)).parameters.items():
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                yield name, argument


ARGUMENTS = list(every_argument())


def test_every_public_function_has_a_row():
    without = [
        name
        for name in public()
        if name not in ROWS
        and name not in RECORDS
        and any(
            p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
            for p in inspect.signature(function(name)).parameters.values()
        )
    ]
    assert without == []  # add a valid call to modules/public_rows


@pytest.mark.parametrize("name", [name for name in ROWS if name not in EXPENSIVE])
def test_the_row_is_valid(name):
    function(name)(**ROWS[name]())


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
@pytest.mark.parametrize("name", [name for name in ROWS if name not in EXPENSIVE])
def test_default_dtype_of_torch_does_not_matter(name, dtype):
    given = ROWS[name]()
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        function(name)(**given)
    finally:
        torch.set_default_dtype(before)


@pytest.mark.parametrize("name", [name for name in ROWS if name not in EXPENSIVE])
def test_default_device_of_torch_does_not_matter(name):
    given = ROWS[name]()
    with torch.device("meta"):  # stands for a default of "cuda": nothing can be computed there
        function(name)(**given)


def refused(hint, value):
    try:
        kind_of(hint)("x", value, {})
    except (TypeError, ValueError):
        return True
    return False


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_a_value_of_the_wrong_kind_raises_and_names_the_argument(name, argument):
    hint = hints(name)[argument]
    wrong = [label for label, value in WRONG.items() if refused(hint, value)]
    assert wrong or (name, argument) in ANYTHING, "the annotation refuses nothing"
    valid = ROWS[name]() if wrong else {}  # a call that is refused changes none of them
    for label in wrong:
        given = {**valid, argument: WRONG[label]}
        with pytest.raises(
            (TypeError, ValueError), match=rf"^{argument}\b.* must .*, got "
        ) as told:
            function(name)(**given)
        assert type(told.value) in (TypeError, ValueError), label


def problem(name, argument, value):
    """Return what is wrong with a call, or None if it succeeds or raises an error of our own."""
    try:
        function(name)(**{**ROWS[name](), argument: value})
    except (TypeError, ValueError, LookupError, OSError) as error:
        own = type(error).__module__.startswith("pyfrontiers")
        said = NAMED.get((name, argument), argument)
        fine = own or from_a_model(error) or re.search(rf"\b{said}\b", str(error))
        return None if fine else error
    except Exception as error:
        return error if not from_a_model(error) else None
    return None


def from_a_model(error):
    """Whether the caller's own model raised the error, whose text does not matter."""
    frames = traceback.extract_tb(error.__traceback__)
    return any("torch/nn/modules" in frame.filename for frame in frames)


@pytest.mark.parametrize(
    ("name", "argument"), [pair for pair in ARGUMENTS if pair[0] not in EXPENSIVE]
)
@pytest.mark.filterwarnings("ignore")
def test_any_other_value_succeeds_or_raises_an_error_that_names_the_argument(name, argument):
    hint = hints(name)[argument]
    kept = {label: value for label, value in WRONG.items() if not refused(hint, value)}
    # The errors of the caller's own callables do not matter.
    called = {label for label, value in kept.items() if callable(value)}
    found = {label: problem(name, argument, kept[label]) for label in kept.keys() - called}
    assert {label: error for label, error in found.items() if error is not None} == {}


@pytest.mark.parametrize(("name", "argument"), [pair for pair in ARGUMENTS if pair[0] in EXPENSIVE])
def test_long_functions_check_their_ranges_first(name, argument):
    hint, valid = hints(name)[argument], ROWS[name]()
    for value in (-1, -0.5, "no such thing"):
        if (name, argument) in ANYTHING or refused(hint, value):
            continue
        said = NAMED.get((name, argument), argument)
        with pytest.raises((TypeError, ValueError), match=rf"\b{said}\b"):
            function(name)(**{**valid, argument: value})


@pytest.mark.parametrize(
    ("positional", "named", "argument"),
    [
        *(((value,), {}, "function") for value in (None, 3, "text", lambda: 0, torch.nn.Linear)),
        ((math.sin,), {"label": 3}, "label"),
        ((math.sin,), {"durable": 1}, "durable"),
    ],
)
def test_submit(positional, named, argument):
    with pytest.raises(TypeError, match=rf"^{argument} must .*, got "):
        compute.submit(*positional, **named)
    with pytest.raises(TypeError, match=rf"^{argument} must .*, got "):
        compute.recall(*positional, **named)
    if not named:
        with pytest.raises(TypeError, match=rf"^{argument} must .*, got "):
            compute.is_active(*positional)
