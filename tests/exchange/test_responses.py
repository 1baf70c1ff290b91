"""Replies gathered elsewhere are responses that every analysis takes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Responses from a store, to be given again as a frame."""
    return va.administer(
        "pvq-21",
        ["sim:human", "sim:token"],
        occasions=3,
        seed=1,
        forms="direction=published,reversed content=stem,opposed",
        store=tmp_path_factory.mktemp("asked") / "s.db",
    )


COLUMNS = ["model", "item_id", "value", "direction", "content", "occasion", "outcome"]


def test_a_frame_of_replies_gives_what_its_store_gives(asked):
    again = va.as_responses(asked.long[COLUMNS], "pvq-21")
    assert len(again.long) == len(asked.long)
    assert again.wide.shape[0] == asked.wide.shape[0]
    ours, theirs = va.verdict(asked), va.verdict(again)
    same = ["respondent", "claim", "standing"]
    first = ours.table[~ours.table["claim"].isin(["latent_means"])]
    second = theirs.table[~theirs.table["claim"].isin(["latent_means"])]
    assert first[same].to_numpy().tolist() == second[same].to_numpy().tolist()
    np.testing.assert_allclose(first["value"].astype(float), second["value"].astype(float))


def test_every_analysis_takes_them(asked, tmp_path):
    again = va.as_responses(asked.long[COLUMNS], "pvq-21")
    assert again.instrument.id == "pvq-21"
    assert len(va.score(again, centre="mrat")) == len(again.wide)
    assert len(va.reliability(again).table)
    assert len(va.response_style(again).indices) == 2
    assert len(va.compare(again, "pvq21-de-ess9", draws=10, among=()).scales)
    assert va.write_report(again, tmp_path / "r.html").path.exists()
    assert again.counts()["answer"].sum() == len(asked.long)


def test_wide_rows_with_a_declared_design():
    rows = pd.DataFrame({"pvq01": [1, 2], "pvq02": [3, np.nan], "run": ["a", "b"]})
    given = va.as_responses(
        rows, "pvq-21", design={"model": "gpt", "temperature": 0.5, "occasion": 1}
    )
    assert given.long["outcome"].tolist().count("unreadable") == 1
    assert given.wide[["pvq01", "pvq02"]].to_numpy()[0].tolist() == [1.0, 3.0]
    assert set(given.design["temperature"]) == {0.5}


def test_a_form_is_named_by_what_differs():
    rows = pd.DataFrame(
        {"model": "m", "item_id": "pvq01", "value": [1, 2], "direction": ["published", "reversed"]}
    )
    assert va.as_responses(rows, "pvq-21").design["form"].tolist() == [
        "published",
        "direction=reversed",
    ]


def test_polars_frames_are_taken():
    pl = pytest.importorskip("polars")
    rows = pl.DataFrame({"model": ["m"], "item_id": ["pvq01"], "value": [2]})
    assert len(va.as_responses(rows, "pvq-21").long) == 1


LONG = {"model": "m", "item_id": ["pvq01", "pvq02"], "value": [1, 2]}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (None, "not NoneType"),
        ([[1, 2]], "not list"),
        (np.zeros((2, 2)), "not ndarray"),
        (pd.DataFrame(), "no rows"),
        (pd.DataFrame(LONG | {"model": None}).drop(columns="model"), "no column 'model'"),
        (pd.DataFrame({"model": ["m"], "x": [1]}), "no item of pvq-21"),
        (pd.DataFrame(LONG | {"item_id": ["pvq01", "pvq99"]}), "no item 'pvq99'"),
        (pd.DataFrame(LONG | {"value": [1, 77]}), r"codes 77; .* missing=\(77,\)"),
        (pd.DataFrame(LONG | {"value": [1, "agree"]}), "'agree' is not a number"),
        (pd.DataFrame(LONG | {"outcome": ["answer", "maybe"]}), "'maybe' is none of"),
        (pd.DataFrame(LONG | {"outcome": "refusal"}), "no other outcome has"),
        (pd.DataFrame(LONG | {"item_id": "pvq01"}), "answered twice"),
    ],
)
def test_what_is_no_set_of_replies_is_refused_with_what_to_do(rows, says):
    with pytest.raises(DataError, match=says):
        va.as_responses(rows, "pvq-21")


def test_codes_of_missing_answers_are_declared():
    given = va.as_responses(pd.DataFrame(LONG | {"value": [1, 77]}), "pvq-21", missing=[77])
    assert given.long["value"].isna().tolist() == [False, True]


def test_a_reply_that_was_left_out_of_the_rows_counts_as_no_answer():
    """Rows of the readable replies only, and the same rows with empty cells, give one verdict."""
    rng = np.random.default_rng(1)
    items = va.load_instrument("pvq-21").item_ids
    wide = pd.DataFrame(rng.integers(1, 7, (12, 21)).astype(float), columns=list(items))
    wide.loc[1:, list(items[:8])] = np.nan
    wide["occasion"], wide["model"] = range(1, 13), "m"
    long = wide.melt(["model", "occasion"], var_name="item_id").dropna()
    whole, kept = (va.as_responses(frame, "pvq-21") for frame in (wide, long))
    assert len(kept.long) == len(whole.long) == 12 * 21
    assert kept.missing["outcome"].unique().tolist() == ["unreadable"]
    for given in (whole, kept):
        table = va.verdict(given).table.set_index("claim")
        assert table.loc["describe", "standing"] == "not permitted"
        assert table.loc["describe", "number"] == "answered"
    never = long[long["item_id"] != items[20]]
    assert len(va.as_responses(never, "pvq-21").long) == 12 * 20
