"""The pool of results in forked children, at the end of the interpreter and under torch's modes."""

import os
import subprocess
import sys
import threading

import pytest
import torch

from pyfrontiers import kernels
from pyfrontiers.kernels import _core, outputs

X = torch.ones(outputs.SMALLEST // 4)


def draw(x, seed):
    return kernels.dropout(x, 0.5, seed=seed)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
def test_pool_works_in_a_child_forked_during_a_call():
    done = threading.Event()

    def take_and_give_back():
        while not done.is_set():
            _core.pooled_capsule(outputs.SMALLEST)

    other = threading.Thread(target=take_and_give_back)
    other.start()
    try:
        for seed in range(20):
            child = os.fork()
            if child == 0:
                # NumPy compares: the threads of torch's own operators are gone.
                os._exit(0 if (draw(X, seed).numpy() == draw(X, seed).numpy()).all() else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        done.set()
        other.join()


def test_sizes_outside_the_pool_are_rejected():
    for size in (0, outputs.SMALLEST - 1, outputs.CAPACITY + 1):
        with pytest.raises(ValueError, match=f"^size must be one that is pooled, got {size}"):
            _core.pooled_capsule(size)


def test_shapes_outside_the_pool_are_rejected():
    example = torch.empty(0)
    too_small = (outputs.SMALLEST // 4 - 1,)
    for shape in ((), (0,), (1,), too_small, (-1, -outputs.SMALLEST), (2**61, 4)):
        with pytest.raises(ValueError, match="shape must be that of a result that is pooled"):
            _core.pooled_tensor(shape, example)


AT_EXIT = """
import atexit, builtins, sys, types
import torch
from pyfrontiers import kernels
from pyfrontiers.kernels import _core

x = torch.ones(_core.smallest_pooled // 4)
draw = lambda seed: kernels.dropout(x, 0.5, seed=seed)
in_module, array = draw(1), draw(2).numpy()
sys.modules["holder"] = holder = types.ModuleType("holder")
holder.view = draw(3)[5:7]
cycle = [draw(4)]
cycle.append(cycle)  # is collected during the shutdown, or never
late = draw(5)
atexit.register(lambda: draw(6).equal(draw(6)))
class Last:
    def __del__(self, late=late, empty=_core.empty_pool):
        empty()
        late.zero_()
builtins.last = Last()
_core.pooled_capsule(_core.smallest_pooled)
kept_capsule = torch.utils.dlpack.to_dlpack(draw(7))
"""


def test_results_may_outlive_the_interpreter():
    done = subprocess.run(
        [sys.executable, "-c", AT_EXIT], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_results_under_inference_mode_are_inference_tensors():
    with torch.inference_mode():
        y = draw(X, 1)
    assert y.is_inference()
    assert not draw(X, 1).is_inference()


def test_setting_a_tensor_to_other_memory_does_not_affect_its_views():
    y = draw(X, 1)
    view, kept = y[7:9], y[7:9].tolist()
    y.set_(torch.zeros(3).untyped_storage())
    _core.empty_pool()
    for other in [draw(X, seed) for seed in (2, 3)]:
        assert not other.data_ptr() <= view.data_ptr() < other.data_ptr() + X.nbytes
    assert view.tolist() == kept
    before = _core.bytes_in_pool()
    del view
    assert _core.bytes_in_pool() == before + X.nbytes
