"""Training learns, repeats bit for bit, and resumes after it was killed."""

import dataclasses
import math

import pytest
import torch

from pyfrontiers.depth import REFERENCE_FOCAL_LENGTH, DepthNet, fit_depth, load
from pyfrontiers.scenes import Camera, StreetScenes
from pyfrontiers.training import Checkpoint


class KilledError(Exception):
    pass


def test_it_is_small_and_predicts_a_pixel_each():
    model = DepthNet()
    assert sum(value.numel() for value in model.parameters()) <= 400_000
    for size in ((16, 32), (64, 128), (18, 50)):
        assert model(torch.rand(2, 3, *size)).shape == (2, 2, *size)


def test_loss_falls(fitted):
    assert len(fitted.losses) == 24
    assert sum(fitted.losses[-5:]) < sum(fitted.losses[:5]) - 2.5
    assert not fitted.model.training


def test_last_layers_are_trained_without_dropout_on_what_precedes_them_as_saved(fitted):
    model, last = fitted.model, {"fine", "head"}
    kept = {
        name: torch.equal(value, value.half().float()) for name, value in model.named_parameters()
    }
    assert all(same == (name.partition(".")[0] not in last) for name, same in kept.items())


def test_sigma_is_learned_without_masks(data, monkeypatch):
    seen = []
    forward = DepthNet.forward
    monkeypatch.setattr(
        DepthNet, "forward", lambda self, x: seen.append(self.training) or forward(self, x)
    )
    fit_depth(data, steps=30, seed=1)
    assert seen == [True] * 30 + [False] * 3


def test_a_killed_run_resumes_to_the_same_bits(data, tmp_path):
    def kill(fraction, _):
        if fraction >= 0.5:
            raise KilledError

    where = Checkpoint(tmp_path / "depth.pt", seconds=0)
    whole = fit_depth(data, steps=6, seed=1)
    with pytest.raises(KilledError):
        fit_depth(data, steps=6, seed=1, checkpoint=where, report=kill)
    resumed = fit_depth(data, steps=6, seed=1, checkpoint=where)
    assert resumed.losses == whole.losses
    other = fit_depth(data, steps=6, seed=2)
    for name, value in whole.model.named_parameters():
        assert torch.equal(value, resumed.model.get_parameter(name))
    assert other.losses != whole.losses


def test_a_sequence_that_makes_its_scenes_makes_each_once(monkeypatch):
    asked = []
    real = StreetScenes.__getitem__
    monkeypatch.setattr(
        StreetScenes, "__getitem__", lambda self, at: asked.append(at) or real(self, at)
    )
    found = load(StreetScenes(0, 3, height=16, width=32))
    assert asked == [0, 1, 2]
    assert found.images.dtype == torch.uint8
    images, inverse = found.at(torch.tensor([2]))
    assert images.shape == (1, 3, 16, 32)
    assert images.max() <= 1
    assert inverse.min() == 0  # the sky


def test_targets_are_those_of_the_reference_camera(scenes):
    unknown = dataclasses.replace(scenes[1], camera=Camera(math.nan))
    data = load([scenes[0], unknown])
    _, targets = data.at(torch.tensor([1, 0]))
    assert torch.equal(targets[0], scenes[1].inverse_depth)
    factor = scenes[0].camera.focal_length / REFERENCE_FOCAL_LENGTH
    assert factor != 1
    assert torch.allclose(targets[1], scenes[0].inverse_depth * factor)


def test_bad_depth_is_named(scenes):
    def with_depth(value):
        return dataclasses.replace(scenes[1], depth=torch.full_like(scenes[1].depth, value))

    with pytest.raises(ValueError, match=r"got 512 pixels of 0 or less in scene 1"):
        load([scenes[0], with_depth(0.0)])
    with pytest.raises(ValueError, match="measured depths, got none in scene 1"):
        load([scenes[0], with_depth(math.nan)])
    with pytest.raises(ValueError, match="at least one scene"):
        load([])


def test_one_tiny_scene_cannot_be_normalised(scenes):
    with pytest.raises(ValueError, match="data must hold at least 2 scenes of 16 x 32"):
        fit_depth(load(scenes[:1]), steps=1)
