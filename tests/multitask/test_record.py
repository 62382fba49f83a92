"""The shipped networks, the record of all trainings, and claim C19 agree."""

import dataclasses
from pathlib import Path

import pytest
import torch

import pyfrontiers
from pyfrontiers.claims import c19, recorded
from pyfrontiers.claims.c19 import CLAIM
from pyfrontiers.multitask import METHODS, NETWORKS, SCORES, TASKS, task_record, trained_tasks

PACKAGE = Path(pyfrontiers.__file__).parent
SHIPPED = [name for name, one in NETWORKS.items() if one.ships]


def test_every_shipped_network_predicts_its_tasks():
    image = torch.rand(1, 3, 64, 128, generator=torch.Generator().manual_seed(0))
    for name in SHIPPED:
        model = trained_tasks(name)
        assert model is trained_tasks(name)
        found = model(image)
        there = dict(zip(TASKS, found, strict=True))
        assert {task for task in TASKS if there[task] is not None} == set(NETWORKS[name].tasks)
        assert all(there[task].isfinite().all() for task in NETWORKS[name].tasks)


def test_all_shipped_weights_fit_into_three_megabytes():
    files = [*(PACKAGE / "multitask").rglob("*.safetensors")]
    assert len(files) == len(SHIPPED)
    files += (PACKAGE / "depth").rglob("*.safetensors")
    assert sum(path.stat().st_size for path in files) <= 3_000_000


def test_record_has_every_method_with_three_seeds_and_its_trajectories():
    record = task_record()
    assert list(record.table) == list(METHODS)
    for row in record.table.values():
        assert all(cell.repeats == record.study.seeds >= 3 for cell in row.values())
    for run in record.runs:
        lengths = {len(run.losses), len(run.task_weights)}
        lengths |= {len(run.log_variances)} if run.log_variances else set()
        assert lengths == {record.study.steps // max(record.study.steps // 50, 1)}
        assert all(sum(row) == pytest.approx(len(row), rel=1e-2) for row in run.task_weights)
    assert NETWORKS[record.best_grid].weights is not None


def test_claim_and_record_have_the_same_figures():
    details, record = recorded("C19").measurement.details, task_record()
    for method, row in record.table.items():
        for name, cell in row.items():
            stored = details["table"][method][name]
            assert stored == pytest.approx(dataclasses.asdict(cell), rel=1e-3), (method, name)
    assert recorded("C19").status == c19.judge(details["gains"])


def test_quick_measurement_has_an_interval_over_groups_of_scenes(monkeypatch):
    monkeypatch.setattr(c19, "_SCENES", 1)
    monkeypatch.setattr(c19, "_GROUPS", 2)
    told = []
    found = CLAIM.measure(profile="quick", seed=0, report=lambda f, text: told.append(f))
    assert told == sorted(told)
    assert set(found.value) == {f"gain in {score.title}" for score in SCORES.values()}
    assert all(low <= found.value[name] <= high for name, (low, high) in found.interval.items())
    assert "seed" not in found.details["repeats"]
    assert "**" in CLAIM.describe(found).sentence
