"""Metrics of children agree with torchmetrics."""

import pytest
import torch
import torchmetrics.functional.classification as reference

from pyfrontiers.automl import METRICS, score
from pyfrontiers.kernels import normal, randint

CLASSES = 4
LOGITS, LABELS = normal((80, CLASSES), seed=0), randint((80,), 0, CLASSES, seed=1)


def all_of(logits, labels):
    return score(logits, labels, tuple(METRICS))


@pytest.mark.parametrize("confident", [False, True])
def test_metrics_equal_torchmetrics(confident):
    logits = LOGITS + 2 * torch.nn.functional.one_hot(LABELS, CLASSES) * confident
    probabilities = logits.softmax(1)
    kinds = {"num_classes": CLASSES, "average": "macro"}
    wanted = {
        "accuracy": reference.multiclass_accuracy(
            logits, LABELS, num_classes=CLASSES, average="micro"
        ),
        "balanced-accuracy": reference.multiclass_accuracy(logits, LABELS, **kinds),
        "log-loss": torch.nn.functional.cross_entropy(logits, LABELS),
        "f1": reference.multiclass_f1_score(logits, LABELS, **kinds),
        "auroc": reference.multiclass_auroc(probabilities, LABELS, **kinds),
        "calibration-error": reference.multiclass_calibration_error(
            probabilities, LABELS, CLASSES, n_bins=15
        ),
    }
    found = all_of(logits, LABELS)
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert found[name] == pytest.approx(float(value), abs=2e-6), name


def test_constant_and_perfect_predictions():
    constant = all_of(torch.zeros(80, CLASSES), LABELS)
    assert constant["balanced-accuracy"] == pytest.approx(1 / CLASSES)
    assert constant["auroc"] == pytest.approx(0.5)
    perfect = all_of(100.0 * torch.nn.functional.one_hot(LABELS, CLASSES), LABELS)
    for name, value in perfect.items():
        assert value == pytest.approx(1.0 if METRICS[name].larger else 0.0, abs=1e-6), name


def test_classes_that_do_not_occur_are_left_out():
    labels = torch.tensor([0, 0, 1, 1])
    logits = torch.tensor([[2.0, 1, 0], [1, 2, 0], [0, 2, 1], [0, 2, 1]])
    found = all_of(logits, labels)
    assert found["balanced-accuracy"] == pytest.approx(0.75)
    assert found["f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert all_of(logits[:2], labels[:2])["auroc"] == 0.5


def test_wrong_arguments_raise():
    with pytest.raises(ValueError, match=r"labels must be between 0 and 3, .*, got 0 to 4"):
        score(LOGITS[:2], torch.tensor([0, 4]))
    with pytest.raises(ValueError, match=r"metrics must be among accuracy, .*, got 'speed'"):
        score(LOGITS, LABELS, ("speed",))
    with pytest.raises(ValueError, match=r"metrics must be one or more different names, got \(\)"):
        score(LOGITS, LABELS, ())
