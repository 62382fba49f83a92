"""A short, runnable example for each kernel."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TAKEN_ALONG", "TakenAlong"]


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """A kernel and how to call it.

    Attributes:
        what: What it does, in one sentence.
        code: A complete example.
        subjects: Its names in the recorded sweep over sizes.

    """

    what: str
    code: str
    subjects: tuple[str, ...]


def _lines(*lines: str) -> str:
    return "\n".join(("import torch", "from pyfrontiers import kernels", *lines))


TAKEN_ALONG = {
    "dropout": TakenAlong(
        "Dropout in one pass: the mask is generated on the fly and never stored.",
        _lines("y = kernels.dropout(torch.rand(64, 3072), 0.1, seed=7)"),
        ("dropout, p = 0.5", "dropout, p = 0.1"),
    ),
    "mc_dropout": TakenAlong(
        "T dropout passes over one tensor, each with its own mask.",
        _lines("passes = kernels.mc_dropout(torch.rand(16, 512), 0.5, samples=32, seed=7)"),
        ("mc_dropout, T = 32",),
    ),
    "dropout_mask": TakenAlong(
        "The dropout mask, packed to one bit per element.",
        _lines("mask = kernels.dropout_mask((64, 4096), 0.1, seed=7, packed=True)"),
        ("packed mask, p = 0.5", "packed mask, p = 0.1"),
    ),
    "linf_step": TakenAlong(
        "A signed gradient step, projected onto the L-infinity ball and the box, in one pass.",
        _lines(
            "x = torch.rand(8, 3, 224, 224)",
            "x = kernels.linf_step(x, torch.randn_like(x), x, step=2 / 255, epsilon=8 / 255)",
        ),
        ("linf_step",),
    ),
    "moments": TakenAlong(
        "Mean and variance over the passes, reading the samples once.",
        _lines("mean, variance = kernels.moments(torch.randn(32, 4096))"),
        ("moments, T = 32",),
    ),
    "l2_step": TakenAlong(
        "A normalised gradient step, projected exactly onto the L2 ball intersected with the box.",
        _lines(
            "x = torch.rand(8, 3, 224, 224)",
            "x = kernels.l2_step(x, torch.randn_like(x), x, step=0.5, epsilon=3.0)",
        ),
        ("l2_step",),
    ),
    "random_start": TakenAlong(
        "Uniform samples from the L-infinity, L2 or L1 ball around each input.",
        _lines(
            "x = torch.rand(8, 3, 224, 224)",
            'x = kernels.random_start(x, norm="l2", epsilon=3.0, seed=7)',
        ),
        ("random_start, L-inf",),
    ),
    "predictive": TakenAlong(
        "Mean probability, variance, entropies and mutual information from the passes' logits.",
        _lines("sums = kernels.predictive(torch.randn(32, 64, 10))"),
        ("predictive, T = 32",),
    ),
    "additive_noise": TakenAlong(
        "Gaussian, uniform or salt-and-pepper noise with clipping, reproducible per element.",
        _lines("y = kernels.additive_noise(torch.rand(8, 3, 224, 224), 0.1, seed=7)"),
        ("additive_noise",),
    ),
    "uniform, normal": TakenAlong(
        "Stateless random numbers: the same seed gives the same values on every device.",
        _lines("u, z = kernels.uniform(1000, seed=7), kernels.normal(1000, seed=7)"),
        ("uniform", "normal"),
    ),
    "corrupt_labels": TakenAlong(
        "Replaces a chosen share of the labels with uniformly random ones.",
        _lines(
            "labels, redrawn = kernels.corrupt_labels(torch.arange(1000) % 10, 0.5, 10, seed=7)"
        ),
        ("corrupt_labels",),
    ),
    "transform": TakenAlong(
        "Random affine maps, colour changes, blur and noise for images, with the exact adjoint.",
        _lines(
            "some = kernels.sample_transforms(8, kernels.TransformDistribution(), seed=7)",
            "y = kernels.transform(torch.rand(1, 3, 224, 224), some)",
        ),
        ("transform",),
    ),
    "render": TakenAlong(
        "Renders a textured mesh in many poses; the transposed map gives the texture's gradient.",
        _lines(
            "poses = kernels.Poses(torch.eye(3).expand(4, 3, 3), torch.tensor([0.0, 0.0, 3.0]))",
            "image = torch.rand(3, 64, 64)",
            "y = kernels.render(image, kernels.Mesh.sphere(), poses, size=(96, 96))",
        ),
        ("render",),
    ),
}
