"""Figures of the section `automl-controller`."""

from __future__ import annotations

from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

_LOOP = (
    "A loop between agent and environment: the controller proposes an architecture, a child "
    "network is trained, and its accuracy goes back to the controller as a reward."
)
_UNROLLED = (
    "A row of recurrent cells. Each outputs one choice (filter height, filter width, number of "
    "filters, stride), which is the input of the next cell; then the next layer begins."
)


@figure("architecture-search-loop", _LOOP)
def architecture_search_loop() -> Svg:
    """Draw the agent, the environment and the arrows between them."""
    pen = Drawing(440, 260)
    pen.box(20, 84, 140, 92, fill="card", stroke="blue")
    pen.text(90, 118, "controller", bold=True)
    pen.text(90, 142, "RNN, agent", size=14, colour="muted")
    pen.box(280, 84, 140, 92, fill="card", stroke="green")
    pen.text(350, 118, "child network", bold=True)
    pen.text(350, 142, "environment", size=14, colour="muted")
    pen.arrow((90, 80), (90, 44), (350, 44), (350, 80), colour="blue")
    pen.text(220, 24, "propose an architecture a", colour="blue")
    pen.arrow((350, 180), (350, 216), (90, 216), (90, 180), colour="green")
    pen.text(220, 238, "reward R(a): validation accuracy", colour="green")
    pen.text(220, 130, "thousands", size=14, colour="muted")
    pen.text(220, 148, "of rounds", size=14, colour="muted")
    return pen.finish(_LOOP)


@figure("controller-unrolled", _UNROLLED)
def controller_unrolled() -> Svg:
    """Draw the controller unrolled over the choices of one layer."""
    pen = Drawing(440, 240)
    choices = (("height", "3"), ("width", "5"), ("filters", "48"), ("stride", "1"))
    pen.box(28, 12, 324, 216, fill="sunken", stroke="none", radius=12)
    pen.text(190, 212, "layer k", size=14, colour="muted")
    pen.text(398, 212, "k + 1", size=14, colour="muted")
    for place, (name, value) in enumerate(choices):
        x = 70.0 + 80 * place
        pen.text(x, 34, name, size=14, colour="muted")
        pen.text(x, 58, value, size=18, bold=True, colour="blue")
        pen.arrow((x, 108), (x, 76), colour="blue")
        pen.box(x - 26, 110, 52, 44, fill="card", stroke="blue")
        pen.text(x, 132, "RNN", size=14)
        pen.arrow((x + 28, 132), (x + 52, 132))
        pen.arrow(
            (x + 14, 60), (x + 40, 60), (x + 40, 180), (x + 80, 180), (x + 80, 157), colour="sky"
        )
    pen.box(364, 110, 52, 44, fill="card", stroke="line")
    pen.text(390, 132, "RNN", size=14, colour="muted")
    pen.text(390, 58, "…", size=18, colour="muted")
    return pen.finish(_UNROLLED)
