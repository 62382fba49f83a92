"""The renderer in torch: operators, compiled programs, derivatives."""

import pytest
import torch
from torch import library

from pyfrontiers.kernels import Mesh, rasterize, render, render_adjoint

OPERATORS = torch.ops.pyfrontiers
SIZE = (7, 8)


@pytest.fixture(scope="module")
def scene(scenes):
    return Mesh.sphere(5, 6), scenes.poses(2)


def arrays(scene):
    mesh, poses = scene
    return mesh.positions, mesh.faces, mesh.corners, mesh.double_sided, poses.packed


def texture(dtype=torch.float32, *, requires_grad=True):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, 4, 5, generator=generator).to(dtype).requires_grad_(requires_grad)


def images(dtype=torch.float32, *, requires_grad=True):
    generator = torch.Generator().manual_seed(2)
    return torch.randn(2, 2, *SIZE, generator=generator).to(dtype).requires_grad_(requires_grad)


@pytest.mark.parametrize(
    "name", ["rasterize", "render", "render_adjoint", "look_up", "look_up_adjoint"]
)
def test_opcheck(scene, name):
    seen = rasterize(*scene, size=SIZE)
    fragments = (seen.face, seen.uv, seen.shade)
    colour = torch.rand(1, 2, 1, 1, requires_grad=True)
    calls = {
        "rasterize": (*arrays(scene), *SIZE),
        "render": (texture(), *arrays(scene), colour, *SIZE),
        "render_adjoint": (images(), *arrays(scene), 4, 5),
        "look_up": (texture(), *fragments, colour),
        "look_up_adjoint": (images(), *fragments, 4, 5),
    }
    library.opcheck(getattr(OPERATORS, name), calls[name])


def programs(scene):
    mesh, poses = scene
    seen = rasterize(mesh, poses, size=SIZE)
    return {
        "render": lambda x: render(x * 2, mesh, poses, size=SIZE, background=0.5).sin(),
        "render and back": lambda x: render_adjoint(
            render(x, mesh, poses, size=SIZE), mesh, poses, texture_size=(4, 5)
        ),
        "fragments": lambda x: seen.render(x.cos(), background=torch.ones(2)) + 1,
        "rasterize": lambda x: x.sum() * rasterize(mesh, poses, size=SIZE).shade,
        "fragments and back": lambda x: seen.adjoint(seen.render(x), texture_size=(4, 5)) * x,
    }


NAMES = ("render", "render and back", "fragments", "rasterize", "fragments and back")


@pytest.mark.parametrize("name", NAMES)
def test_compiles_to_one_graph_and_matches_eager(scene, name):
    program = programs(scene)[name]
    compiled = torch.compile(program, fullgraph=True, backend="aot_eager")
    eager_input, input_ = texture(), texture()
    wanted, got = program(eager_input), compiled(input_)
    assert torch.equal(got, wanted)
    wanted.sum().backward()
    got.sum().backward()
    assert torch.equal(input_.grad, eager_input.grad)


@pytest.mark.parametrize("name", NAMES)
def test_direct_path_without_gradient_matches_the_operator(scene, name):
    program = programs(scene)[name]
    recorded = program(texture()).detach()
    with torch.no_grad():
        assert torch.equal(program(texture()), recorded)
    with torch.inference_mode():
        assert torch.equal(program(texture(requires_grad=False)), recorded)


def test_gradcheck(scene):
    mesh, poses = scene
    x, y = texture(torch.float64), images(torch.float64)
    seen = rasterize(mesh, poses, size=SIZE)
    for function, at in (
        (lambda x: render(x, mesh, poses, size=SIZE), x),
        (lambda y: render_adjoint(y, mesh, poses, texture_size=(4, 5)), y),
        (seen.render, x),
        (lambda y: seen.adjoint(y, texture_size=(4, 5)), y),
    ):
        assert torch.autograd.gradcheck(function, at)
        assert torch.autograd.gradgradcheck(function, at, fast_mode=True)  # along random directions


def test_operators_reject_malformed_arrays(scene):
    positions, faces, corners, double_sided, poses = arrays(scene)
    wrong = {
        "positions": (positions.T, faces, corners, double_sided, poses),
        "faces": (positions, faces.long(), corners, double_sided, poses),
        "corners": (positions, faces, corners[:-1], double_sided, poses),
        "poses": (positions, faces, corners, double_sided, poses[:, :-1]),
    }
    for name, mesh in wrong.items():
        with pytest.raises(ValueError, match=f"{name} must .*contiguous.*, got .*"):
            OPERATORS.rasterize(*mesh, *SIZE)
    for number in (-1, positions.shape[1]):
        outside = faces.clone()
        outside[3, 1] = number
        with pytest.raises(
            ValueError, match=r"faces must hold indices of the \d+ vertices, got another"
        ):
            OPERATORS.rasterize(positions, outside, corners, double_sided, poses, *SIZE)


def test_non_finite_unused_texels_have_no_effect(isa, scene):
    # The classes reject them; the operators must at least stay within their memory.
    positions, faces, corners, double_sided, poses = (
        part.clone() if isinstance(part, torch.Tensor) else part for part in arrays(scene)
    )
    positions[:, ::3], positions[:, 1::3] = torch.nan, torch.inf
    corners[::2] = torch.nan
    poses[0, 3] = -torch.inf
    mesh = (positions, faces, corners, double_sided, poses)
    nothing = torch.zeros(1, 1, 1, 1)
    OPERATORS.render(texture(requires_grad=False), *mesh, nothing, *SIZE)
    OPERATORS.render_adjoint(images(requires_grad=False), *mesh, 4, 5)


def test_training_step_reduces_the_loss(scenes):
    # The renderer's purpose: optimise the texture until the images match a target.
    mesh, poses = Mesh.sphere(16, 16), scenes.poses(6)
    wanted = render(texture(requires_grad=False), mesh, poses, size=(24, 24))
    x = torch.zeros(2, 4, 5, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.004)
    losses = []
    for _ in range(80):
        optimizer.zero_grad()
        loss = (render(x, mesh, poses, size=(24, 24)) - wanted).square().sum()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.01 * losses[0]
