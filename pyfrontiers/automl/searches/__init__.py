"""Searches: controllers that learn, and the baselines that they have to beat.

All have the interface `Search`: ask for children, tell what they reached, store and restore.
"""

from collections.abc import Callable
from functools import partial

from pyfrontiers.automl.protocols import Search
from pyfrontiers.automl.searches.controller_search import PPO, Reinforce
from pyfrontiers.automl.searches.controllers import Controllers, Learning
from pyfrontiers.automl.searches.evolution import Evolution
from pyfrontiers.automl.searches.halving import Asha
from pyfrontiers.automl.searches.optuna_search import OptunaSearch
from pyfrontiers.automl.searches.policy import FactorisedPolicy, Policy, Unrolled
from pyfrontiers.automl.searches.random_search import RandomSearch
from pyfrontiers.automl.searches.recurrent import RecurrentPolicy

__all__ = [
    "PPO",
    "SEARCHES",
    "Asha",
    "Controllers",
    "Evolution",
    "FactorisedPolicy",
    "Learning",
    "OptunaSearch",
    "Policy",
    "RandomSearch",
    "RecurrentPolicy",
    "Reinforce",
    "Search",
    "Unrolled",
]


#: Every search by name; each takes a space and ``seed=``.
SEARCHES: dict[str, Callable[..., Search]] = {
    "random": RandomSearch,
    "reinforce": Reinforce,
    "ppo": PPO,
    "evolution": Evolution,
    "asha": Asha,
    "tpe": partial(OptunaSearch, sampler="tpe"),
    "nsga2": partial(OptunaSearch, sampler="nsga2"),
}
