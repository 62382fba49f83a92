"""Functions of `uncertainty` by the names that they had before."""

import pytest

from pyfrontiers import uncertainty


@pytest.mark.parametrize(
    ("before", "now"), [("open_pass", "inspect_pass"), ("open_passes", "inspect_passes")]
)
def test_a_former_name_works_and_says_the_new_one(before, now):
    with pytest.warns(DeprecationWarning, match=f"{before} is now {now}"):
        found = getattr(uncertainty, before)
    assert found is getattr(uncertainty, now)


def test_other_names_are_no_attributes():
    with pytest.raises(AttributeError, match="no attribute 'open_file'"):
        uncertainty.open_file  # noqa: B018
