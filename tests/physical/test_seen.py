"""What the classifier says of an object, in one pose and in held-out poses."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d

from pyfrontiers import kernels
from pyfrontiers.adversarial import evaluate_views, held_out
from pyfrontiers.physical import OBJECTS, TexturedObject, load_object, object_views, pose_at
from pyfrontiers.physical.seen import kind_of, see_held_out, see_pose
from pyfrontiers.physical.shipped import dressed, recorded_names, show_recorded
from pyfrontiers.vision import classifier


@pytest.fixture(scope="module")
def ball() -> TexturedObject:
    texture = kernels.uniform((3, 32, 64), seed=1)
    return TexturedObject("ball", kernels.Mesh.sphere(12, 24), texture, (429,))


def test_a_pose_is_classified_as_its_own_picture_is(ball) -> None:
    seen = see_pose(ball, ball.texture, pose_at(0.3, math.radians(40)), background=(0.2, 0.4, 0.6))
    x = torch.from_numpy(seen.picture.copy()).permute(2, 0, 1)[None] / 255
    assert seen.picture[0, 0].tolist() == [51, 102, 153]
    again = classifier().probabilities(x)[0]
    assert int(again.argmax()) == int(seen.probabilities.argmax())
    torch.testing.assert_close(again, seen.probabilities, atol=0.02, rtol=0)


def test_one_pose_is_wanted(ball) -> None:
    two = kernels.Poses(torch.eye(3).expand(2, 3, 3), torch.tensor([0.0, 0.0, 4.0]))
    with pytest.raises(ValueError, match="pose must hold one pose, got 2"):
        see_pose(ball, ball.texture, two)


class Small:
    """A classifier of 1000 classes that is as good as any other for comparing predictions."""

    def __init__(self) -> None:
        self.weight = kernels.normal((48, 1000), seed=2)

    def __call__(self, pictures: torch.Tensor) -> torch.Tensor:
        return avg_pool2d(pictures, 56).flatten(1) @ self.weight

    def probabilities(self, pictures: torch.Tensor) -> torch.Tensor:
        return self(pictures).softmax(1)


def test_held_out_poses_are_those_that_judge_an_attack(ball, monkeypatch) -> None:
    model = Small()
    monkeypatch.setattr("pyfrontiers.physical.seen.classifier", lambda: model)
    # Whatever the size of a block: both draw in the same ones.
    monkeypatch.setattr(held_out, "BLOCK", 20)
    other, told = 1 - ball.texture, []
    count = 57
    seen = see_held_out(
        ball, [ball.texture, other], count=count, seed=5, report=lambda done, _: told.append(done)
    )
    views = object_views(ball)
    judged = evaluate_views(
        model, ball.texture[None], other[None], torch.tensor([429]), views, seed=5, count=count
    )
    assert seen.classes.shape == (2, count)
    assert seen.classes[0].tolist() == judged.predictions_before[0].tolist()
    assert seen.classes[1].tolist() == judged.predictions[0].tolist()
    assert len(set(seen.classes[0].tolist())) > 3
    assert told[-1] == 1
    assert told == sorted(told)


def test_pictures_are_the_views_at_half_their_resolution(ball) -> None:
    seen = see_held_out(ball, [ball.texture], count=2, seed=3)
    seed = kernels.fold_in(kernels.fold_in(kernels.fold_in(3, 2), 0), 0)
    views = object_views(ball)
    pictures = avg_pool2d(views.apply(ball.texture, views.draw(seed, held_out.BLOCK))[:2], 2)
    wanted = (255 * pictures).round().permute(0, 2, 3, 1).numpy()
    assert np.abs(seen.pictures[0].astype(float) - wanted).max() <= 1


def test_a_prediction_is_the_target_right_or_another_class() -> None:
    assert kind_of(764, 764, (33, 34)) == "target"
    assert kind_of(34, 764, (33, 34)) == "right"
    assert kind_of(1, 764, (33, 34)) == "other"
    # Without an attack nothing is the target.
    assert kind_of(764, None, (33, 34)) == "other"


def test_an_unknown_texture_is_named() -> None:
    assert dressed("baseball").texture is load_object("baseball").texture
    with pytest.raises(
        ValueError, match=r"texture must be one of original.* for this object, got 'tiger'"
    ):
        dressed("baseball", "tiger")


@pytest.mark.parametrize("name", OBJECTS)
def test_recorded_poses_are_what_the_classifier_sees(name) -> None:
    textures = recorded_names(name)
    if not textures:
        pytest.skip(f"no texture of the {name} is recorded")
    shown = show_recorded(name, 4)
    worn = [dressed(name, texture).texture for texture in ("original", *textures)]
    now = see_held_out(load_object(name), worn, count=4)
    assert shown.probabilities is None
    assert (shown.pictures == now.pictures).all()
    # The records come from another machine, where a close call may end differently.
    assert (shown.classes == now.classes).mean() >= 0.7
