import pytest
from study_children import Climber, Toy

from pyfrontiers.automl.study import open_study


@pytest.fixture
def begin(tmp_path):
    """Return a function that opens a study of the test, closed after it."""
    opened = []

    def open_one(name="study", **settings):
        given = {"search": Climber(), "trainable": Toy(), "rungs": (1, 2), "version": "1"}
        opened.append(open_study(tmp_path / name, **(given | settings)))
        return opened[-1]

    yield open_one
    for study in opened:
        study.close()


@pytest.fixture
def seen():
    """Return a function that lists what a study found, for comparison with another."""

    def of(study):
        return [
            (trial.number, trial.architecture, trial.budget, trial.state, trial.value)
            for trial in study.trials()
        ]

    return of
