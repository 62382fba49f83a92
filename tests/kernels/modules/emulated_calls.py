"""Numbers and comparisons for calls that run on the CPU and as emulated CUDA kernels."""

import torch

# Around the size of a pack, a block of mask bits, a tile, and a few tiles.
LENGTHS = (1, 3, 17, 128, 1000, 8191, 33333)
# (N, C, H, W): few channels, 64 (the most that fit a tile), and more; even and odd.
SHAPES = ((2, 3, 5, 7), (1, 64, 9, 30), (2, 66, 3, 5), (1, 2, 70, 90), (3, 63, 2, 1))
SEED = 0x0123456789ABCDEF


def bytes_of(result):
    """The bytes of a tensor or of several, with all NaN payloads made equal."""
    for tensor in result if isinstance(result, tuple) else (result,):
        flat = tensor.contiguous().reshape(-1)
        if flat.is_floating_point():
            flat = flat.masked_fill(flat.isnan(), float("nan"))
        yield flat.view(torch.uint8)


def assert_same(results):
    expected, given = results
    for a, b in zip(bytes_of(expected), bytes_of(given), strict=True):
        assert torch.equal(a, b)


def numbers(n, dtype, generator_seed=0):
    """Normal numbers that include zeros, infinities and NaN."""
    generator = torch.Generator().manual_seed(generator_seed)
    x = torch.randn(n, generator=generator, dtype=torch.float64)
    for offset, value in enumerate((0.0, -0.0, float("inf"), -float("inf"), float("nan"))):
        x[7 * offset + 3 :: 101] = value
    return x.to(dtype)


def unaligned(x):
    """The same values at an address that is not aligned for a pack."""
    memory = torch.empty(x.numel() + 1, dtype=x.dtype)
    moved = memory[1:].view(x.shape)
    moved.copy_(x)
    return moved
