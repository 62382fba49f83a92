"""A small network that has seen a few scenes, on one thread."""

import pytest
import torch

from pyfrontiers.depth import fit_depth, load
from pyfrontiers.scenes import StreetScenes

SMALL = {"height": 16, "width": 32}


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def scenes():
    return list(StreetScenes(0, 12, **SMALL))


@pytest.fixture(scope="session")
def data(scenes):
    return load(scenes)


@pytest.fixture(scope="session")
def fitted(data):
    return fit_depth(data, steps=24, seed=3)
