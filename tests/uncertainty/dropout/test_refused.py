"""Randomness that cannot be sampled is reported by name, in an error or a warning."""

from __future__ import annotations

import random
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.uncertainty import enumerate_dropout, inspect_pass, mc_dropout
from pyfrontiers.uncertainty.dropout import functions

X = torch.linspace(-1, 1, 32).reshape(4, 8)


class Model(nn.Module):
    """A dropout layer, and a submodule `inner` with a function as forward."""

    def __init__(self, inner, **layers) -> None:
        super().__init__()
        self.drop, self.out, self.inner = nn.Dropout(0.5), nn.Linear(8, 3), Inner(inner, **layers)

    def forward(self, x):
        return self.out(self.drop(self.inner(x)))


class Inner(nn.Module):
    def __init__(self, run, **layers) -> None:
        super().__init__()
        self.run = run
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x):
        return self.run(self, x)


@torch.jit.script
def scripted(x):
    return torch.dropout(x, 0.5, True)


_compiled = torch.compile(lambda x: F.dropout(x, 0.5), backend="eager", fullgraph=True)


def fullgraph(x):
    return _compiled(x)


def flash(x):
    h = x.reshape(4, 1, 2, 4)
    name = "_scaled_dot_product_flash_attention_for_cpu"
    return getattr(torch.ops.aten, name)(h, h, h, 0.5)[0].reshape(4, 8)


class TwoLevels(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.GRU(8, 8, 2, dropout=0.5)

    def forward(self, x):
        return self.rnn(x)[0]


def threaded(self, x):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(self.layer, x).result()


def quantized():
    made = nn.Sequential(nn.LSTM(8, 8, 2, dropout=0.5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.ao.quantization.quantize_dynamic(made, {nn.LSTM}, torch.qint8)


REFUSED = {
    "TorchScript module": (
        lambda: Model(lambda s, x: s.layer(x), layer=torch.jit.script(nn.Dropout(0.5))),
        "TorchScript module 'inner.layer' that calls dropout",
    ),
    "traced module": (
        lambda: Model(lambda s, x: s.layer(x), layer=torch.jit.trace(nn.Dropout(0.5).eval(), X)),
        "TorchScript module 'inner.layer' that calls dropout",
    ),
    "scripted GRU": (lambda: torch.jit.script(TwoLevels()), "TorchScript module that calls gru"),
    "compiled with fullgraph": (
        lambda: Model(lambda s, x: fullgraph(x)),
        "compiled with fullgraph=True, .* in 'inner'",
    ),
    "fused attention": (
        lambda: Model(lambda s, x: flash(x)),
        "fused operator _scaled_dot_product_flash_attention_for_cpu .* in 'inner'",
    ),
    "another thread": (
        lambda: Model(threaded, layer=nn.Linear(8, 8)),
        "run in one thread, .* 'inner.layer' in another thread",
    ),
    "quantized LSTM": (
        lambda: Model(lambda s, x: s.layer(x[:, None])[0][:, 0], layer=quantized()),
        "not be quantized where it has dropout, .* in 'inner.layer.0'",
    ),
    "vmap over features": (
        lambda: Model(lambda s, x: torch.vmap(F.dropout, 1, 1, randomness="different")(x)),
        "use torch.vmap with randomness='different' only over its 4 inputs, .* 'inner'",
    ),
    "not initialised": (lambda: Model(lambda s, x: s.layer(x), layer=nn.LazyLinear(8)),
                        "be initialised, got a lazy module"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("call", [mc_dropout, lambda m, x: inspect_pass(m, x, sample=0)],
                         ids=["run", "inspect"])  # fmt: skip
def test_hidden_dropout_raises_with_the_name(kind, call):
    make, said = REFUSED[kind]
    with pytest.raises(ValueError, match=rf"model must (.*)?{said}"):
        call(make(), X)


def test_module_with_another_output_in_training_mode_is_rejected():
    class Two(nn.Module):
        def forward(self, x):
            return (x * torch.rand(8), x) if self.training else x

    class Top(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.two, self.drop = Two(), nn.Dropout(0.5)

        def forward(self, x):
            out = self.drop(self.two(x) if not self.two.training else self.two(x)[0])
            return (out, x) if self.two.training else out

    with pytest.raises(ValueError, match="the same in training and eval mode to sample 'two'"):
        mc_dropout(Top(), X)


UNSEEN = {
    "NumPy": lambda s, x: x * torch.from_numpy(np.random.rand(8) > 0.5),  # noqa: NPY002
    "Python": lambda s, x: x * float(random.random() > 0.5),
    "compiled code": lambda s, x: scripted(x),
    "NumPy in training mode": lambda s, x: x * np.random.rand() if s.training else x,  # noqa: NPY002
}


@pytest.mark.parametrize("source", UNSEEN)
def test_numbers_not_drawn_by_torch_cause_a_warning_with_the_name(source):
    with pytest.warns(RuntimeWarning, match="'inner' draws random numbers from Python, NumPy or"):
        run = mc_dropout(Model(UNSEEN[source]), X, samples=30, outputs="values")
    assert (run.variance > 0).all()


def test_a_model_that_cannot_run_in_training_mode_causes_a_warning():
    def needs_more(self, x):
        if self.training:
            raise KeyError("targets")
        return x

    with pytest.warns(RuntimeWarning, match=r"training mode \(KeyError: 'targets'\), .*'inner'"):
        mc_dropout(Model(needs_more), X, samples=3)


@pytest.mark.parametrize(
    "model",
    [lambda x: x, len, "model", None, nn.Linear, torch.jit.script(nn.Linear(8, 3)).forward],
    ids=["lambda", "builtin", "text", "None", "class", "method"],
)
def test_models_that_are_not_modules_are_rejected(model):
    for call in (mc_dropout, enumerate_dropout, lambda m, x: inspect_pass(m, x, sample=0)):
        with pytest.raises(TypeError, match=r"model must be a torch.nn.Module, got"):
            call(model, X)


def test_masks_drawn_by_hand_have_no_probability_to_override():
    model = Model(lambda s, x: x * torch.bernoulli(torch.full((8,), 0.5)))
    with pytest.raises(ValueError, match=r"p must be None .*, got 0.3; 'inner' calls"):
        mc_dropout(model, X, p=0.3)
    with pytest.raises(ValueError, match="no random function except dropout to enumerate all"):
        enumerate_dropout(model, X)


def test_every_random_operator_of_torch_is_known():
    """A new version of torch with another random operator fails here."""
    random_ones = set()
    for name in torch._C._dispatch_get_all_op_names():
        base, _, overload = name.removeprefix("aten::").partition(".")
        if name.startswith("aten::") and not base.endswith("_backward"):
            operator = getattr(getattr(torch.ops.aten, base), overload or "default")
            if torch.Tag.nondeterministic_seeded in operator.tags:
                random_ones.add(base)
    known = {*functions.DROPOUTS, *functions.GENERATED, *functions.RECURRENT, *functions.FUSED}
    known |= {"scaled_dot_product_attention"}
    # Functional forms that torch.compile makes from in-place operators, and parts of fused ones.
    internal = {"cauchy", "exponential", "geometric", "log_normal", "normal_functional", "random",
                "rrelu_with_noise_functional", "uniform", "_cudnn_init_dropout_state",
                "_fill_mem_eff_dropout_mask_", "_fused_sdp_choice",
                "_nested_tensor_softmax_with_shape"}  # fmt: skip
    assert random_ones <= known | internal, random_ones - known - internal


@pytest.mark.parametrize("always", [True, False], ids=["always", "in training mode"])
def test_generators_of_numpy_that_a_model_owns_cause_a_warning(always):
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.random, self.linear = np.random.default_rng(0), nn.Linear(8, 3)

        def forward(self, x):
            if self.training or always:
                x = x * torch.from_numpy(self.random.random(x.shape) > 0.5)
            return self.linear(F.dropout(x, 0.5, self.training))

    with pytest.warns(RuntimeWarning, match="the model itself draws random numbers from Python"):
        mc_dropout(Own(), torch.ones(3, 8), samples=2)
