"""Counts of things in words."""

import pytest

from pyfrontiers.counts import counted


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 scenes"), (1, "1 scene"), (1200, "1,200 scenes")]
)
def test_one_thing_is_singular(count, text):
    assert counted(count, "scene") == text
