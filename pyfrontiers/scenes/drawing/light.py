"""Sun, sky and air of a scene, in linear colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pyfrontiers.scenes.layout.draws import Draws
    from pyfrontiers.scenes.models.triangles import Array
    from pyfrontiers.scenes.records import Weather


class Light(NamedTuple):
    """The light of a scene; colours are (3,) linear RGB.

    Attributes:
        direction: unit vector towards the sun; x right, y down, z ahead.
        sun: light from the sun on a surface that faces it.
        ambient: light from the whole sky on a floor.
        softness: share of the sun's light that shadows still get.
        zenith: the sky overhead.
        horizon: the sky at the horizon, and what distant things fade to.
        haze: extinction of the air, in 1/m.
        cloud: share of the sky that is covered by clouds.
        night: 0 for day, 1 for night.
        wet: how wet the road is.
    """

    direction: Array
    sun: Array
    ambient: Array
    softness: float
    zenith: Array
    horizon: Array
    haze: float
    cloud: float
    night: float
    wet: float


_DEEP: Final = np.array([0.10, 0.23, 0.58])
_PALE: Final = np.array([0.55, 0.70, 0.90])
_WARM: Final = np.array([0.95, 0.66, 0.42])
_GREY: Final = np.array([0.62, 0.65, 0.69])
_NIGHT_SKY: Final = np.array([0.006, 0.008, 0.020])
_NIGHT_GLOW: Final = np.array([0.040, 0.032, 0.030])


def draw_weather(draws: Draws) -> Weather:
    """Draw the weather: half of the scenes are clear and by day."""
    from pyfrontiers.scenes.records import Weather

    kind = draws.between(0.0, 1.0)
    fog, rain, night = (draws.between(0.25, 1.0) for _ in range(3))
    if kind < 0.55:
        return Weather()
    if kind < 0.68:
        return Weather(fog=fog)
    if kind < 0.81:
        return Weather(rain=rain, fog=0.25 * fog)
    if kind < 0.94:
        return Weather(night=max(night, 0.5))
    return Weather(night=max(night, 0.5), rain=rain)


def draw_light(draws: Draws, weather: Weather) -> Light:
    """Draw sun and clouds, and change them as the weather says."""
    elevation = math.radians(draws.between(14.0, 62.0))
    azimuth = draws.between(-math.pi, math.pi)
    cloud = max(draws.between(-0.3, 1.1), 0.0)
    cloud = min(1.0, max(cloud, 3.0 * weather.fog, 3.0 * weather.rain))
    # Under clouds and at night the light comes from above.
    veiled = max(max(0.0, cloud - 0.55) / 0.45, weather.night)
    elevation += veiled * (math.radians(80.0) - elevation)
    low = max(0.0, 1.0 - elevation / math.radians(35.0))
    day = 1.0 - weather.night
    clear = 1.0 - veiled
    sun = np.array([1.0, 0.95 - 0.17 * low, 0.86 - 0.36 * low]) * (0.22 + 1.25 * clear)
    ambient = (0.46 + 0.18 * veiled) * (np.array([0.86, 0.95, 1.10]) * clear + veiled)
    horizon = _PALE + 0.6 * low * (_WARM - _PALE)
    zenith = _DEEP
    grey = max(0.0, cloud - 0.45) / 0.55
    horizon = horizon + grey * (_GREY - horizon)
    zenith = zenith + grey * (0.8 * _GREY - zenith)
    dark = weather.night
    glow = _NIGHT_GLOW * (1.0 + 1.5 * weather.fog + weather.rain)
    return Light(
        np.array(
            [
                math.cos(elevation) * math.sin(azimuth),
                -math.sin(elevation),
                math.cos(elevation) * math.cos(azimuth),
            ]
        ),
        (day * day * sun + dark * 0.03).astype(np.float32),
        (day * day * ambient + dark * np.array([0.045, 0.05, 0.075])).astype(np.float32),
        0.1 + 0.1 * veiled,
        (day * day * zenith + dark * _NIGHT_SKY).astype(np.float32),
        (day * day * horizon + dark * glow).astype(np.float32),
        0.0011 + 0.0012 * draws.between(0.0, 1.0) + 0.062 * weather.fog**1.5 + 0.006 * weather.rain,
        cloud,
        weather.night,
        weather.rain**0.5,
    )
