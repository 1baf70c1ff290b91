"""Responses as frames: one row a response, one row an administration, nothing left out."""

from __future__ import annotations

import numpy as np
import pytest
from records_written import administration, attempt

from valuealign.errors import StoreError
from valuealign.store.records import ItemRecord
from valuealign.store.responses.responses import Responses, responses


@pytest.fixture
def given(store, plan, write, key) -> Responses:
    """Two respondents: one answered both items, one answered one and refused the other."""
    one, two = plan(administration("r1"), administration("r2", form="reversed"))
    refused = (ItemRecord("m2", "refusal", None, "declines"),)
    write(
        [
            attempt(key(one.id, 0), value=4.0),
            attempt(key(one.id, 1), value=1.0, text="1"),
            attempt(key(two.id, 0), value=2.0, text="3"),
            attempt(key(two.id, 1), items=refused, text="<script>alert(1)</script>"),
        ]
    )
    return responses(store.where)


def test_long_has_a_row_for_every_response_with_every_design_factor(given):
    long = given.long
    assert len(long) == 4
    expected = """administration_id respondent_id model persona instrument item_id form occasion
        outcome value raw order direction elicitation persona_sex wording model_returned how"""
    for name in expected.split():
        assert name in long.columns, name
    refused = long[long["outcome"] == "refusal"].iloc[0]
    assert np.isnan(refused["value"])
    assert refused["raw"] == "<script>alert(1)</script>"
    assert (refused["persona"], refused["form"], refused["item_id"]) == ("r2", "reversed", "m2")
    assert set(long["wording"]) == {"our own sentences"}


def test_wide_has_a_row_for_every_administration_and_nan_where_there_is_no_answer(given):
    wide = given.wide
    np.testing.assert_array_equal(wide[["m1", "m2"]].to_numpy(), [[4.0, 1.0], [2.0, np.nan]])
    assert list(wide["respondent_id"]) == ["r1", "r2"]


def test_missing_is_what_is_no_answer(given):
    assert list(given.missing["outcome"]) == ["refusal"]
    assert given.counts()["refusal"].sum() == 1


def test_an_administration_without_any_response_stands_in_wide_as_missing(plan, given, store):
    plan(administration("r3"))
    assert responses(store.where).wide[["m1", "m2"]].iloc[2].isna().all()


def test_a_reply_is_shown_as_text_in_a_notebook_never_run(given):
    html = given._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_instruments_that_share_an_item_name_keep_their_own_columns(store, plan, write, key):
    one, two = plan(administration(), administration(instrument_id="other", instrument_hash="h2"))
    write([attempt(key(one.id, 0)), attempt(key(two.id, 0), instrument_id="other", value=1.0)])
    wide = responses(store.where).wide
    assert {"moods.m1", "other.m1"} <= set(wide.columns)
    assert responses(store.where, instrument="other").wide.shape[0] == 1


def test_models_and_plans_can_be_chosen(given, store):
    assert len(responses(store.where, model="gpt-4o").long) == 4
    assert len(responses(store.where, model="gpt-5").long) == 0
    assert len(responses(store.where, plan=1).wide) == 2
    assert len(responses(store.where, plan=99).wide) == 0


def test_an_empty_store_gives_empty_frames(store):
    given = responses(store.where)
    assert given.long.empty
    assert given.wide.empty
    assert "nothing yet" in repr(given)
    assert given._repr_html_()


def test_a_store_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match="there is no store"):
        responses(tmp_path / "gone.db")


def test_the_columns_of_a_block_and_of_many_blocks_are_the_same(given, store, monkeypatch):
    from valuealign.store.responses import columns

    whole = given.long
    monkeypatch.setattr(columns, "_BLOCK", 1)
    assert responses(store.where).long.equals(whole)
