"""Memory of large results is reused, but never while anything refers to it."""

import gc
import re
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from pyfrontiers import kernels
from pyfrontiers.kernels import _core, outputs

SIZES = {"256 KiB": 256 << 10, "1 MiB": 1 << 20, "4 MiB": 4 << 20}


@pytest.fixture(autouse=True)
def empty_pool():
    _core.empty_pool()
    yield
    _core.empty_pool()


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def x(request):
    return torch.ones(request.param // 4)


@pytest.fixture(params=["direct call", "through Python"])
def way(request, monkeypatch):
    """The two ways to make a result: by the core, and for a torch without an exchange table."""
    if request.param == "direct call":
        yield
        return
    _core.disconnect()
    yield
    kernels.direct.connect()


def draw(x, seed):
    return kernels.dropout(x, 0.5, seed=seed)


class Owner:
    def __init__(self, y):
        self.__array_interface__ = y.numpy().__array_interface__
        self.y = y


HOLDERS = {
    "the result": lambda y: y,
    "a view": lambda y: y[5:7],
    "a reshaped view of a view": lambda y: y.view(2, -1)[1].t(),
    "a detached tensor": lambda y: y.detach(),
    "its data": lambda y: y.data,
    "a NumPy array": lambda y: y[:9].numpy(),
    "a DLPack capsule's tensor": lambda y: torch.from_dlpack(y[:9]),
    "a DLPack capsule": lambda y: (y.data_ptr(), torch.utils.dlpack.to_dlpack(y[:9])),
    "a NumPy array through DLPack": lambda y: np.from_dlpack(y[:9]),
    "another dtype of the same bits": lambda y: y.view(torch.int32)[:9],
    "the storage": lambda y: y.untyped_storage(),
    "a tensor set to the storage": lambda y: torch.empty(0).set_(y.untyped_storage(), 3, (2,)),
    "a memoryview": lambda y: memoryview(y[:9].numpy()),
    "a parameter": lambda y: torch.nn.Parameter(y),
    "a buffer of a module": lambda y: module_with(y).kept,
    "a closure": lambda y: (y.data_ptr(), lambda: y),
    "the array interface": Owner,
}


def module_with(y):
    module = torch.nn.Module()
    module.register_buffer("kept", y)
    return module


def address(held):
    if isinstance(held, tuple):
        return held[0]
    if isinstance(held, (torch.Tensor, torch.UntypedStorage)):
        return held.data_ptr()
    return np.asarray(held).__array_interface__["data"][0]


@pytest.mark.parametrize("holder", HOLDERS)
def test_memory_in_use_is_not_reused(x, way, holder):
    held = HOLDERS[holder](draw(x, 1))
    gc.collect()
    for other in [draw(x, seed) for seed in (2, 3)]:
        assert not other.data_ptr() <= address(held) < other.data_ptr() + x.nbytes


@pytest.mark.parametrize("holder", HOLDERS)
def test_memory_is_reused_once_its_owner_is_freed(x, way, holder):
    held = HOLDERS[holder](draw(x, 1))
    assert _core.bytes_in_pool() == 0
    place = address(held)
    del held
    gc.collect()
    assert _core.bytes_in_pool() >= x.nbytes
    again = draw(x, 2)
    assert again.data_ptr() <= place < again.data_ptr() + x.nbytes
    assert torch.equal(again != 0, kernels.dropout_mask(len(x), 0.5, seed=2))


@pytest.mark.parametrize("holder", HOLDERS)
def test_reference_counts_are_not_consulted(holder, monkeypatch):
    # From Python 3.14 on, references borrowed by the interpreter make counts smaller.
    monkeypatch.setattr(sys, "getrefcount", lambda _: 1)
    x = torch.ones(outputs.SMALLEST // 4)
    held = HOLDERS[holder](draw(x, 1))
    other = draw(x, 2)
    assert not other.data_ptr() <= address(held) < other.data_ptr() + x.nbytes


def test_tensors_saved_by_autograd_are_not_overwritten(x):
    weight = torch.full((1,), 2.0, requires_grad=True)
    product = (draw(x, 1) * weight).sum()  # saves the result, which nothing else holds
    kept = int(kernels.dropout_mask(len(x), 0.5, seed=1).sum())
    draw(x, 2)
    draw(x, 3)
    product.backward()
    assert weight.grad.item() == 2 * kept


def test_results_of_about_the_same_size_share_memory(way):
    place = draw(torch.ones(150_000), 1).data_ptr()
    assert draw(torch.ones(149_000), 2).data_ptr() == place
    assert draw(torch.ones(75_000), 2).data_ptr() != place
    assert draw(torch.ones(300_000), 2).data_ptr() != place


def test_result_behaves_like_any_tensor(x, way, dtype):
    y = draw(x.to(dtype).view(4, -1), 1)
    assert y.dtype == dtype
    assert y.is_contiguous()
    assert y._base is None
    assert y.data_ptr() % 64 == 0
    assert y.untyped_storage().nbytes() == y.nbytes
    assert y.mul_(2).requires_grad_().clone().grad_fn is not None
    shared = y.detach().share_memory_()
    assert shared.is_shared()
    assert shared.equal(2 * draw(x.to(dtype).view(4, -1), 1))


def test_result_cannot_be_resized(x, way):
    y = draw(x, 1)
    assert y.resize_(5).tolist() == draw(x, 1)[:5].tolist()
    with pytest.raises(RuntimeError, match="storage that is not resizable"):
        y.resize_(2 * len(x))


def test_pool_is_bounded():
    x = torch.ones(4 << 20)  # 16 MiB
    results = [draw(x, seed) for seed in range(outputs.CAPACITY // x.nbytes + 3)]
    assert len({result.data_ptr() for result in results}) == len(results)
    assert _core.bytes_in_pool() == 0  # memory in use does not count
    del results
    assert _core.bytes_in_pool() == outputs.CAPACITY


def test_pool_keeps_the_most_recent_memory():
    large, small = torch.ones(outputs.CAPACITY // 4), torch.ones(outputs.SMALLEST // 4)
    draw(small, 1)
    draw(large, 1)
    assert _core.bytes_in_pool() == outputs.CAPACITY
    draw(small, 1)
    assert _core.bytes_in_pool() == outputs.SMALLEST


def test_threads_never_share_a_result(x):
    wrong, handed_on = [], []

    def work(thread):
        for turn in range(4):
            seed = 100 * thread + turn
            mine = draw(x, seed)
            handed_on.append(mine)  # dies in another thread
            if int((mine != 0).sum()) != int(kernels.dropout_mask(len(x), 0.5, seed=seed).sum()):
                wrong.append(seed)
            del handed_on[:-2]

    workers = [threading.Thread(target=work, args=(k,)) for k in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []


def flags_of(address):
    """Flags that the kernel reports for the mapping at an address, two letters each."""
    inside = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        span = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line)
        if span:
            inside = int(span[1], 16) <= address < int(span[2], 16)
        elif inside and line.startswith("VmFlags:"):
            return line.split()[1:]
    return []


@pytest.mark.skipif(
    not Path("/sys/kernel/mm/transparent_hugepage").is_dir()
    or not Path("/proc/self/smaps").exists(),
    reason="this system has no transparent huge pages",
)
def test_results_of_4_mib_use_huge_pages(way):
    y = draw(torch.ones(1 << 20), 1)
    assert "hg" in flags_of(y.data_ptr() + y.nbytes // 2)


def test_results_beyond_the_pool_use_huge_pages_too(monkeypatch):
    asked = []
    monkeypatch.setattr(_core, "prefer_huge_pages", lambda *memory: asked.append(memory))
    kernels.dropout_mask(outputs.CAPACITY, 0.5, seed=1)
    assert asked == []
    y = kernels.dropout_mask(outputs.CAPACITY + 1, 0.5, seed=1)
    assert asked == [(y.data_ptr(), outputs.CAPACITY + 1)]
    del y
    assert _core.bytes_in_pool() == outputs.CAPACITY


@pytest.mark.parametrize("size", [0, 1, 4095, 4097])
def test_huge_page_advice_for_less_than_a_page_has_no_effect(size):
    y = torch.arange(5000)
    _core.prefer_huge_pages(y.data_ptr() + 1, size)
    assert y.equal(torch.arange(5000))
