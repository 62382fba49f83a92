"""The emulated CUDA kernels match the CPU bit for bit with every grid shape.

The emulation compiles the same .cu files as nvcc. Threads run forwards and backwards: a thread that
reads what another one wrote in the same phase gives different results. Memory that is uninitialised
on a GPU holds a pattern.
"""

import pytest
import torch
from emulated_calls import LENGTHS, SEED, SHAPES, assert_same, numbers, unaligned

from pyfrontiers import kernels


@pytest.mark.parametrize("n", LENGTHS, ids=lambda n: f"n={n}")
class TestLengths:
    def test_draws(self, on_gpu, n):
        offset = (1 << 64) - 3  # the counter wraps around
        assert_same(on_gpu(lambda: kernels.bits(n, seed=SEED, offset=offset)))
        for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
            for draw in (kernels.uniform, kernels.normal):
                assert_same(on_gpu(lambda d=draw, t=dtype: d(n, seed=SEED, offset=5, dtype=t)))
        for high, dtype in ((7, torch.uint8), (3 << 30, torch.int64), (3 << 61, torch.int64)):
            assert_same(
                on_gpu(lambda h=high, t=dtype: kernels.randint(n, 0, h, seed=SEED, dtype=t))
            )

    @pytest.mark.parametrize("first_element", [0, 128, 77])
    @pytest.mark.parametrize("packed", [False, True])
    def test_masks(self, on_gpu, n, first_element, packed):
        arguments = {"seed": SEED, "first_element": first_element, "packed": packed}
        for p in (0.0, 0.1, 0.5, 1.0):
            assert_same(on_gpu(lambda p=p: kernels.dropout_mask(n, p, **arguments)))

    @pytest.mark.parametrize("move", [lambda x: x, unaligned], ids=["aligned", "unaligned"])
    def test_dropout(self, on_gpu, n, dtype, move):
        x = move(numbers(n, dtype))
        assert_same(on_gpu(lambda: kernels.dropout(x, 0.3, seed=SEED, first_element=40)))
        assert_same(on_gpu(lambda: kernels.mc_dropout(x, 0.3, 5, seed=SEED, first_sample=9)))
        assert_same(on_gpu(lambda: kernels.mc_dropout_mean(x, 0.3, 5, seed=SEED, first_sample=9)))

    @pytest.mark.parametrize("move", [lambda x: x, unaligned], ids=["aligned", "unaligned"])
    def test_linf_step(self, on_gpu, n, dtype, move):
        x, grad, origin = (move(numbers(n, dtype, k)) for k in range(3))
        assert_same(
            on_gpu(lambda: kernels.linf_step(x, grad, origin, step=0.1, epsilon=0.3, bounds=None))
        )

    def test_moments(self, on_gpu, n, dtype):
        samples = numbers(7 * n, dtype).reshape(7, n)
        assert_same(on_gpu(lambda: kernels.moments(samples, correction=1)))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
class TestLayouts:
    @pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last], ids=str)
    @pytest.mark.parametrize("granularity", ["element", "channel"])
    def test_dropout(self, on_gpu, shape, layout, granularity, dtype):
        count = torch.Size(shape).numel()
        x = numbers(count, dtype).reshape(shape).contiguous(memory_format=layout)
        arguments = {"seed": SEED, "first_element": 33, "granularity": granularity}
        assert_same(on_gpu(lambda: kernels.dropout(x, 0.4, **arguments)))
        assert_same(on_gpu(lambda: kernels.mc_dropout(x, 0.4, 6, **arguments)))
        assert_same(on_gpu(lambda: kernels.mc_dropout_mean(x, 0.4, 300, **arguments)))

    @pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last], ids=str)
    def test_parameters_per_sample_and_channel(self, on_gpu, shape, layout, dtype):
        count = torch.Size(shape).numel()
        x, grad, origin = (
            numbers(count, dtype, k).reshape(shape).contiguous(memory_format=layout)
            for k in range(3)
        )
        step = torch.rand(shape[0], generator=torch.Generator().manual_seed(0))
        low = -torch.rand(shape[1], 1, 1, generator=torch.Generator().manual_seed(1))
        assert_same(
            on_gpu(
                lambda: kernels.linf_step(
                    x, grad, origin, step=step, epsilon=0.5, bounds=(low, 0.7), ascend=False
                )
            )
        )


def test_passes_over_several_chunks(on_gpu):
    # Chunks are 2 MiB, that is 32 tiles of 8192 float64 numbers; the last one is shorter.
    x = numbers(2 * 32 * 8192 + 9998, torch.float64)
    assert_same(on_gpu(lambda: kernels.mc_dropout(x, 0.3, 3, seed=SEED)))


def test_moments_of_inner_dimension_and_in_pieces(on_gpu, dtype):
    samples = numbers(3 * 11 * 40, dtype).reshape(3, 11, 40)
    assert_same(on_gpu(lambda: kernels.moments(samples, 1)))

    def pieces():
        state = kernels.Moments().update(samples[:, :5]).update(samples[:, :5] + 1)
        return state.mean, state.m2

    assert_same(on_gpu(pieces))


@pytest.mark.parametrize("move", [lambda x: x, unaligned], ids=["aligned", "unaligned"])
@pytest.mark.parametrize("n", [1, 17, 4099])
def test_noise(on_gpu, n, dtype, move):
    x = move(numbers(n, dtype))
    for kind in ("gaussian", "uniform", "salt_and_pepper"):
        for first in (0, 77):
            draw = {"kind": kind, "seed": SEED, "first_element": first, "bounds": (-2.0, 2.0)}
            assert_same(on_gpu(lambda d=draw: kernels.additive_noise(x, 0.3, **d)))
    for norm in ("linf", "l2", "l1"):
        ball = {"norm": norm, "epsilon": 0.3, "seed": SEED, "first_sample": 9, "bounds": None}
        assert_same(on_gpu(lambda b=ball: kernels.random_start(x.reshape(1, -1), **b)))


@pytest.mark.parametrize("kind", ["gaussian", "uniform", "salt_and_pepper"])
def test_noise_with_parameters_per_sample_and_channel(on_gpu, kind, dtype):
    x = numbers(3 * 5 * 77, dtype).reshape(3, 5, 77)
    amount = torch.linspace(0, 0.9, 15).reshape(3, 5, 1)
    low = -torch.rand(5, 1, generator=torch.Generator().manual_seed(1))
    arguments = {"seed": SEED, "bounds": (low, 0.7)}
    assert_same(on_gpu(lambda: kernels.additive_noise(x, amount, kind=kind, **arguments)))
    assert_same(on_gpu(lambda: kernels.random_start(x, norm="linf", epsilon=amount, **arguments)))


@pytest.mark.parametrize("norm", ["l2", "l1"])
def test_random_start_with_more_segments_than_lanes(on_gpu, norm):
    origin = numbers(265_000, torch.float32).reshape(1, 2, 132_500)
    ball = {"epsilon": torch.tensor([0.5]), "bounds": (torch.tensor([[[-0.5], [-1.0]]]), 1.0)}
    assert_same(on_gpu(lambda: kernels.random_start(origin, norm=norm, seed=SEED, **ball)))


@pytest.mark.parametrize("classes", [1, 10, 128, 129, 700])
def test_predictive(on_gpu, classes, dtype):
    logits = numbers(5 * 17 * classes, dtype).reshape(5, 17, classes)
    assert_same(on_gpu(lambda: tuple(kernels.predictive(logits))))
    assert_same(on_gpu(lambda: tuple(kernels.predictive(logits, 1, class_dim=2))))

    def pieces():
        return tuple(kernels.Predictive().update(logits[:2]).update(logits[2:]).summary())

    assert_same(on_gpu(pieces))


def test_in_place(on_gpu, dtype):
    grad, origin = numbers(1001, dtype, 1), numbers(1001, dtype, 2)

    def step():
        x = numbers(1001, dtype)
        kernels.dropout(x, 0.5, seed=SEED, out=x)
        return kernels.linf_step(x, grad, origin, step=0.1, epsilon=0.2, out=x)

    assert_same(on_gpu(step))


def test_empty_launch_shape_is_rejected(emulated_cuda):
    with pytest.raises(
        ValueError, match=r"must have at least 1 block .*, got 0 block\(s\) of 32 thread\(s\)"
    ):
        emulated_cuda.set_launch(max_grid=0, threads=32, backwards=False)


def test_stream_without_device_is_rejected(emulated_cuda):
    out = torch.empty(4, dtype=torch.int32)
    with pytest.raises(ValueError, match="stream must be on device 0 or more, got device -1"):
        emulated_cuda.bits(out.data_ptr(), 4, 0, 0, 0, (-1, 0))
