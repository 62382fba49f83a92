"""Figures of the section `limitations-summary`."""

from __future__ import annotations

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.pictures import picture_address
from pyfrontiers.lecture.figures.registry import Svg, figure

_HUNGER = (
    "Test error against the number of training examples on logarithmic axes. The points fall on a "
    "straight line: a power law with diminishing returns."
)
_CHECK = (
    "Saliency maps of a temple before and after the upper layers are randomised. Guided "
    "backpropagation draws nearly the same outlines again; the gradient and Grad-CAM change."
)
_SHADES = (
    "Error of three commercial gender classifiers by subgroup: at most 0.8 % for lighter-skinned "
    "men, 20.8 to 34.7 % for darker-skinned women."
)


def _nearest_neighbour_error(count: int, seed: int) -> float:
    """Return the squared error of nearest-neighbour regression on a smooth function of 4 inputs."""
    random = np.random.default_rng(seed)

    def value(
        points: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.asarray(np.sin(3.0 * points).sum(axis=1))

    train, test = random.random((count, 4)), random.random((256, 4))
    squared = (test**2).sum(1)[:, None] - 2.0 * test @ train.T + (train**2).sum(1)[None, :]
    nearest = squared.argmin(axis=1)
    return float(np.mean((value(train)[nearest] - value(test)) ** 2))


@figure("data-hunger", _HUNGER)
def data_hunger() -> alt.TopLevelMixin:
    """Measure the error at six sizes with four seeds and fit the exponent."""
    sizes = np.array([32, 64, 128, 256, 512, 1024])
    errors = np.array(
        [[_nearest_neighbour_error(int(n), seed) for seed in range(4)] for n in sizes]
    )
    mean = errors.mean(axis=1)
    slope, level = np.polyfit(np.log(sizes), np.log(mean), 1)
    line = np.exp(level) * sizes**slope
    base = alt.Chart(table(n=sizes, error=mean, line=line)).encode(
        x=alt.X(
            "n:Q",
            title="training examples",
            scale=alt.Scale(type="log", base=2, domain=[28, 1200]),
            axis=alt.Axis(values=[32, 128, 512]),
        )
    )
    rise = alt.Scale(type="log", domain=[0.04, 0.5])
    chart = alt.layer(
        base.mark_line(opacity=0.6).encode(
            y=alt.Y(
                "line:Q",
                title="test error",
                scale=rise,
                axis=alt.Axis(values=[0.05, 0.1, 0.2, 0.5]),
            )
        ),
        base.mark_point(size=70, opacity=1).encode(y=alt.Y("error:Q", scale=rise)),
    )
    note = f"Nearest neighbour, four inputs, 4 seeds: slope {slope:.2f}".replace("-", "−")
    return panel(chart, "Ten times the data, not ten times better", note)


_GROUPS = ("darker women", "darker men", "lighter women", "lighter men")
_ERRORS = {  # Buolamwini and Gebru 2018, Table 4: error, % by product
    "Microsoft": (20.8, 6.0, 1.7, 0.0),
    "Face++": (34.5, 0.7, 6.0, 0.8),
    "IBM": (34.7, 12.0, 7.1, 0.3),
}


@figure("gender-shades", _SHADES)
def gender_shades() -> alt.TopLevelMixin:
    """Draw the error of each product for each subgroup."""
    data = table(
        group=_GROUPS * 3,
        product=np.repeat(list(_ERRORS), 4),
        error=np.concatenate(list(_ERRORS.values())),
    )
    meaning = {"Microsoft": "blue", "Face++": "vermillion", "IBM": "purple"}
    base = alt.Chart(data).encode(
        y=alt.Y("group:N", title=None, sort=list(_GROUPS), axis=alt.Axis(grid=True)),
        x=alt.X("error:Q", title="error, %", scale=alt.Scale(domain=[-1.5, 37], nice=False)),
    )
    chart = base.mark_point(size=120, opacity=0.9).encode(
        color=colour("product", meaning, columns=3)
    )
    return panel(
        chart,
        "One average, four very different groups",
        "Gender classification; Gender Shades 2018, Table 4",
    )


@figure("maps-after-randomisation", _CHECK)
def maps_after_randomisation() -> Svg:
    """Show recorded maps of three methods next to those of the randomised network."""
    from pyfrontiers.limitations.interpretability import JUDGED
    from pyfrontiers.limitations.recorded_maps import recorded_check

    found = recorded_check()
    stage = 1 + found["stages"].index(JUDGED)
    pen = Drawing(440, 322)
    pen.text(166, 10, "trained", bold=True)
    pen.text(274, 10, "randomised", bold=True)
    pen.text(328, 10, "correlation", anchor="start", colour="muted")
    names = ("guided", "backprop", "gradient", "", "Grad-CAM", "")
    for row, method in enumerate(("guided backpropagation", "gradient", "Grad-CAM")):
        y = 22 + 101 * row
        first, second = names[2 * row : 2 * row + 2]
        pen.text(0, y + (38 if second else 48), first, anchor="start", bold=True)
        if second:
            pen.text(0, y + 58, second, anchor="start", bold=True)
        for x, place in ((118, 0), (226, stage)):
            grey = np.repeat(found["maps"][method][place][..., None], 3, axis=2)
            pen.picture(x, y, 96, 96, picture_address(grey, (140, 140)))
        judged = found["judged"][method]
        token = "vermillion" if judged["fails"] else "green"
        value = f"{judged['correlation']:.2f}".replace("-", "−")
        pen.text(336, y + 36, value, size=19, anchor="start", bold=True, colour=token)
        word = "the same map" if judged["fails"] else "another map"
        pen.text(336, y + 62, word, size=14, anchor="start", colour=token)
    return pen.finish(_CHECK)
