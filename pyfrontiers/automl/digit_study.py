"""A study on digits for a page: a search in a space that is too large to be trained as a whole."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.automl.benchmark.races import CONTROLLERS
from pyfrontiers.automl.children import ChildTrainer
from pyfrontiers.automl.data import digit_data
from pyfrontiers.automl.images import ImageSpace
from pyfrontiers.automl.searches import RandomSearch, Reinforce
from pyfrontiers.automl.study import open_study, read_study
from pyfrontiers.compute import ProcessExecutor
from pyfrontiers.compute.code_version import code_version

if TYPE_CHECKING:
    from pyfrontiers.automl.protocols import Architecture, Search
    from pyfrontiers.automl.study import StudyRecord

__all__ = ["SPACE", "DigitStudy", "StudyChild", "read_digit_study", "study_digits", "study_folder"]

#: As many choices for each layer as in the search of Zoph and Le, with fewer filters.
SPACE: Final = ImageSpace(
    shape=(1, 8, 8),
    classes=10,
    layers=2,
    heights=(1, 3, 5, 7),
    widths=(1, 3, 5, 7),
    filters=(2, 4, 8, 16),
    strides=(1, 2, 3),
)
_EPOCHS = 12
_RATE = 0.03
_OUTDATED = 86_400.0  # seconds after which studies of other versions of the code are deleted

SearchName = Literal["reinforce", "random"]


@dataclass(frozen=True, slots=True)
class StudyChild:
    """One child, in the order of the proposals.

    Attributes:
        architecture: its tokens.
        accuracy: on the validation digits; ``None`` if its training failed.
        seconds: duration of its training; 0 if it was proposed again.

    """

    architecture: Architecture
    accuracy: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class DigitStudy:
    """What a study has found so far.

    Attributes:
        children: those that the search has learned from. One that was proposed again is there
            again, with the same accuracy.

    """

    children: tuple[StudyChild, ...]

    @property
    def best(self) -> StudyChild | None:
        """The child with the largest accuracy, the first of equals."""
        known = [child for child in self.children if child.accuracy is not None]
        return max(known, key=lambda child: child.accuracy or 0.0, default=None)


@checked
def study_digits(
    *,
    search: SearchName,
    children: Count,
    seed: Seed,
    folder: str,
    report: Callable[[float, str], None] | None = None,
) -> DigitStudy:
    """Run or continue a study on digits with one worker process for each core.

    Each outcome is written to the folder at once. A study that was interrupted, or that is to have
    more children, continues and finds what it would have found without the interruption.

    Args:
        search: ``"reinforce"`` for the controller, ``"random"`` for random search.
        children: to have at the end, counting those of earlier runs.
        seed: 64-bit seed of the search and of every child.
        folder: of the study; see `study_folder`.
        report: called with the fraction of this run and a message.

    Raises:
        StudyError: the folder has something else, or another process runs the study.

    """
    # Only there: next to a folder that the caller chose lie folders of the caller.
    if Path(folder) == study_folder(search, seed):
        _delete_outdated(Path(folder))
    study = open_study(
        Path(folder),
        search=_search(search, seed),
        trainable=ChildTrainer(SPACE, epochs=_EPOCHS, rate=_RATE),
        space=SPACE,
        data=digit_data(),
        seed=seed,
        rungs=(_EPOCHS,),
    )
    executor = ProcessExecutor()
    try:
        before = known = len(study.told())

        def say(fraction: float, message: str, data: Any = None) -> None:
            nonlocal known
            told = round(fraction * children)
            if report is None or told == known:
                return
            known = told
            done = (told - before) / max(children - before, 1)
            report(done, f"{told} of {children} children")

        study.run(executor, children=children, report=say)
        return DigitStudy(_found(study).children[:children])
    finally:
        study.close()
        executor.close()


@checked
def read_digit_study(folder: Path) -> DigitStudy | None:
    """Return what a study has found so far, also while it runs; ``None`` if there is none.

    Args:
        folder: of the study.

    Raises:
        StudyError: the study cannot be read.

    """
    if not folder.exists():
        return None
    record = read_study(folder)
    try:
        return _found(record)
    finally:
        record.close()


@checked
def study_folder(search: SearchName, seed: Seed) -> Path:
    """Return the folder of a study among the user's data, whether or not it exists.

    Args:
        search: as for `study_digits`.
        seed: as for `study_digits`.

    """
    import platformdirs

    version = hashlib.sha256(code_version().encode()).hexdigest()[:12]
    data = platformdirs.user_data_path("pyfrontiers", appauthor=False)
    return data / "studies" / version / f"{search}-{seed}"


def _search(name: SearchName, seed: int) -> Search:
    if name == "random":
        return RandomSearch(SPACE, seed=seed, budget=_EPOCHS)
    # With a lag, workers that are done go on with the next batch.
    return Reinforce(SPACE, seed=seed, budget=_EPOCHS, learning=CONTROLLERS["reinforce"], lag=1)


def _found(record: StudyRecord) -> DigitStudy:
    known: set[Architecture] = set()
    children = []
    for trial in record.told():
        again = trial.architecture in known
        known.add(trial.architecture)
        seconds = 0.0 if again else trial.seconds or 0.0
        children.append(StudyChild(trial.architecture, trial.value, seconds))
    return DigitStudy(tuple(children))


def _delete_outdated(folder: Path) -> None:
    """Delete studies of other versions of the code, which cannot be continued."""
    mine = folder.parent
    for other in mine.parent.glob("*"):
        with suppress(FileNotFoundError):  # another process may delete the same
            if other != mine and other.stat().st_mtime < time.time() - _OUTDATED:
                shutil.rmtree(other, ignore_errors=True)
