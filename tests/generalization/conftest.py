"""Digits and runs, on one thread, as in workers: on a busy machine a second one is slower."""

from dataclasses import replace

import pytest
from one_thread import one_thread_throughout as one_thread_throughout

from pyfrontiers.generalization import digit_data, fit


@pytest.fixture(scope="session")
def few_digits():
    """The first 300 training digits, on which an epoch takes milliseconds."""
    data = digit_data()
    return replace(data, train_images=data.train_images[:300], train_labels=data.train_labels[:300])


@pytest.fixture(scope="session")
def half_random(few_digits):
    """A run with half of the labels randomised."""
    return fit(few_digits, share=0.5, width=16, epochs=60, device="cpu")
