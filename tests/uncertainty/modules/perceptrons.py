"""One perceptron, b(mask * relu(a(x))), with its dropout written in many styles."""

from __future__ import annotations

import types
from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

from pyfrontiers.uncertainty import MCDropout

P = 0.5


class Perceptron(nn.Module):
    """Two layers; `drop` is one of the styles below."""

    def __init__(self, drop, **modules) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 16), nn.Linear(16, 3)
        self.drop = types.MethodType(drop, self) if isinstance(drop, types.FunctionType) else drop
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x):
        return self.b(self.drop(self.a(x).relu()))


def _in_place(self, h):
    F.dropout(h, P, self.training, inplace=True)  # the result is not used
    return h


def _written_into(self, h):
    h = h.clone()
    torch.dropout_(h, P, self.training)
    return h


class Residual(nn.Module):
    """Dropout in training mode only, drawn by hand, with one mask for the batch."""

    def forward(self, h):
        if not self.training:
            return h
        return h * torch.bernoulli(torch.full_like(h[:1], 1 - P)) / (1 - P)


class Inherited(nn.Dropout):
    """A subclass that only adds a name."""


class ByForward(Perceptron):
    """Calls `forward` instead of the module."""

    def forward(self, x):
        return self.b.forward(self.drop.forward(input=self.a.forward(x).relu()))


class Writing(Perceptron):
    """Normalises its input in place."""

    def forward(self, x):
        x -= 0.25
        x.mul_(2)
        return super().forward(x / 2 + 0.25)


class Counting(Perceptron):
    """Writes to an attribute, a buffer and a list."""

    def __init__(self) -> None:
        super().__init__(nn.Dropout(P))
        self.calls, self.seen = 0, []
        self.register_buffer("number", torch.zeros(()))

    def forward(self, x):
        self.calls += 1
        self.seen.append(len(x))
        self.number += 1
        return super().forward(x) * (2 - self.number)


class Merging(Perceptron):
    """A LoRA layer that merges its weights when it leaves training mode."""

    def train(self, mode=True):
        if mode != self.training:
            with torch.no_grad():
                self.a.weight.add_(1.0 if mode else -1.0)
        return super().train(mode)


class Wrapped(nn.Module):
    """Returns the scores wrapped in another object."""

    def __init__(self, inner, wrap) -> None:
        super().__init__()
        self.inner, self.wrap = inner, wrap

    def forward(self, x):
        return self.wrap(self.inner(x))


class Listed(Perceptron):
    """Holds its dropout in a plain list, which `modules()` does not see."""

    def __init__(self) -> None:
        super().__init__(lambda self, h: self.layers[0](h))
        self.layers = [nn.Dropout(P)]


class Normed(Perceptron):
    """Batch normalisation with fresh statistics, which is nearly the identity in eval mode."""

    def __init__(self) -> None:
        super().__init__(nn.Dropout(P), norm=nn.BatchNorm1d(8, eps=0.0))

    def forward(self, x):
        return super().forward(self.norm(x))


def _hooked():
    model = Perceptron(nn.Identity())
    model.drop.register_forward_hook(lambda m, args, out: F.dropout(out, P, training=True))
    return model


def _patched():
    model = Perceptron(nn.Identity())
    a, b = model.a, model.b
    model.forward = lambda x: b(F.dropout(a(x).relu(), P, model.training))
    return model


def _parametrised():
    model = Perceptron(nn.Dropout(P))
    nn.utils.parametrizations.weight_norm(model.a)
    return model


def _traced():
    return torch.fx.symbolic_trace(
        Perceptron(lambda self, h: F.dropout(h, P, self.training)).eval()
    )


def _exported():
    model = Perceptron(nn.Dropout(P)).eval()
    batch = torch.export.Dim("batch", min=2)
    program = torch.export.export(model, (torch.zeros(4, 8),), dynamic_shapes=((batch, None),))
    return program.module()


def _inference():
    with torch.inference_mode():
        return Perceptron(nn.Dropout(P))


def _frozen_parts():
    model = Perceptron(nn.Dropout(P)).train()
    model.drop.eval()
    return model


def _sequential():
    first, second = nn.Linear(8, 16), nn.Linear(16, 3)
    return nn.Sequential(first, nn.ReLU(), nn.Dropout(P), second)


class Output(OrderedDict):
    """A dict with attributes, as transformers returns it."""

    __getattr__ = OrderedDict.get


def _checkpointed(reentrant):
    return lambda self, h: checkpoint(
        lambda z: F.dropout(z, P, self.training), h, use_reentrant=reentrant
    )


STYLES = {
    "sequential": _sequential,
    "module": lambda: Perceptron(nn.Dropout(P)),
    "module, in place": lambda: Perceptron(nn.Dropout(P, inplace=True)),
    "subclass": lambda: Perceptron(Inherited(P)),
    "MCDropout": lambda: Perceptron(MCDropout(P)),
    "forward called": lambda: ByForward(nn.Dropout(P)),
    "positional": lambda: Perceptron(lambda self, h: F.dropout(h, P, self.training)),
    "keywords": lambda: Perceptron(lambda self, h: F.dropout(input=h, training=False, p=P)
                                   if not self.training else F.dropout(input=h, p=P)),
    "always on": lambda: Perceptron(lambda self, h: nn.functional.dropout(h, P)),
    "in place": lambda: Perceptron(_in_place),
    "torch.dropout": lambda: Perceptron(lambda self, h: torch.dropout(h, P, self.training)),
    "torch.dropout_": lambda: Perceptron(_written_into),
    "native_dropout": lambda: Perceptron(lambda self, h: torch.native_dropout(h, P, True)[0]),
    "operator": lambda: Perceptron(lambda self, h: torch.ops.aten.dropout(h, P, self.training)),
    "overload": lambda: Perceptron(lambda self, h: torch.ops.aten.dropout.default(h, P, True)),
    "only in training": lambda: Perceptron(lambda self, h: F.dropout(h, P) if self.training else h),
    "module made in forward": lambda: Perceptron(lambda self, h: nn.Dropout(P)(h)),
    "in a plain list": Listed,
    "checkpoint": lambda: Perceptron(_checkpointed(False)),
    "reentrant checkpoint": lambda: Perceptron(_checkpointed(True)),
    "hook": _hooked,
    "forward patched": _patched,
    "parametrised": _parametrised,
    "merges in train()": lambda: Merging(nn.Dropout(P)),
    "writes into its input": lambda: Writing(nn.Dropout(P)),
    "writes to itself": Counting,
    "batch norm in training mode": Normed,
    "training mode": lambda: Perceptron(nn.Dropout(P)).train(),
    "parts in training mode": _frozen_parts,
    "made in inference mode": _inference,
    "symbolically traced": _traced,
    "exported": _exported,
    "torch.compile": lambda: torch.compile(Perceptron(nn.Dropout(P)), backend="eager"),
    "module.compile": lambda: _compiled_in_place(),
    "data parallel": lambda: nn.DataParallel(Perceptron(nn.Dropout(P))),
    "tuple": lambda: Wrapped(Perceptron(nn.Dropout(P)), lambda z: (z, None)),
    "dict": lambda: Wrapped(Perceptron(nn.Dropout(P)), lambda z: {"logits": z, "h": z[:1]}),
    ".logits": lambda: Wrapped(Perceptron(nn.Dropout(P)), lambda z: Output(loss=z.sum(), logits=z)),
}  # fmt: skip


def _compiled_in_place():
    model = Perceptron(nn.Dropout(P))
    model.compile(backend="eager")
    return model


def layers(model):
    """Return the weights and biases of `a` and `b`, whatever the style."""
    found = [m for m in model.modules() if isinstance(m, nn.Linear)]
    if len(found) == 2:
        return [(m.weight.detach(), m.bias.detach()) for m in found]
    tensors = [value.detach() for value in model.parameters()]  # of an exported graph
    return [tuple(tensors[:2]), tuple(tensors[2:])]
