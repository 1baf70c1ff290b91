"""A frame of people is read as a file is: the same sample, the same refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, ValuealignError

ABOUT = va.Provenance(name="mine", people="drawn")


@pytest.fixture(scope="module")
def rows():
    """Answers of 300 people with a group."""
    m = va.load_population("pvq21-de-ess9").moments
    rng = np.random.default_rng(7)
    drawn = rng.multivariate_normal(m.mean, m.covariance, 300, method="cholesky")
    frame = pd.DataFrame(drawn.round().clip(1, 6), columns=list(m.names))
    return frame.assign(land=["a", "b"] * 150, w=1.0)


def test_a_frame_gives_the_sample_of_the_same_file(rows, tmp_path):
    rows.to_csv(tmp_path / "p.csv", index=False)
    from_file = va.read_population(tmp_path / "p.csv", "pvq-21", about=ABOUT)
    found = va.read_population(rows, "pvq-21", about=ABOUT)
    assert found.source.mean == from_file.source.mean
    assert found.source.covariance == from_file.source.covariance
    assert found.source.frequencies == from_file.source.frequencies
    assert found.id == "mine"
    assert "the frame" in va.read_population(rows, "pvq-21").source.source


def test_groups_weights_rows_and_small_chunks_of_a_frame(rows):
    found = va.read_population(rows, "pvq-21", group="land", weight="w", chunk=37)
    assert {name: people.n for name, people in found.items()} == {"a": 150, "b": 150}
    kept = va.read_population(rows, "pvq-21", keep_rows=True, chunk=37)
    pd.testing.assert_frame_equal(kept.rows, rows[list(kept.rows.columns)])


def test_frames_of_polars_and_arrow_are_read(rows):
    expected = va.read_population(rows, "pvq-21").source.mean
    pyarrow = pytest.importorskip("pyarrow")
    assert va.read_population(pyarrow.Table.from_pandas(rows), "pvq-21").source.mean == expected
    pl = pytest.importorskip("polars")
    assert va.read_population(pl.from_pandas(rows), "pvq-21").source.mean == expected


def test_missing_answers_of_every_kind_of_column_are_missing(rows):
    whole = rows.drop(columns=["land", "w"]).astype("Int64")
    whole.iloc[:10, 0] = pd.NA
    assert va.read_population(whole, "pvq-21").n == 290
    assert va.read_population(whole.astype(object), "pvq-21").n == 290


@pytest.mark.parametrize(
    ("codes", "proposal"),
    [
        ([77, 88, 99], "give missing=[77, 88, 99]"),
        ([7, 8, 9], "give missing=[7, 8, 9]"),
        ([-1, -9], "give missing=[-9, -1]"),
        ([0], "give missing=[0]"),
        ([777, 888, 999], "give missing=[777, 888, 999]"),
        (list(range(7, 15)), "give missing=[7, 8, 9, 10, 11, 12, 13, 14]"),
        (list(range(7, 16)), "there are 9 such codes; did people answer on this scale?"),
        ([3.5], "was something averaged?"),
    ],
)
def test_codes_outside_the_scale_are_refused_with_a_proposal(rows, codes, proposal):
    spoilt = rows.copy()
    for k, code in enumerate(codes):
        spoilt.iloc[k, k % 21] = code
    with pytest.raises(DataError) as error:
        va.read_population(spoilt, "pvq-21")
    assert proposal in str(error.value)
    assert "not a code of its scale (1 to 6)" in str(error.value)
    if "missing=" in proposal:
        assert va.read_population(spoilt, "pvq-21", missing=codes).n == 300 - len(codes)


def test_what_was_declared_stands_in_the_proposal(rows):
    spoilt = rows.copy()
    spoilt.iloc[:3, 0] = [77, 88, 99]
    with pytest.raises(DataError, match=r"missing=\[77, 88, 99\]"):
        va.read_population(spoilt, "pvq-21", missing=[88])


@pytest.mark.parametrize(
    "given",
    [None, [1, 2], ["a", "b"], 5, {"pvq01": [1]}, np.ones((5, 21)), pd.Series([1.0])],
    ids=["None", "numbers", "texts", "a number", "a mapping", "an array", "a series"],
)
def test_what_is_neither_a_file_nor_a_frame_gets_a_sentence(given):
    with pytest.raises(ValuealignError, match=r"read_population: path is .*; expected") as error:
        va.read_population(given, "pvq-21")
    assert "DataFrame" in str(error.value) or "frame" in str(error.value)


def test_a_frame_without_rows_or_items_is_refused(rows):
    with pytest.raises(DataError, match="the frame holds no row"):
        va.read_population(rows.iloc[:0], "pvq-21")
    with pytest.raises(DataError, match="the frame has no column for"):
        va.read_population(rows[["land"]], "pvq-21")
    with pytest.raises(DataError, match="stands twice"):
        va.read_population(pd.concat([rows, rows[["pvq01"]]], axis=1), "pvq-21")
    with pytest.raises(DataError, match=r"'agree'.*is not a number; expected codes from 1 to 6"):
        va.read_population(rows.astype(object).replace({"pvq01": {1.0: "agree"}}), "pvq-21")
