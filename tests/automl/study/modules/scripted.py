"""An executor whose order of completion is drawn, and that does what no good executor does."""

import random
from collections import deque

from pyfrontiers.compute.tasks import Event, Failed, Started, run_task


class Scripted:
    """Runs tasks in this thread when it is polled, in random order.

    Args:
        capacity: Number of tasks that it takes at a time.
        seed: Seed of the order.
        lose: Tasks that end as if their worker had died: numbers in the order of completion.
        interrupt: After so many tasks, Ctrl-C.
        twice: Whether everything is reported twice, and once more much later.
    """

    def __init__(self, capacity=4, seed=0, lose=(), interrupt=None, twice=False):
        self.capacity = capacity
        self.random = random.Random(seed)
        self.lose, self.interrupt, self.twice = set(lose), interrupt, twice
        self.tasks, self.cancelled, self.late = {}, [], deque()
        self.ended = 0

    def submit(self, ticket, task):
        assert len(self.tasks) < self.capacity
        self.tasks[ticket] = task

    def poll(self, timeout=None):
        if not self.tasks:
            return []
        if self.ended == self.interrupt:
            raise KeyboardInterrupt
        ticket = self.random.choice(sorted(self.tasks))
        task = self.tasks.pop(ticket)
        last = Event(ticket, run_task(task, lambda _: None))
        if self.ended in self.lose:
            last = Event(ticket, Failed("The worker died.", "", "worker"))
        self.ended += 1
        events = [Event(ticket, Started()), last]
        if self.twice:
            self.late.append(last)
            events += [last, self.late[0]]
        return events

    def cancel(self, ticket):
        self.cancelled.append(ticket)
        self.tasks.pop(ticket, None)

    def warm_up(self, modules):
        pass

    def close(self):
        self.tasks.clear()
