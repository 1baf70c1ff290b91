"""Data that users bring by accident: one good frame and what can be wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd


def good_rows(
    names: list[str], n: int = 120, points: int = 6, *, both_ways: bool = False
) -> pd.DataFrame:
    """Draw responses of two factors, half of the items each, and something common to all.

    With `both_ways` every second item is keyed -1.
    """
    rng = np.random.default_rng(7)
    half = np.repeat([0, 1], [(len(names) + 1) // 2, len(names) // 2])
    factor = rng.normal(size=(n, 2)) @ np.array([[1.0, 0.3], [0.0, 0.95]])
    key = np.where(np.arange(len(names)) % 2, -1, 1) if both_ways else 1
    latent = 0.8 * key * factor[:, half] + 0.6 * rng.normal(size=(n, len(names)))
    latent += 0.6 * rng.normal(size=(n, 1))
    middle = (points + 1) / 2
    codes = np.clip(np.round(latent * points / 5 + middle), 1, points)
    return pd.DataFrame(codes, columns=names)


def _cell(frame: pd.DataFrame, value: Any) -> pd.DataFrame:
    column = np.empty(len(frame), dtype=object)
    column[:] = frame.iloc[:, 1]
    column[3] = value
    return _column(frame.astype(object), column)


def _renamed(frame: pd.DataFrame, names: list[Any]) -> pd.DataFrame:
    out = frame.copy()
    out.columns = pd.Index([*names, *frame.columns[len(names) :]], dtype=object)
    return out


def _column(frame: pd.DataFrame, values: Any, at: int = 1) -> pd.DataFrame:
    out = frame.copy()
    out[out.columns[at]] = values
    return out


def _holes(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    gone = np.random.default_rng(3).random(frame.shape) < share
    return frame.mask(gone)


def _without_row(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.mask(pd.DataFrame(dict.fromkeys(frame, frame.index == 3)))


def _polars(frame: pd.DataFrame) -> Any:
    import polars

    return polars.DataFrame({c: frame[c].to_numpy() for c in frame.columns})


def _pyarrow(frame: pd.DataFrame) -> Any:
    return frame.astype("double[pyarrow]")


def _structured(frame: pd.DataFrame) -> Any:
    return frame.to_records(index=False)


Mutation = Callable[[pd.DataFrame], Any]

MUTATIONS: dict[str, Mutation] = {
    "good": lambda d: d,
    # what does not vary
    "constant item": lambda d: _column(d, 3.0),
    "first item constant": lambda d: _column(d, 3.0, 0),
    "two constant items": lambda d: _column(_column(d, 3.0), 2.0, 2),
    "only one item varies": lambda d: (
        d * 0 + 2 + d.iloc[:, [0]].reindex(columns=d.columns, fill_value=0)
    ),
    "every item constant": lambda d: d * 0 + 2,
    "every value zero": lambda d: d * 0,
    "constant in complete rows": lambda d: _column(d, np.where(np.arange(len(d)) % 3, 3.0, np.nan)),
    "nearly constant": lambda d: _column(d, 3.0 + 1e-14 * np.arange(len(d))),
    "one respondent differs": lambda d: _column(d, np.where(np.arange(len(d)) == 5, 4.0, 3.0)),
    # rows
    "no rows": lambda d: d.iloc[:0],
    "one row": lambda d: d.iloc[:1],
    "two rows": lambda d: d.iloc[:2],
    "three rows": lambda d: d.iloc[:3],
    "four rows": lambda d: d.iloc[:4],
    "fewer rows than items": lambda d: d.iloc[: d.shape[1] - 1],
    "as many rows as items": lambda d: d.iloc[: d.shape[1]],
    "identical rows": lambda d: d.iloc[[0] * len(d)].reset_index(drop=True),
    "ten rows six times": lambda d: pd.concat([d.iloc[:10]] * 6, ignore_index=True),
    "two rows thirty times": lambda d: pd.concat([d.iloc[:2]] * 30, ignore_index=True),
    # dependence
    "item copied": lambda d: _column(d, d.iloc[:, 0]),
    "item copied and turned": lambda d: _column(d, 7 - d.iloc[:, 0]),
    "item of the other factor copied": lambda d: _column(d, d.iloc[:, -1]),
    "an item is the sum of others": lambda d: _column(d, d.iloc[:, 0] + d.iloc[:, 2]),
    "rank one": lambda d: pd.DataFrame(
        np.outer(d.iloc[:, 0], 1.0 + np.arange(d.shape[1])), columns=d.columns
    ),
    "every item the same": lambda d: pd.DataFrame(
        np.repeat(d.iloc[:, [0]].to_numpy(), d.shape[1], axis=1), columns=d.columns
    ),
    "sums are constant": lambda d: _column(d, 30 - d.drop(columns=d.columns[1]).sum(axis=1)),
    "independent noise": lambda d: pd.DataFrame(
        np.random.default_rng(0).integers(1, 7, d.shape), columns=d.columns
    ),
    # scale
    "scale 1e12": lambda d: d * 1e12,
    "scale 1e-12": lambda d: d * 1e-12,
    "scale 1e150": lambda d: d * 1e150,
    "scale 1e-150": lambda d: d * 1e-150,
    "scale 1e200": lambda d: d * 1e200,
    "one item times 1e12": lambda d: _column(d, d.iloc[:, 1] * 1e12),
    "one item times 1e-12": lambda d: _column(d, d.iloc[:, 1] * 1e-12),
    "one item plus 1e12": lambda d: _column(d, d.iloc[:, 1] + 1e12),
    "every item plus 1e16": lambda d: d + 1e16,
    "one outlier": lambda d: _column(d, np.where(np.arange(len(d)) == 3, 1e6, d.iloc[:, 1])),
    "negative": lambda d: -d,
    "continuous": lambda d: d + np.random.default_rng(1).normal(size=d.shape),
    "one continuous item": lambda d: _column(d, np.random.default_rng(1).normal(size=len(d))),
    "150 categories": lambda d: _column(d, np.arange(len(d)) * 3.0),
    "binary": lambda d: (d > 3).astype(float),
    "binary, one answer": lambda d: _column((d > 3).astype(float), np.eye(len(d))[3]),
    "binary numbers": lambda d: (d > 3).astype(int),
    "percentages": lambda d: d * 100 / 6,
    # not numbers
    "positive infinity": lambda d: _cell(d, np.inf).astype(float),
    "negative infinity": lambda d: _cell(d, -np.inf).astype(float),
    "infinite column": lambda d: _column(d, np.inf),
    "strings of digits": lambda d: d.astype(int).astype(str),
    "one column of digits": lambda d: _column(d, d.iloc[:, 1].astype(int).astype(str)),
    "words": lambda d: _column(d, "agree"),
    "one word": lambda d: _cell(d, "agree"),
    "empty strings": lambda d: _cell(d, ""),
    "bytes": lambda d: _cell(d, b"3"),
    "object numbers": lambda d: d.astype(object),
    "object with None": lambda d: _cell(d, None),
    "object with NA": lambda d: _cell(d, pd.NA),
    "a list in a cell": lambda d: _cell(d, [1, 2]),
    "a dict in a cell": lambda d: _cell(d, {"a": 1}),
    "an array in a cell": lambda d: _cell(d, np.arange(3)),
    "a number of 30 digits": lambda d: _cell(d, 10**30),
    "a number of 400 digits": lambda d: _cell(d, 10**400),
    "decimals": lambda d: d.map(Decimal),
    "fractions": lambda d: d.map(Fraction),
    "complex": lambda d: d.astype(complex),
    "bool": lambda d: d > 3,
    "one bool column": lambda d: _column(d, d.iloc[:, 1] > 3),
    "categorical numbers": lambda d: d.astype(int).astype("category"),
    "one categorical": lambda d: _column(d, d.iloc[:, 1].astype("category")),
    "ordered words": lambda d: _column(
        d,
        pd.Categorical(
            np.where(d.iloc[:, 1] > 3, "high", "low"), categories=["low", "high"], ordered=True
        ),
    ),
    "datetime": lambda d: _column(d, pd.Timestamp("2020-01-01")),
    "datetime with zone": lambda d: _column(d, pd.Timestamp("2020-01-01", tz="UTC")),
    "timedelta": lambda d: _column(d, pd.Timedelta(days=1)),
    "period": lambda d: _column(d, pd.Period("2020-01", "M")),
    "interval": lambda d: _column(d, pd.Interval(0, 1)),
    "python dates": lambda d: _column(d, [datetime.date(2020, 1, 1)] * len(d)),
    "nullable integers": lambda d: d.astype("Int64"),
    "nullable integers with NA": lambda d: _without_row(d).astype("Int64"),
    "nullable floats with NA": lambda d: _without_row(d).astype("Float64"),
    "nullable bool with NA": lambda d: _without_row((d > 3).astype("boolean")),
    "string dtype": lambda d: d.astype(int).astype("string"),
    "pyarrow": _pyarrow,
    "sparse": lambda d: d.astype(pd.SparseDtype(float)),
    "float16": lambda d: d.astype("float16"),
    "float32": lambda d: d.astype("float32"),
    "uint8": lambda d: d.astype("uint8"),
    # holes
    "missing column": lambda d: _column(d, np.nan),
    "everything missing": lambda d: d * np.nan,
    "one row missing": _without_row,
    "half missing": lambda d: _holes(d, 0.5),
    "a tenth missing": lambda d: _holes(d, 0.1),
    "no complete row": lambda d: d.mask(
        np.arange(len(d))[:, None] % d.shape[1] == np.arange(d.shape[1])
    ),
    "two items never together": lambda d: d.mask(
        np.column_stack(
            [np.arange(len(d)) % 2 == 0, np.arange(len(d)) % 2 == 1]
            + [np.zeros(len(d), dtype=bool)] * (d.shape[1] - 2)
        )
    ),
    # names
    "column twice": lambda d: pd.concat([d, d.iloc[:, [0]]], axis=1),
    "every name the same": lambda d: _renamed(d, [d.columns[0]] * d.shape[1]),
    "MultiIndex columns": lambda d: d.set_axis(
        pd.MultiIndex.from_product([["a"], d.columns]), axis=1
    ),
    "MultiIndex rows": lambda d: d.set_axis(
        pd.MultiIndex.from_product([["a"], range(len(d))]), axis=0
    ),
    "one index": lambda d: d.set_axis([0] * len(d), axis=0),
    "index with NaN": lambda d: d.set_axis([np.nan, *range(1, len(d))], axis=0),
    "date index": lambda d: d.set_axis(pd.date_range("2020", periods=len(d)), axis=0),
    "numbers as names": lambda d: d.set_axis(range(d.shape[1]), axis=1),
    "number and its text as names": lambda d: _renamed(d, [1, "1"]),
    "None as a name": lambda d: _renamed(d, [None]),
    "NaN as a name": lambda d: _renamed(d, [np.nan]),
    "empty name": lambda d: _renamed(d, [""]),
    "tuple as a name": lambda d: _renamed(d, [("a", 1)]),
    "name with spaces": lambda d: _renamed(d, ["an item; b ~ c"]),
    "names of other scripts": lambda d: _renamed(d, ["Ärger", "怒り"]),
    # shapes and types
    "one column": lambda d: d.iloc[:, :1],
    "two columns": lambda d: d.iloc[:, :2],
    "no columns": lambda d: d.iloc[:, :0],
    "array": lambda d: d.to_numpy(),
    "read-only array": lambda d: np.frombuffer(d.to_numpy().tobytes()).reshape(d.shape),
    "masked array": lambda d: np.ma.masked_greater(d.to_numpy(), 5),
    "structured array": _structured,
    "lists": lambda d: d.to_numpy().tolist(),
    "ragged lists": lambda d: [[1, 2, 3], [1, 2]],
    "lists of words": lambda d: [["a", "b"], ["c", "d"]],
    "empty list": lambda d: [],
    "one dimension": lambda d: [1, 2, 3],
    "three dimensions": lambda d: np.ones((3, 4, 5)),
    "a number": lambda d: 3.0,
    "NaN alone": lambda d: float("nan"),
    "None": lambda d: None,
    "text": lambda d: "data.csv",
    "a mapping": lambda d: {c: d[c].tolist() for c in d.columns},
    "an empty mapping": lambda d: {},
    "a series": lambda d: d.iloc[:, 0],
    "a generator": lambda d: (row for row in d.to_numpy()),
    "a set": lambda d: {1, 2, 3},
    "a function": lambda d: len,
    "an object": lambda d: object(),
    "polars": _polars,
}


ONE_OF_EACH = (
    "good",
    "constant item",
    "every item constant",
    "no rows",
    "one row",
    "three rows",
    "identical rows",
    "item copied",
    "rank one",
    "every item the same",
    "scale 1e12",
    "scale 1e-150",
    "positive infinity",
    "strings of digits",
    "words",
    "object with NA",
    "bool",
    "one categorical",
    "datetime",
    "nullable integers with NA",
    "missing column",
    "half missing",
    "column twice",
    "MultiIndex columns",
    "one index",
    "numbers as names",
    "one column",
    "array",
    "None",
    "text",
    "a mapping",
)
"""Frames for calls that take a second each."""


def hostile(base: pd.DataFrame, *, few: bool = False) -> Iterator[tuple[str, Any]]:
    """Yield every frame by name; a kind whose library is not installed is left out."""
    for name in ONE_OF_EACH if few else MUTATIONS:
        mutation = MUTATIONS[name]
        try:
            yield name, mutation(base.copy())
        except ImportError:
            continue
