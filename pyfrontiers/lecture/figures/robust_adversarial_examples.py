"""Figures of the section `robust-adversarial-examples`."""

from __future__ import annotations

from math import cos, pi, sin

from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.pictures import picture_address
from pyfrontiers.lecture.figures.registry import Svg, figure

_EOT = (
    "One image is rotated and scaled in four ways. Each view goes through the network; the mean of "
    "the four losses sends one gradient back to the image."
)
_TURTLE = (
    "Eight renderings of a sea turtle with an optimised texture, from different sides, each framed "
    "by what the network sees in it: nearly always a rifle."
)
_FRAMES = {"target": "vermillion", "other": "orange", "right": "blue"}


def _view(pen: Drawing, x: float, y: float, turn: float, size: float, token: str) -> None:
    """Draw a square rotated by ``turn`` radians, with its upper edge marked."""
    corner = [
        (x + size * cos(turn + pi / 4 + k * pi / 2), y + size * sin(turn + pi / 4 + k * pi / 2))
        for k in range(4)
    ]
    pen.line(*corner, corner[0], colour=token, width=2)
    pen.line(corner[2], corner[3], colour=token, width=5)


@figure("expectation-over-transformation", _EOT)
def expectation_over_transformation() -> Svg:
    """Draw the views, the network and the mean gradient flowing back."""
    pen = Drawing(440, 310)
    _view(pen, 48, 128, 0.0, 36, "vermillion")
    pen.text(48, 128, "x′", italic=True, size=17)
    views = ((-0.5, 24.0), (0.25, 30.0), (0.8, 20.0), (-0.15, 34.0))
    for row, (turn, size) in enumerate(views):
        y = 40 + 59 * row
        pen.arrow((84, 128), (132, y))
        _view(pen, 170, y, turn, size * 0.8, "blue")
        pen.text(170, y, f"t{'₁₂₃₄'[row]}", italic=True, size=14, colour="muted")
        pen.line((206, y), (244, y))
        pen.line((298, y), (312, y), (349, 128), opacity=0.8)
    pen.box(244, 18, 52, 222, fill="sunken", stroke="line")
    pen.text(270, 128, "CNN", size=15)
    pen.dot(374, 128, 24, fill="card", stroke="vermillion")
    pen.text(374, 127, "E", size=19, bold=True)
    pen.text(398, 90, "mean loss", size=14, colour="muted")
    pen.arrow((374, 154), (374, 276), (48, 276), (48, 164), colour="vermillion")
    pen.text(212, 294, "one gradient for all views", colour="vermillion")
    return pen.finish(_EOT)


@figure("turtle-from-all-sides", _TURTLE)
def turtle_from_all_sides() -> Svg:
    """Render the recorded texture in held-out poses; the record says what the network sees."""
    from pyfrontiers.physical.recorded_textures import recorded_texture
    from pyfrontiers.physical.seen import kind_of
    from pyfrontiers.physical.shipped import recorded_names, show_recorded

    (name,) = recorded_names("turtle")[:1]
    found = recorded_texture(name)
    seen = show_recorded("turtle", 12)
    pen = Drawing(440, 322)
    kinds = [kind_of(int(index), found.target, found.classes) for index in seen.classes[1][:8]]
    for place, (pixels, kind) in enumerate(zip(seen.pictures[1], kinds, strict=False)):
        x, y = 110 * (place % 4) + 2, 110 * (place // 4) + 30
        pen.picture(x, y, 104, 104, picture_address(pixels, (112, 112)))
        pen.box(x, y, 104, 104, fill="none", stroke=_FRAMES[kind], radius=2)
    pen.text(2, 12, "Our turtle in poses that no attack has seen", anchor="start", bold=True)
    share = f"{100 * found.adversariality:.1f} % of {found.evaluation.predictions.shape[1]:,}"
    pen.dot(10, 266, 6, fill=_FRAMES["target"])
    pen.text(24, 266, f"rifle, in {share} poses", anchor="start")
    pen.dot(10, 288, 6, fill=_FRAMES["right"])
    pen.text(24, 288, "turtle", anchor="start")
    pen.dot(110, 288, 6, fill=_FRAMES["other"])
    pen.text(124, 288, "something else", anchor="start")
    before = f"{100 * found.accuracy_before:.1f} % turtle"
    note = f"With its own colours: {before}. Recorded run, rendered."
    pen.text(2, 311, note, size=14, colour="muted", anchor="start")
    return pen.finish(_TURTLE)
