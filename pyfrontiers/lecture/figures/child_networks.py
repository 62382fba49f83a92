"""Figures of the section `child-networks`; both show the same run of REINFORCE."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.registry import figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_PROBABILITY = (
    "Probability that the controller assigns to the best 1 % of networks, against rounds: sixteen "
    "thin lines and their mean. All start at 1 %; the mean rises to about 80 %."
)
_BUDGET = (
    "Gap between the best network found so far and the best possible one, against the number of "
    "networks trained, on logarithmic axes. Controller and random search start out alike; after a "
    "thousand networks the controller's gap is several times smaller."
)
_CHOICES = (4, 4, 4, 3) * 2  # filter height, width, number of filters, stride of two layers
_ROUNDS = 1000
_SEEDS = 16
_RATE = 0.8
_EVERY = 25  # rounds between measurements of the probability


@cache
def _accuracies() -> Array:
    """Return a synthetic accuracy for each of 36,864 networks: single and pairwise effects."""
    random = np.random.default_rng(21)
    indices = np.indices(_CHOICES).reshape(len(_CHOICES), -1)
    score = np.zeros(indices.shape[1])
    for choices, index in zip(_CHOICES, indices, strict=True):
        score += random.normal(0.0, 1.0, choices)[index]
    for first in range(len(_CHOICES) - 1):
        pair = random.normal(0.0, 0.5, _CHOICES[first : first + 2])
        score += pair[indices[first], indices[first + 1]]
    return np.asarray(0.95 / (1.0 + np.exp(-0.5 * score)))


@cache
def _run() -> tuple[Array, Array]:
    """Run REINFORCE with a moving-average baseline (Williams 1992), all seeds in parallel.

    Returns:
        Probability of the best 1 % of networks, of shape (rounds / 25, seeds), and reward, of
        shape (rounds, seeds).
    """
    import torch  # texts of the lecture can be read without it

    from pyfrontiers.automl.searches import Controllers, FactorisedPolicy, Learning

    accuracy = torch.from_numpy(_accuracies().reshape(_CHOICES))
    best = (accuracy >= float(np.quantile(_accuracies(), 0.99))).nonzero()
    learning = Learning(batch=1, rate=_RATE, optimiser="sgd", power=1.0, decay=0.95)
    controllers = Controllers(FactorisedPolicy(_CHOICES, _SEEDS), range(_SEEDS), learning)
    mass, reward = np.empty((_ROUNDS // _EVERY, _SEEDS)), np.empty((_ROUNDS, _SEEDS))
    for t in range(_ROUNDS):
        if t % _EVERY == 0:
            mass[t // _EVERY] = controllers.probability(best).sum(1).numpy()
        drawn = controllers.draw(t, len(_CHOICES))
        reached = accuracy[tuple(drawn.unbind(2))]
        controllers.learn(drawn, reached)
        reward[t] = reached[:, 0].numpy()
    return mass, reward


@figure("reinforce-probability", _PROBABILITY)
def reinforce_probability() -> alt.TopLevelMixin:
    """Draw the probability of the best networks for each run, and the mean."""
    mass, _ = _run()
    rounds = np.arange(0, _ROUNDS, _EVERY)
    runs = table(
        t=np.tile(rounds, _SEEDS),
        p=mass.T.ravel(),
        run=np.repeat([f"run {k}" for k in range(_SEEDS)], rounds.size),
        what=["single runs"] * (_SEEDS * rounds.size),
    )
    mean = table(t=rounds, p=mass.mean(axis=1), what=["mean"] * rounds.size)
    meaning = colour("what", {"single runs": "sky", "mean": "blue"})
    across = alt.X("t:Q", title="rounds", scale=span(0, 1000))
    up = alt.Y("p:Q", title="probability of the best 1 %", scale=alt.Scale(domain=[0, 1]))
    chart = alt.layer(
        alt.Chart(runs)
        .mark_line(strokeWidth=1, opacity=0.45)
        .encode(x=across, y=up, color=meaning, detail="run:N"),
        alt.Chart(mean).mark_line(strokeWidth=3).encode(x=across, y=up, color=meaning),
    )
    note = f"REINFORCE on 36,864 synthetic networks, {_SEEDS} runs"
    return panel(chart, "Probability moves to good networks", note)


@figure("search-at-equal-budget", _BUDGET)
def search_at_equal_budget() -> alt.TopLevelMixin:
    """Compare the regret of the best network so far with that of random search."""
    _, reward = _run()
    accuracy = _accuracies()
    draws = np.random.default_rng(1).choice(accuracy, size=(_ROUNDS, 20 * _SEEDS))
    rounds = np.unique(np.geomspace(1, _ROUNDS, 40).astype(int)) - 1
    regret = [
        accuracy.max() - np.maximum.accumulate(found, axis=0)[rounds].mean(axis=1)
        for found in (reward, draws)
    ]
    kinds = {"controller": "blue", "random search": "vermillion"}
    data = table(
        t=np.tile(rounds + 1, 2),
        regret=100.0 * np.concatenate(regret),
        kind=np.repeat(list(kinds), rounds.size),
    )
    chart = (
        alt.Chart(data)
        .mark_line()
        .encode(
            x=alt.X(
                "t:Q",
                title="networks trained",
                scale=alt.Scale(type="log", domain=[1, _ROUNDS]),
                axis=alt.Axis(values=[1, 10, 100, 1000]),
            ),
            y=alt.Y(
                "regret:Q",
                title="gap to the best, points",
                scale=alt.Scale(type="log", domain=[0.02, 60]),
                axis=alt.Axis(values=[0.1, 1, 10]),
            ),
            color=colour("kind", kinds),
        )
    )
    return panel(
        chart,
        "The controller finds good networks sooner",
        "Best network so far; 36,864 synthetic networks, easy space",
    )
