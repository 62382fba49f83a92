"""A coordinator in a separate process: FOLDER EXECUTOR CHILDREN PAUSE."""

import sys
from pathlib import Path

from study_children import Toy, wide

from pyfrontiers.automl.study import open_study
from pyfrontiers.compute import InlineExecutor, ProcessExecutor, RayExecutor


def main(folder, kind, children, pause):
    if kind == "inline":
        executor = InlineExecutor()
    else:
        executor = ProcessExecutor(2) if kind == "pool" else RayExecutor(kind)
    trainable = Toy(float(pause), str(Path(folder).with_name("marks")))
    study = open_study(Path(folder), search=wide(), trainable=trainable, rungs=(1, 2), version="1")
    summary = study.run(executor, children=int(children))
    print(summary.ending, flush=True)  # noqa: T201  # read by the test
    executor.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
