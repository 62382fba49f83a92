"""A small flow-matching model that generates digits of a chosen class."""

from pyfrontiers.digits.flow.checking import SampleCheck, check_samples
from pyfrontiers.digits.flow.network import DigitFlow
from pyfrontiers.digits.flow.sampling import Samples, sample_digits
from pyfrontiers.digits.flow.training import train_flow
from pyfrontiers.digits.flow.weights import FlowRecord, flow_record, trained_flow

__all__ = [
    "DigitFlow",
    "FlowRecord",
    "SampleCheck",
    "Samples",
    "check_samples",
    "flow_record",
    "sample_digits",
    "train_flow",
    "trained_flow",
]
