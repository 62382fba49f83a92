"""Parse formulas in x typed by a visitor, without executing them.

Python's parser turns the text into a syntax tree, every node of which must be on an allowlist;
`evaluation` then computes the tree with NumPy. Attributes, strings, comprehensions, assignments and
calls of unlisted functions are not on the list, so no formula can reach the interpreter. All
arithmetic is in float64, so a tower of powers overflows to infinity instead of exhausting memory,
and every evaluation has a deadline.
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
from pyfrontiers.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Expression", "ExpressionError", "parse_expression"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Longest formula in characters, which bounds the time and recursion depth of the parser.
MAX_CHARACTERS = 200
#: Default time limit of an evaluation in seconds.
TIME_LIMIT = 0.5
_ALIKE = {"^": "**", "−": "-", "·": "*", "×": "*", "π": "pi", "²": "**2", "³": "**3"}
_SERIES = "sum"


class Expression:
    """A function of x given by a formula; made by `parse_expression`.

    Attributes:
        text: The formula as typed.

    """

    __slots__ = ("_tree", "text")

    def __init__(self, text: str, tree: ast.expr) -> None:
        self.text = text
        self._tree = tree

    def __call__(self, x: Array, *, time_limit: float = TIME_LIMIT) -> Array:
        """Evaluate the function at every point of `x`.

        Args:
            x: Points, any shape, float64.
            time_limit: Time limit in seconds.

        Returns:
            Values of the same shape; infinite or NaN where the function is undefined.

        Raises:
            ExpressionError: The time limit was exceeded, or the bounds of a sum are invalid.

        """
        return evaluate(self._tree, x, time_limit)


@checked
@lru_cache(maxsize=256)
def parse_expression(text: str) -> Expression:
    """Parse a formula in x, such as ``0.3*x*sin(15*x)`` or ``sum(sin(k*x)/k, k, 1, 9)``.

    A formula is made of numbers, ``x``, ``pi`` and ``e``; ``+ - * / ** ^ % //``; comparisons, which
    evaluate to 1 or 0; the functions in `FUNCTIONS`; and ``sum(term, k, first, last)`` with integer
    bounds.

    Args:
        text: The formula, at most 200 characters.

    Returns:
        The function.

    Raises:
        ExpressionError: The text is empty, too long, not a formula, or uses something that is not
            allowed; the message quotes the offending part.

    """
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError("the function is empty; enter a formula in x, such as sin(5*x)")
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            f"the function must have at most {MAX_CHARACTERS} characters, got {len(text)}"
        )
    source = text.strip()
    for typed, meant in _ALIKE.items():
        source = source.replace(typed, meant)
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError(_describe_syntax_error(text, source)) from error
    _check(tree, source, frozenset({"x"}))
    return Expression(text, tree)


def _describe_syntax_error(text: str, source: str) -> str:
    # Detects a missing "*", as in 2x. Names may end in a digit (log2), so skip digits within names.
    missing = re.search(r"(?<![A-Za-z_\d.])(\d+\.?\d*)\s*([A-Za-z(])|(\))\s*([A-Za-z\d(])", source)
    if missing:
        left, right = missing[1] or missing[3], missing[2] or missing[4]
        return f"cannot parse {text!r}; write products with *, as in {left}*{right}"
    if source.count("(") != source.count(")"):
        return f"cannot parse {text!r}; its parentheses do not match"
    return f"cannot parse {text!r}; enter a formula in x, such as 0.3*x*sin(15*x)"


def _check(node: ast.AST, source: str, names: frozenset[str]) -> None:
    """Raise an ExpressionError unless a node and all its descendants are allowed."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise ExpressionError(f"{_quote(node, source)} is not a number")
        return
    if isinstance(node, ast.Name):
        if node.id not in names and node.id not in CONSTANTS:
            raise ExpressionError(_unknown(node.id, [*names, *CONSTANTS]))
        return
    children = _children(node, source)
    if isinstance(node, ast.Call) and _called(node) == _SERIES:
        _check_series(node, source, names)
        return
    for child in children:
        _check(child, source, names)


def _children(node: ast.AST, source: str) -> Iterable[ast.expr]:
    """Return the operands of an allowed node; raise an ExpressionError for any other node."""
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
                raise ExpressionError(f"{name} takes {wanted} {plural}, got {len(node.args)}")
            return node.args
        if name is not None and name not in FUNCTIONS:
            raise ExpressionError(_unknown(name, [*FUNCTIONS, _SERIES]))
    raise ExpressionError(
        f"{_quote(node, source)} is not allowed; use numbers, x, + - * / ^, comparisons and "
        "functions such as sin"
    )


def _check_series(node: ast.Call, source: str, names: frozenset[str]) -> None:
    match node.args:
        case [term, ast.Name(id=index), first, last] if not node.keywords:
            if index in names or index in CONSTANTS or index in FUNCTIONS:
                raise ExpressionError(f"the index of a sum must be a new name, got {index!r}")
            _check(first, source, names - {"x"})
            _check(last, source, names - {"x"})
            _check(term, source, names | {index})
        case _:
            raise ExpressionError(
                f"{_quote(node, source)} is not a valid sum; write sum(term, k, first, last), as "
                "in sum(sin(k*x)/k, k, 1, 9)"
            )


def _called(node: ast.Call) -> str | None:
    return node.func.id if isinstance(node.func, ast.Name) else None


def _quote(node: ast.AST, source: str) -> str:
    return repr(ast.get_source_segment(source, node) or source)


def _unknown(name: str, known: list[str]) -> str:
    if name in FUNCTIONS:
        return f"{name!r} is a function; write its argument in parentheses, as in {name}(x)"
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"available: {', '.join(sorted(known))}"
    return f"unknown name {name!r}; {hint}"
