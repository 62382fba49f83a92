"""The clock of a run counts what was done before an interruption."""

from pyfrontiers.training import clock as module
from pyfrontiers.training.clock import Clock


def test_seconds_before_an_interruption_are_added(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module, "perf_counter", lambda: now[0])
    first = Clock()
    now[0] += 30
    state = first.state_dict()
    now[0] += 1000  # killed, and started again later
    second = Clock()
    second.load_state_dict(state)
    now[0] += 5
    assert second.seconds == 35
