"""Adversarial attacks: optimise the input while the weights stay fixed."""

from pyfrontiers.adversarial.gradient import METHODS, attack
from pyfrontiers.adversarial.losses import LOSSES, cross_entropy, margin
from pyfrontiers.adversarial.norms import NORMS
from pyfrontiers.adversarial.result import AttackResult, StepReport
from pyfrontiers.adversarial.threat import Amount, ThreatModel

__all__ = [
    "LOSSES",
    "METHODS",
    "NORMS",
    "Amount",
    "AttackResult",
    "StepReport",
    "ThreatModel",
    "attack",
    "cross_entropy",
    "margin",
]
