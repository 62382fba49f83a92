"""Several processes begin with long tests, which say why they are long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from running_order import shared_out


@dataclass(frozen=True)
class Case:
    """What the order depends on: the file of a test and its markers."""

    name: str
    path: Path
    markers: frozenset[str]

    def get_closest_marker(self, name: str) -> object:
        return name if name in self.markers else None


def cases(*groups: tuple[int, str, str]) -> list[Case]:
    """Make tests from (how many, file, markers)."""
    return [
        Case(f"{path} {number}", Path(path), frozenset(markers.split()))
        for count, path, markers in groups
        for number in range(count)
    ]


SUITE = cases((30, "a", ""), (7, "b", "browser"), (2, "c", "long"), (50, "c", ""), (1, "d", "long"))


def halves(order: list[Case], processes: int) -> list[list[Case]]:
    """Cut a list into consecutive parts, as the scheduler does."""
    parts, left = [], order
    for number in range(processes):
        size = len(left) // (processes - number)
        parts.append(left[:size])
        left = left[size:]
    return parts


@pytest.mark.parametrize("processes", [1, 2, 3, 8, 50])
def test_every_test_runs_once(processes: int) -> None:
    order = shared_out(SUITE, processes)
    assert sorted(order, key=SUITE.index) == SUITE


def test_each_process_begins_with_its_long_tests() -> None:
    first, second = halves(shared_out(SUITE, 2), 2)
    assert [case.path.name for case in first[:8]] == ["b"] * 7 + ["a"]
    assert [case.path.name for case in second[:4]] == ["c", "c", "d", "c"]
    assert "long" in second[2].markers
    assert len(first) == len(second)


def test_long_tests_of_a_file_stay_together() -> None:
    _, second, third = halves(shared_out(SUITE, 3), 3)
    assert [case.path.name for case in second if "long" in case.markers] == ["c", "c"]
    assert [case.path.name for case in third if "long" in case.markers] == ["d"]


def test_skipped_tests_are_not_long() -> None:
    skipped = cases((3, "e", "slow skip"))
    first, second = halves(shared_out([*SUITE, *skipped], 2), 2)
    assert [case.path.name for case in second[:4]] == ["c", "c", "d", "c"]
    assert [*first, *second][-3:] == skipped


def test_other_tests_keep_their_order() -> None:
    rest = [case for case in shared_out(SUITE, 3) if not case.markers]
    assert rest == [case for case in SUITE if not case.markers]


def test_long_tests_say_why(request: pytest.FixtureRequest) -> None:
    marks = {
        item.nodeid: mark
        for item in request.session.items
        for mark in item.iter_markers()
        if mark.name in ("long", "slow")
    }
    silent = [name for name, mark in marks.items() if not (mark.args and str(mark.args[0]).strip())]
    assert silent == []
