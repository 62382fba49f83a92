"""Batched perturbation and dropout-sampling kernels."""
