"""The street of a scene: widths, bend, crossing, and the lanes' positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyfrontiers.scenes.layout.draws import Draws

KERB_WIDTH: Final = 0.16
KERB_HEIGHT: Final = 0.13
FARTHEST: Final = 170.0
"""Length of the street ahead of the camera, in metres."""


@dataclass(frozen=True)
class Street:
    """A street along z; x = 0 is the road's centre line. Lengths in metres.

    Attributes:
        style: "city", "suburb" or "offices".
        lane: width of a lane.
        lanes: lanes in each direction.
        parking: width of the parking strip on each side; 0: none.
        pavement: width of the pavements.
        verge: width of the gardens or the grass between pavement and buildings.
        bend: the road's curvature: x moves by bend z^2.
        rise: the road's profile: y moves by rise z^2.
        crossing: z where a side street begins and ends, or None.
        zebra: z of a zebra crossing, or None.
        dash: where the dashes of the centre line begin.
    """

    style: str
    lane: float
    lanes: int
    parking: float
    pavement: float
    verge: float
    bend: float
    rise: float
    crossing: tuple[float, float] | None
    zebra: float | None
    dash: float

    @property
    def half_road(self) -> float:
        """From the centre line to the kerb."""
        return self.lanes * self.lane + self.parking

    @property
    def pavement_start(self) -> float:
        """From the centre line to the pavement."""
        return self.half_road + KERB_WIDTH

    @property
    def frontage(self) -> float:
        """From the centre line to the buildings."""
        return self.pavement_start + self.pavement + self.verge

    def ground(self, x: float, z: float) -> float:
        """Height of the road or pavement."""
        crossed = self.crossing is not None and self.crossing[0] < z < self.crossing[1]
        return 0.0 if abs(x) < self.half_road or crossed else KERB_HEIGHT


def draw_street(draws: Draws) -> Street:
    """Draw a street."""
    style = draws.pick(("city", "city", "suburb", "suburb", "offices"))
    suburb = style == "suburb"
    lanes = 2 if style == "offices" and draws.chance(0.6) else 1
    parking = 2.2 if draws.chance(0.7) else 0.0
    crossing = None
    if draws.chance(0.4):
        start = draws.between(24.0, 60.0)
        crossing = (start, start + draws.between(7.0, 10.0))
    zebra = None
    if draws.chance(0.35):
        zebra = crossing[0] - 5.0 if crossing else draws.between(9.0, 30.0)
    bent = draws.chance(0.55)
    return Street(
        style=style,
        lane=draws.between(3.1, 3.6),
        lanes=lanes,
        parking=parking,
        pavement=draws.between(1.8, 3.0) if suburb else draws.between(2.2, 4.5),
        verge=draws.between(2.5, 6.0) if suburb else (1.5 if draws.chance(0.2) else 0.0),
        bend=draws.between(-0.0022, 0.0022) if bent else 0.0,
        rise=draws.between(-0.0003, 0.0004),
        crossing=crossing,
        zebra=zebra,
        dash=draws.between(0.0, 9.0),
    )
