import json

from typer.testing import CliRunner

from pyfrontiers.cli import doctor
from pyfrontiers.cli.doctor import Finding, examine
from pyfrontiers.cli.main import app

RUN = CliRunner()


def test_json_is_a_list_of_findings():
    result = RUN.invoke(app, ["doctor", "--json"])
    rows = json.loads(result.stdout)
    assert [set(row) for row in rows] == [{"name", "grade", "value", "advice"}] * len(rows)
    named = {row["name"]: row for row in rows}
    assert {"python", "torch", "kernels", "processor", "cuda", "store", "chromium"} <= set(named)
    assert named["kernels"]["grade"] == "ok"
    assert named["app packages"]["grade"] == "ok"
    assert all(row["advice"] for row in rows if row["grade"] != "ok")
    assert result.exit_code == 0


def test_something_broken_is_exit_code_1_and_shown(monkeypatch):
    broken = Finding("store", "broken", "read-only", "make the folder writable")
    monkeypatch.setattr(doctor, "_LOOKS", {"store": lambda name: broken})
    result = RUN.invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "read-only" in result.stdout
    assert "make the folder writable" in result.stdout


def test_what_is_merely_missing_is_no_failure(monkeypatch):
    monkeypatch.setattr(
        doctor, "_LOOKS", {"cuda": lambda name: Finding(name, "missing", "no", "x")}
    )
    assert RUN.invoke(app, ["doctor"]).exit_code == 0


def test_looking_that_fails_is_a_finding():
    def look(name):
        raise ImportError("libgone.so: cannot open\nshared object file")

    finding = examine("kernels", look)
    assert finding.grade == "broken"
    assert finding.value == "libgone.so: cannot open shared object file"


def test_a_store_that_cannot_be_written_is_broken(monkeypatch, tmp_path):
    import platformdirs

    occupied = tmp_path / "file"
    occupied.touch()
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name: occupied / "inside")
    finding = doctor._store("store")
    assert finding.grade == "broken"
    assert finding.advice == "make the folder writable to you"


def test_a_missing_package_of_the_app_is_named(monkeypatch):
    monkeypatch.setattr(
        doctor,
        "requires",
        lambda name: ["nothing-of-this-name>=1; extra == 'app'", "other; extra == 'test'"],
    )
    finding = doctor._app_packages("app packages")
    assert finding.grade == "broken"
    assert finding.value == "missing: nothing-of-this-name"
    assert finding.advice == "pip install 'pyfrontiers[app]'"
