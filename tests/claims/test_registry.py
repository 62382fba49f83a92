import subprocess
import sys

import pytest

from pyfrontiers.claims import CLAIMS


def test_the_lecture_makes_22_claims():
    assert list(CLAIMS.sections) == [f"C{k}" for k in range(1, 23)]


def test_unknown_claim_suggests_similar_names_and_lists_the_measured_claims(make_claims):
    claims, _ = make_claims(C7="pass", C17="pass")
    with pytest.raises(ValueError, match=r"no claim 'C77' \(did you mean C7.*claims: C7, C17"):
        claims.find("C77")
    with pytest.raises(ValueError, match="no claim 'nonsense'; measured claims: C7, C17"):
        claims.find("nonsense")


def test_unmeasured_claim_lists_the_measured_claims(make_claims):
    claims, _ = make_claims(C7="pass")
    with pytest.raises(
        ValueError, match=r"C9 \(robust-adversarial-examples\) is not measured yet.*claims: C7"
    ):
        claims.find("C9")


def test_claims_are_a_mapping_in_the_lectures_order(make_claims):
    claims, _ = make_claims(C17="pass", C7="pass", C8="pass")
    assert list(claims) == ["C7", "C8", "C17"]
    assert len(claims) == 3
    assert claims["C8"].id == "C8"
    with pytest.raises(KeyError):
        claims["C9"]


def test_module_is_imported_on_first_use_of_its_claim(make_claims):
    claims, folder = make_claims(C7="pass", C8="pass")
    assert list(claims) == ["C7", "C8"]
    assert f"{folder.name}.c07" not in sys.modules
    claims.find("C7")
    assert f"{folder.name}.c07" in sys.modules
    assert f"{folder.name}.c08" not in sys.modules


def test_claim_in_the_wrong_section_is_rejected(make_claims):
    claims, folder = make_claims(C7="pass")
    source = folder / "c07.py"
    source.write_text(source.read_text().replace("'adversarial-examples'", "'welcome'"))
    with pytest.raises(ValueError, match="C7 names section 'welcome'; the lecture has it in"):
        claims.find("C7")


def test_statements_and_records_can_be_read_without_torch():
    program = (
        "import sys\n"
        "from pyfrontiers.claims import CLAIMS, recorded\n"
        "for name in CLAIMS:\n"
        "    claim = CLAIMS.find(name)\n"
        "    assert claim.statement and claim.rule, name\n"
        "    recorded(name)\n"
        "    assert not {'torch', 'streamlit', 'pandas'} & set(sys.modules), name\n"
        "print(len(CLAIMS))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == f"{len(CLAIMS)}\n", done.stderr
