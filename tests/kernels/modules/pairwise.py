"""Selection of test cases such that every pair of values of two axes occurs in one of them.

A test over five axes has hundreds of combinations, but most faults need one value, or two values
together. Pairwise coverage keeps every value of every axis and every pair, in a tenth of the cases
(D. R. Kuhn, D. R. Wallace, A. M. Gallo: Software fault interactions, IEEE TSE 30(6), 2004).
"""

from itertools import combinations


def together(case, strength):
    """The (axis, value) that a case, a dict of values by axis, has together: pairs, or singly."""
    return set(combinations(sorted(case.items()), strength))


def covering(cases, strength=2):
    """The numbers of cases that together contain every pair that occurs in any of them.

    With strength 1, every value.

    Greedy, and the same for the same cases: the next one is the first that adds most new pairs.
    A single axis has no pairs, so all of its cases stay.
    """
    if all(len(case) < strength for case in cases):
        return list(range(len(cases)))
    left = {number: together(case, strength) for number, case in enumerate(cases)}
    chosen = []
    while left:
        best = max(left, key=lambda number: (len(left[number]), -number))
        seen = left.pop(best)
        if not seen:
            break
        chosen.append(best)
        for rest in left.values():
            rest -= seen
    return sorted(chosen)
