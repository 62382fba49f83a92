"""Search for a network within a time and train the best one."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.automl.cost import Limit
from pyfrontiers.automl.metrics import METRICS, check_metrics
from pyfrontiers.automl.service.candidates import ranked, stored
from pyfrontiers.automl.service.dataset import Dataset
from pyfrontiers.automl.service.figures import test_figures
from pyfrontiers.automl.service.fitted import FittedChild, SearchResult
from pyfrontiers.automl.service.plans import Plan, plan_for
from pyfrontiers.automl.service.readers import read_dataset
from pyfrontiers.automl.service.refitting import Patience, Refit, final_weights
from pyfrontiers.automl.study import Study, StudyError, Trial
from pyfrontiers.compute import open_executor
from pyfrontiers.compute.inline import InlineExecutor
from pyfrontiers.counts import counted
from pyfrontiers.provenance import Provenance

if TYPE_CHECKING:
    from pyfrontiers.compute.executor import Executor

__all__ = ["fit"]

#: Share of the time for the search; the rest is for training the best child on more data.
_SEARCH = 0.7
#: Below this many seconds, starting worker processes would take most of the time.
_INLINE = 15.0
_PARAMETERS = 200_000
_ENDINGS = {
    "children": "the requested number",
    "seconds": "the time was up",
    "stopped": "it was stopped",
    "exhausted": "it had nothing more to propose",
    "converged": "it proposed only trainings that it knew",
}


@checked
def fit(
    data: Dataset | Path,
    *,
    metrics: tuple[str, ...] = ("accuracy",),
    budget: float = 600.0,
    workers: Annotated[int, Range(0, 4096)] = 1,
    target: str | None = None,
    children: Count | None = None,
    limit: Limit | None = None,
    search: Literal["halving", "random"] = "halving",
    seed: Seed = 0,
    cluster: str | None = None,
    folder: Path | None = None,
    report: Callable[[float, str], None] | None = None,
    watch: Callable[[list[Trial]], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> SearchResult:
    """Find a network for a data set within a time, and train it.

    A fifth of each class is for the test, which neither the search nor the training sees, and a
    fifth for validation. Successive halving compares networks on the validation part. The best is
    trained again on training and validation parts together if the time allows, and is otherwise
    what the search left. If nothing was trained in time, a tiny network is trained for one epoch.

    Args:
        data: the data set, or the path of one; see `read_dataset`.
        metrics: names in `METRICS`; the first decides, several give a Pareto front. The first must
            be a figure of the predictions, such as ``"accuracy"``.
        budget: time for search and training in seconds. Reading, measuring and exporting come on
            top; they take seconds.
        workers: processes that train children; 0 trains them in this one, as does a budget below
            15 s.
        target: column of a CSV file with the class, or array of an `.npz` file; see `read_dataset`.
        children: end the search after so many trainings; training a network longer counts again.
            The last training then takes as long as it needs, so unless the search runs out of time
            or latency counts, equal calls give equal networks.
        limit: the largest network; default: 200,000 parameters.
        search: ``"halving"`` or, to compare with it, ``"random"``, which trains every child to the
            end.
        seed: 64-bit seed of the split, the search and the weights.
        cluster: address of a Ray cluster, or ``"auto"``.
        folder: where the search is kept, so that an equal call continues it; by default it is not.
        report: called with the fraction of the time and a message.
        watch: called with all trials so far whenever more have ended.
        stop: called several times a second; when it returns true, search and training end, and the
            best child so far is returned.

    Returns:
        The best child and the search.

    Raises:
        ValueError: the data cannot be used, a metric is unknown or does not fit, the budget is not
            above 0, or no network of the search is within the limit.
        StudyError: the folder holds another search.
        FileNotFoundError: there are no data.
        ConnectionError: the cluster does not answer.

    """
    began = time.monotonic()
    check_metrics(metrics)
    if METRICS[metrics[0]].measure is None:
        raise ValueError(
            "metrics must begin with a figure of the predictions, such as accuracy, got "
            f"{metrics[0]!r}: the smallest network would win untrained"
        )
    if not 0 < budget < 1e7:
        raise ValueError(f"budget must be above 0 s and below 1e7 s, got {budget:g}")
    if isinstance(data, Path):
        data = read_dataset(data, target=target)
    elif target is not None:
        raise ValueError(
            f"target must be left out for a data set that has been read, got {target!r}"
        )
    plan = plan_for(data, metrics, limit or Limit(parameters=_PARAMETERS), search, seed)
    plan.check_limit()
    inline = cluster is None and (budget < _INLINE or not workers)
    executor = InlineExecutor() if inline else open_executor(workers=workers, cluster=cluster)
    told = _Told(report, watch, began, budget, counts=children is not None)
    with closing(executor):
        place = Path(tempfile.mkdtemp(prefix="pyfrontiers-fit-")) if folder is None else folder
        try:
            return _fitted(plan, place, executor, children, told, stop)
        finally:
            if folder is None:
                shutil.rmtree(place, ignore_errors=True)


class _Told:
    """Tells the caller how far a fit is."""

    def __init__(
        self,
        report: Callable[[float, str], None] | None,
        watch: Callable[[list[Trial]], None] | None,
        began: float,
        budget: float,
        *,
        counts: bool,
    ) -> None:
        self.began, self.deadline = began, began + budget
        self._report, self._watch = report, watch
        self._counts = counts
        self._message = ""
        self._ended = 0

    def say(self, fraction: float = 0.0, message: str = "", data: Any = None) -> None:
        """Report the share of the time, or of the children if these count."""
        self._message = message or self._message
        if self._report is not None:
            spent = (time.monotonic() - self.began) / (self.deadline - self.began)
            share = max(spent, fraction if self._counts else 0.0)
            self._report(min(share, 1.0), self._message)

    def show(self, study: Study) -> None:
        """Show the trials if more have ended."""
        if self._watch is None:
            return
        counts = study.counts()
        ended = sum(counts.get(state, 0) for state in ("done", "failed", "pruned"))
        if ended > self._ended:
            self._ended = ended
            self._watch(study.trials())


def _fitted(
    plan: Plan,
    folder: Path,
    executor: Executor,
    children: int | None,
    told: _Told,
    stop: Callable[[], bool] | None,
) -> SearchResult:
    study = plan.study(folder)

    def report(fraction: float, message: str = "", data: Any = None) -> None:
        # A study counts proposals, and halving proposes a child again to train it longer.
        told.say(fraction, message.replace(" children", " trainings"))
        told.show(study)

    try:
        left = max((told.deadline - time.monotonic()) * _SEARCH, 0.05)
        try:
            summary = study.run(executor, seconds=left, children=children, report=report, stop=stop)
            count = counted(summary.children, "training")
            ending = f"The search ended after {count}: {_ENDINGS[summary.ending]}."
        except StudyError as error:
            ending = f"The search ended early: {error}."
        trials = study.trials()
        best, front = ranked(trials, plan.trainer.metrics)
        report(_SEARCH, "training the best child")
        kept = None if best is None else stored(study, trials, best)
    finally:
        study.close()
    patience = Patience(None if children else told.deadline, stop, told.say)
    refit = Refit(plan.data, plan.split, plan.trainer, plan.rungs, plan.seed)
    final = final_weights(refit, best, trials, kept, patience)
    model = final.model(plan.data, plan.split, plan.space)
    cost = plan.space.cost(final.architecture)
    seconds = time.monotonic() - told.began
    figures = test_figures(model, plan.data, plan.split, cost, plan.trainer.metrics, plan.seed)
    child = FittedChild(
        model,
        final.architecture,
        final.description(plan.data, plan.split, plan.space),
        cost,
        final.epochs,
        figures,
        _context(plan, ending, final.said, seconds),
        tuple(_row(asdict(trial)) for trial in trials),
    )
    return SearchResult(child, front, tuple(trials), ending, seconds, plan.split)


def _row(trial: dict[str, Any]) -> dict[str, Any]:
    names = ("number", "budget", "state", "seconds", "error")
    tokens = " ".join(map(str, trial["architecture"]))
    row: dict[str, Any] = {name: trial[name] for name in names}
    return row | {"architecture": tokens, **trial["metrics"]}


def _context(plan: Plan, ending: str, trained: str, seconds: float) -> dict[str, Any]:
    counts = [int((plan.data.labels == k).sum()) for k in range(len(plan.data.classes))]
    parts = ("train", "validation", "test")
    return {
        "name": plan.data.name,
        "digest": plan.data.digest,
        "classes": dict(zip(plan.data.classes, counts, strict=True)),
        "parts": {part: len(getattr(plan.split, part)) for part in parts},
        "metrics": list(plan.trainer.metrics),
        "search": plan.search,
        "rungs": list(plan.rungs),
        "limit": asdict(plan.trainer.limit),
        "ending": ending,
        "trained": trained,
        "environment": Provenance.now(seed=plan.seed, seconds=seconds).as_json(),
    }
