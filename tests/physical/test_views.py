"""Random views of an object."""

from __future__ import annotations

import math

import torch

from pyfrontiers.physical import RANGES, ViewRanges, load_object, object_views, pose_at


def test_poses_lie_in_their_ranges():
    ranges = RANGES["turtle"]
    poses = object_views(load_object("turtle")).draw(3, 400).poses
    tilt = torch.arccos(-poses.rotation[:, 2, 2])
    assert ranges.tilt[0] <= tilt.min() < ranges.tilt[0] + 0.05
    assert ranges.tilt[1] - 0.05 < tilt.max() <= ranges.tilt[1]
    distance = poses.translation[:, 2]
    assert ranges.distance[0] <= distance.min() <= distance.max() <= ranges.distance[1]
    assert poses.translation[:, :2].abs().max() <= ranges.shift
    assert ranges.ambient[0] <= poses.ambient.min() <= poses.ambient.max() <= ranges.ambient[1]
    assert (poses.light[:, 2] < 0).all()  # on the camera's side
    # The direction to the head points anywhere: its mean over 400 poses is near 0 (5 sigma).
    assert poses.rotation[:, :2, 0].mean(0).abs().max() < 0.2


def test_any_rotation_of_a_ball():
    rotation = object_views(load_object("baseball")).draw(3, 400).poses.rotation
    assert rotation.mean(0).abs().max() < 0.15  # a uniform rotation has mean 0; 5.2 sigma
    assert rotation[:, 2, 2].min() < -0.95
    assert rotation[:, 2, 2].max() > 0.95


def test_views_are_a_function_of_the_seed_and_start_alike_for_every_count():
    views = object_views(load_object("turtle"))
    few, many = views.draw(9, 5).poses.packed, views.draw(9, 30).poses.packed
    assert torch.equal(few, many[:5])
    assert not torch.equal(few, views.draw(10, 5).poses.packed)


def test_an_upright_pose_shows_the_back_and_keeps_left_and_right():
    pose = pose_at(0.0, 0.0)
    # Camera: x right, y down, z forward. Seen from above, the head points right, the left side up.
    expected = torch.tensor([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]], dtype=torch.float64)
    torch.testing.assert_close(pose.rotation[0], expected)
    tilted = pose_at(0.0, math.pi / 2).rotation[0]
    # From the side, the object's z axis points up in the picture.
    torch.testing.assert_close(tilted[:, 2], torch.tensor([0.0, -1.0, 0.0]).double())


def test_ranges_may_be_the_callers_own():
    ranges = ViewRanges(distance=(5.0, 5.0), tilt=(0.0, 0.0), shift=0.0)
    poses = object_views(load_object("turtle"), size=32, ranges=ranges).draw(0, 3).poses
    assert torch.equal(poses.translation, torch.tensor([[0.0, 0.0, 5.0]]).double().expand(3, 3))
