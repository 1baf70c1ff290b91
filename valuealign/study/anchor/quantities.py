"""Published numbers computed again, with the functions that a replication uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.administration.read import read
from valuealign.analysis.reliability.alpha import alpha
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.scoring.accuracy import accuracy_scores
from valuealign.study.anchor.anchor_file import (
    Alpha,
    Average,
    Count,
    Distance,
    ExpectedDistance,
    Keyed,
    Quantity,
    RowMean,
    Share,
)
from valuealign.study.anchor.raw_data import RawContent
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Number = dict[str, Any]
"""One number: its keys, ``recomputed``, and ``n`` rows."""


def recomputed(quantity: Quantity, data: Mapping[str, RawContent]) -> pd.DataFrame:
    """Return the numbers of one kind: its key columns, ``recomputed`` and ``n``.

    Raises
    ------
    DataError
        A column that the file does not have, or values that are not numbers.
    """
    import pandas as pd

    if isinstance(quantity, Keyed):
        return pd.DataFrame(_keyed(quantity, data[quantity.file]))
    rows = selected(data[quantity.file].table(), quantity)
    if isinstance(quantity, Distance):
        rows = _with_reference(rows, quantity, data[quantity.reference].table())
    return pd.DataFrame(
        {**keys, **number}
        for keys, group in _groups(rows, quantity.by)
        for number in _of(quantity, group, rows)
    )


def selected(rows: pd.DataFrame, quantity: Quantity) -> pd.DataFrame:
    """Return the rows that a quantity is about."""
    for wanted, keep in ((quantity.where, True), (quantity.where_not, False)):
        for column, value in wanted.items():
            values = value if isinstance(value, tuple) else (value,)
            rows = rows[_column(rows, column).isin(values) == keep]
    return rows


def _of(quantity: Quantity, rows: pd.DataFrame, all_rows: pd.DataFrame) -> Iterator[Number]:
    match quantity:
        case Share():
            yield from _shares(quantity, rows, all_rows)
        case Count():
            yield from _counts(quantity, rows)
        case Average():
            values = _numbers(rows, quantity.value)
            number = values.mean() if quantity.kind == "mean" else values.sum()
            yield {"recomputed": float(number) * quantity.times, "n": int(values.notna().sum())}
        case RowMean():
            cells = np.column_stack([_numbers(rows, name) for name in quantity.values])
            yield {"recomputed": float(cells.mean()), "n": cells.size}
        case Alpha():
            complete = rows[_known(rows, quantity.items)].dropna()
            yield {"statistic": "alpha", "recomputed": alpha(complete).raw, "n": len(complete)}
            yield {"statistic": "n", "recomputed": float(len(complete)), "n": len(complete)}
        case Distance():
            far = (_numbers(rows, quantity.value) - rows["_reference"]).abs()
            number = far.sum() if quantity.combine == "sum" else far.mean()
            yield {"recomputed": float(number), "n": len(far)}
        case ExpectedDistance():
            spread = _numbers(rows, quantity.sd)
            yield {"recomputed": float(spread.sum() * sqrt(2 / pi)), "n": len(spread)}


def _counts(quantity: Count, rows: pd.DataFrame) -> Iterator[Number]:
    for name in quantity.variables:
        answers = _column(rows, name)
        n = int(answers.notna().sum())
        if not quantity.each_code:
            yield {"variable": name, "recomputed": float(n), "n": n}
            continue
        for code, count in answers.value_counts().items():
            yield {"variable": name, "code": code, "recomputed": float(count), "n": n}


def _shares(quantity: Share, rows: pd.DataFrame, all_rows: pd.DataFrame) -> Iterator[Number]:
    """A code that nobody in a group chose has the share 0 there."""
    import pandas as pd

    weights = _numbers(rows, quantity.weight) if quantity.weight else pd.Series(1.0, rows.index)
    asked = rows[_known(rows, quantity.asked)].notna().any(axis=1) if quantity.asked else None
    for name in quantity.variables:
        answers = _column(rows, name)
        base = answers.notna() if quantity.base == "answered" or asked is None else asked
        total, n = weights[base].sum(), int(base.sum())
        each = [(code,) for code in sorted(all_rows[name].dropna().unique())]
        for counted in [quantity.counted] if quantity.counted else each:
            key = {} if quantity.counted else {"code": counted[0]}
            share = float(weights[base & answers.isin(counted)].sum() / total) if total else np.nan
            yield {"variable": name, **key, "recomputed": share, "n": n}


def _with_reference(
    rows: pd.DataFrame, quantity: Distance, reference: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows whose item has a reference value."""
    known = dict(
        zip(
            _column(reference, quantity.on),
            _numbers(reference, quantity.reference_value),
            strict=True,
        )
    )
    joined = rows.assign(_reference=_column(rows, quantity.on).map(known))
    return joined[joined["_reference"].notna()]


def _keyed(quantity: Keyed, content: RawContent) -> Iterator[Number]:
    instrument = load_instrument(quantity.instrument)
    for name, lines in content.lines().items():
        words = [line.strip() for line in lines if line.strip()]
        words = words[len(words) - len(instrument.items) :]
        spelt = [quantity.spelling.get(w.strip(".").lower(), w) for w in words]
        codes = np.array([[_code(word, instrument, k) for k, word in enumerate(spelt)]])
        if codes.shape[1] != len(instrument.items):
            raise DataError(
                f"{name} has {codes.shape[1]} answers; expected {len(instrument.items)}"
            )
        scores = accuracy_scores(codes, instrument)
        yield {"run": name, "recomputed": float(scores["n_right"].iloc[0]), "n": codes.shape[1]}


def _code(word: str, instrument: Instrument, k: int) -> float:
    """Read a word as a reply to an item; what is not an option of it is not an answer."""
    reading = read(word, instrument.presented(instrument.items[k].id, labels="words"))
    return np.nan if reading.value is None else float(reading.value)


def _groups(rows: pd.DataFrame, by: tuple[str, ...]) -> Iterator[tuple[Number, pd.DataFrame]]:
    if not by:
        yield {}, rows
        return
    _known(rows, by)
    for values, group in rows.groupby(list(by), sort=False):
        yield dict(zip(by, values, strict=True)), group


def _known(rows: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    for name in names:
        _column(rows, name)
    return list(names)


def _column(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    if name not in rows.columns:
        hint = did_you_mean(name, map(str, rows.columns))
        raise DataError(f"the file has no column {name!r}" + (f"; {hint}" if hint else ""))
    return rows[name]


def _numbers(rows: pd.DataFrame, name: str) -> pd.Series[float]:
    import pandas as pd

    column = _column(rows, name)
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = numbers.isna() & column.notna()
    if wrong.any():
        raise DataError(
            f"column {name!r} holds {str(column[wrong].iloc[0])[:60]!r}; expected numbers"
        )
    return numbers.astype(float)
