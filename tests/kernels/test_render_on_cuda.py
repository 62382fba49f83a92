"""The emulated CUDA renderer matches the CPU bit for bit with any grid and order of threads."""

import pytest
import torch

from pyfrontiers.kernels import rasterize, render, render_adjoint

SIZE, TEXTURE = (33, 41), (7, 9)
GRIDS = {
    "one-block-backwards": {"max_grid": 1, "threads": 96, "backwards": True},
    "striding": {"max_grid": 2, "threads": 32, "backwards": False},
    "wide-backwards": {"max_grid": 1 << 20, "threads": 256, "backwards": True},
}


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_matches_cpu_bit_for_bit(request, grid, dtype, mesh, scenes):
    # Pixels join their texels' lists in the order of the threads; the sums must not depend on it.
    poses = scenes.poses(3)
    generator = torch.Generator().manual_seed(0)
    texture = torch.randn((5, *TEXTURE), generator=generator).to(dtype)
    gradient = torch.randn((3, 5, *SIZE), generator=generator).to(dtype)

    def everything():
        seen = rasterize(mesh, poses, size=SIZE)
        yield from (seen.face, seen.depth, seen.uv, seen.shade)
        yield render(texture, mesh, poses, size=SIZE, background=gradient)
        yield render_adjoint(gradient, mesh, poses, texture_size=TEXTURE)
        yield seen.render(texture, background=0.5)
        yield seen.adjoint(gradient, texture_size=TEXTURE)

    on_cpu = list(everything())
    request.getfixturevalue("emulated_cuda").set_launch(**grid)
    for ours, wanted in zip(everything(), on_cpu, strict=True):
        assert ours.equal(wanted)


def test_all_pixels_in_the_list_of_one_texel(request, scenes):
    # With one texel every pixel is in its list, which the merge sort must order.
    mesh, poses = scenes.box(), scenes.poses(2)
    gradient = torch.randn((2, 1, 64, 64), generator=torch.Generator().manual_seed(1))
    wanted = render_adjoint(gradient, mesh, poses, texture_size=(1, 1))
    module = request.getfixturevalue("emulated_cuda")
    for grid in GRIDS.values():
        module.set_launch(**grid)
        assert render_adjoint(gradient, mesh, poses, texture_size=(1, 1)).equal(wanted)


def test_too_small_workspace_is_rejected(emulated_cuda):
    size = emulated_cuda.render_workspace(10, (2, 3, 4))
    assert size >= 2 * (10 * 16 + 12 * 8)
    with pytest.raises(ValueError, match=f"workspace must have {size} bytes, got {size - 1}"):
        emulated_cuda.rasterize(
            (16, 10, 16, 0, 16, False), 16, (2, 3, 4), (16, 16, 16, 16), (16, size - 1), (0, 0)
        )
