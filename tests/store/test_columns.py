"""Columns of a query: what is empty is not fetched, and is there all the same."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import Column, Float, Integer, MetaData, Table, Text, create_engine, insert, select

from valuealign.store.responses.columns import _BLOCK, Columns, categorical

KINDS = ["int", "float", "code", "text"]
table = Table(
    "rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("x", Float),
    Column("word", Text),
    Column("said", Text),
)


@pytest.fixture
def columns():
    """The columns of a table with these rows."""
    engine = create_engine("sqlite://")
    table.metadata.create_all(engine)

    def of(rows):
        with engine.connect() as connection:
            if rows:
                connection.execute(insert(table), rows)
            return Columns(connection, select(table), KINDS)

    yield of
    engine.dispose()


def row(k, **more):
    return {"id": k, "x": None, "word": None, "said": None, **more}


def test_columns_that_hold_something_come_back_as_they_are_over_many_blocks(columns):
    n = 2 * _BLOCK + 7
    rows = [row(k, x=k / 2 if k % 3 else None, word="ab"[k % 2], said=str(k)) for k in range(n)]
    found = columns(rows)
    assert found.array(0).tolist() == list(range(n))
    expected = [k / 2 if k % 3 else np.nan for k in range(n)]
    np.testing.assert_array_equal(found.array(1), expected)
    codes, values = found.coded(2)
    assert values == ["a", "b"]
    assert codes.tolist() == [k % 2 for k in range(n)]
    assert found.texts(3) == [str(k) for k in range(n)]


def test_an_empty_column_is_missing_in_every_row(columns):
    found = columns([row(0), row(1)])
    assert np.isnan(found.array(1)).tolist() == [True, True]
    assert list(categorical(found.coded(2)).isna()) == [True, True]
    assert found.texts(3) == [None, None]


def test_a_query_without_rows_has_columns_without_values(columns):
    found = columns([])
    assert found.array(0).dtype == np.int64
    assert [len(found.array(0)), len(found.array(1)), len(found.texts(3))] == [0, 0, 0]
    assert len(categorical(found.coded(2))) == 0


def test_one_value_among_many_missing_is_kept(columns):
    found = columns([*(row(k) for k in range(5)), row(5, word="late", x=1.0)])
    assert found.coded(2)[1] == [None, "late"]
    assert categorical(found.coded(2)).tolist()[-1] == "late"
    assert np.nansum(found.array(1)) == 1.0
