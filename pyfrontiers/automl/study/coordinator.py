"""The coordinator of a study: asks the search, runs children, tells the outcomes.

Results must not depend on which child ends first. The search therefore sees a fixed sequence of
calls: at most ``window`` proposals are open at a time, outcomes are told one by one in the order
of the proposals, and after each one the search is asked for as many as are free. While the oldest
child runs, up to ``window - 1`` younger ones run or wait with their outcomes.

To resume, the search is restored from its last snapshot and sees the same calls again. Recorded
outcomes are answered from the table, so nothing is trained twice, and it does not matter where the
run ended: after Ctrl-C, ``kill -9`` or a power cut.
"""

from __future__ import annotations

import json
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Literal

from pyfrontiers.automl.study.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.automl.protocols import Architecture, Outcome, Proposal, Report, Search
    from pyfrontiers.automl.study.lineup import Lineup
    from pyfrontiers.automl.study.record import StudyRecord
    from pyfrontiers.automl.study.snapshots import Snapshot
    from pyfrontiers.compute.executor import Executor

__all__ = ["Coordinator", "Ending"]

#: How a run ended: enough children, the time was over, `stop` said so, the search has nothing more
#: to propose, or it proposed only children that it knows.
Ending = Literal["children", "seconds", "stopped", "exhausted", "converged"]

#: Proposals in a row that were all known, after which a search has converged.
_CONVERGED = 1000
#: Seconds between two looks at `stop`.
_LOOK = 0.1


class Coordinator:
    """One run of a study.

    Args:
        record: The study's tables.
        search: The search; it is restored from the last snapshot.
        lineup: Runs the children.
        refuse: Returns why a child is not worth training, or ``""``.
        observe: Called with the number of outcomes and the search after each outcome; what it
            returns is recorded.

    Attributes:
        told: Number of outcomes that the search has learned.

    """

    def __init__(
        self,
        record: StudyRecord,
        search: Search,
        lineup: Lineup,
        *,
        refuse: Callable[[Architecture], str] | None = None,
        observe: Callable[[int, Search], Any] | None = None,
    ) -> None:
        self._record, self._trials = record, record.table
        self._search = search
        self._lineup = lineup
        self._refuse = refuse
        self._observe = observe
        self._open: deque[tuple[Proposal, bytes]] = deque()
        self._outcomes: dict[bytes, Outcome] = {}
        self._asked = self.told = 0
        self._snapshot = self._restore()
        self._newest = self._trials.newest(self._asked)
        if not self._open:
            self._ask()

    def run(
        self,
        executor: Executor,
        *,
        children: int | None,
        deadline: float | None,
        report: Report | None,
        stop: Callable[[], bool] | None,
    ) -> Ending:
        """Run until an ending, and record the state of the search."""
        limit = float("inf") if children is None else children
        began = time.monotonic()
        while True:
            self._lineup.start(limit)
            self._collect()
            self._tell(limit)
            if report is not None:
                self._report(report, limit, began, deadline)
            if (ending := self._ending(limit, deadline, stop)) is not None:
                break
            self._lineup.start(limit)
            if self._lineup.finished:
                continue
            left = _LOOK if deadline is None else min(_LOOK, deadline - time.monotonic())
            for event in executor.poll(max(0.0, left)):
                self._lineup.take(event)
        if self._snapshot.told < self.told:
            self._save()
        return ending

    def _restore(self) -> Snapshot:
        """Restore the search and its open proposals, or record the initial state."""
        found = self._record.snapshots.read()
        if found is None:
            with self._record.transaction():
                return self._record.snapshots.write(0, 0, self._search.state())
        snapshot, state = found
        self._search.restore(state)
        self._asked, self.told = snapshot.asked, snapshot.told
        for proposal, key in self._trials.proposals(self.told, self._asked):
            self._open.append((proposal, key))
            self._line_up(proposal, key)
        return snapshot

    def _ask(self) -> None:
        """Ask the search for as many children as are free, and record what it proposes."""
        free = self._record.settings.window - len(self._open)
        proposals = self._search.ask(free)
        if len(proposals) > free:
            raise StudyError(f"the search was asked for {free} children and gave {len(proposals)}")
        with self._record.transaction():
            for proposal in proposals:
                key = self._record.settings.key(proposal.architecture, proposal.budget)
                self._propose(proposal, key)
                self._open.append((proposal, key))
                self._line_up(proposal, key)
                self._asked += 1

    def _propose(self, proposal: Proposal, key: bytes) -> None:
        """Record a proposal, or compare it with the recorded one."""
        if proposal.number != self._asked:
            raise StudyError(
                f"the search must number its proposals in order, got {proposal.number}, wanted "
                f"{self._asked}"
            )
        recorded = self._trials.proposed(self._asked)
        if recorded is None:
            architecture, settings = proposal.architecture, self._record.settings
            refused = "" if self._refuse is None else self._refuse(architecture)
            rungs = [rung for rung in settings.rungs if rung < proposal.budget and not refused]
            for rung in rungs:
                self._trials.add(settings.key(architecture, rung), self._asked, architecture, rung)
            self._trials.add(key, self._asked, architecture, proposal.budget, refused)
            self._trials.propose(self._asked, key)
        elif recorded != key:
            raise StudyError(
                f"the search does not repeat itself: proposal {self._asked} of the study in "
                f"{self._record.folder} is now another; begin again in another folder"
            )

    def _line_up(self, proposal: Proposal, key: bytes) -> None:
        trial = self._trials.get(key)
        assert trial is not None
        if trial.number == proposal.number:
            self._newest = trial.number
        if trial.over:
            self._outcomes[key] = trial.outcome
        else:
            self._lineup.want(proposal)

    def _collect(self) -> None:
        """Take the outcomes that open proposals wait for."""
        waiting = {key for _, key in self._open}
        self._outcomes |= {key: out for key, out in self._lineup.finished if key in waiting}
        self._lineup.finished.clear()

    def _tell(self, limit: float) -> None:
        """Tell the outcomes that are due, and ask for a new child after each."""
        while self.told < limit and self._open and self._open[0][1] in self._outcomes:
            proposal, key = self._open.popleft()
            outcome = self._outcomes[key]
            if not any(key == other for _, other in self._open):
                del self._outcomes[key]
            self._search.tell(proposal, outcome)
            self.told += 1
            if self._observe is not None:
                self._note(self._observe(self.told, self._search))
            self._ask()
            if self._snapshot.due(self.told):
                self._save()
            if self._repeats() >= _CONVERGED:
                return

    def _repeats(self) -> int:
        return self._asked - 1 - self._newest

    def _note(self, content: Any) -> None:
        if content is not None:
            with self._record.transaction() as connection:
                row = (self.told, json.dumps(content))
                connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", row)

    def _save(self) -> None:
        with self._record.transaction():
            state = self._search.state()
            self._snapshot = self._record.snapshots.write(self._asked, self.told, state)

    def _ending(
        self, limit: float, deadline: float | None, stop: Callable[[], bool] | None
    ) -> Ending | None:
        if self.told >= limit:
            return "children"
        if not self._open:
            return "exhausted"
        if self._repeats() >= _CONVERGED:
            return "converged"
        if deadline is not None and time.monotonic() >= deadline:
            return "seconds"
        return "stopped" if stop is not None and stop() else None

    def _report(self, report: Report, limit: float, began: float, deadline: float | None) -> None:
        share = self.told / limit
        if deadline is not None:
            share = max(share, (time.monotonic() - began) / max(deadline - began, 1e-9))
        report(min(share, 1.0), f"{self.told} children")
