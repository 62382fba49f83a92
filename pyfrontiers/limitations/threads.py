"""Run small networks on one thread."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit torch to one thread inside the block, and restore the previous number afterwards.

    A layer of a small network takes less time than waking a second thread. On a busy machine,
    waiting for that thread can take a hundred times as long as the layer.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
