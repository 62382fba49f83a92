"""Dropout layers under forward-mode AD and torch.func, in training mode."""

import pytest
import torch
from torch.autograd import forward_ad
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vmap

from pyfrontiers import kernels
from pyfrontiers.uncertainty.dropout import MCDropout

X = torch.rand((3, 4), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
V = torch.rand((3, 4), generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(4, 5), torch.nn.Tanh(), MCDropout(0.5, seed=3), torch.nn.Linear(5, 2)
    ).double()


@pytest.fixture
def run(network):
    """The network with the mask of call 7, as a function of its input."""

    def call(x):
        network[2].sample = 7
        return network(x)

    return call


def test_tangent_of_a_layer_is_the_mask_times_the_tangent():
    layer = MCDropout(0.5, seed=3)
    wanted = kernels.dropout(V, 0.5, seed=3, sample=0)
    assert jvp(layer, (X,), (V,))[1].equal(wanted)
    layer.sample = 0
    with forward_ad.dual_level():
        tangent = forward_ad.unpack_dual(layer(forward_ad.make_dual(X, V))).tangent
    assert tangent.equal(wanted)


def test_tangent_and_jacobians_of_a_network(run):
    tangent = jvp(run, (X,), (V,))[1]
    differences = (run(X + 1e-6 * V) - run(X - 1e-6 * V)) / 2e-6
    torch.testing.assert_close(tangent, differences, rtol=1e-7, atol=1e-8)
    forward, reverse = jacfwd(run)(X), jacrev(run)(X)
    torch.testing.assert_close(forward, reverse)
    torch.testing.assert_close((forward * V).sum((2, 3)), tangent)


def test_hessian_of_a_network(run):
    def loss(x):
        return run(x).square().sum()

    second = hessian(loss)(X)
    steps = (grad(loss)(X + 1e-6 * V) - grad(loss)(X - 1e-6 * V)) / 2e-6
    torch.testing.assert_close((second * V).sum((2, 3)), steps, rtol=1e-6, atol=1e-7)


def test_gradients_of_examples_by_the_weights(network):
    weights = dict(network.named_parameters())

    def loss(weights, x):
        network[2].sample = 7
        return functional_call(network, weights, (x[None],)).square().sum()

    together = vmap(grad(loss), (None, 0))(weights, X)
    for n, x in enumerate(X):
        for name, value in grad(loss)(weights, x).items():
            torch.testing.assert_close(together[name][n], value)


def test_compiled_tangent_of_the_operator_for_compiled_layers():
    torch._dynamo.reset()
    stream = torch.tensor([3, 7])
    operator = torch.ops.pyfrontiers.dropout_stream
    program = torch.compile(
        lambda x, v: jvp(lambda x: operator(x, stream, 0.5, "element"), (x,), (v,)),
        fullgraph=True,
        backend="aot_eager",
    )
    assert program(X, V)[1].equal(kernels.dropout(V, 0.5, seed=3, sample=7))
