"""Occlusion edges: none on planes, and the two classes that meet at each."""

import pytest
import torch

from pyfrontiers.scenes import CLASSES, StreetScenes, batch, occlusion_edges

ROAD, CAR, SKY = (CLASSES.index(name) for name in ("road", "car", "sky"))


def plane(rows=20, columns=30, height=1.5):
    """Depth of a road seen by a level camera: inverse depth is affine in the row."""
    down = (torch.arange(rows) + 0.5) / rows
    return (height / down)[:, None].expand(rows, columns).contiguous()


def test_a_plane_has_no_edges_however_steeply_it_is_seen():
    depth = plane()
    assert float((depth[:-1] / depth[1:]).max()) > 1.5
    assert not occlusion_edges(depth, torch.full_like(depth, ROAD).long()).mask.any()
    assert not occlusion_edges(depth.T, torch.full_like(depth.T, ROAD).long()).mask.any()


def test_front_and_behind_of_cars_and_road():
    depth = torch.full((12, 20), 30.0)
    classes = torch.full((12, 20), ROAD)
    depth[3:9, 2:8], classes[3:9, 2:8] = 10.0, CAR
    depth[3:9, 8:14], classes[3:9, 8:14] = 15.0, CAR
    depth[0], classes[0] = torch.inf, SKY
    edges = occlusion_edges(depth, classes)
    over = edges.between("car", "car")
    expected = torch.zeros(12, 20, dtype=torch.bool)
    expected[3:9, 7:9] = True
    # In the corners the jump to the road is greater than that to the other car.
    expected[[3, 8], 7] = False
    assert not (over ^ expected)[4:8].any()
    on_road = edges.between("car", "road")
    assert on_road[4:8, [1, 2, 13, 14]].all()
    assert not (over & on_road).any()
    assert edges.between("road", "sky")[:2].sum() == 40
    assert torch.equal(edges.mask, edges.front >= 0)
    assert torch.equal(edges.mask, edges.behind >= 0)


def test_thin_post_is_an_edge_on_both_sides():
    depth = torch.full((6, 9), 40.0)
    depth[:, 4] = 10.0
    edges = occlusion_edges(depth, torch.full((6, 9), ROAD))
    assert edges.mask[:, 3:6].all()
    assert edges.mask.sum() == 18


def test_one_thing_has_no_edges_within_itself():
    depth = torch.full((6, 8), 10.0)
    depth[:, 4:] = 13.0
    classes, instances = torch.full((6, 8), CAR), torch.ones(6, 8, dtype=torch.int64)
    assert occlusion_edges(depth, classes).mask.any()
    assert not occlusion_edges(depth, classes, instances).mask.any()
    instances[:, 4:] = 2
    assert occlusion_edges(depth, classes, instances).between("car", "car").any()


def test_depth_that_was_not_measured_makes_no_edge():
    depth = torch.full((6, 8), 10.0)
    depth[:, 3], depth[:, 6] = torch.nan, 0.0
    assert not occlusion_edges(depth, torch.full((6, 8), ROAD)).mask.any()


def test_scenes_have_edges_of_cars_over_cars_and_over_the_road():
    made = batch(StreetScenes(1, 4), range(4))
    edges = occlusion_edges(made.depth, made.classes, made.instances)
    assert edges.between("car", "car").sum() > 20
    assert edges.between("car", "road").sum() > 20
    assert 0.03 < float(edges.mask.float().mean()) < 0.3
    one = occlusion_edges(made.depth[2], made.classes[2], made.instances[2])
    assert torch.equal(one.mask, edges.mask[2])
    assert torch.equal(one.front, edges.front[2])
    # The nearer surface of an edge next to the sky is never the sky.
    assert not (edges.front == SKY).any()


def test_wrong_arguments():
    depth, classes = torch.ones(4, 5), torch.ones(4, 5, dtype=torch.int64)
    with pytest.raises(ValueError, match=r"ratio must be above 1 and finite, got 1"):
        occlusion_edges(depth, classes, ratio=1)
    with pytest.raises(
        ValueError, match=r"depth must be a floating-point tensor .*, got torch.int"
    ):
        occlusion_edges(classes, classes)
    with pytest.raises(ValueError, match=r"classes must be an integer tensor of depth's shape"):
        occlusion_edges(depth, classes[:3])
    with pytest.raises(ValueError, match=r"instances must be an integer tensor of depth's shape"):
        occlusion_edges(depth, classes, depth)
    with pytest.raises(ValueError, match=r"front must be one of sky, .*, got 'lorry'"):
        occlusion_edges(depth, classes).between("lorry", "road")
