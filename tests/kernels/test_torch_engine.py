"""Bits and uniforms match ATen's Philox engine, compiled from the headers that torch ships.

torch.func._random uses the same convention, but in torch 2.13 it has CUDA kernels only; this oracle
needs no GPU.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
import torch

from pyfrontiers import kernels

SEEDS = [0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    compiler = shutil.which("c++") or shutil.which("g++")
    if compiler is None:
        pytest.skip("no C++ compiler to build torch's engine with")
    program = tmp_path_factory.mktemp("engine") / "torch_philox"
    include = Path(torch.__file__).parent / "include"
    source = Path(__file__).with_name("torch_philox.cpp")
    subprocess.run(
        [compiler, "-std=c++20", "-w", f"-I{include}", str(source), "-o", str(program)],
        check=True,
    )

    def draw(what, seed, offset, n):
        command = [str(program), what, str(seed), str(offset), str(n)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return lines.split()

    return draw


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("offset", [0, 2**31, 2**40])
def test_bits_are_identical(engine, seed, offset):
    theirs = [int(word) for word in engine("bits", seed, offset, 1003)]
    assert kernels.bits(1003, seed=seed, offset=offset).tolist() == theirs


@pytest.mark.parametrize("seed", SEEDS)
def test_uniforms_are_identical(engine, dtype, seed):
    name = str(dtype).removeprefix("torch.")
    theirs = [float.fromhex(value) for value in engine(name, seed, 3, 1003)]
    assert kernels.uniform(1003, seed=seed, offset=3, dtype=dtype).tolist() == theirs
