"""Every shipped record is complete and has a recipe; recipes write to the given folder."""

import statistics
from pathlib import Path

import pytest

import pyfrontiers
from pyfrontiers.claims import CLAIMS
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import Made, Recipe, joint_provenance, load_record, save_record
from pyfrontiers.recording.making import finish, run_alone, start
from pyfrontiers.recording.registry import RECIPES

PACKAGE = Path(pyfrontiers.__file__).parent
SHIPPED = sorted(PACKAGE.glob("*/**/recorded/*"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}-{path.name}")
def test_shipped_records_have_provenance_and_are_small(path):
    assert path.stat().st_size < 2**20
    assert path.parent in {RECIPES[name].folder for name in RECIPES}
    if path.suffix == ".json":
        load_record(path)
    else:
        assert path.with_suffix(".json") in SHIPPED


def test_records_are_only_in_the_package():
    app = PACKAGE.parent / "streamlit_app"
    assert not [path for path in app.rglob("recorded") if path.is_dir()]


def test_every_claim_and_module_has_a_recipe():
    assert list(RECIPES)[: len(CLAIMS)] == list(CLAIMS)
    assert len(RECIPES) == len(list(RECIPES))
    for name in RECIPES:
        recipe = RECIPES[name]
        assert recipe.title
        assert recipe.runs()
        assert recipe.folder.is_dir()
    assert RECIPES["C7"].runs() == [{"name": "C7", "profile": "full", "seed": 0}]


def test_unknown_names_get_a_hint():
    assert RECIPES.find("c7") == "C7"
    with pytest.raises(ValueError, match=r"recorded as 'digit-nut' \(did you mean digit-net"):
        RECIPES.find("digit-nut")
    with pytest.raises(KeyError):
        RECIPES["digit-nut"]


def write(made, folder):
    content = {"means": [one.result for one in made]}
    return [save_record(folder / "means.json", joint_provenance(made), content)]


def runs():
    return [{"data": [1.0, 2.0]}, {"data": [2.0, 4.0]}]


@pytest.mark.parametrize("alone", [False, True], ids=["jobs", "alone"])
def test_recipe_runs_and_writes_to_the_folder(tmp_path, alone):
    recipe = Recipe("Means", statistics.fmean, runs, write, tmp_path / "shipped", alone)
    folder = tmp_path / "other"
    files = run_alone(recipe, folder) if alone else finish(recipe, start("means", recipe), folder)
    made, content = load_record(*files)
    assert content == {"means": [1.5, 3.0]}
    assert made.seconds is not None
    assert files == [folder / "means.json"]
    assert not recipe.folder.exists()


def test_joint_provenance_adds_seconds():
    def joint(*each):
        made = [Made(None, Provenance.now(seed=seed, seconds=seconds)) for seed, seconds in each]
        found = joint_provenance(made)
        return found.seed, found.seconds

    assert joint((1, 2.0), (1, 3.0)) == (1, 5.0)
    assert joint((1, 2.0), (2, 3.0)) == (None, 5.0)
    assert joint((1, 2.0), (1, None)) == (1, None)
