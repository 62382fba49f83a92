"""A small network that has seen a few scenes, on one thread."""

import pytest
from one_thread import one_thread_throughout as one_thread_throughout

from pyfrontiers.depth import fit_depth, load
from pyfrontiers.scenes import StreetScenes

SMALL = {"height": 16, "width": 32}


@pytest.fixture(scope="session")
def scenes():
    return list(StreetScenes(0, 12, **SMALL))


@pytest.fixture(scope="session")
def data(scenes):
    return load(scenes)


@pytest.fixture(scope="session")
def fitted(data):
    return fit_depth(data, steps=24, seed=3)
