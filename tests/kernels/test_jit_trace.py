"""torch.jit.trace records a kernel as its operator, and the traced program gives the same bits."""

import inspect

import pytest
import torch

from pyfrontiers import kernels
from pyfrontiers.kernels.table import FUNCTIONS

SEED = 2**64 - 1
FIRST = torch.arange(2)
RANDOM = kernels.TransformDistribution(rotation=(-30.0, 30.0), blur=(0.5, 1.0), noise=(0.1, 0.1))


MESH = kernels.Mesh.sphere(6, 7)
POSES = kernels.Poses(rotation=torch.eye(3), translation=torch.tensor([[0, 0, 3.0], [0.2, 0, 4]]))


# Each call is a function of one (2, 3, 4, 5) tensor, as torch.jit.trace requires.
CALLS = {
    "bits": lambda x: x + kernels.bits(x.shape, seed=SEED, dtype=torch.int32),
    "uniform": lambda x: x + kernels.uniform(x.shape, seed=SEED),
    "normal": lambda x: x + kernels.normal((2, 3, 4, 5), seed=SEED, offset=5),
    "randint": lambda x: x + kernels.randint(x.shape, -9, 100, seed=3, dtype=torch.int8),
    "corrupt_labels": lambda x: kernels.corrupt_labels((9 * x).short(), 0.3, 9, seed=3),
    "dropout_mask": lambda x: x * kernels.dropout_mask(x.shape, 0.3, seed=SEED),
    "dropout": lambda x: kernels.dropout(x.sin(), 0.3, seed=SEED, sample=7),
    "mc_dropout": lambda x: kernels.mc_dropout(x, 0.1, 5, seed=1, granularity="channel"),
    "mc_dropout_mean": lambda x: kernels.mc_dropout_mean(x, 0.1, 5, seed=1, first_sample=9),
    "gather_linear": lambda x: kernels.gather_linear(x[0, 0], x[0, 1], inputs=FIRST),
    "gather_conv2d": lambda x: kernels.gather_conv2d(x, x[:, :, :2, :2], inputs=FIRST),
    "linf_step": lambda x: kernels.linf_step(x, x - 0.5, x * 0.9, step=0.1, epsilon=0.05),
    "l2_step": lambda x: kernels.l2_step(x, x - 0.5, x * 0.9, step=0.1, epsilon=0.5),
    "l1_step": lambda x: kernels.l1_step(x, x - 0.5, x * 0.9, step=9.0, epsilon=2, bounds=None),
    "project": lambda x: kernels.project(x, x * 0.5, norm="l1", epsilon=1.5, bounds=(0, 0.9)),
    "moments": lambda x: kernels.moments(x, -2, correction=1),
    "predictive": lambda x: kernels.predictive(x),
    "random_start": lambda x: kernels.random_start(x, norm="l2", epsilon=0.5, seed=SEED),
    "additive_noise": lambda x: kernels.additive_noise(x, 0.3, seed=SEED, sample=7),
    "sample_transforms": lambda x: (
        x[0, 0, 0, 0] * kernels.sample_transforms(3, RANDOM, seed=SEED).linear
    ),
    "transform": lambda x: kernels.transform(
        x, kernels.sample_transforms(2, RANDOM, seed=SEED), clip=(0, 1)
    ),
    "rasterize": lambda x: x[0, 0, 0, 0] * kernels.rasterize(MESH, POSES, size=(9, 8)).shade,
    "render": lambda x: kernels.render(x[0].double(), MESH, POSES, size=(9, 8)),
    "render_adjoint": lambda x: kernels.render_adjoint(x, MESH, POSES, texture_size=(6, 7)),
}
each_kernel = pytest.mark.parametrize("name", CALLS)


def images(seed):
    return torch.rand((2, 3, 4, 5), generator=torch.Generator().manual_seed(seed))


def test_every_kernel_is_traced():
    seeds = {"fold_in", "split"}  # integers in, integers out
    assert set(CALLS) == set(FUNCTIONS) - seeds


@each_kernel
def test_traced_program_gives_the_bits_of_the_kernel(name):
    call = CALLS[name]
    traced = torch.jit.trace(call, (images(0),), check_trace=False)
    assert any(node.kind().startswith("pyfrontiers::") for node in traced.graph.nodes())
    for x in (images(0), images(1)):
        torch.testing.assert_close(traced(x), call(x), rtol=0, atol=0)


@pytest.mark.parametrize("name", ["dropout", "mc_dropout_mean", "linf_step", "transform"])
def test_traced_program_has_the_gradient_of_the_kernel(name):
    traced = torch.jit.trace(CALLS[name], (images(0),), check_trace=False)
    gradients = []
    for function in (traced, CALLS[name]):
        x = images(1).requires_grad_()
        function(x).square().sum().backward()
        gradients.append(x.grad)
    assert gradients[0].equal(gradients[1])
    assert bool(gradients[0].any())


def test_a_kernel_in_a_traced_module_is_recorded():
    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(5, 5)

        def forward(self, x):
            return self.layer(kernels.dropout(x, 0.5, seed=1))

    network = Network()
    traced = torch.jit.trace(network, (images(0),))  # with torch's own check of the trace
    assert traced(images(1)).equal(network(images(1)))


TAKING_OUT = [
    name for name in CALLS if "out" in inspect.signature(getattr(kernels, name)).parameters
]
INTO = {
    "dropout_mask": lambda x: kernels.dropout_mask((5,), 0.5, seed=1, out=torch.empty(5).bool()),
    "dropout": lambda x: kernels.dropout(x, 0.5, seed=1, out=torch.empty_like(x)),
    "mc_dropout": lambda x: kernels.mc_dropout(x, 0.5, 1, seed=1, out=torch.empty_like(x[None])),
    "mc_dropout_mean": lambda x: kernels.mc_dropout_mean(
        x, 0.5, 3, seed=1, out=torch.empty_like(x)
    ),
    "linf_step": lambda x: kernels.linf_step(
        x, x, x, step=0.1, epsilon=0.1, out=torch.empty_like(x)
    ),
    "l2_step": lambda x: kernels.l2_step(x, x, x, step=0.1, epsilon=0.1, out=torch.empty_like(x)),
    "l1_step": lambda x: kernels.l1_step(x, x, x, step=0.1, epsilon=0.1, out=torch.empty_like(x)),
    "project": lambda x: kernels.project(x, x, norm="l2", epsilon=0.1, out=torch.empty_like(x)),
    "additive_noise": lambda x: kernels.additive_noise(x, 0.3, seed=1, out=torch.empty_like(x)),
    "render": lambda x: kernels.render(x[0], MESH, POSES, size=(4, 5), out=torch.empty(2, 3, 4, 5)),
    "render_adjoint": lambda x: kernels.render_adjoint(
        x, MESH, POSES, texture_size=(6, 7), out=torch.empty(3, 6, 7)
    ),
}


@pytest.mark.parametrize("name", TAKING_OUT)
def test_output_given_inside_a_trace_is_rejected(name):
    message = "^out must be None inside torch.jit.trace"
    with pytest.raises(RuntimeError, match=message):
        torch.jit.trace(INTO[name], (images(0),), check_trace=False)
