"""Tasks are functions of (seed, number), and are what their family says."""

import itertools
import math

import pytest
import torch

from pyfrontiers.transfer import (
    FAMILIES,
    GLYPHS,
    FewShotImages,
    Sinusoids,
    drawing_image,
    glyph_images,
    glyph_strokes,
    ink,
)

#: Example i of class c is the number 10 c + i.
NUMBERED = FewShotImages((10.0 * torch.arange(8)[:, None] + torch.arange(6))[..., None])


@pytest.mark.parametrize("family", [Sinusoids(), NUMBERED], ids=["sinusoids", "images"])
def test_a_task_does_not_depend_on_the_batch(family):
    whole = family.draw(10, seed=7, shots=2, queries=3)
    parts = [
        family.draw(n, seed=7, first=first, shots=2, queries=3) for first, n in ((0, 3), (3, 7))
    ]
    for one, first, second in zip(whole, *parts, strict=True):
        assert torch.equal(one, torch.cat([first, second]))
    other = family.draw(10, seed=8, shots=2, queries=3)
    assert not torch.equal(whole.support_x, other.support_x)


def test_curves_have_the_amplitude_phase_and_frequency_of_their_ranges():
    tasks = Sinusoids(amplitude=(2, 2), phase=(1, 1), frequency=(3, 3)).draw(20, seed=0)
    torch.testing.assert_close(tasks.query_y, 2 * torch.sin(3 * tasks.query_x + 1))
    for x in (tasks.support_x, tasks.query_x):
        assert x.abs().max() <= 5
        assert x.abs().max() > 4
    for family in FAMILIES.values():
        many = family.draw(500, seed=1, shots=1, queries=50)
        highest = many.query_y.abs().amax((1, 2))
        assert highest.max() <= family.amplitude[1]
        assert highest.max() > 0.8 * family.amplitude[1]


def test_the_curve_of_a_task_does_not_depend_on_its_examples():
    constant = Sinusoids(frequency=(0, 0))  # y is the same at every x
    few, many = (constant.draw(5, seed=2, shots=shots, queries=1) for shots in (1, 9))
    torch.testing.assert_close(few.query_y, many.query_y)


def test_images_of_a_task_are_different_and_of_their_class():
    tasks = NUMBERED.draw(40, seed=0, shots=2, queries=3)
    x = torch.cat([tasks.support_x, tasks.query_x], 1)[..., 0]
    y = torch.cat([tasks.support_y, tasks.query_y], 1)
    for images, labels in zip(x, y, strict=True):
        assert len(set(images.tolist())) == 25
        classes = [set((images[labels == k] // 10).tolist()) for k in range(5)]
        assert all(len(each) == 1 for each in classes)
        assert len(set.union(*classes)) == 5
    named = NUMBERED.draw(40, seed=0, shots=2, queries=3, named=True)
    assert torch.equal(named.query_x, tasks.query_x)
    assert torch.equal(named.query_y, (named.query_x[..., 0] // 10).long())
    assert set(named.query_y.flatten().tolist()) == set(range(8))


def test_test_classes_are_never_seen_in_training():
    ranges = sorted((first, first + count) for first, count in GLYPHS.values())
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(ranges))
    whole, pens = glyph_strokes(3, 4, 5)
    part, pen = glyph_strokes(5, 2, 3)
    torch.testing.assert_close(whole[2:, :3], part, equal_nan=True)
    torch.testing.assert_close(pens[2:, :3], pen)


def test_examples_of_a_glyph_are_alike_and_classes_are_not():
    bank = glyph_images("validation", examples=4)
    assert bank.images.shape == (100, 4, 256)
    assert bank.images.amin() == 0
    assert bank.images.amax() == 1
    means = bank.images.mean(1)
    within = (bank.images - means[:, None]).square().mean()
    between = (means - means.mean(0)).square().mean()
    assert between > 0.4 * within
    ink_of = bank.images.mean(2)
    assert ink_of.min() > 0.02
    assert ink_of.max() < 0.6


def test_ink_lies_on_the_stroke():
    across = torch.tensor([[[[0.1, 0.5], [0.9, 0.5]]]])
    (image,) = ink(across).reshape(-1, 16, 16)
    assert (image[7:9, 3:13] > 0.8).all()
    assert (image[:6] == 0).all()
    assert (image[10:] == 0).all()
    absent = torch.full_like(across, math.nan)
    assert torch.equal(ink(torch.cat([across, absent], 1)), ink(across))
    wide = ink(across, pen=torch.tensor([0.2]))
    assert wide.sum() > 2 * image.sum()
    assert ink(across[:0]).shape == (0, 256)


def test_a_drawing_does_not_depend_on_its_place_and_size():
    drawn = [[[0.1, 0.1], [0.5, 0.3]], [[0.3, 0.5]]]
    moved = [[[0.4 + x / 2, 0.3 + y / 2] for x, y in stroke] for stroke in drawn]
    torch.testing.assert_close(drawing_image(drawn), drawing_image(moved), atol=1e-4, rtol=0)
    assert drawing_image([[[0.5, 0.5]]]).sum() > 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sinusoids(phase=(1, 0)), r"phase must be a range with its lower end first, got"),
        (lambda: Sinusoids(amplitude=(-1, 2)), r"amplitude must be a range from 0 on, got"),
        (lambda: FewShotImages(torch.zeros(4, 3, 2)), "images must have at least 5 classes, got 4"),
        (
            lambda: FewShotImages(torch.full((5, 3, 2), math.nan)),
            "images must hold finite pixels, got NaN",
        ),
        (lambda: NUMBERED.draw(1, seed=0, shots=4, queries=3), "at most 6 together, .*got 4 and 3"),
        (lambda: glyph_images("greek"), "part must be one of training, validation, test, got"),
        (lambda: drawing_image([]), "strokes must have 1 to 4,000 points, got 0"),
        (lambda: drawing_image([[[0.5, 1.5]]]), r"strokes must hold points \(x, y\) in \[0, 1\]"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
