"""`pyfrontiers record depth-net` resumes after a kill."""

import itertools
from types import SimpleNamespace

import platformdirs
import pytest

from pyfrontiers.depth import weights
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made, load_record
from pyfrontiers.training import checkpoint


class KilledError(Exception):
    pass


def test_a_killed_record_resumes(monkeypatch, tmp_path):
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    small = {**weights._SETTINGS, "count": 4, "steps": 6}
    monkeypatch.setattr(weights, "_SETTINGS", small)
    (run,) = weights.RECIPE.runs()
    size = {"height": 16, "width": 32}
    told = []

    def kill(fraction, text):
        if text.startswith("step 4"):
            raise KilledError

    def tell(fraction, text):
        told.append(text)

    # A run is saved every half minute: let a minute pass whenever the clock is read.
    minutes = itertools.count(step=60)
    monkeypatch.setattr(checkpoint, "time", SimpleNamespace(monotonic=lambda: next(minutes)))
    with pytest.raises(KilledError):
        weights.RECIPE.function(**run, **size, report=kill)
    made = weights.RECIPE.function(**run, **size, report=tell)
    steps = [text for text in told if text.startswith("step")]
    assert steps[0].startswith("step 4 of 6")
    files = weights.RECIPE.write(
        [Made(made, Provenance.now(seed=0, seconds=0.0))], tmp_path / "out"
    )
    assert load_record(files[0])[0].seconds == pytest.approx(made.seconds, abs=1e-3)
    assert not list((tmp_path / "cache").rglob("*.pt"))
