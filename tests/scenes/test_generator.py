"""Scenes: labels are exact, and nothing depends on anything but the arguments."""

import math

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import rasterize
from pyfrontiers.scenes import CLASSES, THINGS, StreetScenes, Weather, batch, scene
from pyfrontiers.scenes.drawing.assembly import mesh_of
from pyfrontiers.scenes.drawing.viewpoint import viewpoint
from pyfrontiers.scenes.generator import build

CLEAR = Weather()


def labels(one):
    return one.depth, one.classes, one.instances


def same(first, second):
    return all(map(torch.equal, (first.image, *labels(first)), (second.image, *labels(second))))


def unprojected(one):
    """The (3, H, W) points of all pixels: x right, y down, z ahead, from the road's centre line."""
    rows, columns = one.depth.shape
    camera, scale = one.camera, rows * one.camera.focal_length
    row, column = np.mgrid[:rows, :columns] + 0.5
    right, down = (column - columns / 2) / scale, (row - rows / 2) / scale
    below = math.cos(camera.pitch) * down + math.sin(camera.pitch)
    ahead = math.cos(camera.pitch) - math.sin(camera.pitch) * down
    aside = math.cos(camera.yaw) * right + math.sin(camera.yaw) * ahead
    ahead = math.cos(camera.yaw) * ahead - math.sin(camera.yaw) * right
    depth = one.depth.clamp(max=1e4).numpy()
    return np.stack([camera.offset + depth * aside, depth * below - camera.height, depth * ahead])


@pytest.mark.parametrize("index", [0, 7])
def test_each_pixel_shows_the_nearest_of_the_objects_drawn_alone(index):
    built = build(3, index, camera_height=None, move={})
    made = built.assembly
    poses = viewpoint(built.camera).poses(np.array([0.0, -1.0, 0.0]))
    nearest = torch.full((64, 128), torch.inf)
    classes, instances = torch.zeros(2, 64, 128, dtype=torch.int64)
    groups = np.stack([made.instances, made.classes], axis=1)[:-1]
    for group in np.unique(groups, axis=0):
        faces = np.flatnonzero((groups == group).all(1))
        alone = rasterize(mesh_of(made, faces), poses, size=(64, 128)).depth[0]
        closer = alone < nearest
        nearest = torch.where(closer, alone, nearest)
        classes[closer], instances[closer] = int(group[1]), int(group[0])
    one = scene(3, index)
    assert torch.equal(one.depth, nearest)
    assert torch.equal(one.classes, classes)
    assert torch.equal(one.instances, instances)


@pytest.mark.parametrize("index", range(6))
def test_class_instance_and_depth_agree(index):
    one = scene(11, index)
    kinds = {thing.instance: CLASSES.index(thing.kind) for thing in one.things}
    for number in one.instances.unique().tolist():
        if number:
            assert (one.classes[one.instances == number] == kinds[number]).all()
    things = torch.tensor([name in THINGS for name in CLASSES])
    assert torch.equal(one.instances > 0, things[one.classes])
    assert torch.equal(one.classes == CLASSES.index("sky"), one.depth.isinf())
    assert torch.equal(one.inverse_depth == 0, one.depth.isinf())
    assert float(one.depth.min()) > 0
    assert float(one.image.min()) >= 0
    assert float(one.image.max()) <= 1


def test_every_class_occurs_and_scenes_differ():
    made = batch(StreetScenes(5, 12), range(12))
    assert set(made.classes.unique().tolist()) == set(range(len(CLASSES)))
    assert len({tuple(depth.flatten().tolist()) for depth in made.depth}) == 12
    assert not torch.equal(scene(6, 0).depth, made.depth[0])


def test_scene_is_the_same_for_any_threads_batch_and_order():
    alone = scene(9, 4, weather=Weather(rain=0.7, night=0.6))
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        again = scene(9, 4, weather=Weather(rain=0.7, night=0.6))
    finally:
        torch.set_num_threads(before)
    assert same(alone, again)
    source = StreetScenes(9, 3, first=2)
    made = batch(source, [2, 0, 2])
    for k, index in enumerate((4, 2, 4)):
        one = scene(9, index)
        assert torch.equal(made.images[k], one.image)
        assert torch.equal(made.depth[k], one.depth)
        assert torch.equal(made.instances[k], one.instances)
    assert same(source[-1], scene(9, 4))
    assert same(source[1:][0], scene(9, 3))
    with pytest.raises(IndexError):
        source[3]


def test_weather_changes_the_picture_only():
    clear = scene(2, 1, weather=CLEAR)
    for weather in (Weather(fog=0.8), Weather(rain=1.0), Weather(night=1.0)):
        other = scene(2, 1, weather=weather)
        assert all(map(torch.equal, labels(clear), labels(other)))
        assert float((clear.image - other.image).abs().mean()) > 0.03
        assert other.weather == weather
    assert float(scene(2, 1, weather=Weather(night=1.0)).image.mean()) < 0.75 * float(
        clear.image.mean()
    )


def test_fog_hides_what_is_far():
    clear, fog = (scene(2, 1, weather=w).image for w in (CLEAR, Weather(fog=1.0)))
    depth = scene(2, 1).depth

    def contrast(image, low, high):
        return float(image[:, (depth > low) & (depth < high)].std())

    far = contrast(fog, 50, 150) / contrast(clear, 50, 150)
    assert far < 0.35
    assert far < 0.6 * contrast(fog, 0, 12) / contrast(clear, 0, 12)


@pytest.mark.parametrize("height", [1.2, 3.0])
def test_road_lies_at_the_camera_height_below_the_camera(height):
    one = scene(4, 2, camera_height=height)
    built = build(4, 2, camera_height=height, move={})
    assert one.camera.height == height
    x, y, z = unprojected(one)
    road = (one.classes == CLASSES.index("road")).numpy() & (z < 25)
    assert road.sum() > 500
    # The road rises with z^2 in 22 pieces.
    np.testing.assert_allclose(-y[road], (built.street.rise * z**2)[road], atol=0.02)
    assert np.abs((x - built.street.bend * z**2)[road]).max() < 60


def test_moved_car_is_where_it_was_moved_to():
    start = scene(4, 2)
    number = next(thing.instance for thing in start.things if thing.kind == "car")
    for place in ((0.5, 8.0), (1.5, 15.0)):
        moved = scene(4, 2, move={number: place})
        (thing,) = (thing for thing in moved.things if thing.instance == number)
        assert (thing.x, thing.z) == place
        x, _, z = unprojected(moved)
        mine = (moved.instances == number).numpy()
        assert mine.sum() > 50
        assert np.hypot(x[mine] - place[0], z[mine] - place[1]).max() < 2.9
        others = {(thing.x, thing.z) for thing in start.things} - {place}
        assert len(others & {(thing.x, thing.z) for thing in moved.things}) == len(start.things) - 1


def test_picture_is_antialiased():
    """A pixel is closer to the mean of four pixels of twice the size than one of the four is."""
    small, large = scene(8, 3, weather=CLEAR), scene(8, 3, height=128, width=256, weather=CLEAR)
    mean = torch.nn.functional.avg_pool2d(large.image[None], 2)[0]
    error = float((small.image - mean).square().mean())
    assert error < 0.75 * float((large.image[:, ::2, ::2] - mean).square().mean())
    assert error < 0.003


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": -1}, "seed must be an integer of at least 0, got -1"),
        ({"height": 8}, "height must be an integer from 16 to 1,024, got 8"),
        ({"camera_height": 0.2}, "camera_height must be a number from 1 to 6, got 0.2"),
        ({"weather": "fog"}, "weather must be a Weather, got 'fog'"),
        ({"move": {999: (0, 9)}}, r"move must have instance numbers from 1 to \d+ .*, got 999"),
        ({"move": {1: (0,)}}, r"move\[1\] must be a pair \(x, z\), got 1 numbers"),
        ({"move": {1: (0, 1)}}, r"z of move\[1\] must be a number from 4.0 to 120.0, got 1.0"),
        ({"move": {1: (math.nan, 9)}}, r"x of move\[1\] must be a number from -30"),
    ],
)
def test_wrong_arguments(given, message):
    with pytest.raises(ValueError if "weather" not in given else TypeError, match=message):
        scene(**{"seed": 0, "index": 0, **given})


def test_wrong_weather_and_batches():
    with pytest.raises(ValueError, match=r"fog must be a number from 0 to 1, got 1\.5"):
        Weather(fog=1.5)
    with pytest.raises(ValueError, match="indices must hold at least one index"):
        batch(StreetScenes(0, 2), [])
    with pytest.raises(
        IndexError, match="indices must hold numbers below source's length 2, got 2"
    ):
        batch(StreetScenes(0, 2), [2])
    with pytest.raises(ValueError, match=r"source must hold scenes of one size, got \(16, 32\) at"):
        batch([scene(0, 0, height=16, width=32), scene(0, 0, height=16, width=48)], [0, 1])
    with pytest.raises(TypeError, match=r"source\[1\] must be a Scene, got 3"):
        batch([scene(0, 0, height=16), 3], [0, 1])
