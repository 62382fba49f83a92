import sys

import pytest

import pyfrontiers.claims
from pyfrontiers.claims import records, registry, reproduction

MODULE = """
from pyfrontiers.claims.finding import Figure, Finding
from pyfrontiers.claims.model import Claim, Measurement

def measure(*, profile, seed, report):
    report(0.5, "half of it")
    value = {{"quick": 1.0, "full": 2.0}}[profile] + seed
    return Measurement(value, (value - 1, value + 1), {status!r}, {{"n": 3}})

def describe(measured):
    return Finding(f"It is **{{measured.value}}**.", (Figure("n", str(measured.details["n"])),))

CLAIM = Claim(
    {id!r}, {section!r}, "It holds.", "a paper: 0.5", "figure is above 0", measure, describe
)
"""


@pytest.fixture
def make_claims(tmp_path, monkeypatch):
    """Return a function that makes a package of claims: ``make_claims(C7="pass")``."""
    made = []

    def make(**statuses):
        package = f"claims_of_test_{len(made)}_{tmp_path.name.replace('-', '_')}"
        made.append(package)
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").touch()
        sections = registry.CLAIMS.sections
        for name, status in statuses.items():
            text = MODULE.format(id=name, section=sections[name], status=status)
            (folder / f"c{int(name[1:]):02d}.py").write_text(text)
        return registry.Claims(sections, package), folder

    monkeypatch.syspath_prepend(str(tmp_path))
    yield make
    for name in [n for n in sys.modules if n.startswith("claims_of_test_")]:
        del sys.modules[name]


@pytest.fixture
def use_claims(make_claims, tmp_path, monkeypatch):
    """Replace the package's claims by those of `make_claims`, with an empty folder of records."""

    def use(**statuses):
        claims, _ = make_claims(**statuses)
        for module in (pyfrontiers.claims, records, reproduction):
            monkeypatch.setattr(module, "CLAIMS", claims)
        folder = tmp_path / "recorded"
        monkeypatch.setattr(records, "FOLDER", folder)
        return folder

    return use
