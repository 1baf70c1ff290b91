"""The store carries its instrument, and says where a file differs from it."""

from __future__ import annotations

import shutil
import sqlite3
import warnings
from pathlib import Path

import pytest

import valuealign as va
from valuealign.errors import DataError, InstrumentDiffers, InstrumentNotFound
from valuealign.store.responses.administered_instrument import administered_instrument

MOODS = Path(__file__).parents[1] / "moods.yaml"


@pytest.fixture
def given(tmp_path):
    """Responses to an instrument of one's own, whose file is gone."""
    file = Path(shutil.copy(MOODS, tmp_path / "mine.yaml"))
    va.administer(file, "sim:factor", occasions=2, store=tmp_path / "s.db")
    file.unlink()
    return va.responses(tmp_path / "s.db")


def test_the_instrument_is_the_one_that_was_administered(given):
    assert given.instrument.id == "moods"
    assert given.instrument.hash == va.load_instrument(MOODS).hash
    assert administered_instrument(given).hash == given.instrument.hash
    assert administered_instrument(given, "moods").hash == given.instrument.hash


def test_several_instruments_are_listed(given, tmp_path):
    va.administer("pvq-21", "sim:yes", store=tmp_path / "s.db")
    both = va.responses(tmp_path / "s.db")
    with pytest.raises(DataError, match="moods, pvq-21; name one"):
        _ = both.instrument
    assert administered_instrument(both, "pvq-21").id == "pvq-21"
    with pytest.raises(DataError, match="no responses to leas; there are responses to moods"):
        administered_instrument(both, "leas")


def test_no_responses_have_no_instrument(tmp_path):
    va.administer("pvq-21", "sim:yes", store=tmp_path / "s.db")
    with pytest.raises(DataError, match="no responses"):
        _ = va.responses(tmp_path / "s.db", model="nobody").instrument


def test_a_file_that_is_the_same_says_nothing_and_one_that_differs_is_reported(given, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        administered_instrument(given, MOODS)
    other = tmp_path / "other.yaml"
    other.write_text(MOODS.read_text("utf-8").replace("keyed: -1", "keyed: 1"), "utf-8")
    with pytest.warns(InstrumentDiffers, match=r"differs from moods as it was .* \(items\)"):
        used = administered_instrument(given, other)
    assert used.item("m3").keyed == -1


def test_an_instrument_object_is_used_as_it_is(given):
    changed = va.load_instrument(MOODS).model_copy(update={"version": "9"})
    assert administered_instrument(given, changed) is changed


def test_a_file_that_is_not_there_is_named(given, tmp_path):
    with pytest.raises(InstrumentNotFound, match="there is no file"):
        administered_instrument(given, tmp_path / "gone.yaml")


def test_a_frame_says_which_instrument_or_is_asked(given):
    with pytest.raises(DataError, match="moods, which is not a shipped instrument"):
        administered_instrument(given.wide)
    with pytest.raises(DataError, match="no column 'instrument'"):
        administered_instrument(given.wide[["m1"]])
    assert administered_instrument(given.wide, MOODS).id == "moods"


@pytest.mark.parametrize("text", ["{}", "[" * 100_000, "no json", '{"id": "moods", "sql": 1}'])
def test_a_copy_that_cannot_be_read_is_said(given, text):
    with sqlite3.connect(given.store) as connection:
        connection.execute("UPDATE contents SET text = ? WHERE kind = 'instrument'", [text])
    with pytest.raises(DataError, match="copy of moods cannot be read"):
        _ = va.responses(given.store).instrument
