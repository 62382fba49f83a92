"""The networks that ship with the package, and the recipe that trains them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Seed, checked
from pyfrontiers.recording import Recipe, joint_provenance, load_record, save_record
from pyfrontiers.recording.unfinished import unfinished_folder
from pyfrontiers.recording.weights import read_weights, write_weights
from pyfrontiers.training import Checkpoint
from pyfrontiers.transfer.adaptation import Inner
from pyfrontiers.transfer.evaluation import best_rate
from pyfrontiers.transfer.glyphs import glyph_images
from pyfrontiers.transfer.learners import Learner
from pyfrontiers.transfer.meta_training import Trained, meta_train
from pyfrontiers.transfer.methods import METHODS, plan_for
from pyfrontiers.transfer.sinusoids import FAMILIES
from pyfrontiers.transfer.tasks import Kind

if TYPE_CHECKING:
    from pyfrontiers.recording import Made
    from pyfrontiers.transfer.tasks import Family

__all__ = [
    "RECIPE",
    "SEEDS",
    "SHIPPED",
    "chosen_rate",
    "kept_training",
    "train_method",
    "trained_networks",
    "training_tasks",
]

FOLDER = Path(__file__).with_name("recorded")
_WEIGHTS, _RECORD = "networks.safetensors", "networks.json"
_COMMAND = "pyfrontiers record transfer-networks"
SEEDS = (0, 1, 2, 3, 4)
"""Seeds of the trainings."""
SHIPPED: Mapping[Kind, int] = MappingProxyType({"regression": 5, "classification": 1})
"""How many of them ship: networks for images are larger."""


def training_tasks(kind: Kind, part: str = "training") -> Family:
    """Return the family that networks learn from, or that step sizes are chosen on."""
    return FAMILIES["standard"] if kind == "regression" else glyph_images(part)


def chosen_rate(trained: Trained, family: Family) -> Trained:
    """Return the weights with the step size that is best on a family, if none is theirs."""
    if METHODS[trained.method].keeps_rate:
        return trained
    return trained.with_rate(best_rate(trained, family))


@checked
def train_method(
    method: str,
    kind: Kind,
    *,
    seeds: Sequence[Seed] = (0,),
    report: Callable[[float, str], None] | None = None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Train a method as for the networks that ship, and choose its step size where it has none.

    Args:
        method: a key of `METHODS`.
        kind: "regression" for sinusoids, "classification" for glyphs.
        seeds: 64-bit seeds of the runs.
        report: called with the fraction done and a message.
        checkpoint: where to save the run, and to resume it from.

    Raises:
        ValueError: there is no such method for this kind, or the checkpoint is of another run.
    """
    family = training_tasks(kind)
    trained = meta_train(method, family, seeds=seeds, report=report, checkpoint=checkpoint)
    return chosen_rate(trained, training_tasks(kind, "validation"))


def kept_training(
    method: str,
    kind: Kind,
    *,
    seeds: Sequence[int] = SEEDS,
    report: Callable[[float, str], None] | None = None,
) -> Trained:
    """Train as `train_method`, or return what an earlier call with the same code has trained.

    A killed call goes on where it was, and claim C22 and the networks that ship are trained once.
    """
    folder = unfinished_folder("transfer", (kind, tuple(seeds)), ("transfer", "training"))
    saved = Checkpoint(folder / f"{method}.pt")
    return train_method(method, kind, seeds=seeds, report=report, checkpoint=saved)


@checked
def trained_networks(kind: Kind) -> Mapping[str, Trained]:
    """Return the networks that ship, by method; all callers share the objects.

    Args:
        kind: "regression" for sinusoids (five seeds), "classification" for glyphs (one).

    Raises:
        ValueError: the file of weights is not the one that was recorded.
        FileNotFoundError: it has not been recorded.
    """
    return _shipped()[kind]


@cache
def _shipped() -> Mapping[Kind, Mapping[str, Trained]]:
    _, about = load_record(FOLDER / _RECORD)
    networks = about["networks"]
    model = _bundle(
        {
            kind: {name: torch.zeros(one["shape"], device="cpu") for name, one in each.items()}
            for kind, each in networks.items()
        }
    )
    read_weights(model, FOLDER / _WEIGHTS, digest=about["sha256"], command=_COMMAND)
    weights = dict(model.named_parameters())
    return {
        kind: {
            name: Trained(
                name,
                Learner(tuple(one["sizes"]), kind),
                weights[f"{kind}.{name}"].detach(),
                Inner(**one["inner"]),
                tuple(one["seeds"]),
                tuple(one["losses"]),
                one["seconds"],
            )
            for name, one in each.items()
        }
        for kind, each in networks.items()
    }


def _bundle(rows: Mapping[str, Mapping[str, Tensor]]) -> nn.Module:
    """Return a module whose parameters are the rows, with the names kind.method."""
    each = {kind: nn.ParameterDict(dict(found)) for kind, found in rows.items()}
    return nn.ModuleDict(each).float()


def _runs() -> list[dict[str, Any]]:
    return [
        {"method": name, "kind": kind}
        for kind in SHIPPED
        for name, method in METHODS.items()
        if kind in method.kinds
    ]


def _write(made: Sequence[Made], folder: Path) -> list[Path]:
    rows: dict[str, dict[str, Tensor]] = {}
    networks: dict[str, dict[str, Any]] = {}
    for one in made:
        trained: Trained = one.result
        kind = trained.learner.kind
        kept = trained.rows[: SHIPPED[kind]]
        rows.setdefault(kind, {})[trained.method] = kept
        networks.setdefault(kind, {})[trained.method] = {
            "sizes": trained.learner.sizes,
            "shape": tuple(kept.shape),
            "inner": asdict(trained.inner),
            "seeds": trained.seeds[: len(kept)],
            "losses": [float(f"{loss:.4g}") for loss in trained.losses],
            "plan": asdict(plan_for(trained.method, kind)),
            "seconds": round(trained.seconds, 1),
        }
    digest = write_weights(_bundle(rows), folder / _WEIGHTS)
    content = {"sha256": digest, "command": _COMMAND, "networks": networks}
    record = save_record(folder / _RECORD, joint_provenance(made), content)
    return [record, folder / _WEIGHTS]


RECIPE = Recipe("Networks that learn from few examples", kept_training, _runs, _write, FOLDER)
