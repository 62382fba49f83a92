"""The child that was found: its figures, its files, and how to run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.automl import METRICS
from pyfrontiers.automl.service.baselines import LOGISTIC
from pyfrontiers.automl.service.exported_files import FILES
from streamlit_app import kit
from streamlit_app.labs.automl_service.charts import chart_caption, front_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.automl.service.delivery import Delivery
    from pyfrontiers.automl.service.figures import TestFigure
    from pyfrontiers.automl.service.points import ChildPoint

__all__ = ["formatted", "longer", "sentence", "show_delivery"]

#: Metrics that are shares, which are shown in per cent.
_SHARES = ("accuracy", "balanced-accuracy", "f1")


def show_delivery(found: Delivery, cost: str) -> None:
    """Draw the figures of a child, and hand it over.

    Args:
        found: the result of a run.
        cost: the metric on the chart's horizontal axis.
    """
    kit.verdict(*sentence(found))
    front_figure("front", found.points, found.metrics[0], cost, found.chosen)
    kit.note(
        chart_caption(found.points, found.metrics[0], cost, found.chosen)
        + longer(found.points, found.epochs)
        + _early(found.ending)
    )
    others = list(found.others)
    kit.table(
        ["", "the child", *others],
        [
            [METRICS[name].title, *(formatted(name, each.get(name)) for each in _all(found))]
            for name in found.figures
            if METRICS[name].measure is not None
        ],
        caption=f"On {found.parts[2]:,} test examples that neither the search nor any training "
        "saw, with 95 % intervals",
    )
    latency = found.figures.get("latency")
    kit.measures(
        ("Parameters", f"{found.parameters:,}"),
        ("FLOPs per input", f"{found.flops:,}"),
        *([("Latency", formatted("latency", latency), "ms")] if latency else []),
        ("Networks tried", f"{len({each.child for each in found.points})}"),
        ("Epochs of its last training", f"{found.epochs}"),
    )
    _hand_over(found)
    kit.origin(None, f"{found.summary.name}", f"{found.seconds:.0f} s of search and training")


def sentence(found: Delivery) -> tuple[str, str]:
    """Say how good a child is, and whether it is better than logistic regression."""
    first = found.metrics[0]
    mine, theirs = found.figures[first], found.others[LOGISTIC][first]
    title = METRICS[first].title
    line = (
        f"{title} on the test part: **{formatted(first, mine, interval=False)}**, logistic "
        f"regression {formatted(first, theirs, interval=False)}."
    )
    gain = found.gain
    low, high = gain.low or 0.0, gain.high or 0.0
    if low <= 0 <= high:
        compared = "The difference could be luck"
    else:
        compared = f"The child is {'better' if low > 0 else 'worse'}"
    scale, unit = (100, " points") if first in _SHARES else (1, "")
    if low == high == 0:
        return line, f"Logistic regression is as good here. {found.ending}"
    ends = f"{scale * low:+.3g} to {scale * high:+.3g}{unit}".replace("-", "\N{MINUS SIGN}")
    return line, f"{compared}: the 95 % interval of its advantage is {ends}. {found.ending}"


def formatted(name: str, figure: TestFigure | None, *, interval: bool = True) -> str:
    """Write a figure with its interval; shares in per cent."""
    if figure is None:
        return ""
    if name in _SHARES:
        text, ends = kit.percent(figure.value, 1), (figure.low, figure.high)
        span = "" if ends[0] is None or ends[1] is None else _span(100 * ends[0], 100 * ends[1], 1)
    elif figure.low is None or figure.high is None:
        return f"{figure.value:,.0f}" if figure.value >= 100 else f"{figure.value:.3g}"
    else:
        text, span = f"{figure.value:.3f}", _span(figure.low, figure.high, 3)
    return f"{text} ({span})" if interval and span else text


def _span(low: float, high: float, digits: int) -> str:
    return f"{low:.{digits}f} to {high:.{digits}f}"


def _all(found: Delivery) -> list[dict[str, TestFigure]]:
    return [found.figures, *found.others.values()]


def longer(points: Sequence[ChildPoint], epochs: int) -> str:
    """Say that the last training was longer than any of the search, where it was."""
    longest = max((each.epochs for each in points), default=0)
    if not 0 < longest < epochs:
        return ""
    return (
        f" After the search it was trained again, for {epochs} epochs, which the chart leaves out."
    )


def _early(ending: str) -> str:
    return " You stopped the search." if "stopped" in ending else ""


def _hand_over(found: Delivery) -> None:
    kit.subheading(
        "It runs without this package",
        f"The exported child was run in a process that cannot import this package: the same class "
        f"for **{found.same} of {found.checked}** test inputs, probabilities within "
        f"{kit.scientific(found.deviation) if found.deviation else '0'}.",
    )
    left, right = st.columns(2, gap="large")
    with left:
        kit.download("Download the child", found.archive, "child.zip", mime="application/zip")
        st.code(found.usage, language="bash", wrap_lines=True)
        layers = "; ".join(found.layers)
        onnx = "model.onnx" in found.files
        without = " Without torch, predict.py uses onnxruntime." if onnx else ""
        kit.note(f"Its layers: {layers}. It was {found.trained}.{without}")
    with right:
        kit.table(
            ["file", "kB"],
            [
                [f"{name}: {FILES[name]}", f"{size / 1000:.1f}"]
                for name, size in found.files.items()
            ],
            caption="What is in child.zip",
        )
        if not onnx:
            kit.note(
                "model.onnx is missing: this server has no package onnx "
                "(pip install 'pyfrontiers[automl]')."
            )
    with st.expander("The model card", key="model-card"):
        st.markdown(found.card)
