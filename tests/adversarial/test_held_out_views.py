"""What held-out views say of a sample, and that the first ones do not depend on their number."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.adversarial import Transforms2D, evaluate_views


def test_first_views_are_the_same_for_every_count(model, x, y):
    few, many = (evaluate_views(model, x, x, y, Transforms2D(), count=n) for n in (30, 70))
    assert torch.equal(few.predictions, many.predictions[:, :30])
    assert torch.equal(few.predictions, few.predictions_before)
    assert (few.l2 == 0).all()
    assert (few.lab == 0).all()


def test_known_predictions_of_the_original_are_not_made_again(model, x, y):
    adversarial = (x + 0.1).clamp(0, 1)
    few = evaluate_views(model, x, adversarial, y, Transforms2D(), count=60)
    seen = []

    def counting(images):
        seen.append(len(images))
        return model(images)

    known = few.predictions_before
    many = evaluate_views(
        counting, x, adversarial, y, Transforms2D(), count=110, predictions_before=known
    )
    assert sum(seen) <= 3 * 110 + 3  # and a few to find out what the model returns
    assert torch.equal(many.predictions[:, :60], few.predictions)
    assert torch.equal(many.predictions_before, known)
    assert torch.equal(many.accuracy_before, few.accuracy_before)
    assert many.predictions.shape == (3, 110)


def test_evaluated_samples_must_match(model, x, y):
    with pytest.raises(ValueError, match=r"^adversarial must have the shape .*, got \(3, 3, 4"):
        evaluate_views(model, x, x[:, :, :4], y, Transforms2D())
