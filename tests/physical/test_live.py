"""The short attack of the page: it reports how the texture develops, and keeps the bound."""

from __future__ import annotations

import numpy as np
import pytest

from pyfrontiers.physical import live, load_object
from pyfrontiers.physical.live import TextureSoFar, attack_live
from pyfrontiers.physical.recorded_textures import recorded_texture


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "VIEWS_PER_STEP", 2)
    monkeypatch.setattr(live, "_HELD_OUT", 4)


@pytest.mark.usefixtures("small", "small_blocks")
def test_attack_reports_its_texture_and_keeps_the_bound() -> None:
    ball = load_object("baseball")
    told: list[tuple[float, str, TextureSoFar]] = []
    found = attack_live(
        obj=ball, target=967, levels=8, steps=3, report=lambda *what: told.append(what)
    )
    assert told.pop(0) == (0.0, "Step 0 of 3, the first views")
    own = (255 * ball.texture).round().byte().permute(1, 2, 0).numpy()
    change = found.texture.astype(int) - own.astype(int)
    assert 0 < np.abs(change).max() <= 8
    assert len(found.probabilities) == len(told) == 4
    steps = [f"Step {step} of 3" for step in range(3)]
    assert [message for _, message, _ in told] == [*steps, "4 held-out poses"]
    assert [share for share, _, _ in told] == [step / (3 + live.JUDGING) for step in range(4)]
    assert (told[0][2].texture == own).all()
    assert told[-1][2].picture.shape == (224, 224, 3)
    assert told[-1][2].probabilities == found.probabilities
    assert (found.target, found.held_out) == (967, 4)
    assert found.epsilon == 8 / 255


@pytest.mark.usefixtures("small", "small_blocks")
def test_attack_starts_at_a_recorded_texture() -> None:
    told: list[tuple[float, str, TextureSoFar]] = []
    attack_live(
        obj=load_object("baseball"),
        target=967,
        levels=48,
        steps=1,
        start="baseball-espresso-32",
        report=lambda *what: told.append(what),
    )
    recorded = (255 * recorded_texture("baseball-espresso-32").texture).round().byte()
    assert (told[1][2].texture == recorded.permute(1, 2, 0).numpy()).all()


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="target must be an integer from 0 to 999, got 1000"):
        attack_live(obj=load_object("baseball"), target=1000)
