"""A mode that intercepts every random function that a model calls, without changing the model.

`torch.overrides.TorchFunctionMode` is local to the thread. While it is active, it receives every
torch function that the model calls: from a layer, with keyword arguments, in place, as an operator
of an exported graph or inside multi-head attention. An `Agent` decides what happens then: a `Look`
records the calls, a `Replay` applies masks.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.uncertainty.dropout import decomposed, functions
from pyfrontiers.uncertainty.dropout.alpha import MCAlphaDropout, alpha_terms
from pyfrontiers.uncertainty.dropout.masks import keep_scale
from pyfrontiers.uncertainty.dropout.routing import RoutedMode
from pyfrontiers.writes import STATISTICS, name_of, refuse, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.uncertainty.dropout.layers import MCDropout


class SeeingMode(RoutedMode):
    """Passes the random functions that a replica calls to an agent."""

    def drop_in_layer(self, layer: MCDropout, x: Tensor) -> Tensor:
        """Apply the mask of an `MCDropout` layer."""
        alpha = isinstance(layer, MCAlphaDropout)
        return self._dropout(layer.granularity == "channel", alpha, x, layer.p, True)

    def drop(self, x: Tensor, p: float) -> Tensor:
        """Apply an active dropout of single elements."""
        return self._dropout(False, False, x, p, True)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Handle a random function; pass any other on."""
        kwargs = kwargs or {}
        name = name_of(func)
        for target in written(name, args, kwargs):
            refuse(target, self.replica.shared)
            self.agent.wrote(target)
        handle = _HANDLERS.get(name)
        if handle is not None:
            return handle(self, func, name, args, kwargs)
        return func(*args, **kwargs)

    def _see_inside(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run a function of `torch.nn.functional` with the mode enabled."""
        inner = functions.inside(func)
        if inner is None:
            return func(*args, **kwargs)
        with self:
            return inner(*args, **kwargs)

    def _normalise(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run batch or instance normalisation, with running statistics if there are any."""
        if functions.inside(func):
            return self._see_inside(func, name, args, kwargs)
        module = self.modules[-1] if self.modules else ""
        if module in self.training and len(args) > 5 and args[3] is not None:
            args = (*args[:5], False, *args[6:])
        return func(*args, **kwargs)

    def _any_dropout(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if functions.inside(func):
            return self._see_inside(func, name, args, kwargs)
        named = {**dict(zip(("input", "p", "train"), args, strict=False)), **kwargs}
        train = named["train"] is not False  # None of native_dropout means true
        channels, alpha = functions.DROPOUTS[name]
        module = self.modules[-1] if self.modules else ""
        frozen = functions.is_operator(func) or module in self.graphs
        out = self._dropout(
            channels, alpha, named["input"], named["p"], train, name.endswith("_"), frozen
        )
        return (out, torch.ones_like(out, dtype=torch.bool)) if name[0] == "n" else out

    def _dropout(
        self,
        channels: bool,
        alpha: bool,
        x: Tensor,
        p: float,
        train: bool,
        in_place: bool = False,
        frozen: bool = False,
    ) -> Tensor:
        call = self.call()
        drawn = self.agent.mask(call, x, p, train, channels, frozen)
        if drawn is None:
            return x
        kept, p = drawn
        factor = kept.to(x.dtype)
        if alpha and keep_scale(p):
            factor, shift = alpha_terms(factor, p)
            masked = x.mul_(factor).add_(shift) if in_place else x * factor + shift
        else:
            factor = factor * keep_scale(p)
            masked = x.mul_(factor) if in_place else x * factor
        self.agent.applied(call, masked)
        return masked

    def _multi_head(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run multi-head attention with dropout enabled; the mode receives its inner calls."""
        bound = inspect.signature(func).bind(*args, **kwargs)
        bound.apply_defaults()
        bound.arguments["training"] = True
        return self._see_inside(func, name, bound.args, bound.kwargs)

    def _linear(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a linear layer on a contiguous input.

        If nothing requires a gradient, torch multiplies a transposed (N, T, F) input batch by
        batch, which takes several times as long.
        """
        x = args[0] if args else kwargs.get("input")
        if isinstance(x, Tensor) and x.ndim > 2 and not x.is_contiguous():
            args, kwargs = (x.contiguous(), *args[1:]), {**kwargs}
            kwargs.pop("input", None)
        return func(*args, **kwargs)

    def _attention(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        named = decomposed.attention_arguments(args, kwargs)
        if named.get("dropout_p", 0.0) > 0:
            return decomposed.attention(named, self.drop)
        return func(*args, **kwargs)

    def _recurrent(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        named = decomposed.recurrent_arguments(args, kwargs)
        if named["dropout"] > 0 and named["num_layers"] > 1:
            if name.startswith("quantized"):
                raise ValueError(
                    "model must not be quantized where it has dropout, which cannot be sampled, "
                    f"got {name} in {self.running()}; pass the model before quantization"
                )
            return decomposed.recurrent(func, named, self.drop)
        return func(*args, **kwargs)

    def _generated(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if functions.inside(func):
            return self._see_inside(func, name, args, kwargs)
        if name.startswith("rrelu"):
            given = args[4 if "noise" in name else 3 :]
            if not (given[0] if given else kwargs.get("training")):
                return func(*args, **kwargs)
        device = kwargs.get("device")
        if device is None:
            tensors = (each.device for each in args if isinstance(each, Tensor))
            device = next(tensors, torch.get_default_device())
        generator = self.agent.generator(self.call(), name, torch.device(device))
        if isinstance(func, torch._ops.OpOverload):
            func = func.overloadpacket  # the overload with a generator
        return func(*args, **{**kwargs, "generator": generator})

    def _fused(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a fused operator if its dropout is inactive."""
        schema = getattr(torch.ops.aten, name).default._schema
        given = {
            **dict(zip((each.name for each in schema.arguments), args, strict=False)),
            **kwargs,
        }
        if given.get("dropout_p", given.get("dropout", given.get("p", 0.0))):
            raise ValueError(
                f"model must not call the fused operator {name} with dropout, which cannot be "
                f"sampled, got such a call in {self.running()}; use "
                "F.scaled_dot_product_attention, or the layers of torch.nn"
            )
        return func(*args, **kwargs)

    def _fractional(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run fractional max-pooling, which draws its regions, with the mode enabled."""
        with_indices = getattr(F, f"{name}_with_indices")
        return self._see_inside(with_indices, name, args, kwargs)[0]


# Functions compiled by `torch.compile` call the mode too, but must not compile it.
functions.never_compile(SeeingMode.__torch_function__)

_HANDLERS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(functions.DROPOUTS, SeeingMode._any_dropout),
    **dict.fromkeys(functions.GENERATED, SeeingMode._generated),
    **dict.fromkeys(functions.FUSED, SeeingMode._fused),
    **dict.fromkeys(functions.RECURRENT, SeeingMode._recurrent),
    **dict.fromkeys(("fractional_max_pool2d", "fractional_max_pool3d"), SeeingMode._fractional),
    **{
        name: SeeingMode._see_inside
        for name in functions.SEEN_INSIDE
        if name not in functions.DROPOUTS and name not in functions.GENERATED
    },
    **dict.fromkeys(STATISTICS, SeeingMode._normalise),
    "linear": SeeingMode._linear,
    "scaled_dot_product_attention": SeeingMode._attention,
    "multi_head_attention_forward": SeeingMode._multi_head,
}
