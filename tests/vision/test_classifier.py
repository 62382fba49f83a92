from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from pyfrontiers.vision import (
    PHOTOGRAPHS,
    classifier,
    photograph,
    prepare,
    top_classes,
)
from pyfrontiers.vision import classifier as same_classifier

# Acceptable predictions for each photograph, chosen by eye.
SHOWN = {
    "temple": {"palace"},
    "flower": {"daisy"},
    "cat": {"tiger cat", "Egyptian cat", "tabby cat"},
    "coffee": {"espresso"},
    "rocket": {"missile"},
    "motorcycle": {"moped", "motor scooter"},
    "cameraman": {"tripod"},
}


def test_photographs_start_with_the_lectures_temple():
    assert next(iter(PHOTOGRAPHS)) == "temple"
    assert set(PHOTOGRAPHS) == set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_classifier_recognises_each_photograph(name):
    image = photograph(name)
    assert image.mode == "RGB"
    probabilities = classifier().probabilities(prepare(image)[None])[0]
    assert float(probabilities.sum()) == pytest.approx(1, abs=1e-5)
    assert top_classes(probabilities, 1)[0][0] in SHOWN[name]


def test_classifier_is_frozen_in_eval_mode_and_loaded_once_for_all_threads():
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: classifier(), range(8)))
    assert len({id(model) for model in loaded}) == 1
    assert loaded[0] is same_classifier()
    assert not any(parameter.requires_grad for parameter in loaded[0].parameters())
    assert not any(module.training for module in loaded[0].modules())


def test_classifier_has_one_dtype_whatever_torchs_default(monkeypatch):
    monkeypatch.setattr(importlib.import_module("pyfrontiers.vision.classifier"), "_LOADED", {})
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        loaded = classifier()
    finally:
        torch.set_default_dtype(before)
    assert {weight.dtype for weight in loaded.state_dict().values()} == {torch.float32}


def test_threads_may_run_the_classifier_concurrently():
    images = [prepare(photograph(name))[None] for name in ("temple", "cat", "coffee", "rocket")]
    alone = [classifier().probabilities(image) for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(classifier().probabilities, images))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_input_space_is_pixels_in_the_unit_range():
    x = prepare(photograph("temple"))[None].requires_grad_()
    model = classifier()
    expected = model.network((x.detach() - 0.498) / 0.502)
    torch.testing.assert_close(model(x), expected)
    (gradient,) = torch.autograd.grad(model(x)[0, 9], x)
    assert gradient.abs().max() > 0


@pytest.mark.parametrize("shape", [(3, 224, 224), (1, 1, 224, 224), (1, 3, 32, 32)])
def test_other_input_shapes_are_rejected(shape):
    with pytest.raises(ValueError, match=r"images must have shape \(N, 3, 224, 224\), got"):
        classifier()(torch.zeros(shape))


def test_top_classes_are_sorted_and_arguments_checked():
    ranking = top_classes(torch.linspace(0, 1, 1000).softmax(0), 3)
    assert [index for _, index, _ in ranking] == [999, 998, 997]
    with pytest.raises(ValueError, match=r"probabilities must hold 1000 values, got shape \(10,\)"):
        top_classes(torch.zeros(10))
    with pytest.raises(ValueError, match="count must be from 1 to 1000, got 0"):
        top_classes(torch.zeros(1000), 0)


def test_unknown_photograph_error_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"must be one of temple, flower, .*, got 'tample'"):
        photograph("tample")
