import inspect
import re
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec

import pytest
import typer
from typer.testing import CliRunner

from pyfrontiers.cli import lazy
from pyfrontiers.cli.main import app

RUN = CliRunner()


def available():
    return [
        name
        for name, source in lazy.COMMANDS.items()
        if find_spec(f"pyfrontiers.cli.{source.module}") is not None
    ]


def test_help_lists_the_commands_without_heavy_imports():
    program = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from pyfrontiers.cli.main import app\n"
        "result = CliRunner().invoke(app, ['--help'])\n"
        "print(result.output)\n"
        "heavy = {'torch', 'numpy', 'streamlit', 'pandas', 'altair', 'PIL', 'sklearn'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.rstrip().endswith("LOADED []"), done.stdout + done.stderr
    for name in available():
        assert f" {name} " in done.stdout


@pytest.mark.parametrize("name", available())
def test_every_command_has_help_with_an_example_and_json(name):
    result = RUN.invoke(app, [name, "--help"], env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    listed = result.output
    pages = [listed]
    if "COMMAND" in listed:  # a group: its commands have --json
        assert "Example: pyfrontiers " + name in listed
        commands = lazy._load(name).commands
        assert len(commands) > 1
        pages = [
            RUN.invoke(app, [name, c, "--help"], env={"COLUMNS": "120"}).output for c in commands
        ]
    for page in pages:
        assert "--json" in page
        assert "Example: pyfrontiers " + name in page


@pytest.mark.parametrize("name", available())
def test_paragraphs_of_help_fill_the_terminal(name):
    command = lazy._load(name)
    pages = {(name,): command}
    pages |= {(name, c): each for c, each in getattr(command, "commands", {}).items()}
    for path, each in pages.items():
        page = RUN.invoke(app, [*path, "--help"], env={"COLUMNS": "400"}).output
        lines = [line.strip() for line in page.splitlines()]
        for paragraph in inspect.cleandoc(each.help).split("\n\n"):
            assert paragraph in lines


def test_numbers_must_be_finite():
    checked = set()
    for name in available():
        command = lazy._load(name)
        for path in [(name, each) for each in getattr(command, "commands", ())] or [(name,)]:
            page = RUN.invoke(app, [*path, "--help"], env={"COLUMNS": "200"}).output
            for option, span in re.findall(r"(--[\w-]+) .*<.*float(.*?)\]?>", page):
                wanted = f"{option} must be a finite number{span and ' from'}{span}"
                for given in ("nan", "inf"):
                    result = RUN.invoke(app, [*path, option, given])
                    assert (result.exit_code, result.stderr) == (2, f"{wanted}, got {given}\n")
                checked.add(option)
    assert {"--fog", "--lens", "--weight", "--minutes"} <= checked


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("scenes sheet", ["picture", "instances", "edges"]),
        ("tasks train", ["gradnorm", "imtl-g", "gtFine/train/CITY/*_gtFine_labelIds.png"]),
        ("depth", ["median"]),
    ],
)
def test_words_of_help_are_whole(path, words):
    page = RUN.invoke(app, [*path.split(), "--help"], env={"COLUMNS": "100"}).output
    assert "…" not in page
    assert set(words) <= {word.strip(",.:;") for word in page.split()}


def test_version():
    assert RUN.invoke(app, ["--version"]).output.strip() == version("pyfrontiers")


def test_mistyped_command_gets_a_suggestion():
    result = RUN.invoke(app, ["reprodce"])
    assert result.exit_code == 2
    assert "Did you mean 'reproduce'" in result.output


@pytest.fixture
def command(monkeypatch):
    """Return a function that replaces every command by another function."""

    def mount(function):
        monkeypatch.setattr(lazy, "_load", lambda name: typer.main.get_command(wrapped))
        wrapped = typer.Typer()
        wrapped.command()(function)

    return mount


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (
            ValueError("epsilon must be at least 0,\n  got -1"),
            2,
            "epsilon must be at least 0, got -1",
        ),
        (KeyError("no such class"), 2, "no such class"),
        (FileNotFoundError(2, "No such file", "a.png"), 2, "No such file: 'a.png'"),
        (ValueError("[red] is not a colour"), 2, "[red] is not a colour"),
        (AttributeError("oops"), 3, "AttributeError: oops (a bug in pyfrontiers"),
        (
            ModuleNotFoundError("No module named 'altair'", name="altair"),
            2,
            "needs the package altair: pip install 'pyfrontiers[app]'",
        ),
        (ModuleNotFoundError("gone", name="pyfrontiers.x"), 3, "ModuleNotFoundError: gone"),
    ],
    ids=["value", "key", "file", "brackets", "ours", "missing-extra", "missing-own"],
)
def test_error_is_one_line_and_its_kind_gives_the_exit_code(command, error, code, text):
    def fails():
        raise error

    command(fails)
    result = RUN.invoke(app, ["reproduce"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert text in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_debug_shows_the_traceback(command):
    def fails():
        raise ValueError("epsilon")

    command(fails)
    assert isinstance(RUN.invoke(app, ["--debug", "reproduce"]).exception, ValueError)


def test_missing_app_packages_are_reported_with_the_command_to_install():
    program = "import sys\nsys.modules['typer'] = None\nfrom pyfrontiers.cli import main\nmain()\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 2
    wanted = "The command line needs the package typer: pip install 'pyfrontiers[app]'\n"
    assert done.stderr == wanted
