"""A vote counts once and can be changed or withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pyfrontiers.limitations.ballot import Ballot
from pyfrontiers.limitations.camps import CAMPS


def test_a_voter_has_one_vote_that_can_be_changed_and_withdrawn():
    ballot = Ballot(["a", "b"])
    assert ballot.counts() == {"a": 0, "b": 0}
    ballot.vote("me", "a")
    ballot.vote("me", "a")
    assert ballot.counts() == {"a": 1, "b": 0}
    ballot.vote("me", "b")
    assert ballot.counts() == {"a": 0, "b": 1}
    assert ballot.choice_of("me") == "b"
    assert ballot.choice_of("you") is None
    ballot.withdraw("me")
    ballot.withdraw("you")
    assert ballot.counts() == {"a": 0, "b": 0}


def test_votes_from_many_threads_are_all_counted():
    ballot = Ballot(["a", "b"])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: ballot.vote(str(i), "ab"[i % 2]), range(400)))
    assert ballot.counts() == {"a": 200, "b": 200}


def test_unknown_choices_are_rejected():
    with pytest.raises(ValueError, match="choice must be one of a, b, got 'c'"):
        Ballot(["a", "b"]).vote("me", "c")


@pytest.mark.parametrize("choices", [[], ["a"], ["a", "a"]])
def test_a_ballot_needs_two_distinct_choices(choices):
    with pytest.raises(ValueError, match="choices must be at least two distinct strings, got"):
        Ballot(choices)


def test_both_camps_get_equal_space():
    first, second = CAMPS
    assert len(first.arguments) == len(second.arguments) == 3
    lengths = [sum(len(a.text) for a in camp.arguments) + len(camp.position) for camp in CAMPS]
    assert max(lengths) < 1.15 * min(lengths)
    assert all(argument.source.url for camp in CAMPS for argument in camp.arguments)
