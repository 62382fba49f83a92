"""The table of the kernels; every other list of them is generated from it or checked against it.

README's table, the app's kernels page, `pyfrontiers doctor`, the benchmarks, the generated
malformed calls and the tests of all kernels derive from it. `csrc/kernels.inc` is the same list for
the compiled code; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FUNCTIONS", "KERNELS", "Kernel", "markdown_table"]


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel.

    Attributes:
        name: name of its files in every layer.
        purpose: one sentence about what it computes.
        example: lines that run after `import torch` and `from pyfrontiers import kernels`.
        functions: its public functions, each with a `_reference`; default: the kernel's name.
    """

    name: str
    purpose: str
    example: str
    functions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.functions:
            object.__setattr__(self, "functions", (self.name,))

    @property
    def title(self) -> str:
        """The functions, separated by commas."""
        return ", ".join(self.functions)

    @property
    def listing(self) -> str:
        """The example with its imports."""
        return f"import torch\nfrom pyfrontiers import kernels\n{self.example}"


KERNELS = (
    Kernel(
        "philox",
        "Random numbers from the counter-based Philox4x32-10: pure functions of seed and position.",
        "u = kernels.uniform(1000, seed=7)\nz = kernels.normal(1000, seed=7)",
        functions=("bits", "uniform", "normal", "randint"),
    ),
    Kernel(
        "dropout_mask",
        "Bit-sliced Bernoulli masks, as bools or packed bits, per element or per channel.",
        "mask = kernels.dropout_mask((64, 4096), 0.1, seed=7, packed=True)",
    ),
    Kernel(
        "dropout",
        "One dropout pass; the mask is drawn while the tensor is read and never stored.",
        "y = kernels.dropout(torch.rand(64, 3072), 0.1, seed=7)",
    ),
    Kernel(
        "mc_dropout",
        "T dropout passes over one tensor into one output.",
        "passes = kernels.mc_dropout(torch.rand(16, 512), 0.5, samples=32, seed=7)",
    ),
    Kernel(
        "mc_dropout_mean",
        "The mean over T dropout passes, by counting masks instead of computing the passes.",
        "mean = kernels.mc_dropout_mean(torch.rand(16, 512), 0.5, samples=32, seed=7)",
    ),
    Kernel(
        "corrupt_labels",
        "Labels of which a random share is redrawn uniformly over the classes.",
        "labels = torch.arange(1000) % 10\n"
        "labels, redrawn = kernels.corrupt_labels(labels, 0.5, num_classes=10, seed=7)",
    ),
    Kernel(
        "gather",
        "A layer applied to the channels that dropout keeps: weights of dropped channels are "
        "neither read nor multiplied.",
        "x, weight = torch.rand(8, 64), torch.rand(10, 64)\n"
        "y = kernels.gather_linear(x, weight, inputs=torch.arange(0, 64, 2))",
        functions=("gather_linear", "gather_conv2d"),
    ),
    Kernel(
        "linf_step",
        "Gradient step and projection onto the L-infinity ball and the box, fused; the bounds hold "
        "exactly in the tensor's dtype.",
        "x = torch.rand(8, 3, 224, 224)\n"
        "x = kernels.linf_step(x, torch.randn_like(x), x, step=2 / 255, epsilon=8 / 255)",
    ),
    Kernel(
        "l2_step",
        "A step along the normalised gradient, and the exact projection onto the L2 ball within "
        "the box.",
        "x = torch.rand(8, 3, 224, 224)\n"
        "x = kernels.l2_step(x, torch.randn_like(x), x, step=0.5, epsilon=3.0)",
    ),
    Kernel(
        "l1_step",
        "A step that moves the 1 % of elements with the steepest gradient, and the exact "
        "projection onto the L1 ball within the box.",
        "x = torch.rand(8, 3, 224, 224)\n"
        "x = kernels.l1_step(x, torch.randn_like(x), x, step=10.0, epsilon=100.0)",
    ),
    Kernel(
        "project",
        "The nearest point of an L-infinity, L2, L1 or L0 ball within a box, by root finding with "
        "float64 sums instead of sorting.",
        "origin = torch.rand(8, 3, 224, 224)\n"
        "x = origin + torch.randn_like(origin)\n"
        'x = kernels.project(x, origin, norm="l1", epsilon=100.0, bounds=(0.0, 1.0))',
    ),
    Kernel(
        "random_start",
        "A uniform point in each sample's L-infinity, L2 or L1 ball, clipped to the box.",
        "x = torch.rand(8, 3, 224, 224)\n"
        'x = kernels.random_start(x, norm="l2", epsilon=3.0, seed=7)',
    ),
    Kernel(
        "additive_noise",
        "Gaussian, uniform, or salt-and-pepper noise, clipped to the box.",
        "y = kernels.additive_noise(torch.rand(8, 3, 224, 224), 0.1, seed=7)",
    ),
    Kernel(
        "moments",
        "Mean and variance over passes, in one read; `Moments` takes the passes in chunks.",
        "mean, variance = kernels.moments(torch.randn(32, 4096))",
    ),
    Kernel(
        "predictive",
        "Mean probability, variance, entropy, expected entropy and mutual information from the "
        "logits of T passes, in one read; `Predictive` takes the passes in chunks.",
        "summary = kernels.predictive(torch.randn(32, 64, 10))",
    ),
    Kernel(
        "sample_transforms",
        "Random affine maps, blurs, colour changes and noise levels for `transform`, drawn from "
        "(seed, sample).",
        "drawn = kernels.sample_transforms(8, kernels.TransformDistribution(), seed=7)",
    ),
    Kernel(
        "transform",
        "Those transforms applied to images in one pass; the gradient is the exact adjoint, as "
        "expectation over transformation needs.",
        "drawn = kernels.sample_transforms(8, kernels.TransformDistribution(), seed=7)\n"
        "y = kernels.transform(torch.rand(1, 3, 224, 224), drawn)",
    ),
    Kernel(
        "render",
        "Images of a textured mesh in many poses, and the exact transpose for the texture's "
        "gradient.",
        "poses = kernels.Poses(torch.eye(3).expand(4, 3, 3), torch.tensor([0.0, 0.0, 3.0]))\n"
        "texture = torch.rand(3, 64, 64)\n"
        "y = kernels.render(texture, kernels.Mesh.sphere(), poses, size=(96, 96))",
        functions=("rasterize", "render", "render_adjoint"),
    ),
)
"""The kernels, in the order of `csrc/kernels.inc`."""

FUNCTIONS = tuple(function for kernel in KERNELS for function in kernel.functions)
"""The public functions of all kernels."""


def markdown_table() -> str:
    """Return the kernels as the table in README."""
    rows = (
        f"| {', '.join(f'`{name}`' for name in kernel.functions)} | {kernel.purpose} |"
        for kernel in KERNELS
    )
    return "\n".join(("| kernel | what it computes |", "|---|---|", *rows))
