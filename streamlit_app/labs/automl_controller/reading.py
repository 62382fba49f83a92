"""What the page says of a controller at one moment, and of a child that it draws then."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from pyfrontiers.automl.benchmark import benchmark
from streamlit_app import kit

if TYPE_CHECKING:
    from pyfrontiers.automl.benchmark import Trace
    from pyfrontiers.automl.cost import Cost
    from pyfrontiers.automl.space import Choice

__all__ = [
    "Child",
    "best_mass",
    "child_of",
    "choice_rows",
    "history_rows",
    "moment_rows",
    "reward_rows",
    "token_name",
    "token_value",
]


@dataclass(frozen=True, slots=True)
class Child:
    """One child of an update.

    Attributes:
        row: of the benchmark.
        reward: validation accuracy of the training that the controller saw.
        test: mean test accuracy over the seeds.
        rank: share of the space's networks that its mean validation accuracy beats.
        advantage: shaped reward minus the baseline.
        before, after: probability before and after the update that learned from it.
        cost: parameters and operations.
    """

    row: int
    reward: float
    test: float
    rank: float
    advantage: float
    before: float
    after: float
    cost: Cost


def child_of(trace: Trace, update: int, number: int) -> Child:
    """Return a child of an update; both count from 0."""
    table = benchmark()
    row = int(trace.rows[update, number])
    return Child(
        row,
        float(trace.rewards[update, number]),
        float(table.quality[row]),
        table.rank(float(table.rewards[row])),
        float(trace.advantages[update, number]),
        float(trace.probability[update, row]),
        float(trace.probability[update + 1, row]),
        table.space.cost(table.space.architecture(row)),
    )


def best_mass(trace: Trace, update: int) -> float:
    """Return the probability of the best 1 % of the networks after a number of updates."""
    return float(trace.probability[update, benchmark().best()].sum())


@cache
def token_name(token: Choice) -> str:
    """Return what a token decides, such as ``"layer 1: filters"``."""
    what = token.name if token.source is None else f"reads layer {token.source + 1}"
    return f"layer {token.layer + 1}: {what}"


def token_value(token: Choice, place: int) -> str:
    """Return a value of a token in words."""
    value = token.values[place]
    return str(value) if token.source is None else ("yes" if value else "no")


def moment_rows(trace: Trace, update: int, row: int) -> pd.DataFrame:
    """Return the probability of each value, with its place in the token's bar.

    Args:
        trace: the run.
        update: number of updates before.
        row: the child whose values are marked.
    """
    space = benchmark().space
    chosen = space.architecture(row)
    rows = []
    shares = trace.marginals(update, space)
    for token, share, mine in zip(space.tokens, shares, chosen, strict=True):
        start = 0.0
        for place, probability in enumerate(share.tolist()):
            rows.append(
                {
                    "choice": token_name(token),
                    "value": token_value(token, place),
                    "probability": probability,
                    "start": start,
                    "end": start + probability,
                    "middle": start + probability / 2,
                    # Of two values, the outer shades.
                    "shade": round(2 * place / (len(share) - 1)),
                    "child": place == mine,
                }
            )
            start += probability
    return pd.DataFrame(rows)


def history_rows(trace: Trace) -> pd.DataFrame:
    """Return the probability of each value before each update and after the last one."""
    space = benchmark().space
    return pd.DataFrame(
        {
            "update": update,
            "value": f"{token_name(token)} {token_value(token, place)}",
            "probability": probability,
        }
        for update in range(trace.updates + 1)
        for token, share in zip(space.tokens, trace.marginals(update, space), strict=True)
        for place, probability in enumerate(share.tolist())
    )


def choice_rows(trace: Trace, update: int, row: int) -> list[list[str]]:
    """Return a child's tokens with the probability that the softmax gave to each."""
    space = benchmark().space
    found = trace.conditionals(update, row, space)
    return [
        [token_name(token), token_value(token, mine), kit.percent(float(share[mine]), 1)]
        for token, mine, share in zip(space.tokens, space.architecture(row), found, strict=True)
    ]


def reward_rows(trace: Trace, update: int) -> pd.DataFrame:
    """Return the accuracy of every child, and when it was drawn relative to an update."""
    rows = []
    for number in range(trace.updates):
        word = "earlier" if number < update else "later"
        when = "this update" if number == update else word
        rows += [
            {"update": number + 1, "accuracy": float(reward), "children": when}
            for reward in trace.rewards[number]
        ]
    return pd.DataFrame(rows)
