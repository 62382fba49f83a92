"""Memory of large results is pooled for later ones, but never while anything can still see it."""

import gc
import re
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from pyfrontiers import kernels
from pyfrontiers.kernels import _core, outputs

N = outputs.SMALLEST // 4  # float32 elements of the smallest pooled result


@pytest.fixture(autouse=True)
def nothing_remembered():
    outputs.forget()
    yield
    outputs.forget()


@pytest.fixture(scope="module")
def x():
    return torch.ones(N)


def draw(x, seed):
    return kernels.dropout(x, 0.5, seed=seed)


HOLDERS = {
    "the result": lambda y: y,
    "a view": lambda y: y[5:7],
    "a reshaped view of a view": lambda y: y.view(2, -1)[1].t(),
    "a detached tensor": lambda y: y.detach(),
    "a NumPy array": lambda y: y[:9].numpy(),
    "a DLPack capsule's tensor": lambda y: torch.from_dlpack(y[:9]),
    "a NumPy array through DLPack": lambda y: np.from_dlpack(y[:9]),
    "another dtype of the same bits": lambda y: y.view(torch.int32)[:9],
    "the storage": lambda y: y.untyped_storage(),
    "a memoryview": lambda y: memoryview(y[:9].numpy()),
    "a parameter": lambda y: torch.nn.Parameter(y),
}


def address(held):
    if isinstance(held, (torch.Tensor, torch.UntypedStorage)):
        return held.data_ptr()
    return np.asarray(held).__array_interface__["data"][0]


@pytest.mark.parametrize("holder", HOLDERS)
def test_memory_in_use_is_not_reused(x, holder):
    held = HOLDERS[holder](draw(x, 1))
    gc.collect()
    for other in [draw(x, seed) for seed in (2, 3)]:
        assert not other.data_ptr() <= address(held) < other.data_ptr() + 4 * N


def test_tensors_saved_by_autograd_are_not_overwritten(x):
    weight = torch.full((1,), 2.0, requires_grad=True)
    product = (draw(x, 1) * weight).sum()  # saves the result, to which nothing else refers
    kept = int(kernels.dropout_mask(N, 0.5, seed=1).sum())
    draw(x, 2)
    draw(x, 3)
    product.backward()
    assert weight.grad.item() == 2 * kept


def test_free_memory_is_reused(x):
    first = draw(x, 1)
    place = first.data_ptr()
    del first
    again = draw(x, 2)
    assert again.data_ptr() == place
    with torch.no_grad():
        assert torch.equal(again != 0, kernels.dropout_mask(N, 0.5, seed=2))


def test_pool_is_bounded(x):
    results = [draw(x, seed) for seed in range(outputs.LARGEST_TOTAL // outputs.SMALLEST + 3)]
    assert len({result.data_ptr() for result in results}) == len(results)
    del results
    assert sum(storage.nbytes() for storage in outputs._kept) <= outputs.LARGEST_TOTAL


def test_threads_never_share_a_result(x):
    wrong = []

    def work(thread):
        for turn in range(4):
            seed = 100 * thread + turn
            mine = draw(x, seed)
            if int((mine != 0).sum()) != int(kernels.dropout_mask(N, 0.5, seed=seed).sum()):
                wrong.append(seed)

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
def test_large_results_get_huge_pages(x):
    assert "hg" in flags_of(draw(x, 1).data_ptr() + 2 * N)


@pytest.fixture
def asked(monkeypatch):
    """Records the memory for which huge pages are requested: (address, bytes)."""
    asked = []
    monkeypatch.setattr(_core, "prefer_huge_pages", lambda *memory: asked.append(memory))
    return asked


def test_results_beyond_the_pool_get_huge_pages_too(x, asked, monkeypatch):
    monkeypatch.setattr(outputs, "LARGEST_TOTAL", 4 * N - 1)
    y = draw(x, 1)
    assert asked == [(y.data_ptr(), 4 * N)]
    assert outputs._kept == []


def test_small_results_do_not_request_huge_pages(x, asked):
    draw(x[: N // 64], 1)
    assert asked == []
    y = draw(x, 1)
    assert asked == [(y.data_ptr(), 4 * N)]


@pytest.mark.parametrize("size", [0, 1, 4095, 4097])
def test_advice_for_less_than_a_page_has_no_effect(size):
    y = torch.arange(5000)
    _core.prefer_huge_pages(y.data_ptr() + 1, size)
    assert y.equal(torch.arange(5000))
