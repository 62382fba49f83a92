from __future__ import annotations

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

# What each photograph shows, as the classifier should say it; none of this is in the model's data.
SHOWN = {
    "temple": {"palace"},
    "flower": {"daisy"},
    "cat": {"tiger cat", "Egyptian cat", "tabby cat"},
    "coffee": {"espresso"},
    "rocket": {"missile"},
    "motorcycle": {"moped", "motor scooter"},
    "cameraman": {"tripod"},
}


def test_the_photographs_come_in_the_lectures_order():
    assert next(iter(PHOTOGRAPHS)) == "temple"
    assert set(PHOTOGRAPHS) == set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_the_classifier_recognises_what_a_photograph_shows(name):
    image = photograph(name)
    assert image.mode == "RGB"
    probabilities = classifier().probabilities(prepare(image)[None])[0]
    assert float(probabilities.sum()) == pytest.approx(1, abs=1e-5)
    assert top_classes(probabilities, 1)[0][0] in SHOWN[name]


def test_it_is_frozen_in_eval_mode_and_loaded_once_for_all_threads():
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: classifier(), range(8)))
    assert len({id(model) for model in loaded}) == 1
    assert loaded[0] is same_classifier()
    assert not any(parameter.requires_grad for parameter in loaded[0].parameters())
    assert not any(module.training for module in loaded[0].modules())


def test_threads_may_run_it_at_once():
    images = [prepare(photograph(name))[None] for name in ("temple", "cat", "coffee", "rocket")]
    alone = [classifier().probabilities(image) for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(classifier().probabilities, images))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_its_input_space_is_pixels():
    x = prepare(photograph("temple"))[None].requires_grad_()
    model = classifier()
    expected = model.network((x.detach() - 0.498) / 0.502)
    torch.testing.assert_close(model(x), expected)
    (gradient,) = torch.autograd.grad(model(x)[0, 9], x)
    assert gradient.abs().max() > 0


@pytest.mark.parametrize("shape", [(3, 224, 224), (1, 1, 224, 224), (1, 3, 32, 32)])
def test_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"images: got shape .*, want \(N, 3, 224, 224\)"):
        classifier()(torch.zeros(shape))


def test_a_ranking_is_in_order_and_refuses_what_is_none():
    ranking = top_classes(torch.linspace(0, 1, 1000).softmax(0), 3)
    assert [index for _, index, _ in ranking] == [999, 998, 997]
    with pytest.raises(ValueError, match=r"probabilities: got shape .*, want 1000 numbers"):
        top_classes(torch.zeros(10))
    with pytest.raises(ValueError, match="count: got 0, want 1 to 1000"):
        top_classes(torch.zeros(1000), 0)


def test_an_unknown_photograph_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="photograph: got 'tample', want one of temple, flower"):
        photograph("tample")
