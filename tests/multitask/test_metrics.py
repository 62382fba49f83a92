"""Figures for classes, boundaries and instances on maps small enough to count by hand."""

import math

import pytest
import torch
from torchmetrics.functional.classification import multiclass_jaccard_index

from pyfrontiers.multitask import (
    best_ious,
    boundary_counts,
    class_boundaries,
    confusion,
    f_score,
    mean_iou,
)


def drawn(*shape, high=4, seed=0):
    made = torch.Generator().manual_seed(seed)
    return torch.randint(0, high, shape, generator=made)


def test_mean_iou_agrees_with_torchmetrics_and_leaves_out_unknown_pixels():
    found, true = drawn(2, 8, 9), drawn(2, 8, 9, seed=1)
    true[0, :3] = -1
    other = multiclass_jaccard_index(found, true, 4, average="macro", ignore_index=-1)
    assert math.isclose(mean_iou(confusion(found, true, kinds=4)), other.item(), rel_tol=1e-6)
    counts = confusion(found, true, kinds=4)
    assert counts.sum() == (true >= 0).sum()
    assert counts[2, 3] == ((true == 2) & (found == 3)).sum()


def test_one_class_and_no_class():
    one = torch.ones(3, 4, dtype=torch.int64)
    assert mean_iou(confusion(one, one, kinds=4)) == 1.0
    # A class that is only found counts as an error of those that are there.
    assert mean_iou(confusion(drawn(3, 4), one, kinds=4)) == (drawn(3, 4) == 1).double().mean()
    assert math.isnan(mean_iou(confusion(one, one - 2, kinds=4)))
    assert not class_boundaries(one).any()
    assert math.isnan(f_score(boundary_counts(one[None], one[None])))


def test_boundaries_are_both_pixels_of_a_pair():
    classes = torch.zeros(4, 6, dtype=torch.int64)
    classes[:, 3:] = 1
    classes[0] = -1
    wanted = torch.zeros(4, 6, dtype=torch.bool)
    wanted[1:, 2:4] = True
    assert torch.equal(class_boundaries(classes), wanted)


@pytest.mark.parametrize(("shift", "score"), [(0, 1.0), (1, 1.0), (2, 0.5), (4, 0.0)])
def test_f_score_falls_with_the_distance_of_the_boundary(shift, score):
    true = (torch.arange(16) >= 8).long().expand(1, 5, 16)
    found = (torch.arange(16) >= 8 + shift).long().expand(1, 5, 16)
    assert math.isclose(f_score(boundary_counts(found, true)), score)
    exact = f_score(boundary_counts(found, true, within=0))
    assert math.isclose(exact, {0: 1.0, 1: 0.5}.get(shift, 0.0), abs_tol=1e-9)


def test_best_ious_of_found_instances():
    true = torch.zeros(6, 10, dtype=torch.int64)
    true[:, :4], true[:3, 5:9], true[5, 9] = 1, 2, 3
    found = torch.zeros_like(true)
    found[:, :2], found[:, 2:4], found[:4, 5:9] = 7, 8, 9
    # Half of thing 1; all 12 of thing 2 with 4 too many; thing 3 is too small to count.
    assert best_ious(found, true).tolist() == [0.5, 12 / 16]
    assert best_ious(torch.zeros_like(true), true).tolist() == [0.0, 0.0]
    assert best_ious(found, torch.zeros_like(true)).numel() == 0
    assert best_ious(found, true, smallest=1).tolist() == [0.5, 0.75, 0.0]


def test_bad_arguments_are_told():
    with pytest.raises(ValueError, match="found must have the shape of classes"):
        confusion(drawn(3, 4), drawn(4, 3), kinds=4)
    with pytest.raises(ValueError, match="classes must be -1 to 2, got 0 to 3"):
        confusion(drawn(5, 5, high=3), drawn(5, 5), kinds=3)
    with pytest.raises(ValueError, match="within must be"):
        boundary_counts(drawn(1, 3, 4), drawn(1, 3, 4), within=-1)
