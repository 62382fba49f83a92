"""Parts of the drawing agree with plain loops, bit for bit."""

import numpy as np
import pytest

from pyfrontiers.scenes.drawing.surfaces import Canvas, Surface, contact
from pyfrontiers.scenes.models import plants, vehicles
from pyfrontiers.scenes.models.objects import library
from pyfrontiers.scenes.models.vehicle_outlines import CARS


@pytest.mark.parametrize("count", [0, 5, 1000])
def test_ground_is_darkened_once_for_each_thing_close_by(count):
    draw = np.random.default_rng(3)
    # Row after row from left to right, as in a picture.
    row, column = np.divmod(np.arange(count), 50)
    u, v = (np.stack([0.16 * column, 0.4 * row]) - 4).astype(np.float32)
    u += draw.uniform(0, 0.1, count).astype(np.float32)
    on = Surface(draw.permutation(2 * count)[:count], u, v, v)
    angle = draw.uniform(-3, 3, 12)
    footprints = np.stack(
        [
            *draw.uniform(-3, 3, (2, 12)),
            np.cos(angle),
            np.sin(angle),
            *draw.uniform(0.05, 0.5, (2, 12)),
        ],
        axis=1,
    ).astype(np.float32)
    grain = draw.uniform(0.5, 1.5, 2 * count).astype(np.float32)
    expected = grain.copy()
    for x, z, cos, sin, half_width, half_length in footprints:
        across = np.abs(cos * (u - x) - sin * (v - z)) - half_width
        along = np.abs(sin * (u - x) + cos * (v - z)) - half_length
        outside = np.maximum(across, along)
        close = outside < 0.45
        expected[on.at[close]] *= 0.42 + 0.58 * np.clip(outside[close] / 0.45, 0, 1)
    contact(Canvas(grain[None], grain, grain[None]), on, footprints)
    np.testing.assert_array_equal(grain, expected)
    contact(Canvas(grain[None], grain, grain[None]), on, footprints[:0])
    np.testing.assert_array_equal(grain, expected)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("saloon", vehicles.vehicle(CARS["saloon"])),
        ("saloon, far", vehicles.vehicle(CARS["saloon"], 0)),
        ("tree 2", plants.tree(2, 1)),
    ],
)
def test_library_keeps_every_triangle(name, part):
    shapes = library()
    (first, points, normals), (count, own, _) = shapes.ranges[..., shapes.numbers[name]].T
    faces = slice(first, first + count)
    corners = shapes.corners[:, faces]
    assert count == len(part.kind)
    assert corners.min() == points
    assert corners.max() == points + own - 1
    assert shapes.corner_normals[:, faces].min() == normals
    np.testing.assert_array_equal(shapes.points[:, corners].T, part.points)
    np.testing.assert_array_equal(
        shapes.normals[:, shapes.corner_normals[:, faces]].T, part.normals
    )
    np.testing.assert_array_equal(shapes.along[:, faces].T, part.along)
    np.testing.assert_array_equal(shapes.own[faces] > 0, part.slot >= 0)
    fixed = part.slot < 0
    colour = shapes.colour[:, shapes.tint[faces][fixed]].T
    np.testing.assert_array_equal(colour, np.square(part.colour)[fixed])
    assert own < 1.5 * count
