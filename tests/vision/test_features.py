"""Features, crops and recorded views of photographs, and the heads taught them."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from pyfrontiers.vision import ANIMALS, classifier, crops, features, pet_logits, photograph, prepare
from pyfrontiers.vision.features import CATS, DOGS
from pyfrontiers.vision.heads import TASKS, restricted, taught_head
from pyfrontiers.vision.labels import CLASS_NAMES
from pyfrontiers.vision.photographs import PHOTOGRAPHS, _package_of
from pyfrontiers.vision.recorded_features import NAMES, recorded_views


def test_last_layer_on_features_gives_the_classifiers_logits():
    x = torch.stack([prepare(photograph("kitten")), prepare(photograph("rocket"))])
    found = features(x)
    assert found.shape == (2, 1280)
    assert (found >= 0).all()
    layer = classifier().network._fc
    with torch.no_grad():
        torch.testing.assert_close(layer(found), classifier()(x), rtol=1e-4, atol=1e-4)
        pets = classifier()(x)[:, [*DOGS, *CATS]]
    torch.testing.assert_close(pet_logits(found), pets, rtol=1e-4, atol=1e-4)


def test_fast_features_point_the_same_way():
    x = prepare(photograph("kitten"))[None]
    same = torch.nn.functional.cosine_similarity(features(x), features(x, fast=True))
    assert same > 0.999
    assert features(x, fast=True).dtype == torch.float32


def test_dogs_and_cats_are_the_118_and_5_classes():
    assert (len(DOGS), len(CATS)) == (118, 5)
    assert CLASS_NAMES[DOGS[0]] == "Chihuahua"
    assert "wolf" in CLASS_NAMES[DOGS[-1] + 1]
    assert [CLASS_NAMES[place] for place in CATS][-1] == "Egyptian cat"
    assert CLASS_NAMES[CATS[-1] + 1] == "cougar"


def test_recorded_views_are_those_of_the_photographs():
    views = recorded_views()
    assert tuple(views) == NAMES
    now = features(prepare(photograph("horse"))[None])[0]
    recorded = views["horse"].centre
    assert torch.nn.functional.cosine_similarity(now, recorded, dim=0) > 0.999
    torch.testing.assert_close(
        pet_logits(now[None])[0], views["horse"].pet_centre, rtol=0.02, atol=0.05
    )


def test_crops_are_functions_of_seed_and_number():
    image = photograph("dog")
    four = crops(image, 4, seed=3)
    assert four.shape == (4, 3, 224, 224)
    assert torch.equal(crops(image, 2, seed=3), four[:2])
    assert not torch.equal(crops(image, 2, seed=4), four[:2])
    assert 0 <= four.min() <= four.max() <= 1
    assert crops(Image.new("L", (1, 1), 128), 2).shape == (2, 3, 224, 224)


@pytest.mark.parametrize("name", ANIMALS)
def test_shipped_photograph_is_small_and_credited(name):
    entry = ANIMALS[name]
    path = _package_of(entry) / entry.path
    assert path.stat().st_size < 60_000
    assert min(photograph(name).size) == 320
    assert "CC0" in entry.credit or "public domain" in entry.credit
    assert name not in PHOTOGRAPHS


def test_every_photograph_in_the_folder_is_credited():
    folder = (_package_of(ANIMALS["dog"]) / ANIMALS["dog"].path).parent
    assert {path.stem for path in folder.glob("*.webp")} == set(ANIMALS)


def test_horse_is_doubted_and_the_taught_animals_are_not():
    views = recorded_views()
    shown = torch.stack([views[name].centre for name in ("dog", "kitten", "horse")])
    from pyfrontiers.uncertainty.head import doubt

    found = doubt(taught_head("pets", "laplace"), shown)
    assert found.probabilities.argmax(1)[:2].tolist() == [0, 1]
    assert found.mutual_information[2] > 2 * found.mutual_information[:2].max()
    assert 0.4 < found.probabilities[2, 0] < 0.65


def test_restricted_probabilities_are_the_renormalised_sums():
    logits = recorded_views()["owl"].pet_centre[None]
    found = restricted(logits)
    p = logits.softmax(1)
    dog = p[:, :118].sum(1)
    torch.testing.assert_close(found.probabilities[:, 0], dog / p.sum(1))
    assert found.mutual_information.tolist() == [0.0]


def test_unknown_task_or_method_is_named():
    with pytest.raises(ValueError, match="task must be one of pets, animals, got 'fish'"):
        taught_head("fish", "laplace")
    with pytest.raises(ValueError, match="method must be one of laplace, hmc, dropout, ensemble"):
        taught_head("pets", "magic")


def test_strangers_are_not_taught():
    for task in TASKS.values():
        assert not set(task.strangers) & set(task.photographs)
        assert set(task.strangers) | set(task.photographs) == set(NAMES)
