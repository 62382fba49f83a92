"""Recording a run, the text of its table, and the evaluation of the sweep over sizes."""

import json
import subprocess
import sys

import pytest
import torch

from pyfrontiers.comparison import load, recorded, summary
from pyfrontiers.kernels.table import FUNCTIONS
from pyfrontiers.machine import Machine
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made

from . import peers, recording, runner, sizes
from .sizes import Taken
from .subjects import Subject

MI = 1 << 20


def target(name="ours", against="theirs", ratio=2.0, status="pass", why=""):
    spread = None if ratio is None else {"median": ratio, "low": ratio, "high": ratio}
    return {
        "name": name,
        "against": against,
        "at_least": 1.5,
        "ratio": spread,
        "status": status,
        "why": why,
    }


def a_run(*targets, kernel="dropout", other_cores=0.0):
    made = Provenance("2026-01-02", torch="2.13", machine=Machine("a processor", 2))
    environment = {
        "instruction_set": "avx2",
        "threads": 2,
        "elements": 1000,
        "rounds": 3,
        "peers": {"kornia": "0.9", "baal": "absent (no module)"},
    }
    result = {"kernel": kernel, "other_cores": other_cores, "times": [], "targets": list(targets)}
    return {"provenance": made.as_json(), "environment": environment, "results": [result]}


def test_written_file_holds_the_run(tmp_path):
    run = a_run(target(), target("other", ratio=None, status="absent"))
    recording.write(tmp_path, run)
    assert json.loads((tmp_path / "cpu.json").read_text()) == run


def test_between_markers_replaces_only_the_text_inside():
    text = f"before\n{recording.BEGIN}\nold\n{recording.END}\nafter\n"
    new = recording.between_markers(text, "new\n")
    assert new == f"before\n{recording.BEGIN}\nnew\n{recording.END}\nafter\n"
    assert recording.between_markers(new, "new") == new
    for broken in ("nothing", text.replace(recording.END, ""), text + recording.BEGIN):
        with pytest.raises(ValueError, match="once each, in this order"):
            recording.between_markers(broken, "new")


def test_readme_table_matches_the_recorded_run():
    text = recording.README.read_text(encoding="utf-8")
    assert recording.between_markers(text, recording.table(recorded())) == text


def test_table_lists_missed_targets_with_an_explanation():
    run = a_run(
        target("ours", ratio=2.0),
        target("slow", ratio=1.2, status="fail", why="memory forbids more"),
        target("alone", "kornia", None, "absent", "kornia: not installed here"),
    )
    text = recording.table(run)
    assert "| dropout: ours | theirs | 1.50x | 2.00x | met |" in text
    assert "| dropout: slow | theirs | 1.50x | 1.20x | **missed**: memory forbids more |" in text
    assert "not installed: kornia: not installed here" in text
    assert "2026-01-02" in text
    assert "baal absent (no module)" in text


def test_unexplained_miss_says_so_or_names_the_disturbance():
    missed = target(ratio=1.0, status="fail")
    assert summary(a_run(missed))[0].why == "not explained yet"
    busy = summary(a_run(missed, other_cores=1.3))[0].why
    assert busy == "measured while other programs used 1.3 cores"
    explained = target(ratio=1.0, status="fail", why="memory")
    assert summary(a_run(explained, other_cores=1.3))[0].why == f"memory; {busy}"


def test_similar_targets_share_a_row_that_shows_the_worst():
    alike = [target(f"call {n}", "4 us per call", ratio) for n, ratio in enumerate((3.0, 1.7))]
    slow = target("call 2", "4 us per call", 0.9, "fail", "two results")
    (row,) = summary(a_run(*alike, slow, kernel="small calls"))
    assert (row.ours, row.status) == ("each of 3", "fail")
    assert row.measured == "2 of 3, smallest 0.90x (call 2)"
    assert row.why == "call 2: two results"


def turns(wall, processor=None):
    return [Taken(wall, processor or wall)] * 3


def test_point_is_compared_with_the_faster_copy_on_at_most_as_many_threads():
    found = {
        ("k", MI, 1): turns(4.0),
        ("k", MI, 2): turns(2.0),
        ("copy", MI, 1): turns(1.0),
        ("copy", MI, 2): turns(5.0),  # the second thread slowed it down
    }
    one, two, *_ = sizes._points(found, {("k", MI): 8 * MI, ("copy", MI): 8 * MI})
    assert (one["of_copy"], two["of_copy"]) == (0.25, 0.5)
    assert one["gb_per_second"] == pytest.approx(8 * MI / 4e9, abs=1e-4)


def test_cost_per_element_is_judged_at_the_most_expensive_size():
    found = {("k", n * MI, 1): turns(n * cost) for n, cost in ((1, 1.0), (4, 2.0), (64, 1.0))}
    found |= {("copy", n * MI, 1): turns(n * 1e-3) for n in (1, 4, 64)}
    (row,) = sizes._levels([Subject("k", None)], found)
    assert row["ratio"]["median"] == 0.5
    assert row["status"] == "fail"
    assert "0.95 to 0.95 ns" in row["why"]


def test_only_compute_bound_kernels_are_judged_on_two_threads():
    size = sizes.TWO_THREADS_AT
    found = {(name, size, k): turns(3.0 / k) for name in ("busy", "moving") for k in (1, 2)}
    subjects = [Subject("busy", None, computes=True), Subject("moving", None)]
    (row,) = sizes._second_threads(subjects, found)
    assert (row["name"], row["ratio"]["median"]) == ("busy, two threads", 2.0)


def test_sweep_times_kernel_and_copy_at_every_size_and_thread_count():
    kernel = Subject("k", lambda n: (lambda: sum(range(n)), 4 * n))
    found = sizes.measure([kernel], (64, 128))
    got = {(point["kernel"], point["elements"], point["threads"]) for point in found["points"]}
    assert got == {(name, n, k) for name in ("k", "copy") for n in (64, 128) for k in (1, 2)}
    assert all(point["processor_ns"] > 0 for point in found["points"])


def test_every_subject_runs_and_reports_its_traffic():
    for subject in sizes.SUBJECTS:
        call, traffic = subject.prepare(4096)
        result = call()
        assert result is not None, subject.name
        assert traffic > 0


def test_other_work_is_total_busy_time_minus_our_own(monkeypatch):
    readings = iter([(100.0, 10.0, 0.0), (103.0, 11.0, 2.0)])
    monkeypatch.setattr(load, "_readings", lambda: next(readings))
    assert load.OtherWork().cores() == 1.0
    monkeypatch.setattr(load, "_readings", lambda: None)
    assert load.OtherWork().cores() is None


def test_missing_peer_has_a_reason():
    assert peers.load("no_such_peer") is None
    assert "no_such_peer" in peers.why_absent("no_such_peer")
    assert peers.why_absent("torch") == ""
    assert set(peers.peer_versions()) == set(peers.PEERS)


def test_plot_of_the_recorded_run_is_kept():
    assert {"bandwidth.png", "bandwidth.html"} == {one.name for one in recording.RESULTS.iterdir()}


def test_recipe_writes_elsewhere_without_touching_the_readme(tmp_path):
    before = recording.README.read_bytes()
    files = recording.RECIPE.write([Made(a_run(target()), Provenance.now())], tmp_path)
    assert files == [tmp_path / "cpu.json"]
    assert recording.README.read_bytes() == before


def test_measure_returns_a_run_with_its_provenance():
    threads, told = torch.get_num_threads(), []
    try:
        found = runner.measure(
            ["dropout_mask"],
            elements=1 << 16,
            rounds=3,
            threads=1,
            report=lambda *news: told.append(news),
        )
    finally:
        torch.set_num_threads(threads)
    assert Provenance.from_json(found["provenance"]).seconds > 0
    assert [result["kernel"] for result in found["results"]] == ["dropout_mask"]
    assert told == [(0.0, "dropout_mask")]


def test_benchmarks_import_from_any_folder_and_without_the_app(tmp_path):
    program = (
        "import sys\n"
        "from pyfrontiers.comparison.repository import benchmarks\n"
        "print(benchmarks('recording').__name__, 'streamlit' in sys.modules)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert out == "tests.benchmarks.recording False\n"


def test_sweep_names_its_subjects_after_functions_of_the_kernels():
    assert {subject.name.partition(",")[0] for subject in sizes.SUBJECTS} <= set(FUNCTIONS)
