"""How times are taken and targets evaluated; no test depends on the figures themselves."""

import pytest
import torch

from pyfrontiers.comparison import one_turn

from .cuda_timing import cuda_turn
from .figures import figures, target_row
from .timing import Benchmark, Candidate, Spread, Target, ratio, time_interleaved


def nothing():
    return None


def candidates(*names, traffic=0):
    return tuple(Candidate(name, nothing, traffic) for name in names)


def test_every_implementation_runs_once_per_round_in_rotating_order():
    calls = []
    order = [Candidate(name, lambda name=name: calls.append(name)) for name in "abc"]

    def turn(call):
        call()
        return 1.0

    seconds = time_interleaved(order, 3, turn)
    assert seconds == {name: [1.0] * 3 for name in "abc"}
    assert "".join(calls) == "abc" + "abc" + "bca" + "cab"  # the first three warm up


def test_a_slow_implementation_takes_part_in_the_first_rounds_only():
    calls = []
    slow = Candidate("b", lambda: calls.append("b"), max_rounds=2)
    order = [Candidate("a", lambda: calls.append("a")), slow]

    def turn(call):
        call()
        return float(len(calls))

    seconds = time_interleaved(order, 3, turn)
    assert "".join(calls) == "a" + "ab" + "ba" + "a"  # the first warms up, and b is not called
    target = Target("b", "a", ("b",), 1)
    shared = [b / a for a, b in zip(seconds["a"][:2], seconds["b"], strict=True)]
    assert ratio(target, Benchmark("k", nothing, order, (target,)), seconds) == Spread.of(shared)


@pytest.mark.parametrize(("cost", "calls"), [(0.9, 2), (1.1, 1)])
def test_a_call_of_a_second_runs_once_in_a_turn(cost, calls):
    now = [0.0]

    def call():
        now.append(now[-1] + cost)

    assert one_turn(call, lambda: now[-1]) == pytest.approx(cost)
    assert len(now) == 1 + calls


@pytest.mark.parametrize("cost", [1e-6, 1e-3, 1.0])
def test_clock_reads_do_not_count(cost):
    now = 0.0

    def call():
        nonlocal now
        now += cost

    def clock():
        nonlocal now
        now += 0.5e-6
        return now

    assert one_turn(call, clock) == pytest.approx(cost, rel=0.01)


def test_ratio_is_against_the_fastest_baseline_of_each_round():
    target = Target("the others", "ours", ("one", "two"), 1)
    benchmark = Benchmark("k", nothing, candidates("ours", "one", "two"), (target,))
    seconds = {"ours": [1.0, 2.0, 1.0], "one": [3.0, 8.0, 9.0], "two": [5.0, 4.0, 9.0]}
    assert ratio(target, benchmark, seconds) == Spread.of([3.0, 2.0, 9.0])


def test_bandwidth_ratio_uses_each_implementations_bytes():
    target = Target("a copy", "ours", ("copy",), 1, of_bandwidth=True)
    both = (Candidate("ours", nothing, 16), Candidate("copy", nothing, 8))
    seconds = {"ours": [2.0, 2.0], "copy": [1.0, 1.0]}
    reached = ratio(target, Benchmark("k", nothing, both, (target,)), seconds)
    assert reached.median == 1.0


def test_allowed_time_replaces_a_baseline():
    target = Target("4 us", "ours", (), 1, allowed=4e-6)
    benchmark = Benchmark("k", nothing, candidates("ours"), (target,))
    assert ratio(target, benchmark, {"ours": [2e-6, 8e-6]}).median == pytest.approx(1.25)


def test_explanation_appears_only_when_missed():
    target = Target("a copy", "ours", ("copy",), 0.9, if_missed="the memory is busy")
    missed, met = (target_row(target, Spread(reached, 0, 2)) for reached in (0.89, 0.9))
    assert (missed["status"], missed["why"]) == ("fail", "the memory is busy")
    assert (met["status"], met["why"]) == ("pass", "")


def test_nothing_is_timed_if_verification_fails():
    calls = []

    def verify():
        raise AssertionError("they differ")

    benchmark = Benchmark("k", verify, (Candidate("ours", lambda: calls.append(1)),))
    with pytest.raises(AssertionError, match="they differ"):
        figures(benchmark, 3)
    assert calls == []


class Stream:
    """A fake GPU stream on which a call takes 3 ms, with its events."""

    now = 0.0

    def __init__(self, enable_timing):
        assert enable_timing

    def record(self):
        self.at = Stream.now

    def synchronize(self):
        pass

    def elapsed_time(self, end):
        return end.at - self.at


def test_gpu_turn_is_the_mean_between_two_events(monkeypatch):
    monkeypatch.setattr(torch.cuda, "Event", Stream)
    calls = []

    def call():
        # The first call is slower and does not count.
        Stream.now += 3.0 if calls else 50.0
        calls.append(Stream.now)

    assert cuda_turn(call) == pytest.approx(0.003)
    assert len(calls) == 1 + 1 + 3  # warm-up, one to count by, three to fill 8 ms


def test_missing_baseline_is_reported_absent():
    target = Target("kornia", "ours", ("kornia functions",), 8)
    benchmark = Benchmark("k", nothing, candidates("ours"), (target,))
    row = target_row(target, ratio(target, benchmark, {"ours": [1.0, 1.0]}))
    assert (row["status"], row["ratio"]) == ("absent", None)
    assert "kornia functions: not installed here" in row["why"]
