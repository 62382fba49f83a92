"""The one place for colours: two token tables, light and dark, and the order of the series.

The hues follow Okabe and Ito's set, which stays distinguishable under the common colour-vision
deficiencies, darkened or lightened until text in them reads at 4.5:1 on its own paper and card.
Colour carries meaning: blue is data, clean input and what is kept; vermillion is an attack or an
error; green is measured and passing; orange is uncertainty.

Source: Okabe and Ito, "Color Universal Design" (2008).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DARK", "LIGHT", "SERIES"]

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#FAF9F6",
        "card": "#FFFFFF",
        "sunken": "#F1EFEA",
        "ink": "#1A1E24",
        "muted": "#596270",
        "line": "#E2DED5",
        "blue": "#0067A5",
        "vermillion": "#C24E00",
        "green": "#00805E",
        "orange": "#B87A00",
        "sky": "#3C9BD6",
        "purple": "#A8528A",
    }
)

DARK: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#0E1216",
        "card": "#161B21",
        "sunken": "#1E252D",
        "ink": "#E9ECEF",
        "muted": "#9BA6B2",
        "line": "#2B343E",
        "blue": "#5AB0F0",
        "vermillion": "#FF8F55",
        "green": "#35C79F",
        "orange": "#F3BA4E",
        "sky": "#8FD0F5",
        "purple": "#E59CC6",
    }
)

SERIES: tuple[str, ...] = ("blue", "vermillion", "green", "orange", "purple", "sky")
