"""Recurrent layers and attention written out, so that the dropout inside them can be sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    #: Applies dropout with the given probability.
    Drop = Callable[[Tensor, float], Tensor]

_DENSE = ("input", "hx", "params", "has_biases", "num_layers", "dropout", "train", "bidirectional",
          "batch_first")  # fmt: skip
_PACKED = ("data", "batch_sizes", *_DENSE[1:-1])
_ATTENTION = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale", "enable_gqa")


def recurrent_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of `torch.lstm`, `gru`, `rnn_tanh` or `rnn_relu` by name."""
    packed = "data" in kwargs or (len(args) > 3 and not isinstance(args[3], bool))
    return {**dict(zip(_PACKED if packed else _DENSE, args, strict=False)), **kwargs}


def recurrent(
    func: Callable[..., tuple[Tensor, ...]], named: dict[str, Any], drop: Drop
) -> tuple[Tensor, ...]:
    """Run a recurrent layer with several levels one level at a time, with dropout in between.

    Args:
        func: `torch.lstm`, `torch.gru`, `torch.rnn_tanh` or `torch.rnn_relu`.
        named: its arguments, from `recurrent_arguments`.
        drop: applied to the output of every level but the last.

    Returns:
        What `func` returns: the output (T, N, H), (N, T, H) or packed (sum of lengths, H), and the
        last states (levels x directions, N, H).
    """
    levels, p, params = named["num_layers"], named["dropout"], list(named["params"])
    directions = 2 if named["bidirectional"] else 1
    each = len(params) // levels
    several = not isinstance(named["hx"], Tensor)
    start = list(named["hx"]) if several else [named["hx"]]
    first = "data" if "data" in named else "input"
    h, ends = named[first], []
    for level in range(levels):
        rows = slice(level * directions, (level + 1) * directions)
        states = [state[rows].contiguous() for state in start]
        one = {
            **named,
            first: h,
            "hx": states if several else states[0],
            "params": params[level * each : (level + 1) * each],
            "num_layers": 1,
            "dropout": 0.0,
            "train": False,
        }
        # torch.lstm takes `data` and `batch_sizes` only by position.
        h, *end = func(*(one[name] for name in (_PACKED if first == "data" else _DENSE)))
        ends.append(end)
        if level < levels - 1:
            h = drop(h, p)
    return h, *(torch.cat(parts) for parts in zip(*ends, strict=True))


def attention_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of `F.scaled_dot_product_attention` by name."""
    return {**dict(zip(_ATTENTION, args, strict=False)), **kwargs}


def attention(named: dict[str, Any], drop: Drop) -> Tensor:
    """Compute softmax(q k^T scale + mask) v with dropout on the attention weights.

    Args:
        named: the arguments of `F.scaled_dot_product_attention`, from `attention_arguments`.
        drop: applied to the weights (..., L, S).

    Returns:
        (..., L, E).

    Source:
        The equivalent code in torch's documentation of `scaled_dot_product_attention`.
    """
    q, k, v = named["query"], named["key"], named["value"]
    mask, scale = named.get("attn_mask"), named.get("scale")
    if named.get("enable_gqa"):
        k = k.repeat_interleave(q.shape[-3] // k.shape[-3], -3)
        v = v.repeat_interleave(q.shape[-3] // v.shape[-3], -3)
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    scores = (q * scale) @ k.transpose(-2, -1)
    if named.get("is_causal"):
        mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).tril()
    if mask is not None:
        scores = (
            scores.masked_fill(~mask, -torch.inf) if mask.dtype == torch.bool else scores + mask
        )
    weights = scores.softmax(-1)
    if mask is not None:
        # A row without any key gets zeros, as in torch's own kernels.
        weights = weights.masked_fill((scores == -torch.inf).all(-1, keepdim=True), 0.0)
    attended: Tensor = drop(weights, named["dropout_p"]) @ v
    return attended
