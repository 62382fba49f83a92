"""Exact vectors give back exact instances; wrong arguments are told."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pyfrontiers.multitask import best_ious, centroid_offsets, decode_instances
from pyfrontiers.multitask.instances import SMALLEST
from pyfrontiers.scenes import scene

BOXES = st.lists(
    st.tuples(*(st.integers(*ends) for ends in ((0, 31), (0, 47), (2, 20), (4, 30)))),
    min_size=1,
    max_size=7,
)


def told_apart(instances, apart=4.0):
    """Keep the things that are large enough and whose centroids are far enough from the others."""
    centres = {}
    for number in instances.unique().tolist():
        pixels = (instances == number).nonzero().double()
        centre = pixels.mean(0)
        far = all(torch.dist(centre, other) >= apart for other in centres.values())
        if number > 0 and len(pixels) >= SMALLEST and far:
            centres[number] = centre
        else:
            instances = torch.where(instances == number, 0, instances)
    return instances


def same(found, instances):
    """Whether two maps are equal up to the names of the instances."""
    pairs = set(zip(found.flatten().tolist(), instances.flatten().tolist(), strict=True))
    kinds = [len({pair[k] for pair in pairs}) for k in (0, 1)]
    return kinds == [len(pairs)] * 2 and torch.equal(found == 0, instances == 0)


@given(BOXES)
def test_exact_vectors_give_exact_instances(boxes):
    instances = torch.zeros(32, 48, dtype=torch.int64)
    for number, (row, column, high, wide) in enumerate(boxes, 1):  # later ones cover earlier ones
        instances[row : row + high, column : column + wide] = number
    instances = told_apart(instances)
    found = decode_instances(centroid_offsets(instances).nan_to_num(0.0), instances > 0)
    assert same(found, instances)


@pytest.mark.parametrize("number", range(4))
def test_exact_vectors_of_a_street_give_its_things(number):
    instances = told_apart(scene(5, number).instances)
    found = decode_instances(centroid_offsets(instances), instances > 0)
    assert same(found, instances)
    assert (best_ious(found, instances) == 1).all()


def test_noise_of_half_a_pixel_is_forgiven():
    instances = torch.zeros(32, 64, dtype=torch.int64)
    instances[4:20, 4:24], instances[8:28, 30:60] = 1, 2
    noise = torch.randn(2, 32, 64, generator=torch.Generator().manual_seed(0)) / 2
    found = decode_instances(centroid_offsets(instances) + noise, instances > 0)
    assert best_ious(found, instances).min() > 0.98


def test_pixel_plus_vector_is_the_centroid():
    instances = torch.zeros(2, 5, 6, dtype=torch.int64)
    instances[0, 1:4, 2:4], instances[1, 0, 5], instances[1, 2, 1] = 1, 1, 1
    found = centroid_offsets(instances)
    assert found.shape == (2, 2, 5, 6)
    assert found[0, :, 1, 2].tolist() == [1.0, 0.5]
    assert found[1, :, 0, 5].tolist() == [1.0, -2.0]
    assert torch.equal(found.isnan().all(1), instances == 0)
    assert centroid_offsets(instances[0] - 4).isnan().all()
    assert centroid_offsets(torch.zeros(0, 4, 4, dtype=torch.int64)).shape == (0, 2, 4, 4)


def test_nothing_and_too_little_give_no_instance():
    offsets, nothing = torch.zeros(2, 6, 8), torch.zeros(6, 8, dtype=torch.bool)
    assert not decode_instances(offsets, nothing).any()
    few = nothing.clone()
    few[0, :7] = True
    assert not decode_instances(offsets, few).any()


def test_bad_arguments_are_told():
    things = torch.ones(6, 8, dtype=torch.bool)
    with pytest.raises(ValueError, match="offsets must be finite where things are, got 48 pixels"):
        decode_instances(torch.full((2, 6, 8), math.nan), things)
    with pytest.raises(ValueError, match=r"things must have shape \(H, W\) with W = 7"):
        decode_instances(torch.zeros(2, 6, 7), things)
    with pytest.raises(ValueError, match="smallest must be at least 2, got 1"):
        decode_instances(torch.zeros(2, 6, 8), things, smallest=1)
    with pytest.raises(ValueError, match=r"must be an integer tensor .*, got torch\.float"):
        centroid_offsets(torch.zeros(4, 4))
