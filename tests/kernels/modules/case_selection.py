"""Selection of the test cases to run: those possible on this machine, reduced to pairwise."""

from collections import defaultdict

import pytest
from pairwise import covering

SELECTION = pytest.StashKey()


def axes_of(item):
    """The case as a dict of values by axis: a fixture with parameters, or a parametrize mark."""
    parameters = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    marks = [mark.args[0] for mark in item.iter_markers("parametrize")]
    groups = [tuple(m.replace(",", " ").split()) if isinstance(m, str) else tuple(m) for m in marks]
    groups += [(name,) for name in parameters if all(name not in group for group in groups)]
    # Values may have no hash and no order; the cases of a function share the objects themselves.
    return {group: tuple(id(parameters[name]) for name in group) for group in groups}


class Selection:
    """The cases of each test function, those chosen, and the items that will not run.

    Values of as many axes as `strength` meet in a chosen case; None chooses every case.
    """

    def __init__(self, items, missing, *, strength):
        self.strength = strength
        self.dropped = {}  # used as an ordered set
        self.possible, self.chosen = {}, {}
        for name, cases in self._able(items, missing).items():
            axes = [axes_of(item) for item in cases]
            kept = covering(axes, strength) if strength else range(len(cases))
            self.possible[name], self.chosen[name] = axes, [axes[number] for number in kept]
            self.dropped |= dict.fromkeys(cases[n] for n in range(len(cases)) if n not in set(kept))

    def _able(self, items, missing):
        """Cases by function; of those that would skip, one per module stays and counts them."""
        able, unable = defaultdict(list), defaultdict(list)
        for item in items:
            reason = missing(item)
            if reason is None:
                able[item.nodeid.split("[")[0]].append(item)
            else:
                unable[item.path, reason].append(item)
        for (_, reason), cases in unable.items():
            text = f"{reason}: {len(cases)} case{'s' * (len(cases) > 1)}"
            cases[0].add_marker(pytest.mark.skip(reason=text))
            self.dropped |= dict.fromkeys(cases[1:])
        return able
