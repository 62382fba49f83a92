"""A vote counts once, can be changed and taken back, and the counts are what was voted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pyfrontiers.limitations.ballot import Ballot
from pyfrontiers.limitations.camps import CAMPS


def test_one_voter_has_one_vote():
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


def test_a_choice_that_is_none_is_named():
    with pytest.raises(ValueError, match="choice: got 'c', want one of a, b"):
        Ballot(["a", "b"]).vote("me", "c")


@pytest.mark.parametrize("choices", [[], ["a"], ["a", "a"]])
def test_a_ballot_needs_a_choice(choices):
    with pytest.raises(ValueError, match="want at least two, all different"):
        Ballot(choices)


def test_both_camps_are_given_the_same_room():
    first, second = CAMPS
    assert len(first.arguments) == len(second.arguments) == 3
    lengths = [sum(len(a.text) for a in camp.arguments) + len(camp.creed) for camp in CAMPS]
    assert max(lengths) < 1.15 * min(lengths)
    assert all(argument.source.url for camp in CAMPS for argument in camp.arguments)
