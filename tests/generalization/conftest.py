from dataclasses import replace

import pytest
import torch

from pyfrontiers.generalization import digit_data, fit


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Run on one thread, as the app's workers do: on a busy machine a second thread is slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def few_digits():
    """The first 300 training digits, on which an epoch takes milliseconds."""
    data = digit_data()
    return replace(data, train_images=data.train_images[:300], train_labels=data.train_labels[:300])


@pytest.fixture(scope="session")
def half_random(few_digits):
    """A run with half of the labels randomised."""
    return fit(few_digits, share=0.5, width=16, epochs=60, device="cpu")
