"""`pyfrontiers doctor`: check this installation."""

from __future__ import annotations

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

from pyfrontiers.cli.terminal import print_json
from pyfrontiers.counts import counted

__all__ = ["Check", "doctor", "examine"]

Grade = Literal["ok", "missing", "broken"]
_MARK: dict[Grade, str] = {
    "ok": "[green]ok[/green]",
    "missing": "[yellow]missing[/yellow]",
    "broken": "[red]broken[/red]",
}
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True)
class Check:
    """The result of one check.

    Attributes:
        name: What was checked.
        grade: ``"ok"``, ``"missing"`` (optional, something works less well) or ``"broken"``.
        value: What was found.
        advice: What to do about it; empty if nothing.

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
    """Check this installation and suggest fixes.

    The exit code is 1 if something required is broken.

    Example: pyfrontiers doctor --json
    """
    results = [examine(name, check) for name, check in _CHECKS.items()]
    if as_json:
        rows = [asdict(result) for result in results]
        print_json(rows)
    else:
        _show(results)
    if any(result.grade == "broken" for result in results):
        raise typer.Exit(1)


def examine(name: str, check: Callable[[str], Check]) -> Check:
    """Run one check; an exception becomes a result of grade ``"broken"``."""
    try:
        return check(name)
    except Exception as error:
        text = " ".join(str(error).split()) or type(error).__name__
        return Check(name, "broken", text, "reinstall: pip install 'pyfrontiers[app]'")


def _show(results: list[Check]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("", "", "found", "what to do"):
        table.add_column(title, overflow="fold")
    for result in results:
        table.add_row(result.name, _MARK[result.grade], escape(result.value), escape(result.advice))
    Console().print(table)


def _python(name: str) -> Check:
    return Check(name, "ok", f"{platform.python_version()} on {platform.system()}")


def _package(name: str) -> Check:
    return Check(name, "ok", version("pyfrontiers"))


def _processor(name: str) -> Check:
    from pyfrontiers.machine import this_machine

    machine = this_machine()
    return Check(name, "ok", f"{machine.cpu}, {machine.cores} usable cores")


def _torch(name: str) -> Check:
    import torch

    count = torch.get_num_threads()
    return Check(name, "ok", f"{torch.__version__}, {counted(count, 'thread')}")


def _kernels(name: str) -> Check:
    from pyfrontiers.kernels.table import KERNELS

    core = import_module("pyfrontiers.kernels._core")
    absent = [kernel.name for kernel in KERNELS if kernel.name not in core.kernels]
    if absent:
        old = f"the compiled core is older than the package and lacks {', '.join(absent)}"
        return Check(name, "broken", old, "build it again: pip install -e .")
    available = ", ".join(core.available_isas())
    return Check(name, "ok", f"{len(KERNELS)}, using {core.isa()}; available: {available}")


def _cuda(name: str) -> Check:
    import torch

    if torch.cuda.is_available():
        return Check(name, "ok", torch.cuda.get_device_name())
    return Check(name, "missing", "no CUDA device", "nothing needed: everything runs on the CPU")


def _app_packages(name: str) -> Check:
    missing = []
    wanted = [line for line in requires("pyfrontiers") or [] if "extra == 'app'" in _quoted(line)]
    for line in wanted:
        package = line.split(";")[0]
        for sign in "<>=!~ [":
            package = package.partition(sign)[0]
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        listed = f"missing: {', '.join(missing)}"
        return Check(name, "broken", listed, "pip install 'pyfrontiers[app]'")
    return Check(name, "ok", f"all {len(wanted)} present")


def _quoted(line: str) -> str:
    return line.replace('"', "'")


def _store(name: str) -> Check:
    from platformdirs import user_data_path

    folder = user_data_path("pyfrontiers")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Check(name, "broken", f"{folder}: {error.strerror}", "make the folder writable")
    free = shutil.disk_usage(folder).free / 2**30
    return Check(name, "ok", f"{folder}, {free:.1f} GiB free")


def _chromium(name: str) -> Check:
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        advice = "needed only by the browser tests: apt-get install chromium"
        return Check(name, "missing", "not found", advice)
    return Check(name, "ok", found)


def _fonts(name: str) -> Check:
    listing = shutil.which("fc-list")
    if listing is None:
        return Check(
            name, "missing", "fontconfig not found", "fonts are needed only for screenshots"
        )
    listed = subprocess.run(
        [listing, ":", "family"], capture_output=True, text=True, timeout=20, check=True
    )
    families = {line.strip() for line in listed.stdout.splitlines() if line.strip()}
    if not families:
        advice = "fonts are needed only for screenshots: apt-get install fonts-liberation"
        return Check(name, "missing", "no fonts installed", advice)
    return Check(name, "ok", f"families: {len(families)}")


_CHECKS: dict[str, Callable[[str], Check]] = {
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
