"""How far an ordinary and a robust adversarial example survive rotation, zoom, light and noise."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.adversarial import AXES
from pyfrontiers.vision import CLASS_NAMES, PHOTOGRAPHS, find_class
from pyfrontiers.vision.recorded_attacks import original_pixels
from pyfrontiers.vision.recorded_robust import FOLDER, ROBUST_EXAMPLES, recorded_example
from pyfrontiers.vision.robust_run import RobustRun, robust_run
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.views2d import SERIES, pictures, seen_under

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit.delta_generator import DeltaGenerator

    from pyfrontiers.adversarial import Survival
    from pyfrontiers.provenance import Provenance
    from streamlit_app.labs.robust_adversarial_examples.views2d import Under

__all__ = ["prepare_survival", "survival_part"]

#: Name, label and step of each slider; the ranges are those of `AXES`.
_SLIDERS: Final[dict[str, tuple[str, str, int | float]]] = {
    "rotation": ("Rotation", "Rotation, in degrees", 1),
    "scale": ("Zoom", "Zoom", 0.05),
    "brightness": ("Light", "Light, added to every pixel", 0.02),
    "noise": ("Noise", "Noise, standard deviation", 0.01),
}
#: The recorded pairs first.
_PHOTOGRAPHS: Final = (*ROBUST_EXAMPLES, *(n for n in PHOTOGRAPHS if n not in ROBUST_EXAMPLES))
_HEIGHT = 800
_COLOURS: Final = {"Photograph": "blue", "Ordinary attack": "purple", "Robust attack": "vermillion"}
_DASHES: Final = {"Photograph": [2, 3], "Ordinary attack": [7, 4], "Robust attack": [1, 0]}


def survival_part() -> None:
    """Draw photograph and target, the sliders, the three pictures and the curve."""
    name, target, place = _pair()
    record = _recorded(name, target)
    shown = kit.live(
        controls.key("image"),
        robust_run,
        {"pixels": original_pixels(name), "target": find_class(target), "seed": 0},
        label=f"{name.capitalize()} to {target}",
        recorded=None if record is None else record[0],
        button="Attack the photograph",
        where=place,
        durable=True,
    )
    at = _sliders()
    axis = controls.choice(
        "axis", "Chart over", {key: short for key, (short, _, _) in _SLIDERS.items()}
    )
    if shown is None or not shown.is_current:
        kit.note("The pictures appear here after an attack.")
        return
    with kit.reserve(controls.key("under"), _HEIGHT):
        run = shown.value
        seen = seen_under(run.example, at)
        pictures(run.example, seen)
        _curve(run, axis, at[list(AXES).index(axis)], seen)
        kit.origin(
            None if shown.is_live or record is None else record[1],
            f"both attacks with ε = {255 * run.example.epsilon:.0f}/255",
        )


def prepare_survival() -> None:
    """Make what a visitor sees first."""
    name, target = next(iter(ROBUST_EXAMPLES.items()))
    record = _recorded(name, target)
    if record is not None:
        seen_under(record[0].example, tuple(axis.neutral for axis in AXES.values()))
        kit.prepare_figure("survival", curve_chart, *_arguments(record[0], next(iter(_SLIDERS))))


def _pair() -> tuple[str, str, DeltaGenerator]:
    """Draw the choice of photograph and target; return them and the place for the button."""
    first, second, last = st.columns([9, 9, 7], gap="medium", vertical_alignment="bottom")
    names = {name: name.capitalize() for name in _PHOTOGRAPHS}
    name = controls.choice("photo", "Photograph", names, shape="list", where=first)
    # Each photograph has its own target, recorded where there is a record.
    target = controls.choice(
        f"photo-target-{name}", "Target class", _targets(name), shape="list", where=second
    )
    return name, target, last


@lru_cache(maxsize=len(PHOTOGRAPHS))
def _targets(name: str) -> tuple[str, ...]:
    first = ROBUST_EXAMPLES.get(name, "ostrich")
    return (first, *sorted((n for n in CLASS_NAMES if n != first), key=str.casefold))


def _sliders() -> tuple[float, ...]:
    at = []
    columns = st.columns(len(_SLIDERS), gap="medium")
    for column, (key, (_, label, step)) in zip(columns, _SLIDERS.items(), strict=True):
        ends = (AXES[key].low, AXES[key].high, AXES[key].neutral)
        if isinstance(step, int):
            low, high, neutral = map(int, ends)
            value = controls.slider(key, label, low, high, neutral, step, where=column)
            at.append(float(value))
        else:
            at.append(controls.slider(key, label, *ends, step, where=column))
    return tuple(at)


@cache
def _recorded(name: str, target: str) -> tuple[RobustRun, Provenance] | None:
    """Return the record of a photograph and target, if there is one."""
    if ROBUST_EXAMPLES.get(name) != target or not (FOLDER / f"robust-{name}.json").exists():
        return None
    found = recorded_example(name)
    return RobustRun(found.example, found.curves), found.provenance


def _curve(run: RobustRun, axis: str, value: float, seen: tuple[Under, ...]) -> None:
    target = CLASS_NAMES[run.example.target]
    rows = curve_rows(run.curves[axis], value, [one.target for one in seen])
    kit.figure(
        "survival",
        curve_chart,
        *_arguments(run, axis),
        data=rows,
        label=f"Probability of {target} over {_SLIDERS[axis][0].lower()}, for the photograph and "
        "both attacks",
        table=rows[~rows["now"]].drop(columns="now"),
    )
    others = ", ".join(
        f"{short.lower()} {AXES[key].neutral:g}"
        for key, (short, _, _) in _SLIDERS.items()
        if key != axis
    )
    kit.note(f"Lines: at {others}. Dots: the pictures above.")


def _arguments(run: RobustRun, axis: str) -> tuple[str, str, tuple[float, float]]:
    ends = AXES[axis]
    return CLASS_NAMES[run.example.target], _SLIDERS[axis][1], (ends.low, ends.high)


def curve_rows(curve: Survival, value: float, now: list[float]) -> pd.DataFrame:
    """Tabulate the target's probability: three curves, and the three pictures of the moment.

    Args:
        curve: As recorded; its second class is the target.
        value: Where the slider stands.
        now: Probability of the target in each picture.
    """
    parts = [
        pd.DataFrame(
            {
                "image": series,
                "value": curve.values.tolist(),
                "probability": curve.probabilities[row, :, 1].tolist(),
                "now": False,
            }
        )
        for row, series in enumerate(SERIES)
    ]
    dots = pd.DataFrame({"image": SERIES, "value": value, "probability": now, "now": True})
    return pd.concat([*parts, dots], ignore_index=True)


def curve_chart(
    token: Mapping[str, str], target: str, title: str, ends: tuple[float, float]
) -> alt.TopLevelMixin:
    """Make the lines of :func:`curve_rows`, a dash pattern each, and the dots of the moment."""
    names = list(SERIES)
    colours = alt.Scale(domain=names, range=[token[_COLOURS[name]] for name in names])
    dashes = alt.Scale(domain=names, range=[_DASHES[name] for name in names])
    legend = alt.Legend(symbolType="stroke", symbolSize=400, symbolStrokeWidth=2.5)
    base = alt.Chart().encode(
        x=alt.X("value:Q", title=title, scale=alt.Scale(domain=list(ends), nice=False)),
        y=alt.Y("probability:Q", title=f"probability of {target}", scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("image:N", title=None, scale=colours, legend=legend),
        tooltip=[
            "image:N",
            alt.Tooltip("value:Q", format=".3g"),
            alt.Tooltip("probability:Q", format=".3f"),
        ],
    )
    dash = alt.StrokeDash("image:N", title=None, scale=dashes, legend=legend)
    lines = base.transform_filter("!datum.now").mark_line(strokeWidth=2.5).encode(strokeDash=dash)
    dots = base.transform_filter("datum.now").mark_point(size=110, filled=True, opacity=1)
    return alt.layer(lines, dots).properties(height=300)
