"""What every room's tests share: a small instrument of our own, and a user's own folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument, parse_instrument

# Nothing here is a timed test: the first example of a property may have to import its oracle.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

WORDS = Path(__file__).parent / "words.yaml"


@pytest.fixture(scope="session")
def moods() -> Instrument:
    """Six items, four points, one of them keyed the other way, each with an opposed stem."""
    return load_instrument(Path(__file__).parent / "moods.yaml")


@pytest.fixture(scope="session")
def words() -> Instrument:
    """Three items with options of their own, one of them right."""
    return parse_instrument(WORDS.read_text(encoding="utf-8"), name="words.yaml")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory, monkeypatch):
    """No test reads or writes the user's own folders, keys or store."""
    home = tmp_path_factory.mktemp("home")
    for name in ("DATA", "CACHE", "CONFIG"):
        if name != "CACHE":  # the fetched model is worth keeping between tests
            monkeypatch.setenv(f"VALUEALIGN_{name}", str(home / name.lower()))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VALUEALIGN_STORE"):
        monkeypatch.delenv(name, raising=False)
