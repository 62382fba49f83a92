"""The order in which several processes run the tests.

`pytest -n 2 --dist worksteal` gives each process an equal number of consecutive tests. A process
that has finished takes half of what another has not begun, from the end. The processes end together
if long tests come first and short ones last.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    Item = TypeVar("Item", bound=pytest.Item)

LENGTHS = ("long", "slow")


def shared_out(items: Sequence[Item], processes: int) -> list[Item]:
    """Order tests so that each process begins with long ones.

    The first process begins with the browser tests, because each process that runs one starts a
    server. The tests marked `long` or `slow` are dealt to the others unless they are skipped, those
    of a file together because they share fixtures. The rest follows in its order.
    """
    browser = [item for item in items if item.get_closest_marker("browser")]
    marked: dict[object, list[Item]] = {}
    rest = []
    for item in items:
        if item.get_closest_marker("browser"):
            continue
        if not item.get_closest_marker("skip") and any(map(item.get_closest_marker, LENGTHS)):
            marked.setdefault(item.path, []).append(item)
        else:
            rest.append(item)
    first: list[list[Item]] = [browser, *([] for _ in range(processes - 1))]
    for tests, share in zip(marked.values(), cycle(first[1:] or first), strict=False):
        share.extend(tests)
    order: list[Item] = []
    begun = 0
    for number, share in enumerate(first):
        # As the scheduler counts: what is left, divided by the processes that are left.
        size = (len(items) - len(order)) // (processes - number)
        missing = max(0, size - len(share))
        order += share + rest[begun : begun + missing]
        begun += missing
    return order + rest[begun:]
