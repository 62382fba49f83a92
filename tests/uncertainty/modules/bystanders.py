"""State that a method must not change: torch's generators, the caller's modes, and modules."""

from __future__ import annotations

from contextlib import contextmanager

import torch


@contextmanager
def untouched(*models):
    """Check that the block leaves the modules and torch's generator alone, also after an error."""
    states = [{k: v.clone() for k, v in model.state_dict().items()} for model in models]
    flags = [[m.training for m in model.modules()] for model in models]
    before = torch.get_rng_state()
    try:
        yield
    finally:
        assert torch.equal(torch.get_rng_state(), before), "torch's generator was used"
        assert torch.is_grad_enabled()
        for model, state, training in zip(models, states, flags, strict=True):
            assert [m.training for m in model.modules()] == training
            assert all(p.grad is None for p in model.parameters())
            for name, value in model.state_dict().items():
                assert torch.equal(value, state[name]), name
