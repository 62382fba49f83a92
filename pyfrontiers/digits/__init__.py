"""Handwritten digits, and a convolutional network small enough to visualise completely."""

from pyfrontiers.digits.data import Digits, load
from pyfrontiers.digits.network import CHANNELS, DigitNet
from pyfrontiers.digits.training import Training, accuracy, train
from pyfrontiers.digits.weights import TrainingRecord, trained, training_record

__all__ = [
    "CHANNELS",
    "DigitNet",
    "Digits",
    "Training",
    "TrainingRecord",
    "accuracy",
    "load",
    "train",
    "trained",
    "training_record",
]
