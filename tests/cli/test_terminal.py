"""Every command prints on terminals of other encodings and widths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyfrontiers.cli import terminal
from pyfrontiers.lecture import transcript

LECTURE = Path(__file__).parents[1] / "transcript" / "synthetic_lecture.txt"
COMMANDS = [
    ["--help"],
    *([name, "--help"] for name in ("app", "attack", "reproduce", "record", "bench", "doctor")),
    ["transcript", "import", "--help"],
    ["transcript", "import", "lecture.txt", "--duration", "45:00"],
    ["transcript", "show"],
    ["record", "--list"],
    ["transcript", "import", "no such “file” × 2.txt"],
    ["attack", "no such “photograph” ≈ 2"],
    ["transcript", "show", "--json"],
]
# Large packages are imported once for all settings; each child imports the modules that query the
# terminal.
PROGRAM = """
import io, json, os, sys
import altair, torch
settings, commands = map(json.loads, sys.argv[1:])

def run(setting, variables):
    os.environ.update(variables)
    for name, errors in (("stdout", "strict"), ("stderr", "backslashreplace")):
        encoding = variables.get("PYTHONIOENCODING") or getattr(sys, name).encoding
        file = open(f"{setting} {name}", "wb")
        setattr(sys, name, io.TextIOWrapper(file, encoding, errors))
    from pyfrontiers.cli import main
    codes = []
    for arguments in commands:
        sys.argv[1:] = [os.fsdecode(argument.encode()) for argument in arguments]
        try:
            main()
            codes.append(0)
        except SystemExit as stop:
            codes.append(stop.code or 0)
        sys.stdout.write("\\n=====\\n")
    sys.stdout.write(json.dumps(codes))
    sys.stdout.flush()
    sys.stderr.flush()

for setting, variables in settings.items():
    child = os.fork()
    if child == 0:
        try:
            run(setting, variables)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
"""
SETTINGS = {
    "ascii": {"PYTHONIOENCODING": "ascii", "COLUMNS": "40"},
    "no locale": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "latin-1": {"PYTHONIOENCODING": "latin-1", "NO_COLOR": "1", "TERM": "dumb"},
    "cp437": {"PYTHONIOENCODING": "cp437", "COLUMNS": "40"},
    "utf-8": {"PYTHONIOENCODING": "utf-8", "COLUMNS": "40", "FORCE_COLOR": "1"},
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the commands print in each setting, as two files of bytes."""
    folder = tmp_path_factory.mktemp("printed")
    text = "\n".join(
        line for line in LECTURE.read_text(encoding="utf-8").splitlines() if line[:1] != "["
    )
    (folder / "lecture.txt").write_text(text.replace("the", "thé", 3), encoding="utf-8")
    # A process can change the encoding of its streams, but not the locale.
    streams = {name: each for name, each in SETTINGS.items() if "PYTHONIOENCODING" in each}
    others = {name: each for name, each in SETTINGS.items() if name not in streams}
    for settings, variables in ((streams, {}), *(({name: {}}, others[name]) for name in others)):
        subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps(settings), json.dumps(COMMANDS)],
            env={**os.environ, "XDG_DATA_HOME": str(folder), **variables},
            cwd=folder,
            check=True,
        )
    return folder


@pytest.mark.long("runs every command in six settings")
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_command_prints_in_any_encoding(setting: str, printed: Path) -> None:
    errors = (printed / f"{setting} stderr").read_bytes()
    assert b"codec" not in errors, errors.decode(errors="replace")
    encoding = SETTINGS[setting].get("PYTHONIOENCODING", "ascii")
    text = (printed / f"{setting} stdout").read_bytes().decode(encoding)
    *outputs, codes = text.split("\n=====\n")
    assert json.loads(codes) == [0] * 11 + [2, 2, 0]
    # A narrow terminal folds names instead of cutting them.
    assert "adver" in outputs[8]
    assert "..." not in outputs[8]
    assert "\u2026" not in outputs[8]
    assert any("thé" in paragraph["text"] for paragraph in json.loads(outputs[-1]))


def test_symbols_are_spelled_in_ascii() -> None:
    given = "≈ 3 × 4 – “naïve” Größe ≤ ε … → µs │─┐ ✓ 学 é\udcff"
    wanted = '~ 3 x 4 - "naive" Grosse <= epsilon ... -> us |-+ ok ? e?'
    assert terminal.spelled_in_ascii(given) == wanted


@pytest.mark.parametrize("sign", sorted(terminal._SPELLINGS))
def test_every_spelling_is_ascii(sign: str) -> None:
    assert terminal.spelled_in_ascii(sign).isascii()
    assert len(sign) == 1


def test_file_name_in_another_encoding_is_printed_and_stored(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xffauthor\xe9.txt"
    text = LECTURE.read_text(encoding="utf-8")
    with open(name, "wb") as file:
        file.write(text.encode())
    done = subprocess.run(
        [sys.executable, "-m", "pyfrontiers", "transcript", "import", name],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stored = json.loads((tmp_path / "pyfrontiers" / "transcript.json").read_text(encoding="utf-8"))
    assert stored["source"] == "\ufffdauthor\ufffd.txt"


def test_width_of_0_is_ignored() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pyfrontiers", "--help"],
        env={**os.environ, "COLUMNS": "0"},
        capture_output=True,
        check=False,
    )
    assert b"doctor" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["--version", "record --list"])
def test_full_disk_is_reported_in_one_sentence(command: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pyfrontiers", *command.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"The output cannot be written: No space left on device.\n"


def test_full_disk_is_reported_once_if_the_output_is_buffered() -> None:
    """A file keeps what could not be written, and Python tries again at exit."""
    program = """
import errno, io, sys
from pyfrontiers.cli import main
class Full(io.RawIOBase):
    def writable(self):
        return True
    def write(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")
sys.stdout = io.TextIOWrapper(io.BufferedWriter(Full()))
sys.argv = ["pyfrontiers", "--version"]
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == b"The output cannot be written: No space left on device.\n"


def test_a_closed_output_and_an_early_interrupt_are_silent() -> None:
    """`>&-`, and Ctrl-C while modules are imported."""
    program = """
import sys, pyfrontiers.cli as cli
from pyfrontiers.cli import terminal
sys.stdout = None
terminal.print_json({})
def stop():
    raise KeyboardInterrupt
cli._run = stop
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


def test_an_interrupt_that_an_import_has_caught_is_silent() -> None:
    """What the import left undone raises another exception later."""
    program = """
import os, signal, sys
import pyfrontiers.cli as cli
from pyfrontiers.lecture import transcript
def load(*_, **__):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        pass
    raise ImportError("cannot load module more than once per process")
transcript.load = load
sys.argv = ["pyfrontiers", "transcript", "show"]
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


def test_a_closed_pipe_is_silent(tmp_path: Path) -> None:
    """`| head` closes the pipe before everything is written."""
    transcript.save(transcript.Transcript((), 60.0), tmp_path / "pyfrontiers")
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "pyfrontiers", "transcript", "show", "--json"],
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


def test_closed_streams_are_replaced() -> None:
    """`reproduce C7 2>&-` failed: it asks whether standard error is a terminal."""
    program = """
import sys
from pyfrontiers.cli import terminal
terminal.accept_any_encoding()
sys.exit(not sys.stderr.isatty() and 5)
"""
    command = 'exec "$0" -c "$1" >&- 2>&-'
    done = subprocess.run(["bash", "-c", command, sys.executable, program], check=False)
    assert done.returncode == 5
