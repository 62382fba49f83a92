"""Streams of passes: how many are computed at a time, and what every stream must yield."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

#: Maps (first, count) to the raw outputs (count, N, K, ...) of passes first to first + count - 1.
Passes = Callable[[int, int], Tensor]

CHUNK_ELEMENTS = 1 << 20
"""Output elements held at a time, so that memory does not grow with the number of passes."""
CHUNK_PASSES = 64


def next_chunk(done: int, samples: int, elements: int) -> int:
    """Return how many passes to compute next; a first chunk of one shows the output's size.

    Args:
        done: passes computed so far.
        samples: passes of the run.
        elements: elements held for one pass, unknown before the first.
    """
    room = CHUNK_ELEMENTS // max(elements, 1) if done else 1
    return min(max(room, 1), CHUNK_PASSES, samples - done)


def streamed(passes: Passes, samples: int, first_sample: int, *, held: int = 0) -> Iterator[Tensor]:
    """Compute passes chunk by chunk, without gradients.

    Between two chunks the caller's gradient mode is as it was, so a caller may train meanwhile.

    Args:
        passes: computes a chunk of passes.
        samples: number of passes.
        first_sample: number of the first pass.
        held: elements that one pass needs apart from its output, such as its weights and inputs.

    Yields:
        Raw outputs (t, N, K, ...).
    """
    done = elements = 0
    while done < samples:
        count = next_chunk(done, samples, elements)
        with torch.inference_mode(False), torch.no_grad():
            outputs = passes(first_sample + done, count)
        elements = max(outputs[0].numel(), held)
        done += count
        yield outputs


def check_numbers(samples: int, first_sample: int) -> None:
    """Check that the numbers of the passes are 32-bit.

    Raises:
        ValueError: they are not.
    """
    if not 0 <= first_sample <= (1 << 32) - samples:
        raise ValueError(
            "first_sample must be at least 0 and first_sample + samples at most 2^32, got "
            f"{first_sample} and {samples}"
        )


def check_inputs(x: Tensor) -> None:
    """Check the shape of the inputs.

    Raises:
        ValueError: there is no dimension of features, or no input.
    """
    if x.ndim < 2 or len(x) == 0:
        raise ValueError(
            f"x must have shape (N, ...) with at least one input, got {tuple(x.shape)}"
        )
