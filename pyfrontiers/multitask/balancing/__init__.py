"""Ways to balance the losses of several tasks; each turns a step into one loss to minimise."""

from pyfrontiers.multitask.balancing.balance import Balance, Step
from pyfrontiers.multitask.balancing.gradients import GradientBalance, GradNorm
from pyfrontiers.multitask.balancing.table import BALANCES, Way, balance_for
from pyfrontiers.multitask.balancing.weights import Averages, Fixed, Learned

__all__ = [
    "BALANCES",
    "Averages",
    "Balance",
    "Fixed",
    "GradNorm",
    "GradientBalance",
    "Learned",
    "Step",
    "Way",
    "balance_for",
]
