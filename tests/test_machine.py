"""The description of the machine that a figure was measured on."""

import os

import pytest

from pyfrontiers.machine import this_machine, usable_cores


def test_this_machine_has_a_processor():
    machine = this_machine()
    assert machine.cpu
    assert machine.cores == usable_cores() >= 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs sched_setaffinity")
def test_cores_that_the_process_may_not_use_do_not_count():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
