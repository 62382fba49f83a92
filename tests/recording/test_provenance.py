"""Provenance of recorded results."""

import re
from datetime import date
from importlib.metadata import version

import pytest

from pyfrontiers.machine import Machine, this_machine
from pyfrontiers.provenance import Provenance


def test_now_describes_this_environment():
    made = Provenance.now(seed=3, seconds=1.23456)
    assert (made.seed, made.version) == (3, version("pyfrontiers"))
    assert made.torch == version("torch")
    assert made.machine == this_machine()
    assert abs((date.fromisoformat(made.date) - date.today()).days) <= 1


def test_json_round_trip_contains_nothing_private():
    made = Provenance.now(seed=3, seconds=1.23456)
    stored = made.as_json()
    assert Provenance.from_json(stored).as_json() == stored
    assert stored["seconds"] == 1.235
    assert set(stored["machine"]) == {"cpu", "cores"}
    bare = Provenance("2026-11-24")
    assert Provenance.from_json(bare.as_json()) == bare


def test_text_omits_unknown_fields():
    made = Provenance("2026-11-24", 0, "0.1.0", "2.13.0", Machine("AMD EPYC", 2), 5.0)
    assert str(made) == "seed 0, 2026-11-24, version 0.1.0, AMD EPYC, 2 cores"
    assert str(Provenance("2026-11-24", machine=Machine("x", 1))) == "2026-11-24, x, 1 core"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"date": "yesterday"}, "date must be YYYY-MM-DD, got 'yesterday'"),
        ({"date": "2026-13-01"}, "month must be in 1..12"),
        ({"date": None}, "date is None"),
        ({"seed": "0"}, "seed is '0'"),
        ({"seed": True}, "seed is True"),
        ({"seconds": -1}, "seconds must be at least 0, got -1"),
        ({"machine": {"cpu": "x", "cores": 2, "host": "y"}}, "'cpu' and 'cores' and nothing else"),
        ({"machine": {"cpu": "x", "cores": 0}}, "machine.cores must be at least 1, got 0"),
        ({"host": "y"}, "provenance must have exactly date, seed, version.*, got .*'host'"),
    ],
    ids=str,
)
def test_damaged_provenance_names_the_field(change, text):
    with pytest.raises(ValueError, match=text):
        Provenance.from_json(Provenance.now(seed=0).as_json() | change)


def test_missing_provenance_names_the_fields():
    with pytest.raises(ValueError, match=re.escape("provenance must have exactly date")):
        Provenance.from_json(None)
