"""The shipped objects: closed surfaces, textures without visible seams, known to the classifier."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyfrontiers import kernels
from pyfrontiers.physical import OBJECTS, TexturedObject, load_object, object_views, pose_at
from pyfrontiers.physical.objects.atlas import PADDING, assemble
from pyfrontiers.physical.objects.parts import Chart, ball_like, tube
from pyfrontiers.physical.objects.patterns import cells, nearest_two, noise
from pyfrontiers.vision import classifier


def test_every_edge_borders_two_faces_in_opposite_directions(shipped):
    faces = shipped.mesh.faces.long()
    directed = torch.cat([faces[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    assert len(directed.unique(dim=0)) == len(directed)
    there = {tuple(edge) for edge in directed.tolist()}
    assert all((b, a) in there for a, b in there)


def test_faces_look_outwards_and_have_an_area(shipped):
    a, b, c = shipped.mesh.vertices[shipped.mesh.faces.long()].unbind(1)
    across = torch.linalg.cross(b - a, c - a)
    assert across.norm(dim=1).min() > 1e-9
    # Each part is closed, so its volume is positive exactly if its faces look outwards.
    volumes = {}
    part = _parts(shipped.mesh.faces)
    for number in part.unique().tolist():
        own = part == number
        volumes[number] = float((a[own] * across[own]).sum() / 6)
    assert min(volumes.values()) > 0
    assert len(volumes) == {"turtle": 9, "baseball": 1}[shipped.name]
    normals = shipped.mesh.normals[shipped.mesh.faces.long()].double()
    assert (normals * across[:, None]).sum(-1).gt(0).float().mean() > 0.99


def _parts(faces):
    """Return the number of the connected part of each face."""
    faces = faces.long()
    label = torch.arange(int(faces.max()) + 1)
    while True:
        least = label[faces].amin(1)
        new = label.scatter_reduce(0, faces.flatten(), least.repeat_interleave(3), "amin")
        if torch.equal(new, label):
            return label[faces[:, 0]]
        label = new


def test_texture_coordinates_keep_away_from_the_border(shipped):
    _, height, width = shipped.texture.shape
    texels = shipped.mesh.uv * torch.tensor([width, height])
    assert texels.min() >= PADDING - 1e-3
    assert (texels <= torch.tensor([width, height]) - PADDING + 1e-3).all()


def test_the_object_lies_around_the_origin(shipped):
    distance = shipped.mesh.vertices.norm(dim=1)
    assert 0.99 <= distance.max() <= 1.6
    middle = (shipped.mesh.vertices.amin(0) + shipped.mesh.vertices.amax(0)) / 2
    assert middle.abs().max() < 0.15


def test_textures_are_eight_bit(shipped):
    levels = shipped.texture * 255
    assert (levels - levels.round()).abs().max() < 1e-4


@pytest.mark.parametrize(
    "name",
    ["baseball", pytest.param("turtle", marks=pytest.mark.slow("draws the turtle once more"))],
)
def test_an_object_drawn_again_has_the_same_texture(name):
    assert torch.equal(OBJECTS[name]().texture, load_object(name).texture)


def _striped(points):
    """Return colours that change smoothly over the surface."""
    return 0.5 + 0.4 * np.sin(2 * points)


def _globe(u, v):
    polar, turn = np.pi * np.clip(v, 0, 1), 2 * np.pi * u
    return np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), -np.cos(polar)], 1)


def _half(side):
    def place(u, v):
        x, y = 2 * u - 1, 2 * v - 1
        square = np.minimum(x * x + y * y, 2.0)
        shrink = np.sqrt(2 - square)
        return np.stack([x * shrink, y * shrink, side * (1 - square)], 1)

    return place


@pytest.mark.parametrize("form", ["tube", "discs"])
def test_looking_up_the_texture_gives_the_colour_of_the_point(form):
    # Also on seams: a chart that bled into its neighbour would be off by up to 0.9.
    if form == "tube":
        part = tube(Chart((96, 64), _globe, _striped), around=24, along=24)
    else:
        charts = [Chart((96, 96), _half(side), _striped) for side in (1, -1)]
        part = ball_like(*charts, rings=16, segments=48)
    mesh, texture = assemble([part], (256, 128))
    turn = torch.arange(12) / 12 * 2 * torch.pi
    poses = kernels.Poses(
        torch.stack([pose_at(float(t), 1.2).rotation[0] for t in turn]),
        torch.tensor([0.0, 0.0, 3.0]),
        ambient=1.0,
        diffuse=0.0,
    )
    seen = kernels.render(texture, mesh, poses, size=(96, 96), background=-1.0)
    found = kernels.rasterize(mesh, poses, size=(96, 96))
    visible = found.face >= 0
    depth = found.depth.double().where(visible, 0.0)
    rows, columns = torch.meshgrid(torch.arange(96) + 0.5, torch.arange(96) + 0.5, indexing="ij")
    ray = torch.stack([(columns - 48) / 96, (rows - 48) / 96, torch.ones(96, 96)]).double()
    camera = ray * depth[:, None] - poses.translation[:, :, None, None]
    point = torch.einsum("pji,pjhw->pihw", poses.rotation, camera)
    inside = visible & (point.norm(dim=1) > 0.9)
    expected = torch.tensor(_striped(point.permute(0, 2, 3, 1).reshape(-1, 3).numpy()))
    assert inside.sum() > 10_000
    error = (seen.permute(0, 2, 3, 1).reshape(-1, 3) - expected).abs().amax(1)[inside.flatten()]
    assert error.max() < 0.08


def test_charts_that_do_not_fit_are_refused():
    part = tube(Chart((96, 64), _globe, _striped), around=8, along=8)
    with pytest.raises(ValueError, match=r"size must hold all charts, got \(64, 64\)"):
        assemble([part], (64, 64))


def test_patterns_are_functions_of_the_point():
    points = np.random.default_rng(0).normal(size=(200, 3))
    for pattern in (lambda p: noise(p, 0.3), lambda p: cells(p, 0.3)[0]):
        whole = pattern(points)
        assert np.array_equal(pattern(points[50:90]), whole[50:90])
        assert np.ptp(whole) > 0.5


def test_the_border_between_two_centres_is_where_both_are_equally_near():
    centres = np.array([[0.0, 0.0], [2.0, 0.0]])
    which, border = nearest_two(np.array([[0.25, 3.0], [1.5, -1.0]]), centres)
    assert which.tolist() == [0, 1]
    np.testing.assert_allclose(border, [0.75, 0.5])


def test_unknown_objects_are_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"got 'turtel'; did you mean 'turtle'\?"):
        load_object("turtel")


@pytest.mark.parametrize(
    ("texture", "message"),
    [
        (torch.zeros(4, 8, 8), r"texture must be a float32 tensor \(3, height, width\), got"),
        (torch.full((3, 8, 8), 1.5), r"texture must lie in \[0, 1\], got 1\.5"),
        (torch.full((3, 8, 8), torch.nan), r"texture must lie in \[0, 1\], got nan"),
    ],
)
def test_textures_that_cannot_be_printed_are_refused(texture, message):
    with pytest.raises(ValueError, match=message):
        TexturedObject("ball", kernels.Mesh.sphere(4, 4), texture)


# If 95 % of the poses are right on average, fewer than these are by chance in 1 of 1,000.
@pytest.mark.parametrize(
    ("poses", "right"),
    [(16, 12), pytest.param(40, 34, marks=pytest.mark.slow("classifies more poses"))],
)
def test_the_classifier_knows_the_object(shipped, poses, right):
    views = object_views(shipped)
    with torch.no_grad():
        guesses = classifier()(views.apply(shipped.texture, views.draw(5, poses))).argmax(1)
    assert sum(guess in shipped.classes for guess in guesses.tolist()) >= right
