"""Every search: proposals, outcomes in any order, failures, and resuming bit for bit."""

import copy
import importlib.util
import io
import itertools

import pytest
import torch

from pyfrontiers.automl import (
    SEARCHES,
    Asha,
    Evolution,
    Objectives,
    OptunaSearch,
    Outcome,
    Proposal,
    RandomSearch,
    Reinforce,
    TableSpace,
)

SPACE = TableSpace(4, 2, layers=2, units=(2, 4, 8), activations=("relu", "tanh"))
OPTUNA = importlib.util.find_spec("optuna") is not None
NAMES = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            name in ("tpe", "nsga2") and not OPTUNA, reason="Optuna is not installed"
        ),
    )
    for name in SEARCHES
]


def value(proposal):
    weights = (1.0, 1.1, 1.03, 1.27, 0.71)
    total = sum(w * t for w, t in zip(weights, proposal.architecture, strict=True))
    return (total + 0.1 * proposal.budget) / 10


def fails(proposal):
    return proposal.architecture[:2] == (1, 1)


def advance(search, count):
    """Ask and tell one by one; return the proposals."""
    made = []
    for _ in range(count):
        (proposal,) = search.ask(1)
        search.tell(proposal, Outcome(None if fails(proposal) else value(proposal)))
        made.append(proposal)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_resumed_search_continues_bit_for_bit(name):
    whole, first = SEARCHES[name](SPACE, seed=5), SEARCHES[name](SPACE, seed=5)
    assert advance(whole, 30) == advance(first, 30)
    waiting = first.ask(2)
    assert whole.ask(2) == waiting
    file = io.BytesIO()
    torch.save(first.state(), file)
    file.seek(0)
    resumed = SEARCHES[name](SPACE, seed=5)
    resumed.restore(torch.load(file, weights_only=True))
    for search in (whole, resumed):
        for proposal in waiting:
            search.tell(proposal, Outcome(value(proposal)))
    assert advance(whole, 30) == advance(resumed, 30)
    assert advance(SEARCHES[name](SPACE, seed=6), 30) != advance(SEARCHES[name](SPACE, seed=5), 30)


@pytest.mark.parametrize("name", NAMES)
def test_state_is_a_snapshot(name):
    search = SEARCHES[name](SPACE, seed=5)
    advance(search, 10)
    state = search.state()
    kept = copy.deepcopy(state)
    advance(search, 20)
    assert repr(state) == repr(kept)


@pytest.mark.parametrize("name", NAMES)
def test_order_of_outcomes_does_not_matter(name):
    found = []
    for order in (1, -1):
        search = SEARCHES[name](SPACE, seed=5)
        for _ in range(6):
            for proposal in search.ask(8)[::order]:
                search.tell(proposal, Outcome(value(proposal)))
        found.append(search.ask(8))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", NAMES)
def test_proposals_are_of_the_space(name):
    for proposal in advance(SEARCHES[name](SPACE, seed=0), 20):
        SPACE.check(proposal.architecture)


@pytest.mark.parametrize("name", NAMES)
def test_foreign_and_repeated_outcomes_are_rejected(name):
    search = SEARCHES[name](SPACE, seed=0)
    (proposal,) = search.ask(1)
    search.tell(proposal, Outcome(0.5))
    told = r"proposal must be one that waits for its outcome, got number 0, which was told before"
    with pytest.raises(ValueError, match=told):
        search.tell(proposal, Outcome(0.5))
    with pytest.raises(ValueError, match="got number 99, which this search did not make"):
        search.tell(Proposal(99, proposal.architecture, 1), Outcome(0.5))
    with pytest.raises(ValueError, match="count must be an integer of at least 1, got 0"):
        search.ask(0)


@pytest.mark.parametrize("name", NAMES)
def test_search_goes_on_when_every_child_fails(name):
    search = SEARCHES[name](SPACE, seed=0)
    for _ in range(40):
        for proposal in search.ask(1):
            search.tell(proposal, Outcome(None, failure="diverged"))
    assert search.ask(1)


def test_random_search_visits_every_architecture_once():
    children = [proposal.architecture for proposal in RandomSearch(SPACE).ask(SPACE.size)]
    assert sorted(children) == list(itertools.product(*map(range, SPACE.sizes)))
    assert RandomSearch(SPACE).ask(SPACE.size + 1)[-1].architecture in children


def test_evolution_mutates_members_and_forgets_the_oldest():
    search = Evolution(SPACE, population=6, sample=4)
    made = advance(search, 40)
    for number in range(6, 40):
        alive = [made[k].architecture for k in range(max(0, number - 6), number)]
        child = made[number].architecture
        distance = [sum(a != b for a, b in zip(child, parent, strict=True)) for parent in alive]
        assert 1 in distance


def test_evolution_with_a_tournament_of_all_has_the_best_as_parent():
    search = Evolution(SPACE, population=8, sample=400)
    made = advance(search, 30)
    for number in range(8, 30):
        alive = [k for k in range(number - 8, number) if not fails(made[k])]
        best = max(alive, key=lambda k: (value(made[k]), k))
        pair = zip(made[number].architecture, made[best].architecture, strict=True)
        assert sum(a != b for a, b in pair) == 1


def test_asha_promotes_children_in_the_best_third_of_a_rung():
    search = Asha(SPACE, budgets=(1, 3, 9), seed=1)
    told, promoted = {1: [], 3: []}, {1: [], 3: []}

    def waiting(rung):
        ranked = sorted(told[rung], key=value, reverse=True)
        return [each for each in ranked[: len(ranked) // 3] if each not in promoted[rung]]

    for _ in range(70):
        (proposal,) = search.ask(1)
        rung = next((each for each in (3, 1) if waiting(each)), None)
        if rung is None:
            assert proposal.budget == 1
        else:
            assert proposal.budget == 3 * rung
            child = waiting(rung)[0]
            assert child.architecture == proposal.architecture
            promoted[rung].append(child)
        search.tell(proposal, Outcome(None if fails(proposal) else value(proposal)))
        if proposal.budget < 9 and not fails(proposal):
            told[proposal.budget].append(proposal)
    assert len(promoted[3]) >= 3


def test_asha_with_two_objectives_promotes_the_ends_of_the_front():
    both = Objectives(("accuracy", "parameters"))
    search = Asha(SPACE, budgets=(1, 2), eta=4, objectives=both)
    started = search.ask(12)
    points = [(0.9, 900.0), (0.5, 100.0), (0.7, 300.0), *[(0.3, 950.0 + k) for k in range(9)]]
    for proposal, (accuracy, size) in zip(started, points, strict=True):
        search.tell(proposal, Outcome(accuracy, {"accuracy": accuracy, "parameters": size}))
    promoted = [proposal for proposal in search.ask(4) if proposal.budget == 2]
    assert [each.architecture for each in promoted] == [started[k].architecture for k in (0, 1, 2)]


def test_controller_waits_for_the_outcomes_of_a_batch():
    search = Reinforce(SPACE)
    batch = search.ask(20)
    assert len(batch) == 8
    assert search.ask(1) == []
    for proposal in batch:
        assert search.ask(1) == []
        search.tell(proposal, Outcome(0.5))
    assert len(search.ask(20)) == 8


def test_controller_with_a_lag_keeps_workers_busy_and_ignores_the_order():
    found = []
    for order in (1, -1):
        search = Reinforce(SPACE, lag=1)
        for _ in range(4):
            for proposal in search.ask(16)[::order]:
                search.tell(proposal, Outcome(value(proposal)))
        found.append(search.ask(16))
    assert found[0] == found[1]
    assert len(found[0]) == 16


@pytest.mark.parametrize("name", ["reinforce", "ppo"])
def test_controllers_move_probability_to_better_children(name):
    search = SEARCHES[name](SPACE, seed=0)
    made = advance(search, 400)
    early, late = (sum(map(value, part)) / 40 for part in (made[:40], made[-40:]))
    assert late > early + 0.15


@pytest.mark.skipif(not OPTUNA, reason="Optuna is not installed")
def test_optuna_learns_from_outcomes():
    made = advance(OptunaSearch(SPACE, seed=0), 60)
    drawn = advance(RandomSearch(SPACE, seed=0), 60)
    late, anything = (sum(map(value, part[20:])) / 40 for part in (made, drawn))
    assert late > anything + 0.05


@pytest.mark.skipif(not OPTUNA, reason="Optuna is not installed")
def test_nsga2_approaches_both_ends_of_the_front():
    both = Objectives(("accuracy", "parameters"))
    search = OptunaSearch(SPACE, sampler="nsga2", objectives=both, population=10)
    seen = []
    for _ in range(200):
        (proposal,) = search.ask(1)
        reached = {
            "accuracy": value(proposal),
            "parameters": float(sum(proposal.architecture[::2])),
        }
        search.tell(proposal, Outcome(reached["accuracy"], reached))
        seen.append(reached)
    last = seen[-50:]
    assert min(each["parameters"] for each in last) == 0
    assert max(each["accuracy"] for each in last) > 0.5


def test_missing_optuna_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "optuna", None)
    with pytest.raises(ModuleNotFoundError, match=r"needs Optuna; .*'pyfrontiers\[automl\]'"):
        OptunaSearch(SPACE)


def test_wrong_arguments_raise():
    with pytest.raises(ValueError, match=r"budgets must be ascending, got \(3, 1\)"):
        Asha(SPACE, budgets=(3, 1))
    with pytest.raises(ValueError, match="eta must be an integer of at least 2, got 1"):
        Asha(SPACE, eta=1)
    with pytest.raises(ValueError, match="sampler must be 'tpe' or 'nsga2', got 'grid'"):
        OptunaSearch(SPACE, sampler="grid")
    with pytest.raises(TypeError, match="space must be a SearchSpace, got 'images'"):
        RandomSearch("images")
