"""Every executor, for tests of what they have in common."""

from __future__ import annotations

import functools
import os
import secrets
import time
from typing import TYPE_CHECKING

import pytest

from pyfrontiers.compute import Executor, InlineExecutor, ProcessExecutor, RayExecutor
from pyfrontiers.compute.tasks import Done, Failed

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyfrontiers.compute.tasks import Update

RAY = pytest.param("ray", marks=pytest.mark.slow("starts a Ray cluster on this machine"))
#: For `pytest.mark.parametrize` or the params of a fixture.
KINDS = ("inline", "pool", RAY)
#: Those whose workers are processes, which can be killed.
PROCESSES = ("pool", RAY)

WITHOUT_RAY = "Ray is not installed; pip install 'pyfrontiers[ray]' brings it"


def opened(kind: str) -> Executor:
    """Return an executor with two workers (inline: one)."""
    if kind == "inline":
        return InlineExecutor()
    if kind == "pool":
        return ProcessExecutor(2)
    _cluster()
    return RayExecutor()


@functools.cache
def _cluster() -> RayExecutor:
    """Start a cluster that all tests share; closing another executor leaves it alone."""
    pytest.importorskip("ray", reason=WITHOUT_RAY)
    # The mode is Ray's to set here: once it is imported, it does not look at the variable.
    os.environ["RAY_AUTH_TOKEN"] = ray_token()["RAY_AUTH_TOKEN"]
    return RayExecutor("local", workers=2)


@functools.cache
def ray_token() -> dict[str, str]:
    """Return settings for test clusters; Ray would write a token to the home folder."""
    return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


def updates(
    executor: Executor, tickets: Collection[int], seconds: float = 120.0
) -> dict[int, list[Update]]:
    """Poll until all tickets have ended; return their updates."""
    found: dict[int, list[Update]] = {ticket: [] for ticket in tickets}
    end = time.monotonic() + seconds
    while not all(each and isinstance(each[-1], Done | Failed) for each in found.values()):
        assert time.monotonic() < end, "waited in vain"
        for event in executor.poll(0.1):
            if event.ticket in found:
                found[event.ticket].append(event.update)
    return found
