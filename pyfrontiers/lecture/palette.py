"""The definition of all colours: tokens for light and dark themes, and the order of series.

The hues are those of Okabe and Ito, with the lightness adjusted so that two conditions hold, which
the tests check: every token except sky, line and the three backgrounds has a text contrast of 4.5:1
on paper and card (WCAG 2.2, 1.4.3), and readers without red or green cones can distinguish any two
series. Sky is only for marks (3:1, WCAG 2.2, 1.4.11).

Colours have meanings: blue is data, clean input and kept parts; vermillion is an attack or error;
green is measured and passing; orange is uncertainty.

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
        "blue": "#0064AB",
        "vermillion": "#A02A00",
        "green": "#00785A",
        "orange": "#A06500",
        "sky": "#4A97CC",
        "purple": "#853A78",
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
        "blue": "#5AA6F0",
        "vermillion": "#F9784A",
        "green": "#45CF9C",
        "orange": "#FFCB45",
        "sky": "#9ADFFC",
        "purple": "#D183B2",
    }
)

SERIES: tuple[str, ...] = ("blue", "vermillion", "green", "orange", "purple", "sky")
