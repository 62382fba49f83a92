"""The tiny network, its reference, the distances, and the posterior over two weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import fold_in, normal
from pyfrontiers.uncertainty import Ensemble
from pyfrontiers.uncertainty.study import (
    DATA_SETS,
    METHODS,
    WEIGHTS,
    Functions,
    Points,
    compare_on,
    comparison,
    distance,
    landscape,
    prior_functions,
    sample_posterior,
    summarise,
    toy_network,
)
from pyfrontiers.uncertainty.study.functions import grid
from pyfrontiers.uncertainty.study.network import gradient_of, log_density_of
from pyfrontiers.uncertainty.study.recorded_posteriors import FOLDER, STAGES, recorded_posteriors


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", list(DATA_SETS))
def test_the_written_gradient_is_that_of_autograd(name):
    points = DATA_SETS[name]
    rows = normal((5, WEIGHTS[points.task]), seed=1, dtype=torch.float64)
    density = log_density_of(points)
    gradient, value = gradient_of(points)(rows)
    wanted = torch.func.vmap(torch.func.grad_and_value(density))(rows)
    torch.testing.assert_close(gradient, wanted[0])
    torch.testing.assert_close(value, wanted[1])


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_prior_functions_have_the_variance_of_the_prior(task):
    """The output is c + 2 / sqrt(10) sum_j v_j h_j: variance 1 + 4 E[h^2]."""
    x = torch.zeros(1, 1 if task == "regression" else 2, dtype=torch.float64)
    outputs = prior_functions(task, x, 4000, seed=2)
    hidden = torch.tanh(1.5 * normal((100_000,), seed=3, dtype=torch.float64))
    exact = 1.0 + 4.0 * float(hidden.square().mean())
    assert float(outputs.var()) == pytest.approx(exact, rel=0.08)


def test_examples_narrow_the_functions_where_they_are():
    points = DATA_SETS["gap"]
    found = sample_posterior(points, chains=12, draws=30, warmup=40)
    axis, spread = found.functions.axis, found.functions.spread
    at_data = np.abs(axis[:, None] - points.x.numpy()[:, 0]).min(1) < 0.1
    assert spread[at_data].max() < 0.2 < spread[np.abs(axis) < 0.15].mean()
    assert found.r_hat < 1.1
    assert found.divergences <= 3
    again = sample_posterior(points, chains=12, draws=30, warmup=40)
    assert np.array_equal(again.functions.curves, found.functions.curves)


def functions(values) -> Functions:
    return summarise("regression", torch.as_tensor(values, dtype=torch.float64))


def test_distance_is_in_units_of_the_reference_spread():
    values = normal((2000, 81), seed=4, dtype=torch.float64) * 0.5
    same = distance(functions(values), functions(values))
    assert (same.mean, same.spread, same.bias) == (0.0, 0.0, 0.0)
    moved = distance(functions(values + 1.0), functions(values))
    assert moved.mean == pytest.approx(2.0, rel=0.03)
    assert moved.spread == pytest.approx(0.0, abs=1e-6)
    narrow = distance(functions(values * 0.25), functions(values))
    assert narrow.bias == pytest.approx(-0.75, abs=1e-5)
    assert narrow.spread == pytest.approx(0.75, abs=1e-5)


def test_methods_are_compared_with_a_new_reference(monkeypatch):
    points, seeds, reports = DATA_SETS["gap"].first(3), [], []

    def short(given, *, seed, report):
        assert (given, seed) == (points, 5)
        return sample_posterior(given, chains=4, draws=8, warmup=8, seed=seed, report=report)

    monkeypatch.setattr(comparison, "sample_posterior", short)

    def fit(given, seed):
        assert given is points
        seeds.append(seed)
        return Ensemble([toy_network("regression")])

    monkeypatch.setattr(comparison, "METHODS", {"one": fit, "two": fit})
    reference, methods = compare_on(points, seed=5, report=lambda *one: reports.append(one))
    assert reference.draws == 32
    assert seeds == [fold_in(5, 0), fold_in(5, 1)]
    assert methods["two"].distance == distance(methods["two"].functions, reference.functions)
    assert methods["one"].distance.bias == pytest.approx(-1.0)  # one network has no spread
    fractions = [one[0] for one in reports]
    assert fractions == sorted(fractions)
    assert reports[-2:] == [(0.25, "one"), (0.625, "two")]


def test_bands_are_quantiles_over_the_functions():
    found = functions(torch.linspace(0, 1, 1001)[:, None].expand(-1, 81))
    assert found.bands[:, 0] == pytest.approx([0.025, 0.25, 0.5, 0.75, 0.975], abs=1e-6)
    assert found.curves.shape == (24, 81)


def test_two_weights_have_two_symmetric_peaks_and_narrow_with_examples():
    prior, few, many = (landscape(count, points=61).probabilities for count in (0, 2, 8))
    for each in (prior, few, many):
        torch.testing.assert_close(each, each.flip(0, 1))
        assert float(each.sum()) == pytest.approx(1.0)
    entropies = [float(torch.special.entr(each).sum()) for each in (prior, few, many)]
    assert entropies[0] > entropies[1] > entropies[2]
    top = divmod(int(many.argmax()), 61)
    assert top != (30, 30)
    with pytest.raises(ValueError, match="count must be an integer from 0 to 8, got 9"):
        landscape(9)


@pytest.mark.parametrize("name", list(DATA_SETS))
def test_the_record_has_every_stage_and_method_and_its_chains_mixed(name):
    provenance, found = recorded_posteriors()
    assert provenance.seed == 0
    points = DATA_SETS[name]
    stages = [str(count) for count in (*STAGES, len(points.rows))]
    assert list(found[name]["functions"]) == [*stages, *METHODS]
    for each in found[name]["functions"].values():
        assert each.mean.shape == (len(grid(points.task)),)
        assert np.isfinite(each.spread).all()
        assert each.spread.min() >= 0
    for stage in stages:
        assert found[name]["mixing"][stage]["r_hat"] < 1.05
    spreads = [found[name]["functions"][stage].spread.mean() for stage in stages]
    assert spreads[0] > spreads[-1]


def test_the_record_is_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 350_000


def test_a_short_run_agrees_with_the_record():
    _, found = recorded_posteriors()
    short = sample_posterior(DATA_SETS["wave"], chains=16, draws=40, warmup=50, seed=9)
    off = distance(short.functions, found["wave"]["functions"]["14"])
    assert off.mean < 0.25
    assert off.spread < 0.15


@pytest.mark.parametrize(
    ("task", "rows", "message"),
    [
        ("regression", ((0.0, 1.0, 2.0),), "rows must have 2 finite numbers each"),
        ("regression", ((0.0, float("nan")),), "rows must have 2 finite numbers each"),
        ("regression", ((3.0, 0.0),), "rows must lie within the axes"),
        ("classification", ((0.0, 0.0, 2.0),), "rows must end in class 0 or 1"),
    ],
)
def test_impossible_points_are_refused(task, rows, message):
    with pytest.raises(ValueError, match=message):
        Points(task, rows)


def test_a_run_needs_examples():
    with pytest.raises(ValueError, match="points must have at least one example, got none"):
        sample_posterior(Points("regression", ()))
