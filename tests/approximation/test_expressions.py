"""A typed function is computed as mathematics and can do nothing else."""

from __future__ import annotations

import time

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
def test_a_formula_means_what_it_says(text, wanted):
    np.testing.assert_allclose(parse_expression(text)(X), wanted, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the function is empty; wanted a formula in x"),
        ("x" * 201, "has 201 characters; wanted at most 200"),
        ("2x", r"a product is written with a star, as in 2\*x"),
        ("3 sin(x)", "a product is written with a star"),
        ("(x", "its brackets do not match"),
        ("x = 3", "cannot be read; wanted a formula in x"),
        ("sine(x)", "'sine' is unknown; did you mean sin?"),
        ("y + 1", "'y' is unknown; known are e, pi, x"),
        ("sin", r"'sin' is a function; wanted its argument in brackets, as in sin\(x\)"),
        ("sin()", "sin takes 1 argument; got 0"),
        ("min(x)", "min takes 2 to 8 arguments; got 1"),
        ("'a'", "is not a number"),
        ("True", "is not a number"),
        ("1j*x", "is not a number"),
        ("sum(x, k)", r"wanted sum\(term, k, first, last\)"),
        ("sum(x, x, 1, 2)", "the index of a sum is 'x'; wanted a name of its own"),
        ("sum(k, k, 1, x)", "'x' is unknown"),
    ],
)
def test_what_is_no_formula_is_told_in_a_sentence(text, sentence):
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
def test_nothing_but_the_list_gets_through(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


@given(st.text(max_size=60))
def test_any_text_is_a_function_or_an_error(text):
    try:
        values = parse_expression(text)(X[:3])
    except ExpressionError:
        return
    assert values.shape == (3,)


def test_huge_powers_and_numbers_cost_nothing_and_are_not_finite():
    begin = time.perf_counter()
    for text in ("9^9^9^9^9", "9" * 190 + "^9", "exp(exp(exp(9)))"):
        assert not np.isfinite(parse_expression(text)(X)).any()
        with pytest.raises(ExpressionError, match="is not finite at x = 0; wanted a finite value"):
            typed(text)
    assert time.perf_counter() - begin < 5  # an exact power of integers would never end


def test_deep_nesting_is_computed_or_refused():
    assert parse_expression("-" * 190 + "x")(X)[-1] == 1.0
    with pytest.raises(ExpressionError):
        parse_expression("abs(" * 49 + "x")


def test_what_takes_too_long_ends_at_its_limit():
    slow = parse_expression("sum(sum(sum(j*k*l*x, j, 1, 999), k, 1, 999), l, 1, 999)")
    begin = time.perf_counter()
    with pytest.raises(ExpressionError, match=r"takes too long to compute; wanted at most 0\.05 s"):
        slow(X, time_limit=0.05)
    assert time.perf_counter() - begin < 5  # all of its 10^9 terms would take an hour
    with pytest.raises(ExpressionError, match="takes too long"):
        typed(slow.text)


@pytest.mark.parametrize("ends", ["1, 10^9", "1, 1/0", "0.5, 3", "1, 0/0"])
def test_a_sum_has_whole_ends_that_are_not_far_apart(ends):
    with pytest.raises(ExpressionError, match="wanted whole numbers and at most 1000 terms"):
        parse_expression(f"sum(x*k, k, {ends})")(X)


def test_a_target_is_finite_everywhere_and_of_a_sane_size():
    with pytest.raises(ExpressionError, match=r"'1/\(x - 0\.5\)' is not finite at x = 0\.5;"):
        typed("1/(x - 0.5)")
    with pytest.raises(ExpressionError, match=r"'sqrt\(x - 0\.25\)' is not finite at x = 0;"):
        typed("sqrt(x - 0.25)")
    with pytest.raises(ExpressionError, match=r"is 1e\+07 at x = 1; wanted at most a million"):
        typed("10^7*x")
    assert typed(" x ").is_own


def test_a_drawn_curve_is_joined_by_lines_and_checked():
    curve = drawn([0.0, 1.0, 0.5])
    np.testing.assert_allclose(curve(np.array([0.25, 0.5, 0.75])), [0.5, 1.0, 0.75])
    assert curve.is_own
    assert not curve.reaches_outside
    with pytest.raises(ValueError, match="heights has 1 values; wanted 2 to 257"):
        drawn([1.0])
    with pytest.raises(ValueError, match="a value that is not finite"):
        drawn([0.0, float("nan")])
