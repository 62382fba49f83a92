"""An image is M texture + background and the gradient uses M transposed, exactly."""

import math

import pytest
import torch
import torch.nn.functional as F

from pyfrontiers.kernels import (
    Mesh,
    rasterize,
    render,
    render_adjoint,
    render_adjoint_reference,
    render_reference,
)

SIZE = (19, 23)
TEXTURE = (11, 13)


def textured(dtype=torch.float32, channels=3, size=TEXTURE, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((channels, *size), generator=generator).to(dtype)


def gradients(poses, dtype=torch.float32, channels=3, size=SIZE):
    generator = torch.Generator().manual_seed(8)
    return torch.randn((len(poses), channels, *size), generator=generator).to(dtype)


def test_matches_reference(isa, dtype, mesh, scenes):
    poses = scenes.poses(2)
    image = render(textured(dtype), mesh, poses, size=SIZE, background=0.25)
    assert image.equal(render_reference(textured(dtype), mesh, poses, size=SIZE, background=0.25))


def test_adjoint_matches_reference(isa, dtype, mesh, scenes):
    poses = scenes.poses(2)
    gradient = gradients(poses, dtype)
    texture = render_adjoint(gradient, mesh, poses, texture_size=TEXTURE)
    wanted = render_adjoint_reference(gradient, mesh, poses, texture_size=TEXTURE)
    # The reference adds in another order, so 16-bit results may round to a neighbour.
    tolerance = max(1e-5, 2 * torch.finfo(dtype).eps)
    torch.testing.assert_close(texture, wanted, rtol=tolerance, atol=tolerance)


def test_adjoint_is_the_transpose(isa, mesh, scenes):
    # <M x, y> = <x, M' y> for every x and y.
    poses = scenes.poses(4)
    x, y = textured(torch.float64), gradients(poses, torch.float64)
    image = render(x, mesh, poses, size=SIZE)
    texture = render_adjoint(y, mesh, poses, texture_size=TEXTURE)
    scale = float((image * y).abs().sum())
    assert abs(float((image * y).sum() - (x * texture).sum())) < 1e-12 * scale


def test_covered_pixels_match_grid_sample_times_shade(mesh, scenes):
    poses = scenes.poses(5)
    texture = textured(torch.float64)
    seen = rasterize(mesh, poses, size=SIZE)
    image = render(texture, mesh, poses, size=SIZE)
    wanted = F.grid_sample(
        texture.expand(5, -1, -1, -1),
        2 * seen.uv.double() - 1,
        padding_mode="border",
        align_corners=False,
    )
    # Tolerance: texel coordinates of about 13 in float32, and a texture with a slope of about 4.
    torch.testing.assert_close(image, wanted * seen.shade[:, None], rtol=0, atol=2e-5)


@pytest.mark.parametrize("channels", [0, 1, 2, 4, 5, 9])
def test_any_number_of_channels(isa, channels, scenes):
    mesh, poses = Mesh.sphere(12, 11), scenes.poses(2)
    x = textured(channels=channels)
    image = render(x, mesh, poses, size=SIZE, background=-1.0)
    y = gradients(poses, channels=channels)
    texture = render_adjoint(y, mesh, poses, texture_size=TEXTURE)
    assert image.shape == y.shape
    assert texture.shape == x.shape
    for c in range(channels):
        one = slice(c, c + 1)
        assert image[:, one].equal(render(x[one], mesh, poses, size=SIZE, background=-1.0))
        assert texture[one].equal(render_adjoint(y[:, one], mesh, poses, texture_size=TEXTURE))


def test_independent_of_memory_layout(laid_out, scenes):
    mesh, poses = scenes.box(), scenes.poses(2)
    x = textured(channels=5, size=(9, 7))[None].expand(2, -1, -1, -1)
    y = gradients(poses, channels=5)
    image = render(laid_out(x)[1], mesh, poses, size=SIZE)
    assert image.equal(render(laid_out(x)[1].clone(), mesh, poses, size=SIZE))
    texture = render_adjoint(laid_out(y), mesh, poses, texture_size=TEXTURE)
    assert texture.equal(
        render_adjoint(laid_out(y).contiguous(), mesh, poses, texture_size=TEXTURE)
    )


@pytest.mark.parametrize("count", [1, 7])
def test_independent_of_threads(threads, count, scenes):
    mesh, poses = Mesh.sphere(12, 11), scenes.poses(count)
    y = gradients(poses)
    image = render(textured(), mesh, poses, size=SIZE)
    assert image.equal(render_reference(textured(), mesh, poses, size=SIZE))
    texture = render_adjoint(y, mesh, poses, texture_size=TEXTURE)
    torch.set_num_threads(1)
    assert texture.equal(render_adjoint(y, mesh, poses, texture_size=TEXTURE))


def test_poses_are_independent(scenes):
    mesh, poses = scenes.box(), scenes.poses(4)
    image = render(textured(), mesh, poses, size=SIZE)
    for k, alone in enumerate(image):
        own = scenes.poses(4)
        one = type(poses)(
            *(
                getattr(own, f)[k : k + 1]
                for f in (
                    "rotation",
                    "translation",
                    "focal_length",
                    "light",
                    "ambient",
                    "diffuse",
                    "near",
                )
            )
        )
        assert render(textured(), mesh, one, size=SIZE)[0].equal(alone)


def test_more_samples_than_are_held_at_once(scenes):
    # The adjoint processes 4 Mi pixels at a time; sums continue across.
    poses, size = scenes.poses(5), (1000, 1000)
    mesh, y = scenes.box(), torch.ones((5, 1, *size))
    texture = render_adjoint(y, mesh, poses, texture_size=(8, 8))
    shade = rasterize(mesh, poses, size=size).shade
    torch.testing.assert_close(texture.sum(), shade.sum(), rtol=1e-4, atol=0)


class TestFragments:
    def test_lookup_matches_render(self, isa, dtype, mesh, scenes):
        poses = scenes.poses(2)
        seen = rasterize(mesh, poses, size=SIZE)
        colour = torch.tensor([0.1, 0.2, 0.3])
        image = seen.render(textured(dtype), background=colour)
        assert image.equal(render(textured(dtype), mesh, poses, size=SIZE, background=colour))
        y = gradients(poses, dtype)
        texture = seen.adjoint(y, texture_size=TEXTURE)
        assert texture.equal(render_adjoint(y, mesh, poses, texture_size=TEXTURE))


class TestBackground:
    @pytest.mark.parametrize("shape", [(), (3,), (4, 3), (3, *SIZE), (4, 3, *SIZE)])
    def test_is_visible_where_not_covered(self, isa, dtype, shape, scenes):
        mesh, poses = scenes.box(), scenes.poses(4)
        background = torch.randn(shape, generator=torch.Generator().manual_seed(2))
        image = render(textured(dtype), mesh, poses, size=SIZE, background=background)
        empty = rasterize(mesh, poses, size=SIZE).face[:, None] < 0
        rows = background[..., None, None] if background.dim() in (1, 2) else background
        wanted = rows.to(dtype).expand_as(image)
        assert 0 < int(empty.sum()) < empty.numel()
        assert image.where(empty, 0).equal(wanted.where(empty, 0))
        assert image.where(~empty, 0).equal(
            render(textured(dtype), mesh, poses, size=SIZE).where(~empty, 0)
        )

    def test_gradient_flows_where_not_covered(self, scenes):
        mesh, poses = scenes.box(), scenes.poses(2)
        texture = textured(torch.float64, 2, (3, 4)).requires_grad_()
        for shape in ((2,), (2, 2), (2, 9, 8), (2, 2, 9, 8)):
            background = torch.randn(shape, dtype=torch.float64, requires_grad=True)
            # Along random directions: all 288 columns of the Jacobian would take half a minute.
            assert torch.autograd.gradcheck(
                lambda x, b: render(x, mesh, poses, size=(9, 8), background=b),
                (texture, background),
                fast_mode=True,
            )


class TestOut:
    def test_out(self, dtype, scenes):
        mesh, poses = scenes.box(), scenes.poses(2)
        x, y = textured(dtype), gradients(poses, dtype)
        image, texture = torch.empty_like(y), torch.empty_like(x)
        assert render(x, mesh, poses, size=SIZE, out=image) is image
        assert image.equal(render(x, mesh, poses, size=SIZE))
        assert render_adjoint(y, mesh, poses, texture_size=TEXTURE, out=texture) is texture
        assert texture.equal(render_adjoint(y, mesh, poses, texture_size=TEXTURE))

    def test_strided_out(self, scenes):
        mesh, poses = scenes.box(), scenes.poses(2)
        image = torch.empty(2, 3, 19, 46)[..., ::2]
        render(textured(), mesh, poses, size=SIZE, out=image)
        assert image.equal(render(textured(), mesh, poses, size=SIZE))

    def test_rejected_outputs(self, scenes):
        mesh, poses = scenes.box(), scenes.poses(2)
        x = textured(channels=2, size=(4, 4)).expand(2, -1, -1)
        with pytest.raises(ValueError, match=r"out must .*\(2, 2, 4, 4.*, got \(2, 2, 4, 5\)"):
            render(x, mesh, poses, size=(4, 4), out=torch.empty(2, 2, 4, 5))
        memory = torch.rand(100)
        with pytest.raises(ValueError, match=r"out must .*got memory that overlaps texture"):
            render(
                memory[:32].reshape(2, 4, 4),
                mesh,
                poses,
                size=(4, 4),
                out=memory[30:94].reshape(2, 2, 4, 4),
            )
        with pytest.raises(ValueError, match="while gradient requires a gradient"):
            render_adjoint(
                torch.rand(2, 2, 4, 4, requires_grad=True),
                mesh,
                poses,
                texture_size=(4, 4),
                out=torch.empty(2, 4, 4),
            )


def test_nan_texel_affects_only_pixels_that_read_it(scenes):
    mesh, poses = scenes.box(), scenes.poses(2)
    x = textured()
    x[1, 7, 9] = math.nan
    image = render(x, mesh, poses, size=SIZE)
    spot = torch.zeros(1, *TEXTURE)
    spot[0, 7, 9] = 1
    reached = render(spot, mesh, poses, size=SIZE)[:, 0] != 0
    assert image[:, [0, 2]].isfinite().all()
    assert reached.any()
    assert bool(image[:, 1].isnan()[reached].all())
    # A weight of exactly 0 also spreads NaN, but not beyond the four neighbours.
    around = render(F.max_pool2d(spot, 3, 1, 1), mesh, poses, size=SIZE)[:, 0] != 0
    assert not bool((image[:, 1].isnan() & ~around).any())


def test_one_texel(isa, scenes):
    mesh, poses = scenes.soup(), scenes.poses(2)
    image = render(torch.full((1, 1, 1), 2.0), mesh, poses, size=SIZE)
    assert image.equal(2 * rasterize(mesh, poses, size=SIZE).shade[:, None])
