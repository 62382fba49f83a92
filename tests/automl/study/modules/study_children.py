"""Children that train in microseconds and searches that notice any change of order.

Importable in workers under this module's own name.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pyfrontiers.automl.protocols import Outcome, Proposal


@dataclass(frozen=True)
class Toy:
    """Its reward is a running mean of noise that depends on tokens, seed and epoch alone."""

    pause: float = 0.0
    marks: str = ""
    weight: int = 0

    def __call__(self, architecture, *, budget, seed, data, checkpoint, report):
        done, score = 0, 0.0
        if checkpoint.exists():
            done, score = json.loads(checkpoint.read_text().split("\n")[0])
        self.mark(architecture, budget, done, "begin")
        for epoch in range(done, budget):
            noise = hashlib.blake2b(f"{architecture}{seed}{epoch}{data}".encode()).digest()
            score = 0.5 * score + int.from_bytes(noise[:6]) / 2**48 + sum(architecture) / 100
            report((epoch + 1) / budget)
            time.sleep(self.pause)
        checkpoint.write_text(json.dumps([budget, score]) + "\n" + "x" * self.weight)
        self.mark(architecture, budget, done, "end")
        return Outcome(score, {"size": float(sum(architecture))})

    def mark(self, *words):
        """Leave a line, whole even if several workers write: architecture, budget, from, event."""
        if self.marks:
            line = json.dumps([*words, node(), os.getpid()]) + "\n"
            handle = os.open(self.marks, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(handle, line.encode())
            os.close(handle)


def node():
    """Return the node of a Ray cluster that this process runs on, or ""."""
    ray = sys.modules.get("ray")
    return ray.get_runtime_context().get_node_id() if ray and ray.is_initialized() else ""


def marks(path):
    """Read the lines that children left: architecture, budget, from, event, node, process."""
    lines = Path(path).read_text().split("\n")[:-1] if Path(path).exists() else []
    return [(tuple(architecture), *rest) for architecture, *rest in map(json.loads, lines)]


@dataclass(frozen=True)
class Troubled(Toy):
    """Fails in a way of its first token's choice."""

    def __call__(self, architecture, **rest):
        self.mark(architecture, rest["budget"], 0, "begin")
        if architecture[0] == 1:
            raise ValueError("the loss is infinite")
        if architecture[0] == 2:
            return Outcome(float("nan"))
        if architecture[0] == 3:
            return 0.5
        if architecture[0] == 4:
            raise MemoryError
        if architecture[0] == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(architecture, **rest)


class Climber:
    """Changes a token of the best child so far: every outcome bears on all later proposals."""

    def __init__(self, seed=0, budget=4, tokens=4, values=4):
        self.random = random.Random(seed)
        self.budget, self.values = budget, values
        self.best, self.value, self.made = [0] * tokens, -1.0, 0

    def ask(self, count):
        found = []
        for _ in range(count):
            child = list(self.best)
            child[self.random.randrange(len(child))] = self.random.randrange(self.values)
            found.append(Proposal(self.made, tuple(child), self.budget))
            self.made += 1
        return found

    def tell(self, proposal, outcome):
        # Also a worse one moves the generator, so that no order goes unnoticed.
        luck = self.random.random()
        if outcome.value is not None and outcome.value > self.value + 0.1 * (luck - 0.5):
            self.best, self.value = list(proposal.architecture), outcome.value

    def state(self):
        version, words, gauss = self.random.getstate()
        return {
            "random": [version, list(words), gauss],
            "best": list(self.best),
            "value": self.value,
            "made": self.made,
        }

    def restore(self, state):
        version, words, gauss = state["random"]
        self.random.setstate((version, tuple(words), gauss))
        self.best, self.value, self.made = list(state["best"]), state["value"], state["made"]


def wide():
    """Return a search that hardly ever proposes the same child twice."""
    return Climber(values=40)


class Listed(Climber):
    """Proposes children, pairs of architecture and budget, from a list and then nothing."""

    def __init__(self, children):
        super().__init__()
        self.proposals = [Proposal(k, *child) for k, child in enumerate(children)]
        self.at, self.told, self.failures = 0, [], []

    def ask(self, count):
        found = self.proposals[self.at : self.at + count]
        self.at += len(found)
        return found

    def tell(self, proposal, outcome):
        self.told.append((proposal, outcome.value))
        self.failures.append(outcome.failure)

    def state(self):
        return {"at": self.at, "told": len(self.told)}

    def restore(self, state):
        self.at = state["at"]
        del self.told[state["told"] :]


class Halving(Climber):
    """Successive halving: waits for all of a rung, then promotes the better third."""

    def __init__(self, seed=0, width=9, rungs=(1, 3, 9)):
        super().__init__(seed)
        self.width, self.rungs = width, rungs
        self.rung, self.due, self.results, self.open = 0, None, [], 0

    def ask(self, count):
        if self.due is None:
            self.due = [[self.random.randrange(4) for _ in range(3)] for _ in range(self.width)]
        if not self.due and not self.open and self.rung + 1 < len(self.rungs):
            ranked = sorted(self.results, key=lambda result: (-result[0], result[1]))
            self.rung += 1
            self.due = [tokens for _, tokens in ranked[: len(ranked) // 3]]
            self.results = []
        found, self.due = self.due[:count], self.due[count:]
        self.open += len(found)
        self.made += len(found)
        first = self.made - len(found)
        return [
            Proposal(number, tuple(tokens), self.rungs[self.rung])
            for number, tokens in enumerate(found, first)
        ]

    def tell(self, proposal, outcome):
        self.open -= 1
        self.results.append((outcome.value, list(proposal.architecture)))

    def state(self):
        names = ("rung", "due", "results", "open")
        return super().state() | {name: getattr(self, name) for name in names}

    def restore(self, state):
        super().restore(state)
        for name in ("rung", "due", "results", "open"):
            setattr(self, name, state[name])
