import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import pyfrontiers.claims
import pyfrontiers.compute
from pyfrontiers.claims import (
    Claim,
    Figure,
    Finding,
    Measurement,
    records,
    reproduction,
    write_record,
)
from pyfrontiers.claims.registry import Claims
from pyfrontiers.cli.main import app
from pyfrontiers.cli.reproduce import _show
from pyfrontiers.compute import JobError

KEYS = [
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
]


class Given(Claims):
    """Claims given as objects instead of modules."""

    def __init__(self, claims):
        super().__init__(pyfrontiers.claims.CLAIMS.sections)
        self.given = claims
        self.__dict__["_measured"] = tuple(claims)

    def __getitem__(self, name):
        return self.given[name]


class JobHere:
    """A job that runs in this process, which has the given claims."""

    def __init__(self, function, /, *, label, **parameters):
        self.label = label
        self.outcome = None
        try:
            self.outcome = function(**parameters)
        except ValueError as error:
            self.error = error

    def wait(self, timeout):
        return True

    def result(self):
        if self.outcome is None:
            raise JobError(str(self.error))
        return self.outcome


@pytest.fixture
def run(monkeypatch, tmp_path):
    def claim(name, status):
        def measure(*, profile, seed, report):
            report(0.5, "half")
            return Measurement({"p": 0.5 + seed}, (0.5, 1.0), status, {"profile": profile})

        def describe(measured):
            rows = (Figure("P of [red]", f"{100 * measured.value['p']:.0f} %", "0.5 to 1"),)
            return Finding(f"P is **large** ({measured.details['profile']}).", rows)

        return Claim(name, "welcome", "A [bold] claim.", None, "P > 0.5", measure, describe)

    claims = Given(
        {"C7": claim("C7", "pass"), "C8": claim("C8", "null"), "C9": claim("C9", "fail")}
    )
    for module in (pyfrontiers.claims, records, reproduction):
        monkeypatch.setattr(module, "CLAIMS", claims)
    monkeypatch.setattr(pyfrontiers.compute, "submit", JobHere)
    folder = tmp_path / "recorded"
    monkeypatch.setattr(records, "FOLDER", folder)

    def invoke(*arguments):
        return CliRunner().invoke(app, ["reproduce", *arguments], env={"COLUMNS": "200"})

    invoke.folder = folder
    return invoke


def _words(text):
    return " ".join(text.replace("│", " ").split())


def test_json_is_a_list_with_the_keys_of_the_table(run):
    result = run("C7", "--json", "--seed", "2", "--profile", "full")
    assert result.exit_code == 0
    (row,) = json.loads(result.stdout)
    assert [key for key in row if key in KEYS] == KEYS
    assert row["measured"] == {"p": 2.5}
    assert row["seed"] == 2
    assert row["status"] == "pass"
    assert row["profile"] == "full"


def test_all_claims_are_measured_by_default_and_a_failure_gives_exit_code_1(run):
    result = run("--json")
    assert [row["claim"] for row in json.loads(result.stdout)] == ["C7", "C8", "C9"]
    assert result.exit_code == 1


def test_null_result_is_not_a_failure(run):
    assert run("C8", "--json").exit_code == 0


def test_repeated_claim_is_measured_once(run):
    assert len(json.loads(run("C7", "c7", "--json").stdout)) == 1


def test_table_shows_statement_rule_figure_and_interval(run):
    text = run("C7").stdout
    for part in (
        "C7",
        "A [bold] claim.",
        "passes if P > 0.5",
        "P is large (quick).",
    ):
        assert part in text
    assert "P of [red] 50 % (0.5 to 1)" in _words(text)
    assert "recorded not recorded yet" in _words(text)


def test_recorded_figures_have_the_names_and_units_of_the_measured_ones(run):
    write_record(reproduction.reproduce("C7", "full"), run.folder)
    (row,) = json.loads(run("C7", "--json").stdout)
    assert row["recorded"] == {"p": 0.5}
    text = _words(run("C7", "--seed", "1").stdout)
    assert "measured P is large (quick)." in text
    assert "recorded P is large (full)." in text
    assert "measured recorded P of [red] 150 % (0.5 to 1) 50 % (0.5 to 1)" in text


def test_own_data_are_not_compared_with_the_record(capsys):
    outcome = pyfrontiers.claims.recorded("C5")
    _show([replace(outcome, own_data="mine", recorded_finding=None)])
    assert "recorded the record is of other data" in _words(capsys.readouterr().out)


def test_error_in_a_worker_is_reported(pyfrontiers):
    done = pyfrontiers("reproduce", "C5", "--data", __file__)
    assert done.returncode == 2
    assert "the data must be a folder of images with one subfolder per class" in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["C99"], "the lecture makes no claim 'C99'"),
        (["C7", "C12"], "claim C12 (limitations-summary) is not measured yet"),
        (["C7", "--seed", "-1"], "--seed must be an integer of at least 0, got -1"),
        (["C7", "--profile", "slow"], "'slow' is not one of"),
    ],
)
def test_bad_input_gives_exit_code_2(run, arguments, text):
    result = run(*arguments)
    assert result.exit_code == 2
    assert text in result.stderr
    assert result.stdout == ""
