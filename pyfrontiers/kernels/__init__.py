"""Batched perturbation and dropout-sampling kernels.

Random results are pure functions of (seed, sample, element): the same on every instruction set, for
any number of threads, any memory layout and any dtype. Each kernel `K` has a readable `K_reference`
in plain torch that gives the same result slowly.
"""

from pyfrontiers.kernels.additive_noise import additive_noise, additive_noise_reference
from pyfrontiers.kernels.corrupt_labels import corrupt_labels, corrupt_labels_reference
from pyfrontiers.kernels.dropout import dropout, dropout_reference
from pyfrontiers.kernels.dropout_mask import dropout_mask, dropout_mask_reference
from pyfrontiers.kernels.fragments import Fragments
from pyfrontiers.kernels.gather import gather_conv2d, gather_linear
from pyfrontiers.kernels.gather_reference import gather_conv2d_reference, gather_linear_reference
from pyfrontiers.kernels.isa import available_isas, current_isa, use_isa
from pyfrontiers.kernels.l1_step import l1_step, l1_step_reference
from pyfrontiers.kernels.l2_step import l2_step, l2_step_reference
from pyfrontiers.kernels.linf_step import linf_step, linf_step_reference
from pyfrontiers.kernels.mc_dropout import mc_dropout, mc_dropout_reference
from pyfrontiers.kernels.mc_dropout_mean import mc_dropout_mean, mc_dropout_mean_reference
from pyfrontiers.kernels.mesh import Mesh
from pyfrontiers.kernels.moments import Moments, moments, moments_reference
from pyfrontiers.kernels.philox import bits, normal, randint, uniform
from pyfrontiers.kernels.philox_reference import (
    bits_reference,
    normal_reference,
    randint_reference,
    uniform_reference,
)
from pyfrontiers.kernels.poses import Poses
from pyfrontiers.kernels.predictive import (
    PredictiveSummary,
    predictive,
    predictive_reference,
)
from pyfrontiers.kernels.predictive_passes import Predictive
from pyfrontiers.kernels.project import project, project_reference
from pyfrontiers.kernels.random_start import random_start, random_start_reference
from pyfrontiers.kernels.render import rasterize, render, render_adjoint
from pyfrontiers.kernels.render_reference import (
    rasterize_reference,
    render_adjoint_reference,
    render_reference,
)
from pyfrontiers.kernels.sample_transforms import sample_transforms, sample_transforms_reference
from pyfrontiers.kernels.streams import fold_in, split
from pyfrontiers.kernels.transform import transform
from pyfrontiers.kernels.transform_parameters import TransformDistribution, Transforms
from pyfrontiers.kernels.transform_reference import transform_reference

__all__ = [
    "Fragments",
    "Mesh",
    "Moments",
    "Poses",
    "Predictive",
    "PredictiveSummary",
    "TransformDistribution",
    "Transforms",
    "additive_noise",
    "additive_noise_reference",
    "available_isas",
    "bits",
    "bits_reference",
    "corrupt_labels",
    "corrupt_labels_reference",
    "current_isa",
    "dropout",
    "dropout_mask",
    "dropout_mask_reference",
    "dropout_reference",
    "fold_in",
    "gather_conv2d",
    "gather_conv2d_reference",
    "gather_linear",
    "gather_linear_reference",
    "l1_step",
    "l1_step_reference",
    "l2_step",
    "l2_step_reference",
    "linf_step",
    "linf_step_reference",
    "mc_dropout",
    "mc_dropout_mean",
    "mc_dropout_mean_reference",
    "mc_dropout_reference",
    "moments",
    "moments_reference",
    "normal",
    "normal_reference",
    "predictive",
    "predictive_reference",
    "project",
    "project_reference",
    "randint",
    "randint_reference",
    "random_start",
    "random_start_reference",
    "rasterize",
    "rasterize_reference",
    "render",
    "render_adjoint",
    "render_adjoint_reference",
    "render_reference",
    "sample_transforms",
    "sample_transforms_reference",
    "split",
    "transform",
    "transform_reference",
    "uniform",
    "uniform_reference",
    "use_isa",
]
