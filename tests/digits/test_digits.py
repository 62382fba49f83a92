"""The digits, the network and its shipped weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pyfrontiers.digits import (
    CHANNELS,
    DigitNet,
    accuracy,
    load,
    train,
    trained,
    training_record,
)
from pyfrontiers.digits.exhibits import GROUPS, base_digits, exhibit, exhibits
from pyfrontiers.digits.variants import blend, drawn, erase_lower, rotate
from pyfrontiers.digits.weights import FOLDER, RECIPE
from pyfrontiers.recording import Made, load_record
from pyfrontiers.uncertainty import mc_dropout


def test_the_split_is_a_partition_by_class():
    from sklearn.datasets import load_digits

    digits, source = load(), load_digits()
    assert len(digits.train_images) + len(digits.test_images) == len(source.target) == 1797
    assert set(digits.test_indices.tolist()) < set(range(1797))
    assert np.array_equal(source.target[digits.test_indices.numpy()], digits.test_labels.numpy())
    assert np.array_equal(
        source.images[digits.test_indices.numpy()], 16 * digits.test_images[:, 0].numpy()
    )
    for images in (digits.train_images, digits.test_images):
        assert images.shape[1:] == (1, 8, 8)
        assert 0 <= images.min() < images.max() <= 1
    shares = digits.test_labels.bincount() / (
        digits.test_labels.bincount() + digits.train_labels.bincount()
    )
    assert ((shares - 0.2).abs() < 0.01).all()


def test_initial_weights_depend_on_the_seed_only():
    before = torch.random.get_rng_state()
    first, again, other = DigitNet(seed=3), DigitNet(seed=3), DigitNet(seed=4)
    assert torch.equal(torch.random.get_rng_state(), before)
    for name, weight in first.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name])
    assert not torch.equal(first.conv1.weight, other.conv1.weight)
    bound = (6 / 9) ** 0.5
    assert first.conv1.weight.abs().max() <= bound
    assert [layer.weight.shape[0] for layer in (first.conv1, first.conv2, first.conv3)] == list(
        CHANNELS
    )


def test_shipped_weights_have_the_recorded_accuracy():
    digits, made = load(), training_record()
    measured = accuracy(trained(), digits.test_images, digits.test_labels)
    assert measured == pytest.approx(made.test_accuracy, abs=1e-4)
    assert measured >= 0.97
    averaged = mc_dropout(trained(), digits.test_images, samples=50).mean.argmax(1)
    assert float((averaged == digits.test_labels).float().mean()) >= 0.97
    assert (FOLDER / "digit_net.npz").stat().st_size < 200 * 1024
    assert not any(weight.requires_grad for weight in trained().parameters())


@pytest.mark.slow("trains the shipped network once more, with all of its epochs")
def test_retraining_reaches_the_recorded_accuracy():
    (settings,) = RECIPE.runs()
    # Rounding differs between machines, which may change the prediction of up to three digits.
    accuracy = training_record().test_accuracy
    assert RECIPE.function(**settings).test_accuracy == pytest.approx(accuracy, abs=3.5 / 355)


def test_recipe_trains_and_writes_what_is_shipped(tmp_path):
    (settings,) = RECIPE.runs()
    made = Made(RECIPE.function(**settings | {"epochs": 8}), training_record().provenance)
    assert made.result.test_accuracy >= 0.8
    about, weights = RECIPE.write([made], tmp_path)
    content = load_record(about)[1]
    assert content == load_record(FOLDER / about.name)[1] | {
        name: content[name] for name in ("train_accuracy", "test_accuracy")
    }
    with np.load(weights) as new, np.load(FOLDER / weights.name) as shipped:
        assert {name: new[name].shape for name in new.files} == {
            name: shipped[name].shape for name in shipped.files
        }


def test_training_is_a_function_of_its_seed():
    seen = []
    first, again, other = (
        train(seed=seed, epochs=2, channels=(4, 4, 4), report=lambda *said: seen.append(said))
        for seed in (1, 1, 2)
    )
    assert first.losses == again.losses
    assert first.losses != other.losses
    assert first.losses[1] < first.losses[0]
    assert [fraction for fraction, _ in seen] == [0.5, 1.0] * 3
    with pytest.raises(ValueError, match="epochs must be an integer of at least 1, got 0"):
        train(epochs=0)


def test_exhibits_are_the_stated_digits():
    digits = load()
    place = {int(index): k for k, index in enumerate(digits.test_indices)}
    for index, label, image in base_digits().values():
        assert torch.equal(image, digits.test_images[place[index]][None])
        assert label == int(digits.test_labels[place[index]])
    assert len({item.slug for item in exhibits()}) == len(exhibits())
    for item in exhibits():
        assert item.image.shape == (1, 1, 8, 8)
        assert 0 <= item.image.min() <= item.image.max() <= 1
        assert exhibit(item.slug) is item
    assert [group for group in GROUPS if sum(e.group == group for e in exhibits()) < 3] == []
    with pytest.raises(KeyError, match=r"slug must be one of zero, .*, got 'horse'"):
        exhibit("horse")


def test_uncertainty_grows_from_clear_digits_to_noise():
    def uncertainty(group):
        images = torch.cat([item.image for item in exhibits() if item.group == group])
        return float(mc_dropout(trained(), images, samples=200).entropy.mean())

    clear, hard, changed, outside = map(uncertainty, GROUPS)
    assert clear < 0.4 * min(hard, changed, outside)


def test_rotation_is_counter_clockwise():
    image = drawn("##......", "##......", *["........"] * 6)
    turned = rotate(image, 90.0)
    torch.testing.assert_close(turned, torch.rot90(image, 1, (2, 3)), atol=1e-5, rtol=0)
    both = rotate(image.expand(2, -1, -1, -1), torch.tensor([0.0, 180.0]))
    torch.testing.assert_close(both[0], image[0], atol=1e-5, rtol=0)
    torch.testing.assert_close(both[1], image[0].flip(1, 2), atol=1e-5, rtol=0)


def test_blending_and_erasing():
    ink, paper = torch.ones(1, 1, 8, 8), torch.zeros(1, 1, 8, 8)
    assert (blend(ink, paper, 0.25) == 0.75).all()
    half = erase_lower(ink, 3)
    assert (half[..., :5, :] == 1).all()
    assert (half[..., 5:, :] == 0).all()
    assert (ink == 1).all()
