"""C12: operation counts match hand calculations, and the energy estimate works offline."""

from __future__ import annotations

import socket
import time

import pytest
import torch
from torch import nn

from pyfrontiers.claims import CLAIMS, c12, recorded
from pyfrontiers.lecture import SECTIONS
from pyfrontiers.limitations import MODELS, cost, costs, models
from pyfrontiers.limitations.cost import counted_flops, multiply_adds
from pyfrontiers.limitations.energy import EnergyMeter
from pyfrontiers.limitations.threads import one_thread

SMALL = tuple(entry for entry in MODELS if entry.example == (1, 8, 8))


def recording(fractions):
    return lambda fraction, message="", data=None: fractions.append(fraction)


@pytest.mark.long("runs every model of the app")
def test_quick_run_passes_and_reports_progress(monkeypatch):
    monkeypatch.setattr(c12, "_SECONDS", {"quick": 0.1})
    fractions = []
    measured = CLAIMS["C12"].measure(profile="quick", seed=0, report=recording(fractions))
    assert measured.status == "pass", measured.details
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert [row["name"] for row in measured.details["models"]] == [entry.name for entry in MODELS]
    assert torch.get_num_threads() >= 1


def test_record_is_a_full_run():
    record = recorded("C12")
    assert record.profile == "full"
    rows = record.measurement.details["models"]
    assert record.status == ("pass" if all(map(c12._holds, rows)) else "fail")


def test_c12_fails_when_half_of_the_operations_are_missed(monkeypatch):
    counted_flops = cost.counted_flops
    monkeypatch.setattr(models, "MODELS", SMALL[:2])
    monkeypatch.setattr(c12, "_SECONDS", {"quick": 0.05})
    assert CLAIMS["C12"].measure(profile="quick", seed=0, report=recording([])).status == "pass"
    monkeypatch.setattr(cost, "counted_flops", lambda work: counted_flops(work) // 2)
    assert CLAIMS["C12"].measure(profile="quick", seed=0, report=recording([])).status == "fail"


@pytest.mark.parametrize(
    "change",
    [
        {"worked_out": 1.02 * 180224},
        {"train": {"flops": 9600 * 180224 * 3.1, "seconds": 1.0, "joules": 9.0}},
        {"train": {"flops": 9600 * 180224 * 2.9, "seconds": 1e-3, "joules": 9.0}},
        {"train": {"flops": 9600 * 180224 * 2.9, "seconds": 1.0, "joules": 0.0}},
    ],
    ids=["operations", "training step", "seconds", "energy"],
)
def test_the_rule_checks_every_figure(change):
    good = {
        "name": "digit network, five classes",
        "answer": {"flops": 180224, "seconds": 1e-4},
        "worked_out": 180224,
        "train": {"flops": 9600 * 180224 * 2.95, "seconds": 1.0, "joules": 9.0},
    }
    assert c12._holds(good)
    assert not c12._holds(good | change)


LAYERS = {
    "linear": (nn.Linear(6, 5), (1, 6), 5 * 6),
    "convolution": (nn.Conv2d(3, 4, 3, padding=1), (1, 3, 8, 8), 4 * 64 * 3 * 9),
    "stride": (nn.Conv2d(3, 4, 3, stride=2, padding=1), (1, 3, 8, 8), 4 * 16 * 3 * 9),
    "depthwise": (nn.Conv2d(6, 6, 3, padding=1, groups=6), (1, 6, 8, 8), 6 * 64 * 9),
    "grouped": (nn.Conv2d(6, 4, 3, padding=1, groups=2), (1, 6, 8, 8), 4 * 64 * 3 * 9),
}


@pytest.mark.parametrize("name", LAYERS)
def test_operation_counts_match_hand_calculations(name):
    layer, shape, sums = LAYERS[name]
    x = torch.rand(shape, requires_grad=True)
    assert multiply_adds(layer, x) == sums
    assert counted_flops(lambda: layer(x)) == 2 * sums
    # The gradients of input and weights each cost as much as the forward pass.
    assert counted_flops(lambda: layer(x).sum().backward()) == 6 * sums


def test_transposed_convolution_is_counted_forwards_and_backwards():
    layer, x = nn.ConvTranspose2d(3, 4, 2, stride=2), torch.rand(1, 3, 8, 8, requires_grad=True)
    assert counted_flops(lambda: layer(x).sum().backward()) == 6 * (3 * 64 * 4 * 4)


def test_energy_estimate_opens_no_connection_and_writes_no_file(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection was opened")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("CODECARBON_SAVE_TO_API", "true")
    monkeypatch.setenv("CODECARBON_EMISSIONS_ENDPOINT", "http://127.0.0.1:9/")

    def busy():
        end = time.perf_counter() + 0.6
        while time.perf_counter() < end:
            sum(range(1000))

    with EnergyMeter() as meter:
        begin = time.perf_counter()
        found = meter.measure("busy", busy)
        elapsed = time.perf_counter() - begin
        idle = meter.measure("idle", lambda: time.sleep(0.6))
    assert 0.6 <= found.seconds <= elapsed
    assert found.processor > idle.processor >= 0
    assert found.joules == found.processor + found.memory
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("entry", MODELS, ids=lambda entry: entry.name)
def test_every_model_has_the_declared_section_and_shapes(entry):
    assert entry.section in {item.slug for item in SECTIONS}
    assert entry.build().eval()(torch.rand(1, *entry.example)).shape == (1, entry.classes)


def test_model_names_are_unique():
    assert len({entry.name for entry in MODELS}) == len(MODELS)


def test_thread_count_is_restored_after_an_exception():
    before = torch.get_num_threads()

    def fail_inside():
        with one_thread():
            raise RuntimeError(torch.get_num_threads())

    with pytest.raises(RuntimeError, match=r"^1$"):
        fail_inside()
    assert torch.get_num_threads() == before


def test_invalid_arguments_are_rejected():
    with pytest.raises(ValueError, match="models must hold at least one model, got none"):
        costs(())
    with pytest.raises(ValueError, match="seconds must be positive, got 0"):
        costs(seconds=0)
