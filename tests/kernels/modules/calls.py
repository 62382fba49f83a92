"""A call of every kernel on a GPU.

Run as a program, it makes all calls with every element type, with aligned and unaligned tensors,
in both memory layouts, and with samples of several and of very many tiles. test_sanitizer.py runs
it under compute-sanitizer.
"""

import sys

import torch
from scenes import Scenes

from pyfrontiers import kernels

SEED = 0x0123456789ABCDEF
SHAPE = (4, 6, 33, 31)


def images(seed=0, dtype=torch.float32, shape=SHAPE):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator).to("cuda", dtype)


def every_call(dtype=torch.float32, shape=SHAPE):
    """Calls by name; each takes a tensor of images on the GPU."""
    mesh, poses = kernels.Mesh.sphere(8, 9).to("cuda"), Scenes.poses(2).to("cuda")
    random = kernels.TransformDistribution(noise=(0.1, 0.1))
    transforms = kernels.sample_transforms(3, random, seed=SEED, device="cuda")
    origin, grad = images(1, dtype, shape), images(2, dtype, shape) - 0.5
    labels = torch.arange(1000, device="cuda") % 10
    kept = torch.tensor([0, 2, 3], device="cuda")
    return {
        "dropout": lambda x: kernels.dropout(x, 0.3, seed=SEED),
        "dropout by channel": lambda x: kernels.dropout(x, 0.3, seed=SEED, granularity="channel"),
        "mc_dropout": lambda x: kernels.mc_dropout(x, 0.3, 7, seed=SEED),
        "mc_dropout_mean": lambda x: kernels.mc_dropout_mean(x, 0.3, 70, seed=SEED),
        "gather": lambda x: torch.ops.pyfrontiers.gather(x, kept, kept + 1, True),
        "linf_step": lambda x: kernels.linf_step(x, grad, origin, step=0.1, epsilon=0.2),
        "l2_step": lambda x: kernels.l2_step(x, grad, origin, step=0.5, epsilon=1.0),
        "l1_step": lambda x: kernels.l1_step(x, grad, origin, step=9.0, epsilon=5.0),
        "project": lambda x: kernels.project(x, origin, norm="l1", epsilon=4.0, bounds=(0.1, 0.9)),
        "project l0": lambda x: kernels.project(x, origin, norm="l0", epsilon=99),
        "moments": lambda x: torch.stack(kernels.moments(x)),
        "predictive": lambda x: torch.stack(kernels.predictive(x)[:2]),
        "predictive of many classes": lambda x: torch.stack(kernels.predictive(x.flatten(2))[:2]),
        "random_start": lambda x: kernels.random_start(x, norm="l2", epsilon=0.5, seed=SEED),
        "additive_noise": lambda x: kernels.additive_noise(x, 0.2, seed=SEED),
        "transform": lambda x: kernels.transform(x[:, :3].contiguous(), transforms),
        "render": lambda x: kernels.render(x[0, :3].contiguous(), mesh, poses, size=(40, 40)),
        "render_adjoint": lambda x: kernels.render_adjoint(
            x[:2, :3].contiguous(), mesh, poses, texture_size=(9, 9)
        ),
        "corrupt_labels": lambda x: (
            kernels.corrupt_labels(labels, 0.5, 10, seed=SEED)[0] + x.flatten()[:1000].int()
        ),
        "normal": lambda x: x + kernels.normal(x.shape, seed=SEED, device="cuda"),
        "dropout_mask": lambda x: x * kernels.dropout_mask(x.shape, 0.4, seed=SEED, device="cuda"),
        "sample_transforms": lambda x: (
            kernels.sample_transforms(3, random, seed=SEED, device="cuda").linear + x[0, 0, 0, 0]
        ),
    }


NAMES = (
    *("dropout", "dropout by channel", "mc_dropout", "linf_step", "moments", "transform"),
    *("mc_dropout_mean", "gather"),
    *("render", "render_adjoint", "corrupt_labels", "normal", "dropout_mask", "sample_transforms"),
    *("l2_step", "l1_step", "project", "project l0"),
    *("predictive", "predictive of many classes", "random_start", "additive_noise"),
)

ARRANGED = {
    "contiguous": lambda x: x,
    "channels last": lambda x: x.contiguous(memory_format=torch.channels_last),
    "not aligned": lambda x: torch.cat([x.flatten()[:1], x.flatten()])[1:].view(x.shape),
}


SEVERAL_TILES, MANY_TILES = (4, 6, 120, 110), (4, 6, 310, 300)


def with_gradient(x, mesh, poses):
    """Runs the adjoints, which only a gradient calls."""
    x = x.detach().requires_grad_()
    random = kernels.TransformDistribution(rotation=(-0.5, 0.5), noise=(0.1, 0.1))
    transforms = kernels.sample_transforms(2, random, seed=SEED, device="cuda")
    kernels.dropout(x, 0.3, seed=SEED).sum().backward()
    kernels.mc_dropout(x, 0.3, 3, seed=SEED).sum().backward()
    kernels.transform(x[:, :3], transforms).sum().backward()
    kernels.render(x[0, :3], mesh, poses, size=(20, 20)).sum().backward()


def call_all(x):
    calls = every_call(x.dtype, x.shape)
    for call in calls.values():
        call(x)
    with_gradient(x, kernels.Mesh.sphere(8, 9).to("cuda"), Scenes.poses(2).to("cuda"))
    return len(calls)


def main():
    for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
        for arrange in ARRANGED.values():
            made = call_all(arrange(images(dtype=dtype)))
    for shape in (SEVERAL_TILES, MANY_TILES):
        call_all(images(shape=shape))
    torch.cuda.synchronize()
    sys.stdout.write(f"{made} calls and their gradients\n")


if __name__ == "__main__":
    main()
