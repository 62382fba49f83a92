"""Record files: round trip, layout for line-by-line diffs, and atomic replacement."""

import json

import pytest

from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import load_record, save_record

CONTENT = {
    "curve": [number / 7 for number in range(100)],
    "name": "é",
    "rows": [{"name": "a" * 90, "seconds": {"low": 1.5, "high": 2.5}, "text": "b" * 90}] * 2,
    "nothing": None,
}


def test_record_round_trip(tmp_path):
    made = Provenance.now(seed=1, seconds=2.0)
    path = save_record(tmp_path / "new" / "one.json", made, CONTENT)
    assert load_record(path) == (made, CONTENT)
    assert json.loads(path.read_text())["provenance"] == made.as_json()
    assert [file.name for file in path.parent.iterdir()] == ["one.json"]


def test_list_of_numbers_is_one_line_and_long_table_one_line_per_entry(tmp_path):
    lines = save_record(tmp_path / "one.json", Provenance.now(), CONTENT).read_text().splitlines()
    (curve,) = [line for line in lines if '"curve"' in line]
    assert curve.count(",") == 100
    assert sum('"seconds": {"low": 1.5, "high": 2.5}' in line for line in lines[1:]) == 2


def test_failed_write_keeps_the_old_record(tmp_path):
    path = save_record(tmp_path / "one.json", Provenance.now(), {"figure": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_record(path, Provenance.now(), {"figure": float("nan")})
    assert load_record(path)[1] == {"figure": 1}


def test_unwritable_folder_raises(tmp_path):
    (tmp_path / "occupied").touch()
    path = tmp_path / "occupied" / "one.json"
    with pytest.raises(ValueError, match=r"record one\.json cannot be written .*checkout"):
        save_record(path, Provenance.now(), {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting"),
        ("[]", "wanted a JSON object"),
        ("{}", "provenance must have exactly .*, got None"),
    ],
)
def test_damaged_record_raises(tmp_path, text, reason):
    path = tmp_path / "one.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"the record one\.json is damaged: .*{reason}"):
        load_record(path)
