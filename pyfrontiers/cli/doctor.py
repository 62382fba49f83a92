"""`pyfrontiers doctor`: what this installation has, lacks, and how to mend it."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Finding", "doctor", "examine"]

Grade = Literal["ok", "missing", "broken"]
_MARK: dict[Grade, str] = {
    "ok": "[green]ok[/green]",
    "missing": "[yellow]missing[/yellow]",
    "broken": "[red]broken[/red]",
}
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What.
        grade: ``"ok"``; ``"missing"``: something works less well; ``"broken"``: it does not work.
        value: What was found.
        advice: What to do about it; empty when nothing is to be done.

    """

    name: str
    grade: Grade
    value: str
    advice: str = ""


def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON list of {name, grade, value, advice}.")
    ] = False,
) -> None:
    """Look at this installation and say what is missing.

    Exit code 1 when something that is needed is broken.

    Example: pyfrontiers doctor --json
    """
    findings = [examine(name, look) for name, look in _LOOKS.items()]
    if as_json:
        rows = [asdict(finding) for finding in findings]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _show(findings)
    if any(finding.grade == "broken" for finding in findings):
        raise typer.Exit(1)


def examine(name: str, look: Callable[[str], Finding]) -> Finding:
    """Look at one thing; whatever goes wrong while looking is the finding."""
    try:
        return look(name)
    except Exception as error:
        text = " ".join(str(error).split()) or type(error).__name__
        return Finding(name, "broken", text, "install again: pip install 'pyfrontiers[app]'")


def _show(findings: list[Finding]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("", "", "found", "what to do"):
        table.add_column(title, overflow="fold")
    for finding in findings:
        table.add_row(
            finding.name, _MARK[finding.grade], escape(finding.value), escape(finding.advice)
        )
    Console().print(table)


def _python(name: str) -> Finding:
    return Finding(name, "ok", f"{platform.python_version()} on {platform.system()}")


def _package(name: str) -> Finding:
    return Finding(name, "ok", version("pyfrontiers"))


def _processor(name: str) -> Finding:
    from pyfrontiers.machine import this_machine

    machine = this_machine()
    return Finding(name, "ok", f"{machine.cpu}, {machine.cores} usable cores")


def _torch(name: str) -> Finding:
    import torch

    count = torch.get_num_threads()
    return Finding(name, "ok", f"{torch.__version__}, {count} thread{'s' if count > 1 else ''}")


def _kernels(name: str) -> Finding:
    core = import_module("pyfrontiers.kernels._core")
    return Finding(name, "ok", f"{core.isa()} in use of {', '.join(core.available_isas())}")


def _cuda(name: str) -> Finding:
    import torch

    if torch.cuda.is_available():
        return Finding(name, "ok", torch.cuda.get_device_name())
    return Finding(name, "missing", "no CUDA device", "nothing: everything runs on the processor")


def _app_packages(name: str) -> Finding:
    absent = []
    wanted = [line for line in requires("pyfrontiers") or [] if "extra == 'app'" in _quoted(line)]
    for line in wanted:
        package = line.split(";")[0]
        for sign in "<>=!~ [":
            package = package.partition(sign)[0]
        try:
            version(package)
        except PackageNotFoundError:
            absent.append(package)
    if absent:
        missing = f"missing: {', '.join(absent)}"
        return Finding(name, "broken", missing, "pip install 'pyfrontiers[app]'")
    return Finding(name, "ok", f"all {len(wanted)} present")


def _quoted(line: str) -> str:
    return line.replace('"', "'")


def _store(name: str) -> Finding:
    from platformdirs import user_data_path

    folder = user_data_path("pyfrontiers")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            name, "broken", f"{folder}: {error.strerror}", "make the folder writable to you"
        )
    free = shutil.disk_usage(folder).free / 2**30
    return Finding(name, "ok", f"{folder}, {free:.1f} GiB free")


def _chromium(name: str) -> Finding:
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        advice = "only the browser tests need it: apt-get install chromium"
        return Finding(name, "missing", "not found", advice)
    return Finding(name, "ok", found)


def _fonts(name: str) -> Finding:
    listing = shutil.which("fc-list")
    if listing is None:
        return Finding(name, "missing", "fontconfig not found", "only screenshots need fonts here")
    told = subprocess.run(
        [listing, ":", "family"], capture_output=True, text=True, timeout=20, check=True
    )
    families = {line.strip() for line in told.stdout.splitlines() if line.strip()}
    if not families:
        advice = "only screenshots need fonts here: apt-get install fonts-liberation"
        return Finding(name, "missing", "no font installed", advice)
    return Finding(name, "ok", f"{len(families)} families")


_LOOKS: dict[str, Callable[[str], Finding]] = {
    "pyfrontiers": _package,
    "python": _python,
    "processor": _processor,
    "torch": _torch,
    "kernels": _kernels,
    "cuda": _cuda,
    "app packages": _app_packages,
    "store": _store,
    "chromium": _chromium,
    "fonts": _fonts,
}
