"""How runs end, what they report, and what others can read meanwhile."""

import threading
import time

import pytest
from scripted import Scripted
from study_children import Climber, Listed, Toy

from pyfrontiers.automl.study import StudyError, read_study
from pyfrontiers.compute import InlineExecutor


def many(count=1000):
    return Listed(((k,), 1) for k in range(count))


def test_run_ends_with_the_time_and_continues_later(begin):
    study = begin(search=many(), trainable=Toy(pause=0.02))
    executor = InlineExecutor()
    summary = study.run(executor, seconds=0.2)
    assert summary.ending == "seconds"
    assert 0 < summary.children < 1000
    assert summary.best is not None
    assert summary.counts.get("running", 0) == 0
    assert study.run(executor, children=summary.children + 2).children == summary.children + 2
    executor.close()


def test_run_of_no_time_has_no_best_child(begin):
    summary = begin(search=many()).run(Scripted(1), seconds=0.0)
    assert (summary.children, summary.best, summary.ending) == (0, None, "seconds")


def test_run_stops_when_asked(begin):
    study = begin(search=many())
    executor = Scripted(1)
    summary = study.run(executor, stop=lambda: executor.ended >= 5)
    assert summary.ending == "stopped"
    assert summary.children == 5


def test_run_ends_when_the_search_has_nothing_more_to_propose(begin):
    summary = begin(search=many(5)).run(Scripted(2))
    assert (summary.ending, summary.children) == ("exhausted", 5)


def test_run_ends_when_the_search_proposes_only_known_children(begin):
    search = Listed([((k,), 1) for k in range(3)] + [((1,), 1)] * 5000)
    summary = begin(search=search).run(Scripted(2))
    assert summary.ending == "converged"
    assert 990 < summary.children < 1010


def test_progress_is_reported(begin):
    seen = []
    begin(search=many()).run(
        Scripted(2), children=20, report=lambda share, message="", data=None: seen.append(share)
    )
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_observations_are_recorded_once_also_after_a_resumption(begin):
    def observe(told, search):
        return {"best": search.best} if told % 5 == 0 else None

    study = begin(search=Climber(), observe=observe)
    with pytest.raises(KeyboardInterrupt):
        study.run(Scripted(2, interrupt=30), children=30)
    study.run(Scripted(2), children=30)
    records = study.records()
    assert [told for told, _ in records] == [5, 10, 15, 20, 25, 30]
    assert records[-1][1] == {"best": study.search.best}


def test_study_is_readable_while_it_runs(begin, tmp_path):
    study = begin(search=many(), trainable=Toy(pause=0.01))
    go = threading.Event()
    thread = threading.Thread(
        target=lambda: study.run(InlineExecutor(), stop=go.is_set), daemon=True
    )
    thread.start()
    try:
        reader = read_study(tmp_path / "study")
        end = time.monotonic() + 120
        while reader.counts().get("done", 0) < 3:
            assert time.monotonic() < end
        assert reader.best() is not None
        assert reader.settings.rungs == (1, 2)
        with pytest.raises(StudyError, match=r"is in use; end the other run first"):
            study.run(Scripted(1), children=1)
        reader.close()
    finally:
        go.set()
        thread.join(120)
