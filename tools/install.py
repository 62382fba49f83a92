"""Set up .venv: the packages and, at the same time, the compiled extension.

    python tools/install.py app     what the app needs
    python tools/install.py test    and the tools of the tests, and the emulated CUDA kernels

This runs on a bare Python before any package is there, so it imports the standard library alone.
Packages come through uv, which takes a tenth of pip's time, and through pip where uv cannot be had.
torch always comes through pip: only pip knows the folders, indexes and caps of a machine's pip
configuration, and they decide between a CPU build and gigabytes of CUDA.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

from progress import ProgramError, Progress, run, stop

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOGS = ROOT / "build" / "setup"
#: setuptools is for packages that are published as source only.
BUILD_TOOLS = ("scikit-build-core", "pybind11", "cmake", "ninja", "setuptools")
EXTRAS = {"app": ("app",), "test": ("app", "test", "bench", "dev")}
PIP = (str(PYTHON), "-m", "pip", "--disable-pip-version-check")
CONSTRAINTS = ("-c", "constraints.txt")


def requirements(extras: tuple[str, ...]) -> list[str]:
    """Return the package's dependencies and those of its extras, without duplicates."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return list(dict.fromkeys(lines))


class Packages:
    """Installs packages into .venv, through uv when it can be had, else through pip."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.uv = False

    def find_uv(self) -> None:
        """Install uv, itself a package; pip does all the work where there is no uv."""
        try:
            run(LOGS / "uv.log", *PIP, "install", *CONSTRAINTS, "uv")
        except ProgramError:
            self.progress.say("uv is not available here; pip takes its place and some minutes more")
            return
        self.uv = True

    def install(self, name: str, packages: list[str]) -> None:
        """Install the packages at the versions of the constraints file."""
        wanted = ["install", *CONSTRAINTS, "--no-build-isolation", *packages]
        if self.uv:
            try:
                uv = (str(PYTHON), "-m", "uv", "pip", wanted[0], "--python", str(PYTHON))
                run(LOGS / f"{name}-uv.log", *uv, *wanted[1:], env=_environment_of_uv())
                return
            except ProgramError:
                # pip may know an index or a certificate that uv does not.
                self.progress.say(f"uv could not install the {name}; pip tries")
        run(LOGS / f"{name}.log", *PIP, *wanted)

    def install_all(self, extras: tuple[str, ...]) -> None:
        """Install torch, then everything else that the extras need."""
        # Without its dependencies, which follow with all others; bytecode is made at the first use.
        run(LOGS / "torch.log", *PIP, "install", *CONSTRAINTS, "--no-deps", "--no-compile", "torch")
        self.progress.say("torch is installed")
        self.install("packages", requirements(extras))
        self.progress.say("packages are installed")


def _environment_of_uv() -> dict[str, str]:
    """Return the environment with the index of pip's configuration, where there is one."""
    environment = dict(os.environ)
    asked = subprocess.run(
        [*PIP, "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    index = os.environ.get("PIP_INDEX_URL", asked.stdout.strip())
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    return environment


def build_extension(progress: Progress, *, for_tests: bool) -> None:
    """Compile the extension and install the package in place (editable)."""
    # The build folder keeps its settings, so `make app` does not undo those of `make test`.
    wanted = ("FRONTIERS_EMULATED_CUDA", "FRONTIERS_WARNINGS_AS_ERRORS") if for_tests else ()
    settings = [word for name in wanted for word in ("-C", f"cmake.define.{name}=ON")]
    command = (*PIP, "install", "-v", "--no-deps", "--no-build-isolation", *settings, "-e", ".")
    path = os.pathsep.join((str(VENV / "bin"), os.environ.get("PATH", "")))
    run(
        LOGS / "extension.log",
        *command,
        env={**os.environ, "PATH": path},
        each_line=progress.compiler_said,
    )
    progress.say("extension is compiled")


#: Program -> the Debian packages that bring it: what the browser tests need.
PROGRAMS = {"chromium": ("chromium", "fonts-liberation"), "nginx": ("nginx-light",)}


def install_programs(progress: Progress) -> None:
    """Install what the browser tests need, Chromium and nginx, where that needs no password."""
    # Debian puts nginx where only root's PATH looks.
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
    absent = [name for name in PROGRAMS if not shutil.which(name, path=path)]
    if not absent:
        return
    names = " and ".join(absent)
    as_root: tuple[str, ...] | None = () if os.geteuid() == 0 else None
    if as_root is None and shutil.which("sudo"):
        tried = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        as_root = ("sudo", "-n") if tried.returncode == 0 else None
    if as_root is None or shutil.which("apt-get") is None:
        progress.say(f"{names} cannot be installed from here; browser tests will be skipped")
        return
    apt = (*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get")
    packages = [package for name in absent for package in PROGRAMS[name]]
    try:
        run(LOGS / "programs.log", *apt, "update")
        run(LOGS / "programs.log", *apt, "install", "-y", "--no-install-recommends", *packages)
        progress.say(f"{names} installed")
    except ProgramError:
        progress.say(f"{names} could not be installed; browser tests will be skipped")


def install(goal: str) -> None:
    """Set up .venv for "app" or "test".

    Raises:
        ProgramError: A step failed; the error holds the end of what its program printed.

    """
    progress = Progress()
    packages = Packages(progress)
    progress.say("setting up .venv: one to three minutes on two cores, plus downloads")
    if not PYTHON.exists():
        run(LOGS / "venv.log", sys.executable, "-m", "venv", str(VENV))
    packages.find_uv()
    packages.install("build tools", list(BUILD_TOOLS))
    progress.say("build tools are installed; now the packages, while the extension is compiled")
    with ThreadPoolExecutor() as pool, progress.ticking():
        jobs = [
            pool.submit(packages.install_all, EXTRAS[goal]),
            pool.submit(build_extension, progress, for_tests=goal == "test"),
        ]
        if goal == "test":
            jobs.append(pool.submit(install_programs, progress))
        try:
            # The first failure ends the others, which could take minutes more.
            for job in wait(jobs, return_when=FIRST_EXCEPTION).done:
                job.result()
        except BaseException:
            stop()
            raise
    progress.say("everything is set up")


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except ProgramError as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        stop()
        sys.exit(130)
