"""Equal seeds give equal results for any order of completion and any interruption."""

import pytest
from scripted import Scripted
from study_children import Climber, Halving, Listed, Toy, marks

from pyfrontiers.automl.study import StudyError
from pyfrontiers.compute import InlineExecutor

SEARCHES = {"climber": (Climber, 30), "halving": (Halving, 13)}


@pytest.fixture(params=SEARCHES)
def search(request):
    """Return a function that makes new searches of a kind, and how many children they need."""
    return SEARCHES[request.param]


@pytest.fixture
def alone(begin, seen, search):
    """Return what a study finds whose children run one after the other."""
    make, children = search
    study = begin("alone", search=make(), rungs=(1, 2))
    summary = study.run(Scripted(1), children=children)
    assert summary.children == children
    return seen(study), study.search.state()


@pytest.mark.parametrize("order", range(4))
def test_order_of_completion_does_not_matter(begin, seen, search, alone, order):
    make, children = search
    study = begin(search=make())
    study.run(Scripted(2 + order, seed=order), children=children)
    assert (seen(study), study.search.state()) == alone


def test_completion_twice_is_harmless(begin, seen, search, alone):
    make, children = search
    study = begin(search=make())
    study.run(Scripted(3, seed=5, twice=True), children=children)
    assert (seen(study), study.search.state()) == alone


def test_lost_workers_change_no_result(begin, seen, search, alone):
    make, children = search
    study = begin(search=make())
    study.run(Scripted(3, seed=6, lose={0, 3, 4, 11}), children=children)
    assert (seen(study), study.search.state()) == alone
    assert sum(trial.losses for trial in study.trials()) == 4


@pytest.mark.parametrize("ended", [0, 1, 2, 7, 12])
def test_interrupted_study_resumes_with_the_state_of_the_search(begin, seen, search, alone, ended):
    make, children = search
    study = begin(search=make())
    with pytest.raises(KeyboardInterrupt):
        study.run(Scripted(3, seed=ended, interrupt=ended), children=children)
    assert study.counts().get("running", 0) == 0
    study.close()
    again = begin(search=make(seed=99))  # what the new search has drawn does not matter
    again.run(Scripted(4), children=children)
    assert (seen(again), again.search.state()) == alone


def test_study_interrupted_after_every_rung_resumes_and_trains_nothing_twice(begin, seen):
    whole = begin("whole")
    whole.run(Scripted(1), children=30)
    trained = 0
    for _ in range(200):
        study = begin()
        executor = Scripted(1, interrupt=1)
        try:
            summary = study.run(executor, children=30)
        except KeyboardInterrupt:
            trained += executor.ended
            study.close()
            continue
        break
    trained += executor.ended
    assert summary.children == 30
    assert (seen(study), study.search.state()) == (seen(whole), whole.search.state())
    assert trained == summary.counts["done"]


def test_search_that_fails_midway_is_restored(begin, seen):
    class Clumsy(Climber):
        def tell(self, proposal, outcome):
            super().tell(proposal, outcome)
            if self.calls == 11:
                raise RuntimeError("the search stumbles")
            self.calls += 1

        calls = 0

    study = begin("one", search=Clumsy())
    with pytest.raises(RuntimeError, match="the search stumbles"):
        study.run(Scripted(2), children=30)
    study.search.calls = 100
    study.run(Scripted(2), children=30)
    other = begin("two", search=Climber())
    other.run(Scripted(2), children=30)
    assert seen(study) == seen(other)


def test_two_runs_are_one_long_run(begin, seen, alone, search):
    make, children = search
    study = begin(search=make())
    for limit in (1, 5, 6, children):
        assert study.run(Scripted(2, seed=limit), children=limit).children == limit
    assert (seen(study), study.search.state()) == alone


def test_window_is_part_of_the_result_and_bounds_what_is_open(begin):
    search = Listed(((k,), 1) for k in range(20))
    study = begin(search=search, window=3, rungs=())
    study.run(Scripted(8, seed=2), children=5)
    assert search.at == 5 + 3
    assert [proposal.architecture for proposal, _ in search.told] == [(k,) for k in range(5)]
    assert study.counts() == {"done": 5, "queued": 3}


def test_repeated_proposal_is_not_trained_again(begin, tmp_path):
    path = tmp_path / "marks"
    search = Listed([((1,), 2), ((1,), 2), ((2,), 2), ((1,), 2)])
    study = begin(search=search, trainable=Toy(marks=str(path)), rungs=())
    summary = study.run(Scripted(2), children=4)
    assert summary.counts == {"done": 2}
    assert len({value for proposal, value in search.told if proposal.architecture == (1,)}) == 1
    assert len([mark for mark in marks(path) if mark[3] == "end"]) == 2


def test_search_that_does_not_repeat_itself_is_refused(begin):
    class Forgetful(Climber):
        def restore(self, state):
            super().restore(state)
            self.random.seed(5)

    study = begin(search=Forgetful())
    with pytest.raises(KeyboardInterrupt):
        study.run(Scripted(1, interrupt=20), children=30)
    with pytest.raises(StudyError, match=r"the search does not repeat itself: proposal \d+ of"):
        study.run(Scripted(1), children=30)


def test_search_that_gives_too_many_children_is_refused(begin):
    class Eager(Climber):
        def ask(self, count):
            return super().ask(count + 1)

    with pytest.raises(StudyError, match="asked for 8 children and gave 9"):
        begin(search=Eager()).run(Scripted(1), children=3)


def test_search_that_numbers_its_proposals_otherwise_is_refused(begin):
    search = Climber()
    search.made = 3
    with pytest.raises(StudyError, match="must number its proposals in order, got 3, wanted 0"):
        begin(search=search).run(Scripted(1), children=3)


def test_state_that_cannot_be_read_back_is_refused_before_anything_is_trained(begin):
    class Exotic(Climber):
        def state(self):
            return super().state() | {"object": Toy()}

    study = begin(search=Exotic())
    with pytest.raises(TypeError, match="the state of the search must have tensors, numbers"):
        study.run(Scripted(1), children=3)
    assert study.counts() == {}


def test_state_is_written_less_often_the_larger_it_is(begin):
    class Heavy(Climber):
        written = 0

        def state(self):
            self.written += 1
            return super().state() | {"weights": list(range(100_000))}

    light, heavy = begin("light", search=Climber()), begin("heavy", search=Heavy())
    light.run(Scripted(1), children=60)
    heavy.run(Scripted(1), children=60)
    assert heavy.search.written <= 3
    study = begin("heavy", search=Heavy())
    study.run(InlineExecutor(), children=61)
    assert study.search.state()["best"] == _after(begin, 61)


def _after(begin, children):
    study = begin("reference", search=Climber())
    study.run(Scripted(1), children=children)
    return study.search.state()["best"]
