import dataclasses
import json
import math
import subprocess
import sys

import pytest

from pyfrontiers.claims import CLAIMS, Measurement, recorded, reproduce, write_record
from pyfrontiers.claims.records import FOLDER, read_record

ROW = {
    "claim",
    "section",
    "statement",
    "paper",
    "recorded",
    "measured",
    "interval",
    "status",
    "seconds",
    "seed",
    "version",
}


def test_the_lecture_makes_22_claims():
    assert list(CLAIMS.sections) == [f"C{k}" for k in range(1, 23)]


def test_a_run_gives_the_row_of_the_table(use_claims):
    use_claims(C7="pass")
    told = []
    outcome = reproduce("c7", "full", 5, report=lambda *news: told.append(news))
    row = outcome.as_json()
    assert set(row) >= ROW
    assert row["claim"] == "C7"
    assert row["section"] == "adversarial-examples"
    assert row["measured"] == 7.0
    assert row["interval"] == [6.0, 8.0]
    assert row["status"] == "pass"
    assert row["seed"] == 5
    assert row["recorded"] is None
    assert row["seconds"] >= 0
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert told == [(0.5, "half of it")]


def test_a_record_comes_back_as_it_was_written(use_claims):
    folder = use_claims(C7="null")
    assert recorded("C7") is None
    outcome = reproduce("C7", "full", 1)
    path = write_record(outcome, folder)
    back = read_record_of("C7", folder)
    assert path.name == "C7.json"
    assert back == dataclasses.replace(outcome, provenance=back.provenance, recorded=3.0)
    assert back.provenance.as_json() == outcome.provenance.as_json()
    assert reproduce("C7").as_json()["recorded"] == 3.0
    assert [file.name for file in folder.iterdir()] == ["C7.json"]


def read_record_of(name, folder):
    from pyfrontiers.claims import records

    return read_record(records.CLAIMS.find(name), folder)


def test_a_record_holds_its_provenance_and_nothing_private(use_claims):
    folder = use_claims(C7="pass")
    record = json.loads(write_record(reproduce("C7", seed=4), folder).read_text())
    assert record["provenance"]["seed"] == 4
    assert record["provenance"]["seconds"] >= 0
    assert str(folder) not in json.dumps(record)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("summary", None, "field 'summary' is missing"),
        ("provenance", None, "provenance has None"),
        ("measured", "0.9", "field 'measured' is '0.9'"),
        ("measured", {}, "value is an empty table"),
        ("interval", [2, 1], r"interval is \(2, 1\); wanted the lower end first"),
        ("status", "good", "status is 'good'; wanted 'pass', 'fail' or 'null'"),
        ("claim", "C8", "it is about 'C8', not C7"),
        ("profile", "slow", "field 'profile' is 'slow'"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_damaged_record_is_told_by_its_field(use_claims, field, value, text):
    folder = use_claims(C7="pass")
    path = write_record(reproduce("C7"), folder)
    record = json.loads(path.read_text())
    if value is None:
        del record[field]
    else:
        record[field] = value
    path.write_text(json.dumps(record))
    with pytest.raises(ValueError, match=rf"the record C7\.json is damaged: .*{text}"):
        read_record_of("C7", folder)


def test_a_record_that_is_not_json_is_damaged(use_claims):
    folder = use_claims(C7="pass")
    write_record(reproduce("C7"), folder).write_text("{")
    with pytest.raises(ValueError, match=r"the record C7\.json is damaged"):
        read_record_of("C7", folder)


def test_a_folder_that_takes_no_records_is_told(use_claims, tmp_path):
    use_claims(C7="pass")
    occupied = tmp_path / "a-file"
    occupied.touch()
    with pytest.raises(ValueError, match=r"record C7\.json cannot be written .*checkout"):
        write_record(reproduce("C7"), occupied)


def test_several_figures_have_intervals_of_their_own(use_claims):
    folder = use_claims(C7="pass")
    outcome = reproduce("C7")
    measured = Measurement(
        {"a": 1.0, "b": 2.0}, {"a": (0.5, 1.5)}, "pass", "ok", {"curve": [1.0, 2.5], "n": [1]}
    )
    path = write_record(dataclasses.replace(outcome, measurement=measured), folder)
    assert '"curve": [1.0, 2.5]' in path.read_text()
    back = read_record_of("C7", folder)
    assert back.measurement == measured
    assert back.measurement.spread == "95 % intervals: a 0.5 to 1.5"
    assert back.as_json()["interval"] == {"a": [0.5, 1.5]}


def test_an_unknown_claim_gets_the_nearest_and_the_measured(make_claims):
    claims, _ = make_claims(C7="pass", C17="pass")
    with pytest.raises(ValueError, match=r"no claim 'C77' \(did you mean C7.*are: C7, C17"):
        claims.find("C77")
    with pytest.raises(ValueError, match="no claim 'nonsense'; measured are: C7, C17"):
        claims.find("nonsense")


def test_a_claim_that_is_not_measured_yet_says_which_are(make_claims):
    claims, _ = make_claims(C7="pass")
    with pytest.raises(
        ValueError, match=r"C9 \(robust-adversarial-examples\) is not measured yet.*are: C7"
    ):
        claims.find("C9")


def test_claims_are_a_mapping_in_the_lectures_order(make_claims):
    claims, _ = make_claims(C17="pass", C7="pass", C8="pass")
    assert list(claims) == ["C7", "C8", "C17"]
    assert len(claims) == 3
    assert claims["C8"].id == "C8"
    with pytest.raises(KeyError):
        claims["C9"]


def test_a_module_is_imported_when_its_claim_is_asked_for(make_claims):
    claims, folder = make_claims(C7="pass", C8="pass")
    assert list(claims) == ["C7", "C8"]
    assert f"{folder.name}.c07" not in sys.modules
    claims.find("C7")
    assert f"{folder.name}.c07" in sys.modules
    assert f"{folder.name}.c08" not in sys.modules


def test_a_module_that_is_about_something_else_is_refused(make_claims):
    claims, folder = make_claims(C7="pass")
    source = folder / "c07.py"
    source.write_text(source.read_text().replace("'adversarial-examples'", "'welcome'"))
    with pytest.raises(ValueError, match="C7 names section 'welcome'; the lecture has it in"):
        claims.find("C7")


@pytest.mark.parametrize("profile", ["slow", "", None])
def test_an_unknown_profile_is_refused(use_claims, profile):
    use_claims(C7="pass")
    with pytest.raises(ValueError, match=r"profile is .*; wanted 'quick' or 'full'"):
        reproduce("C7", profile)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, True, "0"])
def test_a_seed_outside_64_bits_is_refused(use_claims, seed):
    use_claims(C7="pass")
    with pytest.raises(ValueError, match=r"seed is .*; wanted an integer from 0 to 2\*\*64 - 1"):
        reproduce("C7", seed=seed)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"value": math.nan}, "value is nan; wanted a finite number"),
        ({"value": {"a": math.inf}}, "value 'a' is inf; wanted a finite number"),
        ({"value": "0.9"}, "value is '0.9'; wanted a number"),
        ({"value": True}, "value is True; wanted a number"),
        ({"interval": (0.0, math.nan)}, "interval is nan; wanted a finite number"),
        ({"interval": (0.0,)}, r"interval is \(0\.0,\); wanted \(lower, upper\)"),
        (
            {"interval": {"value": (0.0, 1.0)}},
            r"interval has the names \['value'\]; wanted names of",
        ),
        (
            {"value": {"a": 1.0}, "interval": {"b": (0.0, 1.0)}},
            r"interval has the names \['b'\]; wanted names of the value",
        ),
        (
            {"value": {"a": 1.0}, "interval": {"a": (2.0, 1.0)}},
            r"interval 'a' is \(2\.0, 1\.0\); wanted the lower end first",
        ),
        ({"status": "PASS"}, "status is 'PASS'"),
        ({"summary": "two\nlines"}, "wanted one line that is not empty"),
        ({"summary": " "}, "wanted one line that is not empty"),
        ({"details": {"x": object()}}, "details must be plain finite JSON values"),
        ({"details": {"x": math.nan}}, "details must be plain finite JSON values"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, dict) else "",
)
def test_a_measurement_that_cannot_be_published_is_refused(change, text):
    fields = {"value": 0.9, "interval": None, "status": "pass", "summary": "ok", "details": {}}
    with pytest.raises(ValueError, match=text):
        Measurement(**{**fields, **change})


@pytest.mark.parametrize("name", list(CLAIMS))
def test_a_claim_can_be_shown_without_torch_and_its_record_is_sound(name):
    program = (
        "import sys\n"
        "from pyfrontiers.claims import CLAIMS, recorded\n"
        f"claim = CLAIMS.find({name!r})\n"
        "assert claim.statement and claim.rule\n"
        f"recorded({name!r})\n"
        "assert not {'torch', 'streamlit', 'pandas'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_record_is_left_of_a_claim_that_is_not_measured():
    assert {path.stem for path in FOLDER.glob("*.json")} <= set(CLAIMS)
