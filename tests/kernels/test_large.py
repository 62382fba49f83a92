"""Arrays with more elements than 32 bits can count match draws that start beyond them."""

import psutil
import pytest
import torch

from pyfrontiers.kernels import corrupt_labels, dropout_mask
from pyfrontiers.kernels.dropout_mask import keep_reference
from pyfrontiers.kernels.streams import STREAMS

N = 2**31 + 5
SEED = 0xFEDCBA9876543210


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    if request.param == "cuda":
        request.getfixturevalue("gpu")
    elif psutil.virtual_memory().available < 12 << 30:
        pytest.skip(f"needs 12 GiB of memory, {psutil.virtual_memory().available >> 30} are free")
    return request.param


@pytest.mark.slow("draws 2^31 elements, unpacked")
def test_mask(device):
    mask = dropout_mask(N, 0.5, seed=SEED, device=device)
    for first, last in ((0, 1000), (2**31 - 300, N)):
        own = dropout_mask(last - first, 0.5, seed=SEED, first_element=first)
        assert mask[first:last].cpu().equal(own)


@pytest.mark.long("draws 2^34 bits")
def test_packed_mask(device):
    # 2^34 bits in 2^31 bytes.
    mask = dropout_mask(8 * N, 0.5, seed=SEED, packed=True, device=device)
    assert mask.shape == (N,)
    own = dropout_mask(8 * 300, 0.5, seed=SEED, first_element=8 * (N - 300), packed=True)
    assert mask[-300:].cpu().equal(own)


@pytest.mark.slow("draws 2^31 labels")
def test_labels(device):
    labels = torch.zeros(N, dtype=torch.uint8, device=device)
    drawn, redrawn = corrupt_labels(labels, 0.5, 10, seed=SEED)
    first = N - 301
    beyond = keep_reference(301, 2**31, STREAMS["label_choice"], SEED, first_element=first)
    assert redrawn[first:].cpu().equal(beyond)
    assert drawn[-301:][~redrawn[-301:]].eq(0).all()
    assert drawn[-301:].unique().numel() == 10
