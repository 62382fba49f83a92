"""The fast path for ordinary calls: contiguous CPU tensors, eager mode, no gradient.

The compiled core reads tensors through the C table that torch publishes for DLPack
(`Tensor.__dlpack_c_exchange_api__`), so a call on a thousand elements takes about as long as one of
torch's operators. `_core.K_directly` returns None, without side effects, whenever a call is out of
the ordinary. The function's Python body then handles the call or raises. Without the table, all
calls take the Python path.

`torch.compile` traces Python, so a function asks `is_compiling()` first: the tracer knows the
answer and skips the fast path.
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
    """Connect the compiled core to torch; False if this torch publishes no table."""
    table = getattr(torch.Tensor, "__dlpack_c_exchange_api__", None)
    if table is None:
        return False
    functions: dict[str, Any] = {
        "empty_like": torch.empty_like,
        "default_dtype": torch.get_default_dtype,
        "is_grad_enabled": torch.is_grad_enabled,
        "get_num_threads": torch.get_num_threads,
        # Modes (fake tensors, a default device), functorch's transforms, forward-mode AD and
        # torch.jit.trace must see the call as an operator; for most, torch has no public query.
        "modes": torch._C._len_torch_dispatch_stack,
        "function_modes": torch._C._len_torch_function_stack,
        "transforms": torch._C._functorch.peek_interpreter_stack,
        "tracing": torch._C._is_tracing,
        "forward_ad": torch.autograd.forward_ad,  # the core reads its current level
        # The function that torch.autograd.graph.increment_version calls after checking arguments.
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
