"""The attack on an object's texture, on a ball with a small texture."""

from __future__ import annotations

import pytest
import torch

from pyfrontiers.adversarial import held_out
from pyfrontiers.kernels import Mesh
from pyfrontiers.physical import TexturedObject, object_views, robust_texture
from pyfrontiers.physical.attack import within
from pyfrontiers.physical.objects import quantised

TARGET, LEVELS = "espresso", 32
OPTIONS = {"epsilon": LEVELS / 255, "steps": 5, "views_per_step": 3, "held_out": 10}


pytestmark = pytest.mark.usefixtures("small_blocks")


@pytest.fixture(scope="module")
def ball():
    texture = torch.rand((3, 24, 48), generator=torch.Generator().manual_seed(0))
    return TexturedObject("ball", Mesh.sphere(12, 12), quantised(texture), (429,))


@pytest.fixture(scope="module")
def found(ball, small_blocks):
    return robust_texture(ball, TARGET, **OPTIONS)


def test_the_texture_is_eight_bit_and_within_the_bound(ball, found):
    levels = (found.texture * 255).round()
    assert torch.equal(levels / 255, found.texture)
    assert torch.equal(found.original, ball.texture)
    change = (levels - (ball.texture * 255).round()).abs()
    assert 0 < change.max() <= LEVELS
    assert found.evaluation.predictions.shape == (1, 10)
    assert 0 <= found.share_outside < 1


def test_a_bound_between_two_levels_is_rounded_down(ball):
    found = robust_texture(ball, TARGET, **OPTIONS | {"epsilon": 1.9 / 255, "steps": 2})
    assert found.epsilon == 1 / 255
    assert ((found.texture - ball.texture) * 255).abs().max() <= 1 + 1e-4


def test_rounding_keeps_the_bound_at_both_ends():
    original = torch.tensor([0, 1, 128, 254, 255]).expand(3, 1, 5) / 255
    moved = original + torch.tensor([-3.4, 3.6, 3.5, 3.6, -3.6]) / 255
    levels = (within(moved, original, 3) * 255).round()[0, 0]
    assert levels.tolist() == [0, 4, 131, 255, 252]


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_the_texture_does_not_depend_on_the_number_of_threads(ball, found, threads):
    threads(3 if torch.get_num_threads() == 1 else 1)
    again = robust_texture(ball, TARGET, **OPTIONS)
    assert torch.equal(again.texture, found.texture)
    assert torch.equal(again.evaluation.predictions, found.evaluation.predictions)


class _KilledError(Exception):
    pass


def test_a_killed_run_resumes_with_the_same_texture(ball, found, tmp_path, monkeypatch):
    monkeypatch.setattr("pyfrontiers.physical.attack._SAVED", 0.0)

    def kill(state):
        if state.step == 3:
            raise _KilledError

    checkpoint = tmp_path / "run"
    with pytest.raises(_KilledError):
        robust_texture(ball, TARGET, **OPTIONS, checkpoint=checkpoint, progress=kill)
    states = []
    again = robust_texture(ball, TARGET, **OPTIONS, checkpoint=checkpoint, progress=states.append)
    assert [state.step for state in states] == [3, 4, 5]
    assert torch.equal(again.texture, found.texture)


def test_progress_tells_how_far_the_run_is(ball, monkeypatch):
    monkeypatch.setattr("pyfrontiers.physical.progress._EVERY", 2)
    monkeypatch.setattr("pyfrontiers.physical.progress._FEW", 4)
    states = []
    found = robust_texture(ball, TARGET, **OPTIONS, progress=states.append)
    assert [state.fraction for state in states] == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert states[0].seconds_left is None
    assert states[-1].seconds_left == 0
    assert [state.adversariality is None for state in states] == [True, True, *[False] * 4]
    assert torch.equal(within(states[-1].texture, ball.texture, LEVELS), found.texture)


def test_held_out_views_never_occur_in_training(ball):
    seeds = []

    class Recorded:
        def __init__(self, views):
            self.views = views

        def draw(self, seed, count):
            seeds.append((seed, count))
            return self.views.draw(seed, count)

        def apply(self, x, drawn):
            return self.views.apply(x, drawn)

    robust_texture(ball, TARGET, **OPTIONS, views=Recorded(object_views(ball)))
    training = {seed for seed, count in seeds if count == 3}
    judging = {seed for seed, count in seeds if count == held_out.BLOCK}
    assert len(training) == 6
    assert judging
    assert not training & judging


def test_the_target_becomes_more_probable(ball):
    probabilities = []
    robust_texture(
        ball,
        TARGET,
        **OPTIONS | {"epsilon": 1.0, "steps": 12},
        progress=lambda state: probabilities.append(state.probability),
    )
    assert max(probabilities[-3:]) > 5 * probabilities[0]


def test_unknown_classes_are_refused_with_a_suggestion(ball):
    with pytest.raises(ValueError, match=r"^target must .* got 'espreso'; did you mean 'espresso'"):
        robust_texture(ball, "espreso", **OPTIONS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epsilon": 1.5}, "epsilon must be .*got 1.5"),
        ({"steps": 0}, "steps must be .*got 0"),
        ({"reuse": 0.9}, "reuse must be .*got 0.9"),
    ],
)
def test_settings_out_of_range_are_refused(ball, options, message):
    with pytest.raises(ValueError, match=message):
        robust_texture(ball, TARGET, **OPTIONS | options)
