"""Children climb rung by rung, resume from the last one, and fail without harm."""

import pytest
from scripted import Scripted
from study_children import Halving, Listed, Toy, Troubled, marks

from pyfrontiers.automl.protocols import Proposal
from pyfrontiers.automl.study import StudyError
from pyfrontiers.compute.tasks import Event, Failed


def listed(*children):
    return Listed(children)


def test_child_climbs_every_rung_from_the_checkpoint_of_the_one_before(begin, tmp_path):
    path = tmp_path / "marks"
    study = begin(
        search=listed(((1, 2), 9), ((3, 4), 5)), trainable=Toy(marks=str(path)), rungs=(1, 3, 9)
    )
    study.run(Scripted(1))
    ends = [mark[:3] for mark in marks(path) if mark[3] == "end"]
    assert ends == [
        *(((1, 2), 1, 0), ((1, 2), 3, 1), ((1, 2), 9, 3)),
        *(((3, 4), 1, 0), ((3, 4), 3, 1), ((3, 4), 5, 3)),
    ]


def test_reward_is_that_of_training_without_rungs(begin):
    values = []
    for rungs in ((), (1, 3), (2, 4, 8)):
        study = begin(str(rungs), search=listed(((1, 2), 9)), rungs=rungs)
        values.append(study.run(Scripted(2)).best.value)
    assert len(set(values)) == 1


def test_promoted_child_resumes(begin, tmp_path):
    path = tmp_path / "marks"
    study = begin(search=Halving(), trainable=Toy(marks=str(path)), rungs=())
    assert study.run(Scripted(3)).ending == "exhausted"
    begins = {mark[1]: mark[2] for mark in marks(path) if mark[3] == "begin"}
    assert begins == {1: 0, 3: 1, 9: 3}


def test_child_of_a_lost_worker_resumes_from_its_last_rung(begin, tmp_path):
    path = tmp_path / "marks"
    study = begin(search=listed(((1, 2), 9)), trainable=Toy(marks=str(path)), rungs=(1, 3, 9))
    study.run(Scripted(1, lose={2}))
    begins = [mark[1:3] for mark in marks(path) if mark[3] == "begin"]
    assert begins == [(1, 0), (3, 1), (9, 3), (9, 3)]
    assert [trial.losses for trial in study.trials()] == [0, 0, 1]


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (1, "the loss is infinite."),
        (2, "The reward is nan."),
        (3, "trainable must return an Outcome, got a float."),
        (4, "There was not enough memory for this computation; try a smaller one."),
    ],
    ids=["raises", "not a number", "no outcome", "memory"],
)
def test_failed_child_is_told_without_a_value_and_the_search_goes_on(begin, token, error):
    search = listed(((token, 0), 2), ((7, 0), 2))
    study = begin(search=search, trainable=Troubled())
    summary = study.run(Scripted(2))
    assert search.told[0][1] is None
    assert search.failures == [error, ""]
    assert summary.best.architecture == (7, 0)
    first, second, *_ = study.trials()
    assert (first.state, first.error) == ("failed", error)
    assert (second.state, second.budget, second.error) == ("failed", 2, error)


def test_child_that_kills_its_workers_fails_after_some_attempts(begin):
    search = listed(((5, 0), 2), ((7, 0), 2))
    study = begin(search=search, rungs=(), attempts=3)
    summary = study.run(Scripted(1, lose={0, 1, 2}))
    assert summary.counts == {"done": 1, "failed": 1}
    assert study.trials()[0].error == (
        "3 workers died while they trained this child; the last one: The worker died."
    )


def test_refused_child_is_never_trained(begin, tmp_path):
    path = tmp_path / "marks"
    search = listed(((1, 1), 2), ((2, 2), 2))
    study = begin(
        search=search,
        trainable=Toy(marks=str(path)),
        refuse=lambda child: "It has 3 M parameters; the limit is 1 M." if child[0] == 1 else "",
    )
    summary = study.run(Scripted(2))
    assert summary.counts == {"done": 2, "pruned": 1}
    assert study.trials()[0].error == "It has 3 M parameters; the limit is 1 M."
    assert search.told[0] == (Proposal(0, (1, 1), 2), None)
    assert search.failures[0] == "It has 3 M parameters; the limit is 1 M."
    assert {mark[0] for mark in marks(path)} == {(2, 2)}


def test_executor_that_runs_nothing_ends_the_run_and_fails_no_child(begin):
    class Broken(Scripted):
        def poll(self, timeout=None):
            ticket = next(iter(self.tasks))
            return [Event(ticket, Failed("No worker could be started.", "", "executor"))]

    study = begin(search=listed(((1, 1), 1)))
    with pytest.raises(StudyError, match=r"no child can be trained: No worker could be started\."):
        study.run(Broken(1))
    assert study.counts() == {"preempted": 1}
    assert study.run(Scripted(1)).counts == {"done": 1}


def test_best_is_the_largest_reward_at_the_largest_budget(begin):
    study = begin(search=Halving(), rungs=())
    best = study.run(Scripted(2)).best
    last = [trial for trial in study.trials() if trial.budget == 9]
    assert best == max(last, key=lambda trial: trial.value)
    assert study.checkpoint(best.architecture).startswith(b"[9, ")
    assert study.best() == best


def test_of_the_last_rung_only_the_best_checkpoint_is_kept(begin):
    children = [((k, 1), 3) for k in range(12)]
    study = begin(search=listed(*children), rungs=(1, 3))
    best = study.run(Scripted(3, seed=1)).best
    kept = [child for child, _ in children if study.checkpoint(child) is not None]
    assert kept == [best.architecture]


def test_checkpoints_are_bounded_and_a_missing_one_changes_no_result(begin, seen, tmp_path):
    results, resumed = [], []
    for name, disk in (("roomy", 10**6), ("narrow", 12_000)):
        path = tmp_path / f"marks-{name}"
        trainable = Toy(marks=str(path), weight=3000)
        study = begin(name, search=Halving(), trainable=trainable, rungs=(), disk=disk)
        study.run(Scripted(1))
        results.append(seen(study))
        resumed.append(sum(mark[2] > 0 for mark in marks(path) if mark[3] == "begin"))
        (size,) = study._database.connection.execute(
            "SELECT total(length(content)) FROM checkpoints"
        ).fetchone()
        assert size <= disk
    assert results[0] == results[1]
    assert resumed[0] > resumed[1]
