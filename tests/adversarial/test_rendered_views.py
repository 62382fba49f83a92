"""Views of a textured mesh: poses, gradient, and an attack on the texture."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pyfrontiers import kernels
from pyfrontiers.adversarial import RenderedViews, ThreatModel, attack
from pyfrontiers.kernels import Mesh, Poses

SIZE = (12, 16)


@pytest.fixture
def views():
    return RenderedViews(Mesh.sphere(8, 8), SIZE)


@pytest.fixture
def texture():
    return torch.rand((3, 10, 10), generator=torch.Generator().manual_seed(1))


class Colours(nn.Module):
    """Is the picture red, green or blue on average?"""

    def forward(self, x):
        return 50 * x.mean((2, 3))


def test_scenes_lie_in_their_ranges(views):
    drawn = views.draw(3, 500)
    rotation, translation = drawn.poses.rotation, drawn.poses.translation
    eye = torch.eye(3, dtype=torch.float64)
    torch.testing.assert_close(rotation @ rotation.mT, eye.expand(500, 3, 3))
    assert rotation.mean(0).abs().max() < 0.15  # a uniform rotation has mean 0; 5.8 sigma
    assert translation[:, :2].abs().max() <= 0.05
    assert 2.5 <= translation[:, 2].min() <= translation[:, 2].max() <= 3.0
    assert 0.1 <= drawn.background.min() <= drawn.background.max() <= 1.0
    few = views.draw(3, 20)
    assert torch.equal(few.poses.packed, drawn.poses.packed[:20])


def test_gradient_is_the_transpose_of_the_same_map(texture):
    # Without noise and clipping, t(x) - t(0) = M x, and <M x, y> = <x, M' y>.
    views = RenderedViews(Mesh.sphere(8, 8), SIZE, noise=0.0)
    x = (0.5 * texture).double().requires_grad_()
    drawn = views.draw(0, 6)
    seen = views.apply(x, drawn)
    product = seen - views.apply(torch.zeros_like(x), drawn)
    y = torch.rand(seen.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    (back,) = torch.autograd.grad(seen, x, y)
    torch.testing.assert_close((product * y).sum(), (x * back).sum())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_gradient_is_that_of_plain_operations(texture, dtype, noise):
    # An unlit white texture is exactly 0 or 1 in many pixels, where the gradient of clamp passes.
    def poses(seed, count):
        away = torch.tensor([[0.0, 0.0, 2.0]]).expand(count, 3)
        return Poses(torch.eye(3).expand(count, 3, 3), away, ambient=1.0, diffuse=0.0)

    views = RenderedViews(Mesh.sphere(8, 8), SIZE, noise=noise, poses=poses)
    x = (2 * texture - 0.5).round().to(dtype).requires_grad_()
    drawn = views.draw(0, 6)
    seen = views.apply(x, drawn)
    plain = kernels.render(
        *(x, views.mesh, drawn.poses), size=SIZE, background=drawn.background.to(dtype)
    )
    z = kernels.normal(tuple(plain.shape), seed=drawn.seed).to(dtype)
    wanted = (plain + drawn.noise.to(dtype)[:, None, None, None] * z).clamp(0.0, 1.0)
    assert ((wanted == 0.0).any() and (wanted == 1.0).any()).item()
    assert torch.equal(seen, wanted)
    assert torch.equal(views.apply(x.detach(), drawn), wanted)
    y = torch.rand(seen.shape, generator=torch.Generator().manual_seed(2)).to(dtype)
    assert torch.equal(*(torch.autograd.grad(picture, x, y)[0] for picture in (seen, wanted)))


def test_attack_changes_the_texture_for_all_poses(texture):
    views = RenderedViews(Mesh.sphere(8, 8), (12, 12), distance=(1.5, 1.7))  # fills the picture
    drawn, target = texture[None], torch.tensor([2])
    found = attack(
        *(Colours(), drawn, target),
        views=views,
        targeted=True,
        threat=ThreatModel(epsilon=0.4),
        steps=8,
        views_per_step=8,
        held_out=50,
    )
    held_out = found.held_out
    before = (held_out.predictions_before == 2).double().mean()
    assert float(held_out.adversariality) > float(before) + 0.3
    assert float(found.linf) <= 0.4 + 1e-7
    assert held_out.lab.isfinite().all()
    assert found.adversarial.shape == drawn.shape


def test_own_poses(texture):
    def poses(seed, count):
        return Poses(torch.eye(3).expand(count, 3, 3), torch.tensor([0.0, 0.0, 3.0]))

    views = RenderedViews(Mesh.sphere(8, 8), SIZE, noise=0.0, poses=poses)
    seen = views.apply(texture, views.draw(0, 3))
    middle = seen[:, :, SIZE[0] // 2, SIZE[1] // 2]
    assert torch.equal(middle[0], middle[1])


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"distance": (3.0, 2.0)}, r"distance must be two numbers 0 < low <= high, got \(3.0, 2"),
        ({"focal_length": 0.0}, "focal_length must be a number above 0, got 0.0"),
        ({"size": (0, 4)}, r"size must hold two numbers from 1 to 32,768, got \(0, 4\)"),
        ({"shift": -1.0}, "shift must be a .*number.*, got -1.0"),
    ],
)
def test_errors(options, text):
    with pytest.raises(ValueError, match=f"^{text}"):
        RenderedViews(**{"mesh": Mesh.sphere(8, 8), "size": SIZE, **options})


def test_wrong_poses_and_textures(views, texture):
    wrong = RenderedViews(Mesh.sphere(8, 8), SIZE, poses=lambda seed, count: None)
    with pytest.raises(ValueError, match=r"^poses must return 2 Poses, got NoneType"):
        wrong.draw(0, 2)
    with pytest.raises(ValueError, match=r"^x must hold textures \(3, height, width\) .*, got sa"):
        views.apply(texture[:1], views.draw(0, 2))
