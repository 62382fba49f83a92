"""The live comparison verifies what it times, reports progress and restores the thread count."""

import pytest
import torch

from pyfrontiers import kernels
from pyfrontiers.comparison.live import CASES, compare

SMALL = {"threads": 1, "seconds": 0.0, "elements": 1 << 12}


def test_every_case_has_a_row_with_both_times_and_their_ratio():
    reports = []
    found = compare(
        **SMALL, report=lambda fraction, message, rows: reports.append((fraction, rows))
    )
    assert [row.kernel for row in found.rows] == [case.kernel for case in CASES]
    for row in found.rows:
        assert row.ours > 0
        assert row.theirs > 0
        assert row.faster.low <= row.faster.median <= row.faster.high
        assert row.rounds == 3
    # Each report holds the rows so far; the last one holds all of them.
    assert [len(rows) for _, rows in reports] == list(range(len(CASES) + 1))
    assert [fraction for fraction, _ in reports] == sorted(fraction for fraction, _ in reports)
    assert reports[-1] == (1.0, found.rows)


def test_the_thread_count_is_restored():
    before = torch.get_num_threads()
    assert compare(**{**SMALL, "threads": before + 1}).threads == before + 1
    assert torch.get_num_threads() == before


def test_a_wrong_kernel_is_not_timed(monkeypatch):
    correct = kernels.dropout
    monkeypatch.setattr(kernels, "dropout", lambda x, *rest, **more: correct(x, *rest, **more) + 1)
    with pytest.raises(AssertionError):
        compare(**SMALL)
