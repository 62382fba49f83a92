"""The operations that a typed formula may use, and their vectorised evaluation."""

from __future__ import annotations

import ast
import math
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "COMPARISONS",
    "CONSTANTS",
    "FUNCTIONS",
    "OPERATORS",
    "SIGNS",
    "ExpressionError",
    "evaluate",
]

Array = np.ndarray[Any, np.dtype[np.float64]]


class ExpressionError(ValueError):
    """A typed formula cannot be used; the message says why."""


#: Largest number of terms of a sum; the deadline bounds nested sums.
_MAX_TERMS = 1000


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


def _step(z: Array) -> Array:
    return np.asarray(z >= 0.0, dtype=np.float64)


def _least(*values: Array) -> Array:
    return np.asarray(np.minimum.reduce(np.broadcast_arrays(*values)))


def _greatest(*values: Array) -> Array:
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(*values)))


CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "e": math.e})

#: Maps a name to the minimum and maximum number of arguments and the implementation.
FUNCTIONS: Mapping[str, tuple[int, int, Callable[..., Array]]] = MappingProxyType(
    {
        "sin": (1, 1, np.sin),
        "cos": (1, 1, np.cos),
        "tan": (1, 1, np.tan),
        "asin": (1, 1, np.arcsin),
        "acos": (1, 1, np.arccos),
        "atan": (1, 1, np.arctan),
        "sinh": (1, 1, np.sinh),
        "cosh": (1, 1, np.cosh),
        "tanh": (1, 1, np.tanh),
        "exp": (1, 1, np.exp),
        "log": (1, 1, np.log),
        "log2": (1, 1, np.log2),
        "log10": (1, 1, np.log10),
        "sqrt": (1, 1, np.sqrt),
        "abs": (1, 1, np.abs),
        "sign": (1, 1, np.sign),
        "floor": (1, 1, np.floor),
        "ceil": (1, 1, np.ceil),
        "step": (1, 1, _step),
        "relu": (1, 1, lambda z: np.maximum(z, 0.0)),
        "sigmoid": (1, 1, _sigmoid),
        "min": (2, 8, _least),
        "max": (2, 8, _greatest),
    }
)

OPERATORS: Mapping[type[ast.operator], Callable[..., Array]] = MappingProxyType(
    {
        ast.Add: np.add,
        ast.Sub: np.subtract,
        ast.Mult: np.multiply,
        ast.Div: np.divide,
        ast.FloorDiv: np.floor_divide,
        ast.Mod: np.mod,
        ast.Pow: np.power,
    }
)
SIGNS: Mapping[type[ast.unaryop], Callable[..., Array]] = MappingProxyType(
    {ast.UAdd: np.positive, ast.USub: np.negative}
)
COMPARISONS: Mapping[type[ast.cmpop], Callable[..., Any]] = MappingProxyType(
    {ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal}
)


def evaluate(tree: ast.expr, x: Array, time_limit: float) -> Array:
    """Evaluate a checked syntax tree at every point.

    Args:
        tree: A syntax tree that `parse_expression` has checked.
        x: Points, any shape.
        time_limit: Time limit in seconds, checked before each operation on the whole of `x`.

    Returns:
        Values with the shape of `x`; infinite or NaN where the function is undefined.

    Raises:
        ExpressionError: The time limit was exceeded, or the bounds of a sum are not integers or too
            far apart.

    """
    points = np.asarray(x, dtype=np.float64)
    run = _Run(time.perf_counter() + time_limit, time_limit)
    with np.errstate(all="ignore"):
        value = run.value(tree, {"x": points})
    return np.array(np.broadcast_to(value, points.shape))


class _Run:
    """One evaluation of a tree, with a deadline."""

    def __init__(self, deadline: float, limit: float) -> None:
        self._deadline, self._limit = deadline, limit

    def value(self, node: ast.expr, names: Mapping[str, Any]) -> Any:
        if time.perf_counter() > self._deadline:
            raise ExpressionError(
                f"the function takes longer than {self._limit:g} s to compute; use fewer terms"
            )
        match node:
            case ast.Constant(value=number):
                return np.float64(_as_float(number))
            case ast.Name(id=name):
                return names[name] if name in names else np.float64(CONSTANTS[name])
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](self.value(left, names), self.value(right, names))
            case ast.UnaryOp(op=sign, operand=inner):
                return SIGNS[type(sign)](self.value(inner, names))
            case ast.Compare():
                return self._compared(node, names)
            case ast.Call(func=ast.Name(id="sum"), args=[term, ast.Name(id=index), low, high]):
                return self._series(term, index, (low, high), names)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return FUNCTIONS[name][2](*(self.value(each, names) for each in arguments))
        raise AssertionError(node)  # pragma: no cover - parse_expression checked the tree

    def _compared(self, node: ast.Compare, names: Mapping[str, Any]) -> Any:
        sides = [self.value(side, names) for side in (node.left, *node.comparators)]
        held: Any = True
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            held = held & COMPARISONS[type(op)](left, right)
        return np.asarray(held, dtype=np.float64)

    def _series(
        self, term: ast.expr, index: str, ends: tuple[ast.expr, ast.expr], names: Mapping[str, Any]
    ) -> Any:
        low, high = (float(self.value(end, names)) for end in ends)
        if not (low.is_integer() and high.is_integer()) or high - low >= _MAX_TERMS:
            raise ExpressionError(
                f"a sum must run over integers and have at most {_MAX_TERMS} terms, got "
                f"{low:g} to {high:g}"
            )
        total: Any = np.float64(0.0)
        for k in range(int(low), int(high) + 1):
            total = total + self.value(term, {**names, index: np.float64(k)})
        return total


def _as_float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer with more than 308 digits
        return math.inf
