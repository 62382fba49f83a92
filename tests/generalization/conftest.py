from dataclasses import replace

import pytest
import torch

from pyfrontiers.generalization import digit_data, fit


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """As in the workers: on a busy machine several threads wait for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def few_digits():
    """The first 300 training digits: a run on them takes tenths of a second."""
    data = digit_data()
    return replace(data, train_images=data.train_images[:300], train_labels=data.train_labels[:300])


@pytest.fixture(scope="session")
def half_random(few_digits):
    """A run with half of the labels thrown."""
    return fit(few_digits, share=0.5, width=16, epochs=40, device="cpu")
