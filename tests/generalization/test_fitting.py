"""A network knows thrown labels by heart, and what is measured on the way adds up."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
import torch

from pyfrontiers.generalization import FittingNet, early_stop, fit, parameter_count
from pyfrontiers.generalization.conditions import prepared
from pyfrontiers.generalization.looking import LOSS_EDGES, Curves, Looking


def test_labels_from_a_die_are_learned_by_heart_and_teach_nothing(few_digits):
    run = fit(few_digits, share=1.0, width=16, epochs=60, device="cpu")
    assert run.train_accuracy == 1.0
    # Chance is 0.1 with a standard deviation of about 0.025 from run to run; 4 of them.
    assert run.test_accuracy < 0.2
    assert run.redrawn_count == 300
    assert run.curves.train[run.fitted] >= 0.999 > run.curves.train[run.fitted - 1]


def test_clean_labels_are_learned_before_thrown_ones_and_the_truth_shows_in_between(half_random):
    curves = half_random.curves
    early = max(range(len(curves.truth)), key=curves.truth.__getitem__)
    assert curves.clean[early] > curves.redrawn[early] + 0.3
    assert curves.truth[early] > curves.truth[-1] + 0.3
    assert curves.redrawn[-1] > 0.95


def test_early_stopping_finds_the_better_epoch_without_clean_labels(half_random):
    stop = early_stop(half_random.curves)
    assert stop.stopped > stop.trained + 0.05
    assert half_random.curves.noisy[stop.epoch] == max(half_random.curves.noisy)


def test_the_parts_add_up_to_the_whole(half_random):
    thrown, count = half_random.redrawn_count, half_random.train_count
    curves = half_random.curves
    for epoch in range(len(curves.train)):
        whole = curves.clean[epoch] * (count - thrown) + curves.redrawn[epoch] * thrown
        assert whole == pytest.approx(curves.train[epoch] * count)
        assert sum(curves.redrawn_losses[epoch]) == thrown
        assert sum(curves.clean_losses[epoch]) == count - thrown


def test_an_untrained_network_has_the_loss_of_not_knowing(few_digits):
    class Silent(torch.nn.Module):
        def forward(self, images):
            return torch.zeros(len(images), 10)

    task = prepared(few_digits, "labels", 0.5, seed=0)
    look = Looking(task, "cpu")(Silent())
    assert look.train_loss == pytest.approx(math.log(10))
    place = sum(edge < math.log(10) for edge in LOSS_EDGES) - 1
    assert look.clean_losses[place] == int((~task.redrawn).sum())


def test_equal_seeds_give_equal_runs_and_another_seed_another(few_digits):
    def run(seed):
        return fit(few_digits, share=0.5, width=4, epochs=2, seed=seed, device="cpu").curves

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_a_run_ends_when_it_has_been_patient(few_digits):
    run = fit(few_digits, width=16, epochs=40, patience=2, device="cpu")
    assert len(run.curves.train) - 1 == run.fitted + 1 < 40


def test_nothing_of_a_kind_is_no_number(few_digits):
    curves = fit(few_digits, share=0.0, width=2, epochs=1, device="cpu").curves
    assert all(map(math.isnan, curves.redrawn))
    assert not any(map(math.isnan, curves.clean))


def test_torchs_own_generator_is_neither_read_nor_moved(few_digits):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    FittingNet(1, 8, 10, seed=1)
    fit(few_digits, share=0.5, width=2, epochs=1, device="cpu")
    assert torch.equal(before, torch.get_rng_state())


def test_the_network_fits_images_of_any_size():
    assert FittingNet(3, 32, 7, width=2)(torch.zeros(2, 3, 32, 32)).shape == (2, 7)
    assert FittingNet(1, 28, 2, width=1)(torch.zeros(2, 1, 28, 28)).shape == (2, 2)
    # 9 w + w, 18 w² + 2 w, (2 w 16) 8 w + 8 w, 8 w 10 + 10 at w = 32 and 8 x 8 pixels
    assert parameter_count(FittingNet(1, 8, 10)) == 320 + 18_496 + 262_400 + 2_570


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"share": 1.5}, r"share \(the corruption of the labels\) is 1.5; wanted .* from 0 to 1"),
        ({"share": -0.1}, r"share .* is -0.1; wanted a number from 0 to 1"),
        ({"share": float("nan")}, r"share .* is nan; wanted a number from 0 to 1"),
        ({"share": True}, r"share .* is True; wanted a number from 0 to 1"),
        ({"condition": "upside"}, "condition is 'upside'; wanted one of labels, shuffled"),
        ({"width": 0}, "width is 0; wanted an integer of at least 1"),
        ({"epochs": 0}, "epochs is 0; wanted an integer of at least 1"),
        ({"epochs": 2.5}, "epochs is 2.5; wanted an integer"),
    ],
)
def test_bad_input_is_named(few_digits, parameters, text):
    with pytest.raises(ValueError, match=text):
        fit(few_digits, **parameters)


def test_even_grey_images_are_refused(few_digits):
    grey = replace(few_digits, train_images=torch.full((300, 1, 8, 8), 0.5))
    with pytest.raises(ValueError, match="one even grey; nothing to learn"):
        fit(grey, share=0.5)


def test_every_curve_has_the_same_length(half_random):
    lengths = {len(getattr(half_random.curves, field.name)) for field in fields(Curves)}
    assert lengths == {41}
