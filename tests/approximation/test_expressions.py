"""Typed formulas evaluate as mathematics and cannot execute code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfrontiers.approximation import ExpressionError, drawn, parse_expression, typed

X = np.linspace(0.0, 1.0, 101)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.3*x*sin(15*x)", 0.3 * X * np.sin(15 * X)),
        ("x^2 + 2^-x", X**2 + 2.0**-X),
        ("-x^2", -(X**2)),
        ("2^3^x", 2.0 ** (3.0**X)),
        ("(x > 0.5)*x", np.where(X > 0.5, X, 0.0)),
        ("0.2 <= x < 0.6", ((X >= 0.2) & (X < 0.6)).astype(float)),
        ("min(x, 1 - x, 0.3)", np.minimum(np.minimum(X, 1 - X), 0.3)),
        ("step(x - 0.5) + relu(x - 0.5)", (X >= 0.5) + np.maximum(X - 0.5, 0)),
        ("sum(sin(k*x)/k, k, 1, 9)", sum(np.sin(k * X) / k for k in range(1, 10))),
        ("sum(sum(j*k, j, 1, k), k, 1, 3)*x", 25.0 * X),
        ("sum(x, k, 2, 1)", 0.0 * X),
        ("π·x²", np.pi * X**2),
        ("7", np.full_like(X, 7.0)),
    ],
)
def test_formulas_evaluate_correctly(text, wanted):
    np.testing.assert_allclose(parse_expression(text)(X), wanted, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the function is empty; enter a formula in x"),
        ("x" * 201, "must have at most 200 characters, got 201"),
        ("2x", r"write products with \*, as in 2\*x"),
        ("3 sin(x)", r"write products with \*, as in 3\*s"),
        ("(x", "its parentheses do not match"),
        ("x = 3", "cannot parse 'x = 3'; enter a formula in x"),
        ("sine(x)", r"unknown name 'sine'; did you mean sin\?"),
        ("y + 1", "unknown name 'y'; available: e, pi, x"),
        ("sin", r"'sin' is a function; write its argument in parentheses, as in sin\(x\)"),
        ("sin()", "sin takes 1 argument, got 0"),
        ("min(x)", "min takes 2 to 8 arguments, got 1"),
        ("'a'", "is not a number"),
        ("True", "is not a number"),
        ("1j*x", "is not a number"),
        ("sum(x, k)", r"is not a valid sum; write sum\(term, k, first, last\)"),
        ("sum(x, x, 1, 2)", "the index of a sum must be a new name, got 'x'"),
        ("sum(k, k, 1, x)", "unknown name 'x'"),
    ],
)
def test_invalid_formulas_are_rejected_with_a_hint(text, sentence):
    with pytest.raises(ExpressionError, match=sentence):
        parse_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "x.__class__",
        "x.tofile('f')",
        "().__class__.__bases__[0].__subclasses__()",
        "__import__('os').system('id')",
        "sin.__globals__",
        "getattr(x, 'T')",
        "open('f')",
        "eval('x')",
        "sin(x, out=x)",
        "min(*x, 1)",
        "sum(x, k, 1, last=3)",
        "(lambda: x)()",
        "[x for x in x]",
        "x[0]",
        "{x: x}",
        "f'{x}'",
        "(x := 2)",
        "x if x else 1",
        "x and 1",
        "not x",
        "~x",
        "x << 9",
        "x @ x",
        "x == x",
        "x in x",
        "sin(x)(x)",
        "...",
        "None",
    ],
)
def test_python_outside_the_allowlist_is_rejected(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


@given(st.text(max_size=60))
def test_any_text_parses_or_raises_expression_error(text):
    try:
        values = parse_expression(text)(X[:3])
    except ExpressionError:
        return
    assert values.shape == (3,)


@pytest.mark.timeout(60)  # with exact integers the powers would never finish
def test_huge_numbers_overflow_to_infinity():
    for text in ("9^9^9^9^9", "9" * 190 + "^9", "exp(exp(exp(9)))"):
        assert not np.isfinite(parse_expression(text)(X)).any()
        with pytest.raises(ExpressionError, match=r"must be finite .*, but .* at x = 0"):
            typed(text)


def test_deep_nesting_evaluates_or_is_rejected():
    assert parse_expression("-" * 190 + "x")(X)[-1] == 1.0
    with pytest.raises(ExpressionError):
        parse_expression("abs(" * 49 + "x")


@pytest.mark.timeout(60)  # all 10^9 terms would take an hour
def test_evaluation_stops_at_the_time_limit():
    slow = parse_expression("sum(sum(sum(j*k*l*x, j, 1, 999), k, 1, 999), l, 1, 999)")
    with pytest.raises(ExpressionError, match=r"takes longer than 0\.05 s to compute; use fewer"):
        slow(X, time_limit=0.05)
    with pytest.raises(ExpressionError, match="takes longer than"):
        typed(slow.text)


@pytest.mark.parametrize("ends", ["1, 10^9", "1, 1/0", "0.5, 3", "1, 0/0"])
def test_sum_bounds_must_be_integers_at_most_1000_apart(ends):
    with pytest.raises(ExpressionError, match="must run over integers and have at most 1000 terms"):
        parse_expression(f"sum(x*k, k, {ends})")(X)


def test_typed_target_must_be_finite_and_bounded():
    with pytest.raises(ExpressionError, match=r"'1/\(x - 0\.5\)' must be finite .* x = 0\.5"):
        typed("1/(x - 0.5)")
    with pytest.raises(ExpressionError, match=r"'sqrt\(x - 0\.25\)' must be finite .* x = 0$"):
        typed("sqrt(x - 0.25)")
    with pytest.raises(ExpressionError, match=r"must stay below a million .* 1e\+07 at x = 1"):
        typed("10^7*x")
    assert typed(" x ").is_from_visitor


def test_drawn_curve_is_interpolated_and_checked():
    curve = drawn([0.0, 1.0, 0.5])
    np.testing.assert_allclose(curve(np.array([0.25, 0.5, 0.75])), [0.5, 1.0, 0.75])
    assert curve.is_from_visitor
    assert not curve.extends_outside
    with pytest.raises(ValueError, match="heights must have 2 to 257 values, got 1"):
        drawn([1.0])
    for value in (float("nan"), float("inf"), -2e6):
        with pytest.raises(ValueError, match=r"heights.* must be .*finite"):
            drawn([0.0, value])
    with pytest.raises(TypeError, match=r"heights\[0\] must be a number, got \[0\.0\]"):
        drawn([[0.0], [1.0]])
