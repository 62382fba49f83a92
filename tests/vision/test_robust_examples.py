"""The recorded robust examples: within their bound, reproducible, and surviving transforms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyfrontiers.adversarial import AXES, survival
from pyfrontiers.vision import CLASS_NAMES, classifier, prepared_pixels
from pyfrontiers.vision.photographs import photograph
from pyfrontiers.vision.recorded_robust import ROBUST_EXAMPLES, recorded_example
from pyfrontiers.vision.robust_examples import as_batch, predicted_class, robust_example

TRUTH, TARGET = range(2)
ORIGINAL, ORDINARY, ROBUST = range(3)


@pytest.fixture(params=ROBUST_EXAMPLES)
def recorded(request):
    return request.param, recorded_example(request.param)


def test_images_are_within_the_bound(recorded):
    name, found = recorded
    example = found.example
    assert example.original.tobytes() == prepared_pixels(photograph(name))
    for image in (example.ordinary, example.robust):
        assert image.shape == (224, 224, 3)
        assert np.abs(image.astype(int) - example.original).max() <= round(255 * example.epsilon)
        assert not np.array_equal(image, example.original)


def test_both_fool_the_classifier_without_a_transform(recorded):
    name, found = recorded
    example = found.example
    assert CLASS_NAMES[example.target] == ROBUST_EXAMPLES[name]
    images = as_batch(example.original, example.ordinary, example.robust)
    wanted = [example.truth, example.target, example.target]
    assert classifier().probabilities(images).argmax(1).tolist() == wanted
    assert example.truth == predicted_class(example.original.tobytes())


def test_curves_match_the_images(recorded):
    example = recorded[1].example
    assert recorded[1].curves.keys() == AXES.keys()
    classes = torch.tensor([example.truth, example.target])
    images = as_batch(example.original, example.ordinary, example.robust)
    for axis, curve in recorded[1].curves.items():
        some = slice(0, None, 10)
        again = survival(classifier(), images, classes, axis=axis, values=curve.values[some])
        torch.testing.assert_close(
            again.probabilities, curve.probabilities[:, some], atol=2e-3, rtol=0
        )


def test_robust_example_survives_rotation_and_the_ordinary_one_does_not(recorded):
    curve = recorded[1].curves["rotation"]
    turned = (curve.values.abs() >= 5) & (curve.values.abs() <= 20)
    target = curve.probabilities[:, turned, TARGET]
    assert target[ROBUST].mean() > 0.9
    assert target[ORDINARY].mean() < 0.1
    assert target[ORIGINAL].max() < 0.1


def test_example_keeps_the_bound_and_reports_progress():
    pixels = prepared_pixels(photograph("coffee"))
    seen = []

    def report(fraction, message="", data=None):
        seen.append((fraction, message))

    options = {"pixels": pixels, "target": 9, "epsilon": 12.5 / 255, "steps": 2}
    first = robust_example(**options, views_per_step=2, report=report)
    again = robust_example(**options, views_per_step=2)
    other = robust_example(**options, views_per_step=2, seed=1)
    change = np.abs(first.robust.astype(int) - first.original)
    assert 1 <= change.max() <= 12
    assert np.array_equal(first.robust, again.robust)
    assert not np.array_equal(first.robust, other.robust)
    assert np.array_equal(first.ordinary, other.ordinary)
    assert [fraction for fraction, _ in seen] == [0.0, 0.5, 1.0]
    assert seen[0][1].startswith("Step 0 of 2: ostrich at ")
    assert len(first.losses) == 3


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"pixels": b"123"}, "pixels must hold 150528 bytes, got 3"),
        ({"target": 1000}, "target must be an integer .*, got 1000"),
        ({"epsilon": 2.0}, "epsilon must be a number .*, got 2"),
        ({"steps": 0}, "steps must be an integer .*, got 0"),
    ],
)
def test_errors(options, text):
    with pytest.raises(ValueError, match=f"^{text}"):
        robust_example(**({"pixels": bytes(150528), "target": 1} | options))


def test_unknown_record_is_named():
    with pytest.raises(ValueError, match=r"^name must be one of cat, temple, got 'dog'"):
        recorded_example("dog")
