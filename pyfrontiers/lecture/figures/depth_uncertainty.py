"""Figures of the section `depth-uncertainty`."""

from __future__ import annotations

from math import erf, sqrt

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.pictures import picture_address
from pyfrontiers.lecture.figures.registry import Svg, figure

_ATTENUATION = (
    "Loss of one pixel against the predicted standard deviation, for residuals of half a metre, "
    "one metre and two metres. Each curve is lowest where the standard deviation equals the "
    "residual."
)
_EDGE = (
    "Depth along one row of pixels: 8 metres on the near car and 20 on the far one, with a band of "
    "one standard deviation that is narrow on both cars and wide where they meet."
)
_STREET = (
    "A drawn street in which a near car covers a part of a far one, the depth that the network "
    "predicts, and its uncertainty: bright lines along the outlines of the cars."
)
# A scene in which one car can be moved in front of another.
_SEED, _SCENE = 2, 46


@figure("loss-attenuation", _ATTENUATION)
def loss_attenuation() -> alt.TopLevelMixin:
    """Evaluate the likelihood's loss on a grid of the standard deviation."""
    sigma = np.linspace(0.2, 4.0, 153)
    residuals = {"0.5 m": 0.5, "1 m": 1.0, "2 m": 2.0}
    loss = [r**2 / (2.0 * sigma**2) + np.log(sigma) for r in residuals.values()]
    meaning = {"0.5 m": "blue", "1 m": "purple", "2 m": "orange"}
    curves = alt.Chart(
        table(
            sigma=np.tile(sigma, 3),
            loss=np.concatenate(loss),
            residual=np.repeat(list(residuals), sigma.size),
        )
    )
    lowest = alt.Chart(
        table(
            sigma=list(residuals.values()),
            loss=[0.5 + np.log(r) for r in residuals.values()],
            residual=list(residuals),
        )
    )
    depth = alt.Scale(domain=[-0.6, 3.0])
    chart = alt.layer(
        curves.mark_line(clip=True).encode(
            x=alt.X("sigma:Q", title="predicted σ, m", scale=span(0, 4)),
            y=alt.Y("loss:Q", title="loss", scale=depth),
            color=colour("residual", meaning, columns=3),
        ),
        lowest.mark_point(size=90, opacity=1).encode(
            x="sigma:Q",
            y=alt.Y("loss:Q", scale=depth),
            color=colour("residual", meaning, columns=3),
        ),
    )
    return panel(
        chart,
        "The best σ is the residual",
        "r² / 2σ² + log σ for three residuals r; dots: minimum",
    )


@figure("depth-edge", _EDGE)
def depth_edge() -> alt.TopLevelMixin:
    """Mix two depths in proportion to each car's share of a blurred edge."""
    pixel = np.arange(0.0, 100.5, 0.5)
    blur, near, far, calm = 4.0, 8.0, 20.0, 0.5
    share = np.array([0.5 * (1.0 + erf((p - 50.0) / (blur * sqrt(2.0)))) for p in pixel])
    mean = near * (1.0 - share) + far * share
    sigma = np.sqrt(share * (1.0 - share) * (far - near) ** 2 + calm**2)
    meaning = colour("what", {"expected depth": "blue", "± one σ": "orange"})
    base = alt.Chart(
        table(
            x=pixel,
            mean=mean,
            low=mean - sigma,
            high=mean + sigma,
            what=["expected depth"] * pixel.size,
        )
    ).encode(x=alt.X("x:Q", title="pixel along the row", scale=span(0, 100)))
    labels = alt.Chart(table(x=[18, 82], y=[near, far], name=["near car", "far car"]))
    chart = alt.layer(
        base.transform_calculate(what="'± one σ'")
        .mark_area(opacity=0.35)
        .encode(y=alt.Y("low:Q", title="depth, m", scale=span(0, 24)), y2="high:Q", color=meaning),
        base.mark_line().encode(y="mean:Q", color=meaning),
        labels.mark_text(dy=-22).encode(x="x:Q", y="y:Q", text="name:N"),
    )
    note = f"Illustration: σ is {sigma.max():.1f} m on the edge, {sigma[0]:.1f} m on each car"
    return panel(chart, "The uncertainty is on the edge", note)


@figure("street-and-sigma", _STREET)
def street_and_sigma() -> Svg:
    """Predict depth and its uncertainty for a street in which one car covers another."""
    import torch

    from pyfrontiers.depth import map_picture, predict_depth, trained_depth
    from pyfrontiers.depth.overlap import find_overlap
    from pyfrontiers.scenes import view_of

    cars = find_overlap(_SEED, _SCENE)
    assert cars is not None
    scene = cars.at(0.5)
    length = torch.tensor([scene.camera.focal_length])
    maps = predict_depth(trained_depth(), scene.image[None], samples=8, focal_lengths=length)
    height, width = scene.depth.shape
    pictures = {
        "The network sees": view_of(scene),
        "Depth: bright is near": map_picture(maps.inverse_depth[0], "depth"),
        "σ: bright is uncertain": map_picture(maps.sigma[0], "sigma"),
    }
    across = 214.0
    up = across * height / width
    pen = Drawing(440, 2 * up + 62)
    for place, (name, pixels) in enumerate(pictures.items()):
        x, y = (0.0, 226.0, 113.0)[place], (0.0, 0.0, up + 32)[place]
        size = (2 * width, 2 * height)
        pen.picture(x, y, across, up, picture_address(np.asarray(pixels), size))
        pen.text(x + across / 2, y + up + 14, name, bold=place == 2)
    return pen.finish(_STREET)
