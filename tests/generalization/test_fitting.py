"""Networks memorise random labels, and the metrics recorded on the way are consistent."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
import torch

from pyfrontiers.generalization import FittingNet, early_stop, fit, parameter_count
from pyfrontiers.generalization.conditions import make_task
from pyfrontiers.generalization.metrics import LOSS_EDGES, Curves, Evaluator


def test_random_labels_are_memorised_without_generalisation(few_digits):
    run = fit(few_digits, share=1.0, width=16, epochs=60, device="cpu")
    assert run.train_accuracy == 1.0
    # Chance is 0.1; the standard deviation between runs is about 0.025.
    assert run.test_accuracy < 0.2
    assert run.redrawn_count == 300
    assert run.curves.train[run.fitted] >= 0.999 > run.curves.train[run.fitted - 1]


def test_clean_labels_are_learned_before_randomised_ones(half_random):
    curves = half_random.curves
    early = max(range(len(curves.truth)), key=curves.truth.__getitem__)
    assert curves.clean[early] > curves.redrawn[early] + 0.3
    assert curves.truth[early] > curves.truth[-1] + 0.3
    assert curves.redrawn[-1] > 0.95


def test_early_stopping_with_noisy_labels_improves_accuracy(half_random):
    stop = early_stop(half_random.curves)
    assert stop.stopped > stop.trained + 0.05
    assert half_random.curves.noisy[stop.epoch] == max(half_random.curves.noisy)


def test_clean_and_randomised_labels_add_up_to_the_total(half_random):
    redrawn, count = half_random.redrawn_count, half_random.train_count
    curves = half_random.curves
    for epoch in range(len(curves.train)):
        correct = curves.clean[epoch] * (count - redrawn) + curves.redrawn[epoch] * redrawn
        assert correct == pytest.approx(curves.train[epoch] * count)
        assert sum(curves.redrawn_losses[epoch]) == redrawn
        assert sum(curves.clean_losses[epoch]) == count - redrawn


def test_a_uniform_prediction_has_the_loss_log_10(few_digits):
    class Uniform(torch.nn.Module):
        def forward(self, images):
            return torch.zeros(len(images), 10)

    task = make_task(few_digits, "labels", 0.5, seed=0)
    metrics = Evaluator(task, "cpu")(Uniform())
    assert metrics.train_loss == pytest.approx(math.log(10))
    place = sum(edge < math.log(10) for edge in LOSS_EDGES) - 1
    assert metrics.clean_losses[place] == int((~task.redrawn).sum())


def test_a_run_is_a_function_of_its_seed(few_digits):
    def run(seed):
        return fit(few_digits, share=0.5, width=4, epochs=2, seed=seed, device="cpu").curves

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_a_run_stops_when_its_patience_is_exhausted(few_digits):
    run = fit(few_digits, width=16, epochs=40, patience=2, device="cpu")
    assert len(run.curves.train) - 1 == run.fitted + 1 < 40


def test_accuracy_on_randomised_labels_is_nan_when_there_are_none(few_digits):
    curves = fit(few_digits, share=0.0, width=2, epochs=1, device="cpu").curves
    assert all(map(math.isnan, curves.redrawn))
    assert not any(map(math.isnan, curves.clean))


def test_torchs_generator_is_neither_read_nor_advanced(few_digits):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    FittingNet(1, 8, 10, seed=1)
    fit(few_digits, share=0.5, width=2, epochs=1, device="cpu")
    assert torch.equal(before, torch.get_rng_state())


def test_the_network_accepts_images_of_any_size():
    assert FittingNet(3, 32, 7, width=2)(torch.zeros(2, 3, 32, 32)).shape == (2, 7)
    assert FittingNet(1, 28, 2, width=1)(torch.zeros(2, 1, 28, 28)).shape == (2, 2)
    # 9 w + w, 18 w² + 2 w, (2 w 16) 8 w + 8 w and 8 w 10 + 10 parameters, with w = 32
    assert parameter_count(FittingNet(1, 8, 10)) == 320 + 18_496 + 262_400 + 2_570


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"share": 1.5}, r"share must be a number from 0 to 1, got 1.5"),
        ({"share": -0.1}, r"share must be a number from 0 to 1, got -0.1"),
        ({"share": float("nan")}, r"share must be a number from 0 to 1, got nan"),
        ({"share": True}, r"share must be a number, got True"),
        ({"condition": "upside"}, "condition must be one of labels, shuffled, .*, got 'upside'"),
        ({"width": 0}, "width must be an integer from 1 to 4,096, got 0"),
        ({"epochs": 0}, "epochs must be an integer .*, got 0"),
        ({"epochs": 2.5}, "epochs must be an integer, got 2.5"),
    ],
)
def test_invalid_arguments_are_rejected(few_digits, parameters, text):
    with pytest.raises((TypeError, ValueError), match=text):
        fit(few_digits, **parameters)


def test_uniform_images_are_rejected(few_digits):
    grey = replace(few_digits, train_images=torch.full((300, 1, 8, 8), 0.5))
    with pytest.raises(ValueError, match="must differ, but all of them are one uniform grey"):
        fit(grey, share=0.5)


def test_every_curve_has_the_same_length(half_random):
    lengths = {len(getattr(half_random.curves, field.name)) for field in fields(Curves)}
    assert lengths == {61}
