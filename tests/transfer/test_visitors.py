"""A visitor's points and drawings, good and bad, and the networks that ship."""

import math

import numpy as np
import pytest
import torch

from pyfrontiers.recording import load_record
from pyfrontiers.transfer import (
    GRID,
    METHODS,
    curves_through,
    drawing_image,
    evaluate,
    glyph_images,
    prior_curves,
    read_drawings,
    similarity_record,
    trained_networks,
)
from pyfrontiers.transfer.sinusoids import FAMILIES
from pyfrontiers.transfer.weights import FOLDER

X = [-4.0, -1.5, 0.5, 2.0, 3.5]
Y = [2 * math.sin(x + 1) for x in X]


def glyphs():
    """Two examples of each of five test glyphs, their labels, and a third one."""
    images = glyph_images("test").images[:5, :3]
    return images[:, :2].flatten(0, 1), torch.arange(5).repeat_interleave(2), images[:, 2]


def test_every_method_ships_and_fits():
    assert sum(path.stat().st_size for path in FOLDER.glob("networks.*")) <= 500_000
    for kind in ("regression", "classification"):
        networks = trained_networks(kind)
        assert list(networks) == [name for name, one in METHODS.items() if kind in one.kinds]
        for name, one in networks.items():
            assert one.method == name
            assert one.rows.shape == (len(one.seeds), one.learner.weights)
            assert not one.rows.requires_grad
    assert len(trained_networks("regression")["maml"].rows) >= 5
    _, about = load_record(FOLDER / "networks.json")
    assert about["command"] == "pyfrontiers record transfer-networks"


def test_maml_follows_five_points_better_than_scratch():
    curves = curves_through(X, Y)
    assert list(curves) == list(trained_networks("regression"))
    true = 2 * np.sin(np.array(GRID) + 1)
    errors = {name: ((curve - true) ** 2).mean(1) for name, curve in curves.items()}
    assert all(curve.shape == (3, len(GRID)) for curve in curves.values())
    assert errors["maml"][1] < errors["maml"][0]
    assert errors["maml"][1] < errors["scratch"][2]
    assert errors["maml"][1] < errors["fine-tuning"][2]


def test_what_maml_knows_before_is_smoother_than_noise():
    learned, random = prior_curves("maml", count=8), prior_curves("scratch", count=8)
    assert learned.shape == (8, len(GRID))
    assert learned.std() > random.std()
    assert np.array_equal(learned, prior_curves("maml", count=8))
    assert not np.array_equal(learned, prior_curves("maml", count=8, seed=1))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1.0] * 5, [2.0] * 5, "x must hold at least two different places, got 5 times 1; move"),
        ([0.0, 5.5], [0.0, 0.0], "x must be within -5 and 5, the canvas, got 5.5"),
        ([0.0, 1.0], [0.0, -11.0], "y must be within -10 and 10, the canvas, got -11"),
        ([0.0, math.nan], [0.0, 0.0], "x must hold finite numbers, got NaN"),
        ([0.0, 1.0], [0.0, math.inf], "y must hold finite numbers, got NaN or infinity"),
        ([0.0, 1.0], [0.0], r"y must have shape \(N,\) with N = 2 like x, got \(1,\)"),
        ([], [], r"x must have shape \(N,\) and elements"),
    ],
)
def test_bad_points_are_answered_by_a_sentence(x, y, message):
    with pytest.raises(ValueError, match=message):
        curves_through(x, y)


def test_new_glyphs_are_read():
    images, labels, queries = glyphs()
    found = read_drawings(images, labels, queries)
    assert list(found) == list(trained_networks("classification"))
    for probabilities in found.values():
        assert probabilities.shape == (3, 5, 5)
        assert np.allclose(probabilities.sum(2), 1)
    assert np.allclose(found["prototypes"][0], 0.2)
    assert (found["prototypes"][1].argmax(1) == np.arange(5)).sum() >= 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": torch.full((10,), 3)}, "at least two classes, got class 3 only; draw an ex"),
        ({"labels": torch.arange(10)}, "labels must be classes from 0 to 4, got 9"),
        ({"labels": torch.arange(10) - 6}, "labels must be classes from 0 to 4, got -6"),
        ({"images": torch.full((10, 256), math.nan)}, "images must hold finite pixels, got NaN"),
        ({"queries": torch.zeros(1, 256)}, "queries must hold drawings, got an empty one at pl"),
        ({"steps": ()}, "steps must hold numbers from 0 to 100, got ()"),
        ({"steps": (101,)}, "steps must hold numbers from 0 to 100, got .101"),
    ],
)
def test_bad_drawings_are_answered_by_a_sentence(change, message):
    images, labels, queries = glyphs()
    with pytest.raises(ValueError, match=message):
        read_drawings(**{"images": images, "labels": labels, "queries": queries} | change)


def test_a_drawing_is_read_with_the_pen_of_the_glyphs():
    line, cross = [[[0.2, 0.2], [0.8, 0.8]]], [[[0.2, 0.5], [0.8, 0.5]], [[0.5, 0.2], [0.5, 0.8]]]
    images = torch.stack([drawing_image(line), drawing_image(cross)])
    found = read_drawings(images, torch.tensor([0, 1]), images)
    assert (found["prototypes"][1].argmax(1) == [0, 1]).all()


def test_shipped_networks_do_as_the_claim_says():
    networks = trained_networks("regression")
    curves = {name: evaluate(networks[name], FAMILIES["standard"], tasks=100) for name in networks}
    assert float(curves["maml"].at(1)) < float(curves["fine-tuning"].at(10))
    assert float(curves["maml"].at(1)) < float(curves["scratch"].at(10))


def test_similarity_is_largest_on_the_diagonal():
    record = similarity_record()
    assert record.names == tuple(FAMILIES)
    found = {(a, b): record.help[a][b] for a in record.names for b in record.names}
    diverged = {pair for pair, one in found.items() if not math.isfinite(float(one))}
    assert diverged == {("other phases", "larger"), ("larger", "larger")}
    assert all(found[pair].low is found[pair].high is None for pair in diverged)
    for (learned, other), one in found.items():
        if (learned, other) in diverged:
            continue
        assert one.low <= float(one) <= one.high
        if learned == other:
            assert one.low > 0
        elif (other, other) not in diverged:
            assert float(one) < float(found[other, other])
