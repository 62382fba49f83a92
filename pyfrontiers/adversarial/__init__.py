"""Adversarial attacks: optimise the input while the weights stay fixed."""

from pyfrontiers.adversarial.gradient import attack
from pyfrontiers.adversarial.held_out import HeldOut, evaluate_views
from pyfrontiers.adversarial.lagrangian import LeastDistance, minimise_distance
from pyfrontiers.adversarial.losses import LOSSES, cross_entropy, margin
from pyfrontiers.adversarial.methods import METHODS
from pyfrontiers.adversarial.norms import NORMS
from pyfrontiers.adversarial.rendered import RenderedViews
from pyfrontiers.adversarial.result import AttackResult, StepReport
from pyfrontiers.adversarial.survival import AXES, Survival, fixed_transform, survival
from pyfrontiers.adversarial.threat import Amount, ThreatModel
from pyfrontiers.adversarial.views import Transforms2D, Views

__all__ = [
    "AXES",
    "LOSSES",
    "METHODS",
    "NORMS",
    "Amount",
    "AttackResult",
    "HeldOut",
    "LeastDistance",
    "RenderedViews",
    "StepReport",
    "Survival",
    "ThreatModel",
    "Transforms2D",
    "Views",
    "attack",
    "cross_entropy",
    "evaluate_views",
    "fixed_transform",
    "margin",
    "minimise_distance",
    "survival",
]
