"""A lesson: pictures of two things become heads."""

from __future__ import annotations

import io

import pytest
import torch
from PIL import Image

from pyfrontiers.uncertainty.head import doubt
from pyfrontiers.vision import photograph, teaching
from pyfrontiers.vision.heads import METHODS
from pyfrontiers.vision.teaching import picture_file, teach

FILES = tuple(picture_file(photograph(name)) for name in ("coffee", "rocket"))


@pytest.fixture(scope="module")
def taught():
    reports = []
    found = teach(FILES, (0, 1), report=lambda *report: reports.append(report))
    return found, reports


def test_every_kind_of_head_learns_the_two_things(taught):
    found, reports = taught
    assert list(found.heads) == list(METHODS)
    assert found.features.shape == (2, 3, 1280)
    for name, head in found.heads.items():
        answer = doubt(head, found.features[:, 0], samples=200)
        assert answer.probabilities.argmax(1).tolist() == [0, 1], name
    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_features_are_those_of_the_crops_of_each_picture(taught):
    alone = teach(FILES[::-1], (1, 0), count=2).features
    # Crop i of a picture is a function of the seed, the picture's place and i.
    again, known = teach(FILES, (0, 1), count=2).features, taught[0].features[:, :2]
    torch.testing.assert_close(again, known, rtol=0.05, atol=0.05)
    assert (alone[0] - known[1]).abs().max() > 0.5


@pytest.mark.parametrize(("pictures", "each"), [(2, 3), (13, 3), (20, 2), (40, 1)])
def test_many_pictures_get_fewer_crops_with_the_class_of_their_picture(monkeypatch, pictures, each):
    fits, reports = [], []
    monkeypatch.setattr(teaching, "features", lambda images, *, fast: images.mean((2, 3)))
    monkeypatch.setattr(teaching, "METHODS", {"one": lambda *given: fits.append(given)})
    black, white = (picture_file(Image.new("RGB", (4, 4), name)) for name in ("black", "white"))
    labels = tuple(place % 2 for place in range(pictures))
    shown = tuple(white if label else black for label in labels)
    found = teach(shown, labels, report=lambda *report: reports.append(report[0]))
    assert found.features.shape == (pictures, each, 3)
    ((features, classes),) = fits
    assert torch.equal(features[:, 0] > features[:, 0].mean(), classes.bool())
    assert reports == sorted(reports)
    assert (reports[0], reports[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("size", "stored"),
    [((1, 1), (1, 1)), ((1, 400), (1, 400)), ((3000, 400), (2160, 288)), ((576, 577), (288, 288))],
)
def test_a_picture_of_any_shape_is_stored_small(size, stored):
    file = picture_file(Image.new("RGB", size))
    assert Image.open(io.BytesIO(file)).size == stored
    assert len(file) < 300_000


def test_impossible_lessons_get_a_sentence():
    with pytest.raises(ValueError, match="labels must name a class for each of 2 pictures, got 1"):
        teach(FILES, (0,))
    with pytest.raises(ValueError, match="of at least two things, got 2 of 1"):
        teach(FILES, (0, 0))
    with pytest.raises(ValueError, match="pictures must be 2 to 40 of at least two things, got 1"):
        teach(FILES[:1], (0,))
