"""`checked` converts arguments to their annotations, and all errors have one form."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pyfrontiers.arguments import Array, Floats, Integers, NotFinite, Share, as_integer, checked


@checked
def function(
    integer: int = 0,
    number: float = 0.0,
    any_number: Annotated[float, NotFinite()] = 0.0,
    flag: bool = False,
    text: str = "",
    choice: Literal["a", "b"] = "a",
    optional: int | None = None,
    numbers: Sequence[float] = (),
    pair: tuple[float, float] = (0.0, 1.0),
    path: Path | None = None,
    module: nn.Module | None = None,
    call: Callable[[], object] | None = None,
    mapping: Mapping[str, int] | None = None,
    device: torch.device | str = "cpu",
    anything: Any = None,
    floats: Annotated[Tensor, Floats("N", "K")] | None = None,
    labels: Annotated[Tensor, Integers("N")] | None = None,
    array: Annotated[NDArray[np.float64], Array("N>0")] | None = None,
    picture: Annotated[Tensor, Floats("3", "H", "W")] | None = None,
) -> dict[str, Any]:
    return dict(locals())


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        *(("integer", each, 3) for each in (3, np.int8(3), np.array(3), torch.tensor(3))),
        *(("number", each, 0.5) for each in (0.5, np.float32(0.5), torch.tensor(0.5))),
        *(("number", each, 2.0) for each in (2, np.uint8(2), torch.tensor(2), np.array(2.0))),
        ("any_number", math.inf, math.inf),
        ("flag", np.bool_(True), True),
        ("optional", None, None),
        *(("numbers", each, (1.0, 2.0)) for each in ([1, 2], np.arange(1, 3), range(1, 3))),
        ("numbers", torch.tensor([1.0, 2.0]), (1.0, 2.0)),
        ("pair", [np.float32(0), 2], (0.0, 2.0)),
        ("path", "a/b", Path("a/b")),
        ("device", "cpu", torch.device("cpu")),
        ("anything", 3, 3),
    ],
)
def test_conversions(name, given, expected):
    found = function(**{name: given})[name]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "given", "error", "text"),
    [
        ("integer", 1.0, TypeError, "integer must be an integer, got 1.0"),
        ("integer", True, TypeError, "integer must be an integer, got True"),
        ("integer", np.True_, TypeError, "integer must be an integer, got True"),
        (
            "integer",
            torch.tensor(True),
            TypeError,
            "integer must be an integer, got a tensor of True",
        ),
        (
            "integer",
            torch.tensor([1, 2]),
            TypeError,
            "integer must be an integer, got a tensor of sh",
        ),
        ("integer", int, TypeError, "integer must be an integer, got the class int"),
        ("number", "1", TypeError, "number must be a number, got '1'"),
        ("number", 1j, TypeError, "number must be a number, got 1j"),
        ("number", math.nan, ValueError, "number must be a finite number, got nan"),
        ("number", torch.tensor(math.inf), ValueError, "number must be a finite number, got inf"),
        ("number", 1 << 1100, ValueError, "number must be a finite number, got inf"),
        ("any_number", math.nan, ValueError, "any_number must be a number, got nan"),
        ("flag", 1, TypeError, "flag must be True or False, got 1"),
        ("text", b"a", TypeError, "text must be a string, got b'a'"),
        ("choice", "c", ValueError, "choice must be 'a' or 'b', got 'c'"),
        ("choice", ["a"], TypeError, r"choice must be 'a' or 'b', got \['a'\]"),
        ("optional", "1", TypeError, "optional must be an integer, got '1'"),
        ("numbers", "12", TypeError, "numbers must be a sequence, got '12'"),
        ("numbers", [1, "2"], TypeError, r"numbers\[1\] must be a number, got '2'"),
        ("numbers", 3, TypeError, "numbers must be a sequence, got 3"),
        ("pair", (1.0,), ValueError, r"pair must have 2 elements, got \(1.0,\)"),
        ("path", 3, TypeError, "path must be a path, got 3"),
        ("module", nn.Linear, TypeError, "module must be a torch.nn.Module, got the class Linear"),
        ("module", len, TypeError, "module must be a torch.nn.Module, got a builtin_function"),
        ("call", 3, TypeError, "call must be callable, got 3"),
        ("call", dict, TypeError, "call must be a function or an instance, got the class dict"),
        ("mapping", [1], TypeError, r"mapping must be a Mapping, got \[1\]"),
        ("picture", torch.ones(4, 4, 3), ValueError, r"picture must have shape \(3, H, W\), got"),
        ("device", "gpu", ValueError, "device must be a device such as 'cpu', got 'gpu'"),
        ("device", 0, TypeError, "device must be a device such as 'cpu', got 0"),
        (
            "floats",
            torch.zeros(2, 3, dtype=torch.long),
            TypeError,
            "floats must be a floating-point",
        ),
        ("floats", torch.zeros(2, 3).to(torch.float8_e4m3fn), TypeError, "floats must be a float"),
        ("floats", np.zeros((2, 3)), TypeError, "floats must be a floating-point tensor"),
        ("floats", torch.zeros(2), ValueError, r"floats must have shape \(N, K\), got \(2,\)"),
        ("floats", torch.zeros(2, 3, device="meta"), ValueError, "floats must have values"),
        ("floats", torch.zeros(2, 3).to_sparse(), TypeError, "floats must be a strided tensor"),
        ("labels", torch.zeros(2), TypeError, r"labels must be an integer tensor \(N,\), got"),
        ("array", [], ValueError, r"array must have shape \(N,\) and elements, got \(0,\)"),
        ("array", ["a"], TypeError, r"array must be an array \(N,\) of numbers, got \['a'\]"),
        ("array", [[1.0], [1.0, 2.0]], TypeError, r"array must be an array \(N,\) of numbers"),
        ("array", [math.nan], ValueError, "array must hold finite numbers, got NaN or infinity"),
    ],
)
def test_errors(name, given, error, text):
    with pytest.raises(error, match=f"^{text}"):
        function(**{name: given})


def test_a_letter_has_one_size_per_call():
    x = torch.zeros(3, 2)
    function(floats=x, labels=torch.arange(3))
    with pytest.raises(ValueError, match=r"^labels must have shape \(N,\) with N = 3 like floats"):
        function(floats=x, labels=torch.arange(4))


def test_constructor_arguments_are_converted():
    @checked
    @dataclass(frozen=True)
    class Point:
        x: float
        name: str = ""

    assert Point(np.float32(0.5)).x == 0.5
    with pytest.raises(TypeError, match=r"^name must be a string, got 3"):
        Point(1.0, name=3)
    with pytest.raises(TypeError, match=r"^Point\(\) missing a required argument: 'x'$"):
        Point()


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((), {}, "missing a required argument: 'x'"),
        ((1.0,), {}, r"missing a required .*argument: 'y'"),
        ((1.0,), {"y": 1, "z": 2}, "got an unexpected keyword argument 'z'"),
        ((1.0, 2.0), {"y": 1}, "got too many positional arguments"),
        ((1.0,), {"x": 1.0, "y": 1}, "got multiple values for argument 'x'"),
    ],
)
def test_a_call_with_other_arguments_names_the_function(arguments, options, said):
    @checked
    def area(x: float, *, y: int) -> float:
        return x * y

    class Square:
        @checked
        def area(self, x: float, *, y: int) -> float:
            return x * y

    for function, name in ((area, "area"), (Square().area, "Square.area")):
        with pytest.raises(TypeError, match=rf"^{name}\(\) {said}$"):
            function(*arguments, **options)


@pytest.mark.parametrize(
    ("least", "most", "text"),
    [(1, None, "of at least 1"), (None, 9, "of at most 9"), (1, 9000, "from 1 to 9,000")],
)
def test_ranges(least, most, text):
    value = 0 if least is not None else 10
    with pytest.raises(ValueError, match=f"^n must be an integer {text}, got {value}"):
        as_integer("n", value, least=least, most=most)


def test_fractions_are_numbers_and_types_are_named_once():
    @checked
    def share(value: Share, other: float | list[int] | tuple[int, ...] = 0.0) -> float:
        return value

    assert share(Fraction(1, 4)) == share(Decimal("0.25")) == 0.25
    with pytest.raises(ValueError, match=r"value must be a number from 0 to 1, got 1\.5"):
        share(Fraction(3, 2))
    with pytest.raises(ValueError, match="value must be a number from 0 to 1, got nan"):
        share(Decimal("NaN"))
    with pytest.raises(TypeError, match=r"^other must be a number or a sequence, got 'a'$"):
        share(0.5, "a")
