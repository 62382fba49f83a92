"""The table of the searches, with their differences from random search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.claims.c20 import TITLES
from streamlit_app import kit
from streamlit_app.labs.child_networks.results import ranked

if TYPE_CHECKING:
    from streamlit_app.labs.child_networks.results import Found

__all__ = ["comparison_table", "fewer_runs"]

#: What each search does, after its name.
_MEANINGS = {
    "reinforce": "is the controller: choices become more probable if their children do better than "
    "earlier children on average.",
    "ppo": "is the same controller, which learns in several clipped steps from each batch.",
    "random": "draws every network with equal probability.",
    "evolution": "changes one choice of the best of a few recent networks, and forgets the oldest.",
    "asha": "trains random networks briefly, and trains the better ones for longer.",
    "tpe": "proposes choices that are more frequent among good children than among the others.",
    "nsga2": "crosses and mutates the better children of each generation.",
}


def comparison_table(found: Found) -> None:
    """Draw the searches from the best to the worst, and what each of them does."""
    kit.subheading(
        "What does the controller add over random search?",
        f"All searches may spend as much as {found['judged']} full trainings, on "
        f"{found['architectures']:,} networks. p is from a paired Wilcoxon test over the runs.",
    )
    kit.table(
        [
            "",
            f"missed after {found['judged']}, points",
            "minus random search",
            "p",
            f"missed after {found['trainings']}, points",
        ],
        [_line(name, found) for name in ranked(found)],
        caption=_caption(found),
    )
    kit.listed([f"**{TITLES[name]}** {_MEANINGS[name]}" for name in ranked(found)])
    kit.note(
        "The space is small, so that every network could be trained. In a large space, random "
        "search with weight sharing reached a CIFAR-10 error of 2.85 ± 0.08 % (Li and Talwalkar "
        "2019), less than the 3.65 % of the controller of 2017 after 12,800 children."
    )


def _caption(found: Found) -> str:
    """Say what the table shows, and which searches have fewer runs than the others."""
    text = "Mean missed test accuracy with 95 % intervals; lower is better."
    fewer = fewer_runs(found)
    if not fewer:
        return text
    runs = ", ".join(f"{TITLES[name]} has {each} runs" for name, each in fewer.items())
    return (
        f"{text} {runs}, the others have {found['runs']}. For a search with fewer "
        "runs, the difference is paired with the same runs of random search, so it is not the "
        "difference of the means shown."
    )


def fewer_runs(found: Found) -> dict[str, int]:
    """Return the number of runs of each search that has fewer than the others."""
    counts = {name: each["runs"] for name, each in found["searches"].items()}
    return {name: runs for name, runs in counts.items() if runs < found["runs"]}


def _line(name: str, found: Found) -> list[str]:
    each = found["searches"][name]
    paired = f", {each['runs']} pairs of runs" if name in fewer_runs(found) else ""
    last = each["last"]
    against = (
        ["", ""]
        if name == "random"
        else [_points(each["difference"], each["difference_span"], "+") + paired, _p(each["p"])]
    )
    return [
        TITLES[name],
        _points(each["regret"], each["regret_span"]),
        *against,
        _points(last["regret"], last["regret_span"]),
    ]


def _points(value: float, span: list[float], sign: str = "") -> str:
    low, high = (f"{100 * end:{sign}.2f}" for end in span)
    return f"{100 * value:{sign}.2f} ({low} to {high})".replace("-", "\N{MINUS SIGN}")


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"
