"""Learning to learn: spaces of networks, searches that propose children, and their training.

    space = ImageSpace(shape=(1, 8, 8), classes=10)
    train, search = ChildTrainer(space), Reinforce(space, budget=27)
    for proposal in search.ask(8):
        child, epochs = proposal.architecture, proposal.budget
        search.tell(proposal, train(child, budget=epochs, seed=0, data=digit_data()))

A study (`automl.study`) does this on an executor, records every outcome, and survives what ends its
processes.
"""

from pyfrontiers.automl.children import ChildTrainer
from pyfrontiers.automl.cost import Cost, Limit, measure_latency
from pyfrontiers.automl.data import Data, digit_data
from pyfrontiers.automl.fronts import Objectives, pareto_front, preference
from pyfrontiers.automl.images import ImageSpace
from pyfrontiers.automl.metrics import METRICS, Metric, score
from pyfrontiers.automl.protocols import Architecture, Outcome, Proposal
from pyfrontiers.automl.searches import (
    PPO,
    SEARCHES,
    Asha,
    Evolution,
    Learning,
    OptunaSearch,
    RandomSearch,
    Reinforce,
    Search,
)
from pyfrontiers.automl.space import Choice, SearchSpace
from pyfrontiers.automl.tables import TableSpace

__all__ = [
    "METRICS",
    "PPO",
    "SEARCHES",
    "Architecture",
    "Asha",
    "ChildTrainer",
    "Choice",
    "Cost",
    "Data",
    "Evolution",
    "ImageSpace",
    "Learning",
    "Limit",
    "Metric",
    "Objectives",
    "OptunaSearch",
    "Outcome",
    "Proposal",
    "RandomSearch",
    "Reinforce",
    "Search",
    "SearchSpace",
    "TableSpace",
    "digit_data",
    "measure_latency",
    "pareto_front",
    "preference",
    "score",
]
