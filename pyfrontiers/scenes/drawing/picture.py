"""The picture of a scene: light, shadows, surfaces, air and weather."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from pyfrontiers.kernels import rasterize
from pyfrontiers.scenes.drawing import air, surfaces
from pyfrontiers.scenes.drawing.assembly import lamps_of
from pyfrontiers.scenes.drawing.facades import facade
from pyfrontiers.scenes.drawing.samples import Samples, samples_of
from pyfrontiers.scenes.drawing.shadows import sunlit
from pyfrontiers.scenes.drawing.surfaces import Canvas, Surface, place
from pyfrontiers.scenes.models.triangles import (
    ASPHALT,
    FACADE,
    FRONT_LIGHT,
    GLASS,
    GRASS,
    LAMP,
    LEAVES,
    PAVING,
    REAR_LIGHT,
    ROOF,
)

if TYPE_CHECKING:
    from pyfrontiers.kernels import Poses
    from pyfrontiers.scenes.drawing.assembly import Assembly
    from pyfrontiers.scenes.drawing.light import Light
    from pyfrontiers.scenes.drawing.viewpoint import Viewpoint
    from pyfrontiers.scenes.layout.street import Street
    from pyfrontiers.scenes.models.triangles import Array


class Pixels(NamedTuple):
    """The n samples that show something.

    Attributes:
        at: (n,) their numbers in `samples`.
        face: (n,) face number.
        depth: (n,) metres.
        rays: (3, n) directions with z = 1 in camera axes.
        samples: all samples of the picture.
    """

    at: Array
    face: Array
    depth: Array
    rays: Array
    samples: Samples


def draw_picture(
    scene: Assembly,
    street: Street,
    poses: Poses,
    view: Viewpoint,
    light: Light,
    size: tuple[int, int],
    seed: int,
) -> torch.Tensor:
    """Return the (3, height, width) picture: each pixel is the mean of two samples."""
    samples = samples_of(*size)
    found = rasterize(scene.mesh, poses, size=(2 * size[0], 2 * size[1]))
    every_face = found.face.numpy().ravel().take(samples.places)
    at, sky = np.flatnonzero(every_face >= 0), np.flatnonzero(every_face < 0)
    # Any other type of index would be converted at each use.
    face = every_face.take(at).astype(np.intp)
    places = samples.places.take(at)
    depth = found.depth.numpy().ravel().take(places)
    pixels = Pixels(at, face, depth, view.rays(samples, at), samples)
    uv = found.uv.numpy().reshape(-1, 2).take(places, 0)

    colours = scene.palette.take(scene.tint.take(face), 1)
    canvas = Canvas(colours, np.ones_like(depth), np.zeros_like(colours))
    kinds = scene.kind.astype(np.int8).take(face)
    _texture(canvas, kinds, uv, pixels, scene, street, light)

    direct = found.shade.numpy().ravel().take(places)
    open_to_sun = sunlit(scene.solids, view, light, pixels, direct)
    direct = np.where(kinds == LEAVES, 0.25 + 0.75 * direct, direct)
    direct *= light.softness + (1.0 - light.softness) * open_to_sun
    around = (0.60 + 0.40 * scene.up).take(face) * (0.55 + 0.45 * open_to_sun)
    received = light.sun[:, None] * direct
    received += light.ambient[:, None] * around
    if light.night > 0:
        received += air.lamp_light(lamps_of(scene), view, light, pixels)
    received *= canvas.grain
    colours *= received
    if light.night > 0:
        colours += canvas.glow
    _shine(colours, kinds, scene, face, light)
    picture = np.empty((3, len(samples.places)), np.float32)
    air.add_sky(picture, sky, view.rays(samples, sky), view, light, seed)
    if light.wet > 0:
        place(picture, at, colours)
        air.add_reflections(colours, picture, kinds, view, light, pixels)
    air.add_haze(colours, light, depth)
    place(picture, at, colours)
    return torch.from_numpy(air.expose(samples.mean(picture), light, seed))


def _texture(
    canvas: Canvas,
    kinds: Array,
    uv: Array,
    pixels: Pixels,
    scene: Assembly,
    street: Street,
    light: Light,
) -> None:
    """Apply each kind's surface to its pixels."""

    def of(kind: int) -> Surface:
        at = np.flatnonzero(kinds == kind)
        where = uv.take(at, 0).T.copy()
        return Surface(at, where[0], where[1], pixels.depth.take(at))

    asphalt, pavement = of(ASPHALT), of(PAVING)
    surfaces.road(canvas, asphalt, street, light)
    surfaces.paving(canvas, pavement)
    for ground in (asphalt, pavement):
        surfaces.contact(canvas, ground, scene.footprints)
    surfaces.grass(canvas, of(GRASS))
    surfaces.leaves(canvas, of(LEAVES))
    surfaces.roof(canvas, of(ROOF))
    walls = of(FACADE)
    owner = scene.owner.take(pixels.face.take(walls.at))
    facade(canvas, walls, scene.looks.take(owner, 1), scene.colours, owner, light)
    if light.night > 0:
        for kind, tint in (
            (FRONT_LIGHT, (3.0, 2.8, 2.3)),
            (REAR_LIGHT, (1.6, 0.10, 0.06)),
            (LAMP, (4.5, 3.4, 1.9)),
        ):
            at = np.flatnonzero(kinds == kind)
            canvas.glow[:, at] += light.night * np.array(tint, np.float32)[:, None]


def _shine(colours: Array, kinds: Array, scene: Assembly, face: Array, light: Light) -> None:
    """Car windows mirror the sky, the more the flatter they lie."""
    at = np.flatnonzero(kinds == GLASS)
    up = scene.up.take(face.take(at))
    sky = 0.5 * light.horizon + 0.5 * light.zenith
    colours[:, at] += sky[:, None] * np.clip(0.12 + 0.4 * up, 0.04, 0.5)
