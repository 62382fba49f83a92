"""A tabular benchmark: every child of a small space was trained, so that searches take seconds."""

from pyfrontiers.automl.benchmark.table import Benchmark, benchmark
from pyfrontiers.automl.benchmark.tracing import Trace, trace_controller
from pyfrontiers.automl.benchmark.trying import TrainedChild, train_child

__all__ = [
    "Benchmark",
    "Trace",
    "TrainedChild",
    "benchmark",
    "trace_controller",
    "train_child",
]
