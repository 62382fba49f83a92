"""Benchmarks of the kernels: each verifies, then times, in one interleaved run."""
