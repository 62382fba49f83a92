"""The children that are training or waiting for a worker."""

from __future__ import annotations

import heapq
import itertools
import pickle
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.automl.protocols import Outcome
from pyfrontiers.automl.study.errors import StudyError
from pyfrontiers.automl.study.rung import RungResult, run_rung
from pyfrontiers.compute.tasks import Common, Done, Failed, Task, pickled_parameters

if TYPE_CHECKING:
    from pathlib import Path

    from pyfrontiers.automl.protocols import Architecture, Proposal
    from pyfrontiers.automl.study.record import StudyRecord
    from pyfrontiers.compute.executor import Executor
    from pyfrontiers.compute.tasks import Event

__all__ = ["Lineup"]

#: Unique in this process, so that late events of an earlier run mean nothing to a later one.
_TICKETS = itertools.count()


@dataclass(slots=True)
class _Child:
    """A child, and for each budget that is wanted the first proposal that wants it."""

    architecture: Architecture
    wanted: dict[int, int]

    @property
    def number(self) -> int:
        """The first proposal that waits for it."""
        return min(self.wanted.values())


class Lineup:
    """Gives rungs to an executor, in the order of the proposals, and records what comes back.

    Args:
        record: The study's tables.
        executor: Runs the rungs.
        common: What all rungs have in common: trainable, seed and data.
        scratch: Folder for the workers' files.
        attempts: Number of workers that may die of a rung before it counts as failed.

    Attributes:
        finished: Keys and outcomes of trials that have ended; the caller empties it.

    """

    def __init__(
        self,
        record: StudyRecord,
        executor: Executor,
        common: Common,
        scratch: Path,
        attempts: int,
    ) -> None:
        self._record = record
        self._trials, self._checkpoints = record.table, record.checkpoints
        self._executor = executor
        self._common = common
        self._scratch = str(scratch)
        self._attempts = attempts
        self._children: dict[Architecture, _Child] = {}
        self._queue: list[tuple[int, Architecture]] = []
        self._running: dict[int, tuple[_Child, int]] = {}
        self.finished: list[tuple[bytes, Outcome]] = []
        best = record.best()
        self._best = (0, 0.0) if best is None else (best.budget, best.value or 0.0)
        self._best_is_last = False
        self._checkpoints.protected = None if best is None else best.architecture

    def want(self, proposal: Proposal) -> None:
        """Queue a child, or add a budget to one that is already here."""
        number, architecture, budget = proposal.number, proposal.architecture, proposal.budget
        child = self._children.get(architecture)
        if child is None:
            self._children[architecture] = _Child(architecture, {budget: number})
            heapq.heappush(self._queue, (number, architecture))
        else:
            child.wanted.setdefault(budget, number)

    def start(self, limit: float) -> None:
        """Start rungs of the proposals below a number while the executor has capacity."""
        while self._queue and self._queue[0][0] < limit:
            if len(self._running) >= self._executor.capacity:
                return
            child = self._children[heapq.heappop(self._queue)[1]]
            if child.number < limit and (budget := self._next_rung(child, limit)) is not None:
                self._launch(child, budget)
            else:
                self._line_up_again(child)

    def take(self, event: Event) -> None:
        """Record the result in an event; events of other tickets are ignored.

        Raises:
            StudyError: The executor can run nothing, or the disk is full.

        """
        update = event.update
        if event.ticket not in self._running or not isinstance(update, Done | Failed):
            return
        child, budget = self._running.pop(event.ticket)
        if isinstance(update, Done):
            self._complete(child, budget, pickle.loads(update.result))
        elif update.cause == "task":
            self._fail(child, budget, Outcome(None, failure=update.sentence))
        else:
            self._lose(child, budget, update)
        self._line_up_again(child)

    def _line_up_again(self, child: _Child) -> None:
        """Queue a child again, unless everything wanted of it is done."""
        for budget in list(child.wanted):
            trial = self._trials.get(self._key(child, budget))
            if trial is None or trial.over:
                del child.wanted[budget]
        if child.wanted:
            heapq.heappush(self._queue, (child.number, child.architecture))
        else:
            del self._children[child.architecture]

    def stop(self) -> None:
        """Cancel the running rungs; the next run repeats them."""
        for ticket in self._running:
            self._executor.cancel(ticket)
        with suppress(StudyError), self._record.transaction():
            self._trials.preempt_running()
        self._running.clear()

    def _key(self, child: _Child, budget: int) -> bytes:
        return self._record.settings.key(child.architecture, budget)

    def _rungs(self, child: _Child, limit: float = float("inf")) -> list[int]:
        """Return the budgets wanted by proposals below a number, and the rungs that lead there."""
        wanted = {budget for budget, number in child.wanted.items() if number < limit}
        rungs = (rung for rung in self._record.settings.rungs if rung < max(wanted))
        return sorted(wanted.union(rungs))

    def _next_rung(self, child: _Child, limit: float) -> int | None:
        """Return the smallest budget that is missing; fail the larger ones if one has failed."""
        for budget in self._rungs(child, limit):
            trial = self._trials.get(self._key(child, budget))
            if trial is None or not trial.over:
                return budget
            if trial.state != "done":
                with self._record.transaction():
                    self._fail_above(child, budget, trial.outcome)
                return None
        return None

    def _launch(self, child: _Child, budget: int) -> None:
        key = self._key(child, budget)
        with self._record.transaction():
            self._trials.begin(key)
        parameters = {
            "architecture": child.architecture,
            "budget": budget,
            "checkpoint": self._checkpoints.get(child.architecture, below=budget),
            "scratch": self._scratch,
        }
        pickled = pickled_parameters(run_rung.__name__, parameters)
        path = tuple(map(str, sys.path))
        task = Task(run_rung.__module__, run_rung.__name__, pickled, True, path, self._common)
        ticket = next(_TICKETS)
        self._running[ticket] = child, budget
        self._executor.submit(ticket, task)

    def _complete(self, child: _Child, budget: int, result: RungResult) -> None:
        outcome = result.outcome
        if outcome.value is None:
            self._fail(child, budget, outcome, result.seconds)
            return
        with self._record.transaction():
            self._end(child, budget, outcome, result.seconds)
            self._keep(child, budget, outcome.value, result.checkpoint)

    def _keep(self, child: _Child, budget: int, value: float, checkpoint: bytes) -> None:
        """Keep a checkpoint for the next rung; of those on the last rung, only the best one."""
        checkpoints = self._checkpoints
        top = max(self._record.settings.rungs, default=None)
        last = top is not None and budget >= top and budget == max(child.wanted)
        best = (budget, value) > self._best
        if last:
            checkpoints.delete(child.architecture)
        if best:
            if self._best_is_last and checkpoints.protected is not None:
                checkpoints.delete(checkpoints.protected)
            self._best, self._best_is_last = (budget, value), last
            checkpoints.protected = child.architecture
        if checkpoint and (best or not last):
            checkpoints.put(child.architecture, budget, checkpoint)

    def _fail(
        self, child: _Child, budget: int, outcome: Outcome, seconds: float | None = None
    ) -> None:
        with self._record.transaction():
            self._end(child, budget, outcome, seconds)
            self._fail_above(child, budget, outcome)
            self._checkpoints.delete(child.architecture)

    def _fail_above(self, child: _Child, budget: int, outcome: Outcome) -> None:
        """Fail the budgets that a failed rung leads to."""
        for larger in self._rungs(child):
            if larger > budget:
                self._end(child, larger, Outcome(None, failure=outcome.failure))

    def _lose(self, child: _Child, budget: int, update: Failed) -> None:
        """Mark a rung as interrupted, or as failed if too many workers have died of it."""
        with self._record.transaction():
            died = update.cause == "worker"
            losses = self._trials.preempt(self._key(child, budget), lost=died)
        if not died:
            raise StudyError(
                f"no child can be trained: {update.sentence} What the study has recorded is kept; "
                "run it again to continue"
            )
        if losses >= self._attempts:
            times = f"{losses} workers died while they trained this child; the last one: "
            self._fail(child, budget, Outcome(None, failure=times + update.sentence))

    def _end(
        self, child: _Child, budget: int, outcome: Outcome, seconds: float | None = None
    ) -> None:
        key = self._key(child, budget)
        if self._trials.finish(key, outcome, seconds):
            self.finished.append((key, outcome))
