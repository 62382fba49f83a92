"""Sentences about a network's outputs for a street."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.multitask import SCORES, TASKS
from streamlit_app import kit
from streamlit_app.labs.multi_task_uncertainty.results import reading
from streamlit_app.labs.multi_task_uncertainty.triangle import LEARNED, final_weights

if TYPE_CHECKING:
    from streamlit_app.labs.multi_task_uncertainty.results import Reading

__all__ = ["alone_line", "capital", "figures_line", "weights_line"]


def figures_line(found: Reading) -> str:
    """Say how far the outputs are off, for each task that the network has."""
    parts = []
    if found.wrong is not None:
        parts.append(f"**{kit.percent(found.wrong)}** of the pixels in a wrong class")
    if found.offset is not None:
        parts.append(f"centroids off by **{found.offset:.1f} px**")
    if found.depth is not None:
        scaled = SCORES["depth_error"].scale * found.depth
        parts.append(f"inverse depth off by **{scaled:.0f} /km**")
    return ", ".join(parts)


def capital(line: str) -> str:
    """Return a line with a capital first letter, as a sentence begins."""
    return line[:1].upper() + line[1:]


def alone_line(number: int, fog: float, night: float) -> str:
    """Say how far the three networks for one task each are off."""
    parts = [figures_line(reading(task, number, fog, night)) for task in TASKS]
    return ", ".join(parts).replace("**", "")


def weights_line(network: str) -> str:
    """Say how much each task counts in a network's loss."""
    learned = network in LEARNED
    parts = [
        f"{task} {weight:{'.2f' if learned else '.3g'}}"
        for task, weight in zip(TASKS, final_weights(network), strict=True)
        if weight
    ]
    return f"{'weights at the end, seed 0' if learned else 'weights'}: {', '.join(parts)}"
