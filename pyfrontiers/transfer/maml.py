"""MAML: weights from which a few gradient steps on a new task lead far.

    minimise the sum over tasks of L_query(w - rate grad L_support(w))

The second-order gradient follows the inner loop; the first-order one takes the gradient where the
loop ends as if the loop had only moved the weights by a constant.

Source: Finn, Abbeel and Levine, Model-agnostic meta-learning for fast adaptation of deep networks,
ICML 2017, algorithm 1 and sec. 5.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.func import grad_and_value

from pyfrontiers.transfer.adaptation import adapt

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.transfer.adaptation import Inner
    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.tasks import Tasks

__all__ = ["first_order_maml", "maml"]


def maml(learner: Learner, row: Tensor, task: Tasks, inner: Inner) -> tuple[Tensor, Tensor]:
    """Return the gradient (D,) of the loss after adaptation, and that loss.

    Args:
        learner: the network.
        row: (D,) weights.
        task: one task.
        inner: the inner loop; with 0 steps this is joint training.
    """

    def outer(row: Tensor) -> Tensor:
        adapted = adapt(learner, row, task.support_x, task.support_y, inner)
        return learner.loss(adapted, task.query_x, task.query_y)

    direction, loss = grad_and_value(outer)(row)
    return direction, loss


def first_order_maml(
    learner: Learner, row: Tensor, task: Tasks, inner: Inner
) -> tuple[Tensor, Tensor]:
    """Return the gradient (D,) at the adapted weights, and the loss there; see `maml`."""
    adapted = adapt(learner, row, task.support_x, task.support_y, inner)
    direction, loss = grad_and_value(learner.loss)(adapted, task.query_x, task.query_y)
    return direction, loss
