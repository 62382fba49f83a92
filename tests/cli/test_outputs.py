"""What commands refuse to write to, before they work for minutes."""

from __future__ import annotations

import pytest

from pyfrontiers.cli.outputs import check_output


def test_folders_and_other_endings_are_refused_and_missing_folders_made(tmp_path):
    with pytest.raises(ValueError, match=r"--output must end in \.png, got .*a\.jpg"):
        check_output(tmp_path / "a.jpg", suffix=".png")
    with pytest.raises(ValueError, match="--output must be a file, got the folder"):
        check_output(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="--output must be in a folder that can be written"):
        check_output(tmp_path / "file" / "below" / "a.png")
    check_output(tmp_path / "new" / "A.PNG", suffix=".png")
    assert (tmp_path / "new").is_dir()
    assert not list((tmp_path / "new").iterdir())
