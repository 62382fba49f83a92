"""The balances by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from pyfrontiers.multitask.balancing.gradients import GradientBalance, GradNorm
from pyfrontiers.multitask.balancing.weights import Averages, Fixed, Learned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyfrontiers.multitask.balancing.balance import Balance
    from pyfrontiers.multitask.tasks import Task

__all__ = ["BALANCES", "Way", "balance_for"]

Way = Literal["fixed", "learned", "learned exact", "gradnorm", "pcgrad", "imtl-g", "dwa"]
"""How the losses of the tasks are balanced."""


def _pcgrad(tasks: tuple[Task, ...], epoch: int) -> Balance:
    from torchjd.aggregation import PCGradWeighting

    return GradientBalance(tasks, PCGradWeighting())


def _imtl_g(tasks: tuple[Task, ...], epoch: int) -> Balance:
    from torchjd.aggregation import IMTLGWeighting

    return GradientBalance(tasks, IMTLGWeighting())


BALANCES: Final[dict[Way, Callable[[tuple[Task, ...], int], Balance]]] = {
    "fixed": lambda tasks, epoch: Fixed(tasks),
    "learned": lambda tasks, epoch: Learned(tasks),
    "learned exact": lambda tasks, epoch: Learned(tasks, exact=True),
    "gradnorm": lambda tasks, epoch: GradNorm(tasks),
    "pcgrad": _pcgrad,
    "imtl-g": _imtl_g,
    "dwa": lambda tasks, epoch: Averages(tasks, epoch=epoch),
}
"""Makes a balance for some tasks and a number of steps per epoch."""
assert set(BALANCES) == set(get_args(Way))

_OF_ONE_TASK: Final[tuple[Way, ...]] = ("fixed", "learned", "learned exact")
"""Ways that have a meaning for one task: the plain loss, and losses with a learned variance."""


def balance_for(
    way: Way, tasks: tuple[Task, ...], *, weights: Sequence[float] | None = None, epoch: int = 1
) -> Balance:
    """Make a balance.

    Args:
        way: a key of `BALANCES`.
        tasks: the tasks.
        weights: factors of the losses, for "fixed" alone.
        epoch: steps per epoch, for "dwa" alone.

    Raises:
        ValueError: weights for another way than "fixed", or ones that are out of range; a way that
            compares tasks, with a single one; or torchjd, which the way needs, is not installed.
    """
    if len(tasks) == 1 and way not in _OF_ONE_TASK:
        raise ValueError(
            f"way must be {', '.join(map(repr, _OF_ONE_TASK[:-1]))} or {_OF_ONE_TASK[-1]!r} with a "
            f"single task, got {way!r}, which balances several"
        )
    if weights is not None:
        if way != "fixed":
            raise ValueError(f"weights must be None for {way!r}, which finds them, got {weights}")
        return Fixed(tasks, weights)
    try:
        return BALANCES[way](tasks, epoch)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("torchjd"):
            raise
        raise ValueError(
            f"way must be one that is installed, got {way!r}, which needs torchjd; install it with "
            "pip install torchjd"
        ) from error
