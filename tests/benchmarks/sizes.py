"""Each kernel from 1 Ki to 64 Mi elements on one and two threads, next to a copy of that size.

Yields the points of the plot and two kinds of targets: the processor time per element must not rise
from 1 Mi elements on, and compute-bound kernels must gain from a second thread.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from pyfrontiers.comparison.interleaving import Candidate, rounds_of

from .figures import target_row
from .subjects import COPY, SUBJECTS
from .timing import Spread, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .subjects import Subject

SIZES = tuple(1 << power for power in range(10, 27, 2))
THREADS = (1, 2)
LEVEL_FROM, LEVEL_AT_LEAST = 1 << 20, 0.9
"""Where an element's cost is compared with that at larger sizes, and how level counts as level."""
TWO_THREADS_AT, TWO_THREADS_AT_LEAST = 1 << 24, 1.8
_LARGE, _LONG_ROUNDS, _SHORT_ROUNDS = 1 << 24, 3, 7


_FRESH = (
    "results above 256 MiB are not pooled: the system clears new pages at each call, which takes "
    "longer than filling them"
)
_SHARED = "shared memory bandwidth and the final synchronisation limit the gain"


class Taken(NamedTuple):
    """Wall seconds of a call, and processor seconds of all threads together."""

    wall: float
    processor: float


Rounds = dict[tuple[str, int, int], list[Taken]]
"""From (subject, elements, threads) to what its turns took."""


def measure(
    subjects: Sequence[Subject] = SUBJECTS,
    sizes: Sequence[int] = SIZES,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Measure the subjects at all sizes.

    Args:
        subjects: the kernels; the copy is always included.
        sizes: numbers of elements.
        tell: called with the size being measured.

    Returns:
        kernel "sizes", times (empty), targets, and points: kernel, elements, threads,
        gb_per_second, of_copy (share of the bytes per second of a copy at this size, on as many
        threads or fewer) and processor_ns (of all threads, for an element).
    """
    before, found = torch.get_num_threads(), Rounds()
    traffic: dict[tuple[str, int], int] = {}
    try:
        for size in sizes:
            tell(f"{size:,} elements")
            _measure_size((*subjects, COPY), size, found, traffic)
            gc.collect()
    finally:
        torch.set_num_threads(before)
    rows = [*_levels(subjects, found), *_second_threads(subjects, found)]
    return {"kernel": "sizes", "times": [], "targets": rows, "points": _points(found, traffic)}


def _measure_size(
    subjects: Sequence[Subject],
    size: int,
    found: Rounds,
    traffic: dict[tuple[str, int], int],
) -> None:
    rounds = _LONG_ROUNDS if size >= _LARGE else _SHORT_ROUNDS
    for subject in subjects[:-1]:
        # One at a time with a copy: the tensors of all subjects would not fit a laptop's memory.
        candidates: list[Candidate] = []
        for one in (subject, subjects[-1]):
            call, traffic[one.name, size] = one.prepare(size)
            candidates += [Candidate(f"{one.name}|{k}", _on(k, call)) for k in THREADS]
        with torch.no_grad():
            for taken in rounds_of(candidates, rounds, _turn):
                for name, figures in taken.items():
                    own, _, threads_text = name.rpartition("|")
                    found.setdefault((own, size, int(threads_text)), []).append(figures)


def _on(threads: int, call: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        return call()

    return run


def _turn(call: Callable[[], object]) -> Taken:
    time.sleep(0.01)
    call()
    calls, processor, wall = 0, time.process_time(), time.perf_counter()
    while True:
        call()
        calls += 1
        elapsed = time.perf_counter() - wall
        if elapsed >= 0.004:
            return Taken(elapsed / calls, (time.process_time() - processor) / calls)


def _points(found: Rounds, traffic: dict[tuple[str, int], int]) -> list[dict[str, Any]]:
    points = []
    for (name, size, threads), turns in found.items():
        rate = traffic[name, size] / Spread.of([one.wall for one in turns]).median
        # The fastest copy on at most as many threads.
        copied = [found[COPY.name, size, k] for k in THREADS if k <= threads]
        fastest = min(Spread.of([one.wall for one in of_copy]).median for of_copy in copied)
        processor = Spread.of([one.processor for one in turns]).median
        points.append(
            {
                "kernel": name,
                "elements": size,
                "threads": threads,
                "gb_per_second": round(rate / 1e9, 4),
                "of_copy": round(rate * fastest / traffic[COPY.name, size], 4),
                "processor_ns": round(1e9 * processor / size, 5),
            }
        )
    return points


def _cost(found: Rounds, name: str, size: int) -> Spread:
    return Spread.of([one.processor / size for one in found[name, size, 1]])


def _levels(subjects: Sequence[Subject], found: Rounds) -> list[dict[str, Any]]:
    """Compare the cost per element at 1 Mi elements with the most expensive larger size."""
    sizes = sorted({size for _, size, _ in found})
    larger = [size for size in sizes if size > LEVEL_FROM]
    if LEVEL_FROM not in sizes or not larger:
        return []
    copied = [1e9 * _cost(found, COPY.name, size).median for size in (LEVEL_FROM, larger[-1])]
    why = (
        "1 Mi elements fit in the caches, 64 Mi do not: the copy itself goes from "
        f"{copied[0]:.2f} to {copied[1]:.2f} ns per element"
    )
    rows = []
    for subject in subjects:
        first = _cost(found, subject.name, LEVEL_FROM)
        dearest = max(
            (_cost(found, subject.name, size) for size in larger), key=lambda one: one.median
        )
        target = Target(
            "cost per element, 1 Mi over 4 to 64 Mi elements",
            subject.name,
            (),
            LEVEL_AT_LEAST,
            if_missed=_FRESH if subject.fresh else why,
        )
        rows.append(target_row(target, _quotient(first, dearest)))
    return rows


def _second_threads(subjects: Sequence[Subject], found: Rounds) -> list[dict[str, Any]]:
    rows = []
    for subject in subjects:
        key = subject.name, TWO_THREADS_AT
        if not subject.computes or (*key, 1) not in found:
            continue
        pairs = zip(found[*key, 1], found[*key, 2], strict=True)
        target = Target(
            "one thread, 16 Mi elements",
            f"{subject.name}, two threads",
            (),
            TWO_THREADS_AT_LEAST,
            if_missed=_SHARED,
        )
        rows.append(target_row(target, Spread.of([one.wall / two.wall for one, two in pairs])))
    return rows


def _quotient(one: Spread, other: Spread) -> Spread:
    return Spread(one.median / other.median, one.low / other.high, one.high / other.low)
