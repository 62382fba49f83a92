"""torch.vmap of a kernel equals a loop over the examples, gradients included."""

import pytest
import torch
from valid_calls import OF_A_TENSOR, program

from pyfrontiers import kernels

EXAMPLES = 4
X = torch.rand((EXAMPLES, 2, 3, 5), generator=torch.Generator().manual_seed(0))
LINEAR = ("dropout", "mc_dropout", "mc_dropout_mean", "gather")
LENGTHS = torch.tensor([0.05, 0.1, 0.2, 0.3], dtype=torch.float64)

INDICES = (torch.tensor([1]), torch.tensor([0, 2]))

PROGRAMS = {
    **{name: program(name) for name in OF_A_TENSOR},
    "dropout of channels": lambda x: kernels.dropout(x, 0.5, seed=1, granularity="channel"),
    "gather": lambda x: torch.ops.pyfrontiers.gather(x, *INDICES, True),
    "linf_step, a step for each channel": lambda x: kernels.linf_step(
        *(x, x - 0.5, X[1]),
        step=LENGTHS[:3].reshape(1, 3, 1),
        epsilon=0.1,
    ),
    "project, a radius for each sample": lambda x: kernels.project(
        x, X[1] * 0.9, norm="l1", epsilon=LENGTHS[: len(x)], bounds=(0.2, 0.9)
    ),
    "moments of the last dimension": lambda x: torch.stack(kernels.moments(x, -1)),
    "predictive of other dimensions": lambda x: torch.stack(
        kernels.predictive(x, 1, class_dim=0)[:2]
    ),
    "corrupt_labels": lambda x: kernels.corrupt_labels((8 * x).int(), 0.5, 9, seed=3)[0],
    "uniform": lambda x: x + kernels.uniform(x.shape, seed=3),
    "dropout_mask": lambda x: x * kernels.dropout_mask(x.shape, 0.5, seed=3),
}


@pytest.mark.parametrize("dim", [0, 1, 3])
@pytest.mark.parametrize("name", PROGRAMS)
def test_vmap_is_a_loop_over_examples(name, dim):
    run = PROGRAMS[name]
    wanted = torch.stack([run(example) for example in X])
    assert torch.vmap(run, in_dims=dim)(X.movedim(0, dim)).equal(wanted)


@pytest.mark.parametrize("randomness", ["error", "same", "different"])
def test_randomness_depends_on_the_seed_only(randomness):
    batched = torch.vmap(PROGRAMS["dropout"], randomness=randomness)(X)
    assert batched.equal(torch.stack([PROGRAMS["dropout"](example) for example in X]))


def test_parameters_per_example():
    def step(x, length):
        return kernels.linf_step(x, x - 0.5, x * 0.9, step=length, epsilon=0.2)

    wanted = torch.stack([step(x, float(length)) for x, length in zip(X, LENGTHS, strict=True)])
    assert torch.vmap(step)(X, LENGTHS.reshape(EXAMPLES, 1)).equal(wanted)


@pytest.mark.parametrize("name", [*LINEAR, "linf_step", "moments", "predictive"])
def test_gradients_through_vmap(name):
    # torch.func.grad does not support custom operators; ordinary autograd does.
    gradients = []
    for run in (torch.vmap(PROGRAMS[name]), lambda x: torch.stack(list(map(PROGRAMS[name], x)))):
        x = X.clone().requires_grad_()
        run(x).square().sum().backward()
        gradients.append(x.grad)
    torch.testing.assert_close(*gradients)


def test_nested_vmap():
    run = PROGRAMS["dropout"]
    wanted = torch.stack([torch.stack([run(row) for row in example]) for example in X])
    assert torch.vmap(torch.vmap(run))(X).equal(wanted)


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_examples_give_an_empty_result_of_the_same_shape(name):
    run = PROGRAMS[name]
    empty = torch.vmap(run)(X[:0])
    assert empty.shape == (0, *run(X[0]).shape)
    assert empty.dtype == run(X[0]).dtype
