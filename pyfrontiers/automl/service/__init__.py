"""The service: data and metrics in, a network to deploy out.

    result = fit(Path("wine.csv"), target="class", budget=60)
    result.best.export(Path("child"))

The search never sees the test part of the data. The exported folder runs without this package.
"""

from pyfrontiers.automl.service.candidates import Candidate
from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.figures import TestFigure
from pyfrontiers.automl.service.fitted import FittedChild, SearchResult
from pyfrontiers.automl.service.fitting import fit
from pyfrontiers.automl.service.plans import space_for
from pyfrontiers.automl.service.readers import read_dataset
from pyfrontiers.automl.service.splits import Split, split_dataset

__all__ = [
    "Candidate",
    "Dataset",
    "FittedChild",
    "SearchResult",
    "Split",
    "TestFigure",
    "fit",
    "read_dataset",
    "space_for",
    "split_dataset",
]
