"""The claims of the lecture, each tested by a measurement."""

from pyfrontiers.claims.finding import Figure, Finding
from pyfrontiers.claims.model import (
    Claim,
    Interval,
    Measurement,
    Outcome,
    Profile,
    Report,
    Status,
    Value,
)
from pyfrontiers.claims.records import recorded, write_record
from pyfrontiers.claims.registry import CLAIMS
from pyfrontiers.claims.reproduction import reproduce

__all__ = [
    "CLAIMS",
    "Claim",
    "Figure",
    "Finding",
    "Interval",
    "Measurement",
    "Outcome",
    "Profile",
    "Report",
    "Status",
    "Value",
    "recorded",
    "reproduce",
    "write_record",
]
