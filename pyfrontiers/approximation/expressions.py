"""Functions of x that a visitor types: read by Python's own parser, computed by a short list.

Nothing is executed: the text becomes a syntax tree, each node of the tree must be on the list
below, and the tree is then evaluated with NumPy on all points at once. Names, attributes, calls of
anything else, strings, comprehensions and assignments have no place on the list, so there is
nothing to escape from. All arithmetic is in float64, so a tower of powers overflows to infinity
instead of filling the memory, and every evaluation has a deadline.
"""

from __future__ import annotations

import ast
import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.approximation.evaluation import (
    COMPARISONS,
    CONSTANTS,
    FUNCTIONS,
    OPERATORS,
    SIGNS,
    ExpressionError,
    evaluate,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Expression", "ExpressionError", "parse_expression"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Longest text, in characters: the parser's own time and depth are bounded by it.
MOST_CHARACTERS = 200
#: Seconds that an evaluation may take.
TIME_LIMIT = 0.5
_ALIKE = {"^": "**", "−": "-", "·": "*", "×": "*", "π": "pi", "²": "**2", "³": "**3"}
_SERIES = "sum"


class Expression:
    """A function of x that was read from a text; `parse_expression` makes it.

    Attributes:
        text: As it was typed.

    """

    __slots__ = ("_tree", "text")

    def __init__(self, text: str, tree: ast.expr) -> None:
        self.text = text
        self._tree = tree

    def __call__(self, x: Array, *, time_limit: float = TIME_LIMIT) -> Array:
        """Compute the function at every point of `x`.

        Args:
            x: Points, any shape, float64.
            time_limit: Seconds after which it gives up.

        Returns:
            Values of the same shape; infinite or NaN where the function is not defined.

        Raises:
            ExpressionError: It took longer than `time_limit`.

        """
        return evaluate(self._tree, x, time_limit)


@lru_cache(maxsize=256)
def parse_expression(text: str) -> Expression:
    """Read a function of x, such as ``0.3*x*sin(15*x)`` or ``sum(sin(k*x)/k, k, 1, 9)``.

    Known are numbers, ``x``, ``pi`` and ``e``; ``+ - * / ** ^ % //``; comparisons, which give 1 or
    0; the functions of `FUNCTIONS`; and ``sum(term, k, first, last)`` with whole ends.

    Args:
        text: At most 200 characters.

    Returns:
        The function.

    Raises:
        ExpressionError: It is empty, too long, no formula, or holds something that is not on the
            list; the message quotes the part and says what is wanted.

    """
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError("the function is empty; wanted a formula in x, such as sin(5*x)")
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"the function has {len(text)} characters; wanted at most {MOST_CHARACTERS}"
        )
    source = text.strip()
    for typed, meant in _ALIKE.items():
        source = source.replace(typed, meant)
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError(_unreadable(text, source)) from error
    _check(tree, source, frozenset({"x"}))
    return Expression(text, tree)


def _unreadable(text: str, source: str) -> str:
    # A name may end in a digit (log2, log10), so only a number of its own lacks its sign.
    missing = re.search(r"(?<![A-Za-z_\d.])(\d+\.?\d*)\s*([A-Za-z(])|(\))\s*([A-Za-z\d(])", source)
    if missing:
        left, right = missing[1] or missing[3], missing[2] or missing[4]
        return (
            f"the function {text!r} cannot be read; a product is written with a star, as in "
            f"{left}*{right}"
        )
    if source.count("(") != source.count(")"):
        return f"the function {text!r} cannot be read; its brackets do not match"
    return f"the function {text!r} cannot be read; wanted a formula in x, such as 0.3*x*sin(15*x)"


def _check(node: ast.AST, source: str, names: frozenset[str]) -> None:
    """Raise unless the node and everything below it is on the list."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise ExpressionError(f"{_part(node, source)} is not a number")
        return
    if isinstance(node, ast.Name):
        if node.id not in names and node.id not in CONSTANTS:
            raise ExpressionError(_unknown(node.id, [*names, *CONSTANTS]))
        return
    below = _below(node, source)
    if isinstance(node, ast.Call) and _called(node) == _SERIES:
        _check_series(node, source, names)
        return
    for inner in below:
        _check(inner, source, names)


def _below(node: ast.AST, source: str) -> Iterable[ast.expr]:
    """Give what an allowed node is made of; raise for any other node."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return (node.left, node.right)
    if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
        return (node.operand,)
    if isinstance(node, ast.Compare) and all(type(op) in COMPARISONS for op in node.ops):
        return (node.left, *node.comparators)
    if isinstance(node, ast.Call):
        name = _called(node)
        if name == _SERIES:
            return ()
        if name is not None and name in FUNCTIONS and not node.keywords:
            fewest, most, _ = FUNCTIONS[name]
            if not fewest <= len(node.args) <= most:
                wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
                plural = "argument" if wanted == "1" else "arguments"
                raise ExpressionError(f"{name} takes {wanted} {plural}; got {len(node.args)}")
            return node.args
        if name is not None and name not in FUNCTIONS:
            raise ExpressionError(_unknown(name, [*FUNCTIONS, _SERIES]))
    raise ExpressionError(
        f"{_part(node, source)} is not allowed; a function is made of numbers, x, + - * / ^, "
        "comparisons and functions such as sin"
    )


def _check_series(node: ast.Call, source: str, names: frozenset[str]) -> None:
    match node.args:
        case [term, ast.Name(id=index), first, last] if not node.keywords:
            if index in names or index in CONSTANTS or index in FUNCTIONS:
                raise ExpressionError(f"the index of a sum is {index!r}; wanted a name of its own")
            _check(first, source, names - {"x"})
            _check(last, source, names - {"x"})
            _check(term, source, names | {index})
        case _:
            raise ExpressionError(
                f"{_part(node, source)} is no sum; wanted sum(term, k, first, last), such as "
                "sum(sin(k*x)/k, k, 1, 9)"
            )


def _called(node: ast.Call) -> str | None:
    return node.func.id if isinstance(node.func, ast.Name) else None


def _part(node: ast.AST, source: str) -> str:
    return repr(ast.get_source_segment(source, node) or source)


def _unknown(name: str, known: list[str]) -> str:
    if name in FUNCTIONS:
        return f"{name!r} is a function; wanted its argument in brackets, as in {name}(x)"
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}"
    return f"{name!r} is unknown{hint}"
