"""C10: its rule, its words, and the shipped textures that it judges."""

from __future__ import annotations

import pytest

from pyfrontiers.claims import c10
from pyfrontiers.physical import RECORDED, load_object, recorded_texture, texture_provenance

GOOD = {
    "adversarial": 0.93,
    "still right": 0.01,
    "right before": 0.98,
    "levels": 32,
    "LAB distance": 900.0,
    "poses": 200,
}
RISING = [0.001, 0.001, 0.004, 0.01, 0.02, 0.03]


@pytest.fixture
def measure(monkeypatch):
    def run(seen, curve, profile="quick"):
        monkeypatch.setattr(c10, "survive", lambda name, **_: dict(seen))
        monkeypatch.setattr(c10, "try_out", lambda **_: list(curve))
        return c10.CLAIM.measure(profile=profile, seed=0, report=lambda *_: None)

    return run


def test_good_textures_and_a_rising_probability_pass(measure):
    found = measure(GOOD, RISING)
    assert found.status == "pass"
    assert found.value == {"turtle as rifle": 0.93, "baseball as espresso": 0.93}
    low, high = found.interval["turtle as rifle"]
    assert 0.88 < low < 0.93 < high < 0.97
    words = c10.CLAIM.describe(found)
    assert (
        "the turtle is seen as a rifle in 93.0 % of the poses, and the baseball is seen as an"
        in (words.text)
    )
    rise = next(one for one in words.figures if "new attack" in one.name)
    assert rise.name == "Probability of a rifle after 5 steps of a new attack"
    assert rise.value == "13 times as large"


@pytest.mark.parametrize(
    ("seen", "curve"),
    [
        (GOOD | {"adversarial": 0.89}, RISING),
        (GOOD | {"right before": 0.94}, RISING),
        (GOOD | {"levels": 33}, RISING),
        (GOOD, RISING[::-1]),
    ],
    ids=["few poses", "not known before", "too large a change", "no rise"],
)
def test_each_part_of_the_rule_can_fail(measure, seen, curve):
    assert measure(seen, curve).status == "fail"


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_recorded_textures_are_within_their_bound(name):
    found, settings = recorded_texture(name), RECORDED[name]
    original = load_object(settings["name"]).texture
    change = ((found.texture - original) * 255).round().abs()
    assert 0 < change.max() <= settings["stages"][-1].levels
    assert found.evaluation.predictions.shape == (1, 1000)
    assert texture_provenance(name).seed == settings["seed"]
    hits = (found.evaluation.predictions == found.target).double().mean()
    assert found.adversariality == pytest.approx(float(hits))


def test_a_recorded_texture_survives_fresh_poses():
    # At least 75 % of 20 poses if 90 % survive on average: 1 in 90 fails by chance.
    assert c10.survive("turtle-rifle-32", poses=20, seed=12345)["adversarial"] >= 0.75


def test_unknown_textures_are_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"got 'turtle-riffle'; did you mean 'turtle-rifle-32'\?"):
        recorded_texture("turtle-riffle")
