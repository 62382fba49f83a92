"""`tools/install.py`: which program installs which packages, and the output when one fails."""

import re
import sys
import threading

import install
import progress
import pytest


@pytest.fixture
def programs(monkeypatch):
    """The commands that the installer would run; those with a word of `broken` fail."""
    commands, broken = [], set()

    def run(log, *command, **_):
        commands.append(command)
        if broken & set(command):
            raise progress.ProgramError(f"{log.name} failed")

    monkeypatch.setattr(install, "run", run)
    return commands, broken


@pytest.fixture
def packages():
    return install.Packages(progress.Progress())


def test_the_app_needs_no_tool_of_the_tests():
    app, everything = (set(install.requirements(install.EXTRAS[goal])) for goal in ("app", "test"))
    names = {re.match(r"[\w-]+", line).group() for line in everything - app}
    assert {"pytest", "jax", "playwright", "ruff", "mypy"} <= names
    assert app < everything


def test_every_package_is_pinned():
    pins = (install.ROOT / "constraints.txt").read_text().splitlines()
    pinned = {pin.split("==")[0].lower().replace("_", "-") for pin in pins}
    wanted = [*install.requirements(install.EXTRAS["test"]), *install.BUILD_TOOLS, "uv"]
    names = {re.match(r"[\w-]+", line).group().lower().replace("_", "-") for line in wanted}
    assert names <= pinned


def test_torch_comes_through_pip_and_the_others_through_uv(programs, packages):
    commands, _ = programs
    packages.find_uv()
    packages.install_all(("app",))
    _, torch, others = commands
    assert torch[:3] == install.PIP[:3]
    assert torch[-1] == "torch"
    assert others[:3] == (install.PIP[0], "-m", "uv")
    assert all("constraints.txt" in command for command in commands)


@pytest.mark.parametrize("where", ["no uv at all", "uv fails"])
def test_pip_replaces_uv(programs, packages, where, capsys):
    commands, broken = programs
    broken.add("uv" if where == "uv fails" else "")
    if where == "uv fails":
        packages.uv = True
    packages.install("packages", ["numpy"])
    assert commands[-1][:3] == install.PIP[:3]
    assert commands[-1][-1] == "numpy"
    assert ("uv could not install the packages; pip tries" in capsys.readouterr().out) == (
        where == "uv fails"
    )


def test_message_without_uv_says_that_pip_takes_longer(programs, packages, capsys):
    programs[1].add("uv")
    packages.find_uv()
    assert not packages.uv
    assert "uv is not available here; pip takes its place" in capsys.readouterr().out


def test_error_is_shown_without_pips_path_warnings(tmp_path):
    printed = (
        "WARNING: Location 'file:///wheels/torch/' is ignored: it is neither a file nor a folder.",
        "ERROR: No matching distribution found for numpy==99",
    )
    program = f"import sys; print({printed[0]!r}); print({printed[1]!r}); sys.exit(1)"
    with pytest.raises(progress.ProgramError, match="No matching distribution") as failure:
        progress.run(tmp_path / "log", sys.executable, "-c", program)
    assert not [line for line in str(failure.value).splitlines() if line.startswith("WARNING")]
    assert all(line in (tmp_path / "log").read_text() for line in printed)


def test_stop_ends_a_program_and_its_children(tmp_path):
    started = threading.Event()
    child = "import time; print('started', flush=True); time.sleep(600)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    errors = []

    def run():
        try:
            progress.run(
                tmp_path / "log", sys.executable, "-c", parent, each_line=lambda _: started.set()
            )
        except progress.ProgramError as error:
            errors.append(error)

    runner = threading.Thread(target=run)
    runner.start()
    assert started.wait(240)
    progress.stop()
    # The output ends only when the child, which holds it open, has ended too.
    runner.join(240)
    assert not runner.is_alive()
    assert errors


def test_progress_names_compiled_files(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PERIOD", 0.01)
    told = threading.Event()
    reporter = progress.Progress()
    monkeypatch.setattr(reporter, "say", lambda text: told.set() if "12 of 29" in text else None)
    reporter.compiler_said("  [12/29] Building CXX object isa_avx2.cpp.o\n")
    reporter.compiler_said("  note: this line is no step\n")
    with reporter.ticking():
        assert told.wait(240)
