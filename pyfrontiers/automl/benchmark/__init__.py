"""A tabular benchmark: every child of a small space was trained, so that searches take seconds."""

from pyfrontiers.automl.benchmark.table import Benchmark, benchmark

__all__ = ["Benchmark", "benchmark"]
