"""The photo check: every photograph counts once, and every file that is not counted is named."""

import io
import json

import pytest
from PIL import Image

from pyfrontiers.physical.photos import check_photos
from pyfrontiers.physical.verdicts import VERDICTS
from pyfrontiers.uncertainty.metrics.proportions import wilson
from pyfrontiers.vision import CLASS_NAMES, classifier, find_class, photograph, prepare

ESPRESSO, PALACE = find_class("espresso"), find_class("palace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three photographs of which the classifier says espresso, palace, and a kind of cat."""
    path = tmp_path_factory.mktemp("photos")
    for name in ("coffee", "temple", "cat"):
        photograph(name).save(path / f"{name}.png")
    return path


@pytest.fixture(scope="module")
def table(folder):
    (folder / "copy of coffee.png").write_bytes((folder / "coffee.png").read_bytes())
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "notes.jpg").write_text("words " * 20)
    paths = [folder / name for name in ("coffee.png", "temple.png", "cat.png")]
    paths += [folder / name for name in ("copy of coffee.png", "empty.jpg", "notes.jpg", "no.jpg")]
    return check_photos(paths, target=ESPRESSO, right=(PALACE,))


def test_verdicts_are_target_right_and_other(table):
    verdicts = {photo.name: photo.verdict for photo in table.photos}
    assert verdicts == {
        "coffee.png": "adversarial",
        "temple.png": "correct",
        "cat.png": "other wrong",
    }
    for photo in table.photos:
        assert len(photo.ranking) == 5
        assert set(photo.crops) == {"centre", "square"}


def test_each_photograph_counts_once(table):
    assert [table.shares[verdict].count for verdict in VERDICTS] == [1, 1, 1]
    assert sum(share.share for share in table.shares.values()) == pytest.approx(1)
    assert table.repeated == ("copy of coffee.png",)


def test_unreadable_files_are_named_with_the_reason(table):
    assert set(table.unreadable) == {"empty.jpg", "notes.jpg", "no.jpg"}
    assert table.unreadable["empty.jpg"].startswith("The file is empty")
    assert table.unreadable["notes.jpg"].startswith("The file is text, not an image")
    assert table.unreadable["no.jpg"].startswith("The file cannot be opened: No such file")


def test_json_has_the_whole_table(table):
    found = json.loads(json.dumps(table.as_json(), allow_nan=False))
    assert found["photos"] == 3
    assert found["target"] == {"label": "espresso", "index": ESPRESSO}
    assert found["shares"]["adversarial"]["count"] == 1
    low, high = wilson(1, 3)
    assert found["shares"]["adversarial"]["low"] == pytest.approx(low)
    assert found["shares"]["adversarial"]["high"] == pytest.approx(high)
    assert [each["verdict"] for each in found["each"]] == ["adversarial", "correct", "other wrong"]


def test_crops_decide_together():
    # A frame that only the larger crop sees.
    framed = Image.new("RGB", (600, 600), (255, 255, 0))
    framed.paste(photograph("coffee").resize((526, 526)), (37, 37))
    stream = io.BytesIO()
    framed.save(stream, "PNG")
    (photo,) = check_photos([("a.png", stream.getvalue())], target=ESPRESSO, right=()).photos
    each = [classifier().probabilities(x[None])[0] for x in (prepare(framed), whole(framed))]
    mean = (each[0] + each[1]) / 2
    assert float((each[0] - each[1]).abs().max()) > 0.01
    assert photo.ranking[0][2] == pytest.approx(float(mean.max()), abs=1e-5)


def whole(image):
    return prepare(image.resize((224, 224), Image.Resampling.BICUBIC))


def test_content_and_files_give_the_same(folder, table):
    content = (folder / "cat.png").read_bytes()
    (photo,) = check_photos([("cat.png", content)], target=ESPRESSO, right=(PALACE,)).photos
    assert photo.ranking == next(each for each in table.photos if each.name == "cat.png").ranking


def test_table_without_photographs_has_no_shares():
    table = check_photos([("a.jpg", b"")], target=ESPRESSO, right=())
    assert table.photos == ()
    assert table.as_json()["shares"]["correct"] == {
        "count": 0,
        "share": None,
        "low": None,
        "high": None,
    }


def test_photograph_of_a_phone_with_many_megapixels_is_read():
    stream = io.BytesIO()
    photograph("coffee").resize((8000, 6000)).save(stream, "JPEG", quality=60)
    table = check_photos([("phone.jpg", stream.getvalue())], target=ESPRESSO, right=())
    assert table.unreadable == {}
    assert table.photos[0].verdict == "adversarial"


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (82, 100, 0.7334, 0.8830)],
)
def test_wilson_interval(count, total, low, high):
    assert wilson(count, total) == pytest.approx((low, high), abs=1e-4)


def test_wrong_classes_raise_a_sentence():
    with pytest.raises(ValueError, match="target must be a class that is wrong for the object, go"):
        check_photos([], target=PALACE, right=(PALACE,))
    with pytest.raises(ValueError, match="right must hold indices from 0 to 999, got 1000"):
        check_photos([], target=PALACE, right=(len(CLASS_NAMES),))
    with pytest.raises(ValueError, match="target must be an integer from 0 to 999, got 1000"):
        check_photos([], target=1000, right=())
