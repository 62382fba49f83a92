import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Run on one thread, as recording does: on a busy machine a second thread is slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
