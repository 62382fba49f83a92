"""Text is readable in both themes, and colour-blind readers can distinguish the series."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from pyfrontiers.lecture.palette import DARK, LIGHT, SERIES

THEMES = {"light": LIGHT, "dark": DARK}
TEXT = ("ink", "muted", "blue", "vermillion", "green", "orange", "purple")

# Machado, Oliveira and Fernandes 2009, severity 1: linear RGB as seen without one kind of cone
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
LEAST_DISTANCE = {"light": 12.0, "dark": 20.0}  # CIELAB 1976; about 2.3 is just noticeable


def linear(colour):
    channel = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (first, second))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = to_xyz @ rgb / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_both_themes_have_the_same_tokens():
    assert list(LIGHT) == list(DARK)
    assert set(SERIES) < set(LIGHT)
    for theme in THEMES.values():
        assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in theme.values())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", TEXT)
def test_text_has_a_contrast_of_4_5(theme, token):
    for ground in ("paper", "card"):
        assert contrast(THEMES[theme][token], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", ["ink", "muted"])
def test_body_text_is_readable_on_the_sunken_background(theme, token):
    assert contrast(THEMES[theme][token], THEMES[theme]["sunken"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", SERIES)
def test_marks_have_a_contrast_of_3(theme, token):
    for ground in ("paper", "card"):
        assert contrast(THEMES[theme][token], THEMES[theme][ground]) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("token", ["blue", "vermillion", "purple"])
def test_card_coloured_text_is_readable_on_filled_shapes(theme, token):
    assert contrast(THEMES[theme]["card"], THEMES[theme][token]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISION)
def test_any_two_series_can_be_distinguished(theme, vision):
    simulate = VISION[vision]
    seen = {
        token: lab(np.clip(simulate @ linear(THEMES[theme][token]), 0.0, 1.0)) for token in SERIES
    }
    distance = {(a, b): np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(SERIES, 2)}
    nearest = min(distance, key=distance.get)
    assert distance[nearest] >= LEAST_DISTANCE[theme], nearest
