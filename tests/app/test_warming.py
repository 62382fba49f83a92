"""The warm-up prepares every lab in the background, unless the environment turns it off."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from streamlit_app import warming


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of two labs that have been prepared; nothing else is."""
    names: list[str] = []
    made = {
        name: SimpleNamespace(prepare=lambda name=name: names.append(name)) for name in ("a", "b")
    }
    monkeypatch.setattr(warming, "labs", lambda: {*made, "without-preparation"})
    monkeypatch.setattr(warming, "lab_of", made.get)
    monkeypatch.setattr(warming, "warm_up_workers", lambda _: None)
    shared = SimpleNamespace(
        prepare_figures=lambda: names.append("figures"), prepare_deck=lambda: names.append("deck")
    )
    monkeypatch.setattr(warming.importlib, "import_module", lambda _: shared)
    monkeypatch.setattr(warming, "_warm", warming.threading.Event())
    return names


def test_figures_and_labs_are_prepared_before_the_server_is_warm(prepared: list[str]) -> None:
    warming.warm_up()
    assert warming._warm.wait(20)
    assert prepared == ["figures", "deck", "a", "b"]
    assert warming.is_warm()


def test_nothing_is_prepared_if_the_environment_turns_it_off(
    prepared: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYFRONTIERS_WARM_UP", "off")
    before = set(warming.threading.enumerate())
    warming.warm_up()
    started = set(warming.threading.enumerate()) - before
    assert "warm-up" not in {thread.name for thread in started}
    assert prepared == []
    assert not warming.is_warm()
