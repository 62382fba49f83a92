"""A few small scenes, on one thread."""

import pytest
from one_thread import one_thread_throughout as one_thread_throughout

from pyfrontiers.multitask import TaskTargets, load_tasks
from pyfrontiers.multitask.instances import centroid_offsets
from pyfrontiers.scenes import StreetScenes, batch

SMALL = {"height": 16, "width": 32}


@pytest.fixture(scope="session")
def scenes():
    return list(StreetScenes(0, 10, **SMALL))


@pytest.fixture(scope="session")
def data(scenes):
    return load_tasks(scenes)


@pytest.fixture(scope="session")
def targets(scenes):
    part = batch(scenes, range(3))
    return TaskTargets(part.classes, centroid_offsets(part.instances), part.inverse_depth)
