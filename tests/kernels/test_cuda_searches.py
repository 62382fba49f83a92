"""Projections and attack steps search with CUDA as on the CPU, bit for bit.

See test_cuda_emulation.py. A search runs in one block, or with a launch for each round.
"""

import pytest
import torch
from emulated_calls import LENGTHS, SHAPES, assert_same, numbers, unaligned

from pyfrontiers import kernels


def assert_same_projections(on_gpu, n, dtype, move):
    x, grad, origin = (move(numbers(n, dtype, k).nan_to_num(0.1, 0.3, 0.2)) for k in range(3))
    x, grad, origin = (each.reshape(1, n) for each in (x, grad, origin))
    radius = 0.2 * n**0.5
    for norm in ("l2", "l1", "l0"):
        for bounds in (None, (-0.7, 1.1)):
            given = {"norm": norm, "epsilon": radius, "bounds": bounds}
            assert_same(on_gpu(lambda g=given: kernels.project(x, origin, **g)))
    lengths = {"step": radius, "epsilon": radius, "bounds": (-1.0, 1.2)}
    assert_same(on_gpu(lambda: kernels.l2_step(x, grad, origin, **lengths)))
    assert_same(on_gpu(lambda: kernels.l1_step(x, grad, origin, **lengths, ascend=False)))


@pytest.mark.parametrize("move", [lambda x: x, unaligned], ids=["aligned", "unaligned"])
@pytest.mark.parametrize("n", LENGTHS[:-1], ids=lambda n: f"n={n}")
def test_projections(on_gpu, n, dtype, move):
    assert_same_projections(on_gpu, n, dtype, move)


# One dtype: each case takes a second.
@pytest.mark.parametrize("move", [lambda x: x, unaligned], ids=["aligned", "unaligned"])
def test_projections_of_three_tiles(on_gpu, move):
    assert_same_projections(on_gpu, LENGTHS[-1], torch.float32, move)


@pytest.mark.parametrize("samples", [511, 513])
def test_search_with_small_and_large_blocks(on_gpu, samples):
    # Larger batches are searched by smaller blocks.
    x, grad, origin = (
        numbers(samples * 40, torch.float32, k).nan_to_num(0.1, 0.3, 0.2).reshape(samples, 40)
        for k in range(3)
    )
    origin = origin.clamp(-0.3, 0.4)
    for step, length in ((kernels.l2_step, 1.5), (kernels.l1_step, 5.0)):
        given = {"step": length, "epsilon": length, "bounds": (-0.3, 0.4)}
        assert_same(on_gpu(lambda s=step, g=given: s(x, grad, origin, **g)))


@pytest.mark.parametrize("tiles", [63.5, 65.5], ids="{}-tiles".format)
def test_search_in_one_block_and_with_one_launch_per_round(on_gpu, tiles):
    # Samples of up to 64 tiles are searched by a single block.
    x, grad, origin = (
        numbers(int(8192 * tiles), torch.float32, k).nan_to_num(0.1, 0.3, 0.2)[None]
        for k in range(3)
    )
    origin = origin.clamp(-0.3, 0.4)
    given = {"step": 50.0, "epsilon": 200.0, "bounds": (-0.3, 0.4)}
    assert_same(on_gpu(lambda: kernels.l2_step(x, grad, origin, **given)))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last], ids=str)
def test_projections_of_several_samples(on_gpu, shape, layout):
    x, grad, origin = (
        numbers(torch.Size(shape).numel(), torch.float32, k)
        .nan_to_num(0.1, 0.3, 0.2)
        .reshape(shape)
        .contiguous(memory_format=layout)
        for k in range(3)
    )
    x[-1, 0, 0, 0] = float("nan")
    radii = torch.linspace(0.0, 9.0, shape[0])
    low = -torch.rand(shape[1], 1, 1, generator=torch.Generator().manual_seed(1))
    for norm in ("l2", "l1", "l0"):
        given = {"norm": norm, "epsilon": radii, "bounds": (low, 0.7)}
        assert_same(on_gpu(lambda g=given: kernels.project(x, origin, **g)))
    given = {"step": radii, "epsilon": 2.0, "bounds": (low, 0.7)}
    assert_same(on_gpu(lambda: kernels.l2_step(x, grad, origin, **given)))
    assert_same(on_gpu(lambda: kernels.l1_step(x, grad, origin, **given, share=0.3)))
