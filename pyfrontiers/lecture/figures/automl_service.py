"""Figures of the section `automl-service`."""

from __future__ import annotations

from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

_PIPELINE = (
    "Data and metrics enter a service, where a search proposes, trains and scores networks in a "
    "loop. The best network comes out and is exported and deployed."
)


@figure("service-pipeline", _PIPELINE)
def service_pipeline() -> Svg:
    """Draw the inputs, the search loop and the output."""
    pen = Drawing(440, 300)
    for x, name in ((110, "data set"), (330, "metrics, budget")):
        pen.box(x - 74, 8, 148, 40, stroke="blue")
        pen.text(x, 28, name)
        pen.arrow((x, 50), (x, 82), colour="blue")
    pen.box(20, 84, 400, 116, fill="sunken", stroke="line", radius=12)
    pen.text(220, 104, "service", size=14, colour="muted")
    for x, name in ((88, "propose"), (220, "train"), (352, "score")):
        pen.box(x - 50, 118, 100, 38, fill="card", stroke="muted")
        pen.text(x, 137, name)
    pen.arrow((140, 137), (168, 137))
    pen.arrow((272, 137), (300, 137))
    pen.arrow((352, 158), (352, 180), (88, 180), (88, 158))
    pen.arrow((220, 202), (220, 240), colour="green")
    pen.text(232, 220, "best network", size=14, colour="green", anchor="start")
    pen.box(110, 242, 220, 42, fill="card", stroke="green")
    pen.text(220, 263, "export and deploy", bold=True)
    return pen.finish(_PIPELINE)
