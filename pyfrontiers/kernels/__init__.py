"""Kernels for perturbations, dropout sampling and their statistics.

Random results are pure functions of (seed, sample, element): the same on every instruction set, for
any number of threads, any memory layout and any dtype. Each kernel `K` has a readable `K_reference`
in plain torch that gives the same result slowly. `table.py` lists the kernels; each module exports
what its `__all__` names.
"""

# ruff: noqa: F403

from pyfrontiers.kernels.additive_noise import *
from pyfrontiers.kernels.corrupt_labels import *
from pyfrontiers.kernels.dropout import *
from pyfrontiers.kernels.dropout_mask import *
from pyfrontiers.kernels.fragments import *
from pyfrontiers.kernels.gather import *
from pyfrontiers.kernels.gather_reference import *
from pyfrontiers.kernels.isa import *
from pyfrontiers.kernels.l1_step import *
from pyfrontiers.kernels.l2_step import *
from pyfrontiers.kernels.linf_step import *
from pyfrontiers.kernels.mc_dropout import *
from pyfrontiers.kernels.mc_dropout_mean import *
from pyfrontiers.kernels.mesh import *
from pyfrontiers.kernels.moments import *
from pyfrontiers.kernels.philox import *
from pyfrontiers.kernels.philox_reference import *
from pyfrontiers.kernels.poses import *
from pyfrontiers.kernels.predictive import *
from pyfrontiers.kernels.predictive_passes import *
from pyfrontiers.kernels.project import *
from pyfrontiers.kernels.random_start import *
from pyfrontiers.kernels.render import *
from pyfrontiers.kernels.render_reference import *
from pyfrontiers.kernels.sample_transforms import *
from pyfrontiers.kernels.streams import *
from pyfrontiers.kernels.transform import *
from pyfrontiers.kernels.transform_parameters import *
from pyfrontiers.kernels.transform_reference import *
