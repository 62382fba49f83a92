"""The wheel is complete: installed elsewhere, it runs without the repository.

The other tests run on an editable install. Here the wheel is installed into a separate environment
that shares only the dependencies: their folder is last on its path, and the editable install's hook
does not run.
"""

import contextlib
import email.parser
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Folder in the repository -> folder in the wheel.
FOLDERS = {"pyfrontiers": "pyfrontiers", "streamlit_app": "pyfrontiers/_app/streamlit_app"}

# Takes seconds after `make test`, which compiles the extension, but minutes from an empty build.
pytestmark = pytest.mark.timeout(900)

PROGRAM = """
import importlib.util, json
import pyfrontiers, pyfrontiers.kernels as k
from pyfrontiers.claims import recorded
from pyfrontiers.vision.labels import CLASS_NAMES, find_class
from pyfrontiers.lecture import SECTIONS

words = k.bits(4, seed=0).tolist()
mask = k.dropout_mask(1000, 0.3, seed=7, packed=True).tolist()
files = pyfrontiers.__file__, k._core.__file__
status = [recorded(name).measurement.status for name in ("C7", "C8", "C17")]
print(json.dumps({
    "kernels": [words, mask, files, k.available_isas()],
    "data": [status, len(CLASS_NAMES), find_class("ostrich"), len(SECTIONS)],
    "no app": importlib.util.find_spec("streamlit_app") is None,
}))
"""


def run(command, **options):
    finished = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


def source_files():
    """Return the wheel paths of all source files, without build products and caches."""
    return {
        f"{place}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, place in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".so"
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # Uses the build folder of the editable install and shares its object files.
    run(
        [
            *(sys.executable, "-m", "pip", "wheel", str(ROOT), "--wheel-dir", str(folder)),
            *("--no-build-isolation", "--no-deps", "--no-index"),
        ],
        cwd=folder,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """A function giving the command and options that run Python with the wheel installed."""
    home = tmp_path_factory.mktemp("elsewhere")
    run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")])
    python = home / "venv" / "bin" / "python"
    install = ["install", "--no-deps", "--no-index", "--no-compile", str(wheel)]
    run([sys.executable, "-m", "pip", "--python", str(python), *install])
    (site,) = (home / "venv").glob("lib/python*/site-packages")
    # A folder added by a .pth file is on the path, but its own .pth files are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (home / "far").mkdir()

    def command(*arguments):
        options = {"cwd": home / "far", "env": {**os.environ, "PYTHONPATH": ""}}
        return [str(python), *arguments], options

    return command


@pytest.fixture(scope="module")
def answers(elsewhere):
    """What one interpreter there finds in kernels, data and modules: importing torch takes long."""
    command, options = elsewhere("-c", PROGRAM)
    return json.loads(run(command, **options).splitlines()[-1])


def test_wheel_contains_exactly_the_package_files_and_the_extension(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    (metadata,) = {name.split("/")[0] for name in names} - {"pyfrontiers"}
    cores = {name for name in names if re.match(r"pyfrontiers/kernels/\w+\..*so$", name)}
    # The CUDA module is built only on machines with a GPU.
    modules = {Path(name).name.split(".")[0] for name in cores}
    assert {"_core"} <= modules <= {"_core", "_core_cuda"}
    inside = {name for name in names if not name.startswith(metadata)} - cores
    assert inside == source_files()
    assert not [name for name in inside if re.search(r"_cache/|__pycache__|\.pyc$", name)]
    assert {f"{metadata}/licenses/{name}" for name in ("LICENSE", "NOTICE")} <= names


@pytest.mark.parametrize(
    ("folder", "pattern", "count"),
    [
        ("pyfrontiers/_app/streamlit_app/.streamlit", "config.toml", 1),
        ("pyfrontiers/_app/streamlit_app/labs/dropout_sampling", "*.js", 2),
        ("pyfrontiers/_app/streamlit_app/theme", "*.css", 3),
        ("pyfrontiers/vision/recorded", "temple.*", 2),
        ("pyfrontiers/claims/recorded", "C*.json", 13),
        ("pyfrontiers/digits/recorded", "digit_net.npz", 1),
        ("pyfrontiers/vision", "imagenet_classes.tsv", 1),
        ("pyfrontiers", "py.typed", 1),
    ],
)
def test_wheel_contains_the_files_needed_at_run_time(wheel, folder, pattern, count):
    inside = [Path(name) for name in zipfile.ZipFile(wheel).namelist()]
    found = [p for p in inside if p.parent.as_posix() == folder and p.match(pattern)]
    assert len(found) >= count


def test_light_core_needs_numpy_and_torch_only(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith("dist-info/METADATA"))
    metadata = email.parser.Parser().parsestr(archive.read(name).decode())
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert {re.match(r"[\w-]+", line).group() for line in needed} == {"numpy", "torch"}
    assert set(metadata.get_all("Provides-Extra")) >= {"app", "test", "bench", "dev"}


def test_kernels_of_the_wheel_reproduce_the_known_answer(answers, elsewhere):
    from pyfrontiers import kernels

    words, mask, files, isas = answers["kernels"]
    assert [f"{word:08x}" for word in words] == ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]
    assert mask == kernels.dropout_mask(1000, 0.3, seed=7, packed=True).tolist()
    assert tuple(isas) == kernels.available_isas()
    environment = Path(elsewhere()[0][0]).parents[1]
    assert all(Path(file).is_relative_to(environment) for file in files)


def test_command_line_of_the_wheel_works(elsewhere):
    module, options = elsewhere("-m", "pyfrontiers", "--help")
    script = [str(Path(module[0]).with_name("pyfrontiers")), "--help"]
    for command in (module, script):
        shown = run(command, **options)
        assert "app" in shown
        assert "reproduce" in shown


def test_data_of_the_wheel_is_readable(answers):
    assert answers["data"] == [["pass"] * 3, 1000, 9, 19]


def test_app_is_importable_in_its_own_process_only(answers):
    assert answers["no app"]


@pytest.mark.long("starts the app of the wheel")
def test_app_of_the_wheel_serves_its_pages(elsewhere, tmp_path):
    command, options = elsewhere("-m", "pyfrontiers", "app", "--port", "0", "--json")
    # Many Streamlit projects have a module of this name; the app must not import it.
    (tmp_path / "streamlit_app.py").write_text("raise ImportError('this is another project')")
    options["cwd"] = tmp_path
    options["env"]["PYFRONTIERS_WARM_UP"] = "off"
    with (tmp_path / "log").open("w+") as log:
        server = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            **options,
        )
        try:
            line = server.stdout.readline()
            assert line, (log.seek(0), log.read())[1]
            address = json.loads(line)["url"].rstrip("/")
            with urllib.request.urlopen(f"{address}/healthz", timeout=120) as health:
                assert json.load(health)["status"] == "ok"
            with urllib.request.urlopen(f"{address}/adversarial-examples", timeout=120) as page:
                assert page.status == 200
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(120)
