import json

from typer.testing import CliRunner

from pyfrontiers.cli import doctor
from pyfrontiers.cli.doctor import Check, examine
from pyfrontiers.cli.main import app

RUN = CliRunner()


def test_json_is_a_list_of_checks():
    result = RUN.invoke(app, ["doctor", "--json"])
    rows = json.loads(result.stdout)
    assert [set(row) for row in rows] == [{"name", "grade", "value", "advice"}] * len(rows)
    named = {row["name"]: row for row in rows}
    assert {"python", "torch", "kernels", "processor", "cuda", "store", "chromium"} <= set(named)
    assert named["kernels"]["grade"] == "ok"
    assert named["app packages"]["grade"] == "ok"
    assert all(row["advice"] for row in rows if row["grade"] != "ok")
    assert result.exit_code == 0


def test_broken_check_is_shown_and_gives_exit_code_1(monkeypatch):
    broken = Check("store", "broken", "read-only", "make the folder writable")
    monkeypatch.setattr(doctor, "_CHECKS", {"store": lambda name: broken})
    result = RUN.invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "read-only" in result.stdout
    assert "make the folder writable" in result.stdout


def test_missing_optional_part_is_not_a_failure(monkeypatch):
    monkeypatch.setattr(doctor, "_CHECKS", {"cuda": lambda name: Check(name, "missing", "no", "x")})
    assert RUN.invoke(app, ["doctor"]).exit_code == 0


def test_exception_in_a_check_is_reported_as_broken():
    def check(name):
        raise ImportError("libgone.so: cannot open\nshared object file")

    result = examine("kernels", check)
    assert result.grade == "broken"
    assert result.value == "libgone.so: cannot open shared object file"


def test_unwritable_store_is_broken(monkeypatch, tmp_path):
    import platformdirs

    occupied = tmp_path / "file"
    occupied.touch()
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name: occupied / "inside")
    result = doctor._store("store")
    assert result.grade == "broken"
    assert result.advice == "make the folder writable"


def test_missing_app_package_is_named(monkeypatch):
    monkeypatch.setattr(
        doctor,
        "requires",
        lambda name: ["nothing-of-this-name>=1; extra == 'app'", "other; extra == 'test'"],
    )
    result = doctor._app_packages("app packages")
    assert result.grade == "broken"
    assert result.value == "missing: nothing-of-this-name"
    assert result.advice == "pip install 'pyfrontiers[app]'"


def test_kernels_missing_from_the_compiled_core_are_named(monkeypatch):
    from pyfrontiers.kernels import _core

    monkeypatch.setattr(_core, "kernels", _core.kernels[1:])
    result = doctor._kernels("kernels")
    assert result.grade == "broken"
    assert result.value.endswith("lacks philox")
    assert result.advice.startswith("build it again")
