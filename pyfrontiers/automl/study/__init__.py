"""Studies: searches whose children run on any executor, recorded in one file.

    study = open_study(folder, search=search, trainable=train, data=data, rungs=(1, 3, 9))
    summary = study.run(ProcessExecutor(2), children=100)

A coordinator asks the search for children, gives them to workers rung by rung, and writes what
comes back to a SQLite file. If a worker or the coordinator dies, at most the rungs in progress are
lost, and the next run continues. Equal seeds give equal results on every executor.
"""

from pyfrontiers.automl.study.errors import StudyError
from pyfrontiers.automl.study.record import StudyRecord, read_study
from pyfrontiers.automl.study.study import Study, StudySummary, open_study
from pyfrontiers.automl.study.trials import Trial

__all__ = [
    "Study",
    "StudyError",
    "StudyRecord",
    "StudySummary",
    "Trial",
    "open_study",
    "read_study",
]
