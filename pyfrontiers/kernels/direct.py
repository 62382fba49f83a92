"""The short way for ordinary calls: plain contiguous tensors, eager, no gradient.

The compiled core reads tensors through the C table that torch publishes for DLPack
(`Tensor.__dlpack_c_exchange_api__`), so that a call on a thousand elements costs what torch's own
operators cost. Each `_core.K_directly` returns None, having done nothing, whenever anything is out
of the ordinary; the function's Python body then decides, and words the error if there is one. A
torch without the table always takes that way.

`torch.compile` traces Python, so a function asks `is_compiling()` first; the tracer knows the
answer and never sees the call.
"""

from __future__ import annotations

from typing import Any

import torch

from pyfrontiers.kernels import _core
from pyfrontiers.kernels.arguments import DTYPE_CODES
from pyfrontiers.kernels.number_arguments import INTEGER_TYPES

_DTYPES = (*DTYPE_CODES, *INTEGER_TYPES, torch.bool)

is_compiling = torch.compiler.is_compiling


def connect() -> bool:
    """Tell the compiled core how to read torch's tensors; False where this torch has no table."""
    table = getattr(torch.Tensor, "__dlpack_c_exchange_api__", None)
    if table is None:
        return False
    functions: dict[str, Any] = {
        "empty_like": torch.empty_like,
        "default_dtype": torch.get_default_dtype,
        "is_grad_enabled": torch.is_grad_enabled,
        "get_num_threads": torch.get_num_threads,
        # Modes (fake tensors, a default device), functorch's transforms, forward-mode AD and
        # torch.jit.trace must see the call as an operator; torch has no public questions for most.
        "modes": torch._C._len_torch_dispatch_stack,
        "function_modes": torch._C._len_torch_function_stack,
        "transforms": torch._C._functorch.peek_interpreter_stack,
        "tracing": torch._C._is_tracing,
        "forward_ad": torch.autograd.forward_ad,  # the core reads its current level
        # What torch.autograd.graph.increment_version calls once it has looked at its argument.
        "increment_version": torch._C._increment_version,
    }
    return _core.connect(
        table,
        torch.Tensor,
        torch.nn.Parameter,
        functions,
        tuple(torch.empty(0, dtype=dtype, device="cpu") for dtype in _DTYPES),
    )


connected = connect()
