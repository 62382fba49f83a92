import dataclasses
import json

import pytest

from pyfrontiers.claims import CLAIMS, Measurement, recorded, records, reproduce, write_record
from pyfrontiers.claims.records import FOLDER, read_record


def read(name, folder):
    return read_record(records.CLAIMS.find(name), folder)


def test_record_round_trip(use_claims):
    folder = use_claims(C7="null")
    assert recorded("C7") is None
    outcome = reproduce("C7", "full", 1)
    path = write_record(outcome, folder)
    back = read("C7", folder)
    assert path.name == "C7.json"
    assert back == dataclasses.replace(
        outcome, provenance=back.provenance, recorded=3.0, recorded_finding=outcome.finding
    )
    assert back.provenance.as_json() == outcome.provenance.as_json()
    assert reproduce("C7").as_json()["recorded"] == 3.0
    assert [file.name for file in folder.iterdir()] == ["C7.json"]


def test_record_holds_its_provenance_and_nothing_private(use_claims):
    folder = use_claims(C7="pass")
    record = json.loads(write_record(reproduce("C7", seed=4), folder).read_text())
    assert record["provenance"]["seed"] == 4
    assert record["provenance"]["seconds"] >= 0
    assert str(folder) not in json.dumps(record)


def test_sentence_comes_from_the_recorded_figures(use_claims):
    folder = use_claims(C7="pass")
    path = write_record(reproduce("C7"), folder)
    record = json.loads(path.read_text())
    assert "It is" not in path.read_text()
    assert read("C7", folder).finding.text == "It is 1.0."
    path.write_text(json.dumps(record | {"measured": 1.5}))
    assert read("C7", folder).finding.text == "It is 1.5."


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("status", None, "field 'status' is missing"),
        ("provenance", None, "provenance must have exactly"),
        ("measured", "0.9", "field 'measured' is '0.9'"),
        ("measured", {}, "value must hold at least one figure, got an empty table"),
        ("interval", [2, 1], r"interval must have its lower end first, got \(2, 1\)"),
        ("status", "good", "status must be 'pass', 'fail' or 'null', got 'good'"),
        ("claim", "C8", "it belongs to claim 'C8', not C7"),
        ("profile", "slow", "field 'profile' must be 'quick' or 'full', got 'slow'"),
        ("details", {}, "'n'"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_damaged_record_is_reported_by_field(use_claims, field, value, text):
    folder = use_claims(C7="pass")
    path = write_record(reproduce("C7"), folder)
    record = json.loads(path.read_text())
    if value is None:
        del record[field]
    else:
        record[field] = value
    path.write_text(json.dumps(record))
    with pytest.raises(ValueError, match=rf"the record C7\.json is damaged: .*{text}"):
        read("C7", folder)


def test_record_that_is_not_json_is_damaged(use_claims):
    folder = use_claims(C7="pass")
    write_record(reproduce("C7"), folder).write_text("{")
    with pytest.raises(ValueError, match=r"the record C7\.json is damaged"):
        read("C7", folder)


def test_unwritable_folder_is_reported(use_claims, tmp_path):
    use_claims(C7="pass")
    occupied = tmp_path / "a-file"
    occupied.touch()
    with pytest.raises(ValueError, match=r"record C7\.json cannot be written .*checkout"):
        write_record(reproduce("C7"), occupied)


def test_each_figure_can_have_an_interval(use_claims):
    folder = use_claims(C7="pass")
    details = {"curve": [1.0, 2.5], "n": [1]}
    measured = Measurement({"a": 1.0, "b": 2.0}, {"a": (0.5, 1.5)}, "pass", details)
    path = write_record(dataclasses.replace(reproduce("C7"), measurement=measured), folder)
    assert '"curve": [1.0, 2.5]' in path.read_text()
    back = read("C7", folder)
    assert back.measurement == measured
    assert back.as_json()["interval"] == {"a": [0.5, 1.5]}


def test_every_record_belongs_to_a_measured_claim():
    assert {path.stem for path in FOLDER.glob("*.json")} <= set(CLAIMS)
