"""The groups of a ladder with people: a respondent's rows, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.matrix import frame_with
from valuealign.errors import ConstantItem, DataError, TooFewRows
from valuealign.inquiry.respondents import (
    UNITS,
    Unit,
    each_respondent,
    rows_in,
    wide_of,
    without_opposed,
)
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.population.population import Population

WHO = ["respondent", "model"]
FAMILY = "model family"
"""Column of the cluster that a row belongs to."""


@dataclass(frozen=True, eq=False)
class ComparedRows:
    """One respondent's rows.

    Attributes
    ----------
    name : str
        The model, ``models`` where rows are models, or ``rows``.
    rows : DataFrame
        One column an item, and ``model family`` where families were named.
    sheets : DataFrame
        What is on record of the wording that was given.
    description : str
        How many rows of what.
    flags : frozenset of str
    """

    name: str
    rows: pd.DataFrame
    sheets: pd.DataFrame
    description: str
    flags: frozenset[str] = frozenset()


def compared_rows(
    data: Any,
    instrument: Instrument,
    unit: Unit,
    *,
    families: Mapping[str, str] | None = None,
    average_families: bool = False,
) -> list[ComparedRows]:
    """Return the groups to compare: each model with its own rows, or the models as rows.

    Parameters
    ----------
    data : Responses or DataFrame
    instrument : Instrument
    unit : {"administrations", "personas", "models"}
    families : mapping of str to str, optional
        Model to family, where rows are models.
    average_families : bool
        Whether the models of a family become one row, because clusters cannot be had.

    Returns
    -------
    list of ComparedRows

    Raises
    ------
    DataError
        Rows of another instrument, codes outside its scale, rows that are not rows of what was
        said.
    """
    if unit not in UNITS:
        raise DataError(f"unit is {unit!r}; expected one of {', '.join(UNITS)}")
    if families and unit != "models":
        raise DataError(
            "families cluster rows that are models; with personas and administrations every model "
            "has a ladder of its own"
        )
    sheets = _sheets(data, instrument, unit)
    _check_clusters(sheets, unit)
    _check_codes(sheets, instrument)
    rows = rows_in(sheets, instrument, unit)
    if unit == "models":
        return [_models(rows, sheets, families, average=average_families)]
    return list(_each(rows, sheets, unit))


def _sheets(data: Any, instrument: Instrument, unit: Unit) -> pd.DataFrame:
    """Return the rows with original stems, each with its respondent.

    Rows of a frame that names no model are of ``rows``; where it names no persona, each row is one.
    """
    sheets = without_opposed(wide_of(data, instrument))
    items = [i for i in instrument.item_ids if i in sheets.columns]
    if len(items) < 2:
        seen = ", ".join(map(str, list(sheets.columns)[:5]))
        raise DataError(
            f"the rows have {len(items)} items of {instrument.id}; expected columns "
            f"{instrument.item_ids[0]} to {instrument.item_ids[-1]}, found {seen}, ..."
        )
    if "model" not in sheets.columns:
        each = [f"row {k}" for k in range(1, len(sheets) + 1)]
        sheets = sheets.assign(model="rows", respondent=each if unit == "models" else "rows")
    if "persona" not in sheets.columns and unit == "personas":
        sheets = sheets.assign(persona=range(len(sheets)))
    return sheets


def _check_clusters(sheets: pd.DataFrame, unit: Unit) -> None:
    """Raise an error for administrations of personas as rows, which are clustered."""
    persons = sheets["persona"].nunique() if "persona" in sheets.columns else 0
    if unit != "administrations" or not persons:
        return
    if len(sheets) > sheets.groupby(["respondent", "persona"], observed=True).ngroups:
        raise DataError(
            f"{len(sheets)} administrations of {persons} personas: those of one persona are a "
            "cluster, not independent rows; choose personas as rows, which averages them"
        )


def _check_codes(rows: pd.DataFrame, instrument: Instrument) -> None:
    low = getattr(instrument.response_scale, "minimum", None)
    high = getattr(instrument.response_scale, "maximum", None)
    items = [i for i in instrument.item_ids if i in rows.columns]
    frame_with(rows, items)
    wrong = [i for i in items if rows[i].dtype.kind not in "iufb"]
    if wrong:
        raise DataError(
            f"column {wrong[0]!r} is not numeric; expected the codes of {instrument.id}"
        )
    if low is None or high is None:
        return
    for name in items:
        least, most = rows[name].min(), rows[name].max()
        if least < low or most > high:
            raise DataError(
                f"{name} has codes from {least:g} to {most:g}; {instrument.id} has {low:g} to "
                f"{high:g}. Are missing codes among them, or another scale?"
            )


def _each(rows: pd.DataFrame, sheets: pd.DataFrame, unit: Unit) -> Iterator[ComparedRows]:
    meaning = UNITS[unit][1]
    for name, part in each_respondent(rows):
        mine = sheets[(sheets["respondent"].astype(str) == name).to_numpy()]
        description = f"{name}: {len(part)} row{'s' if len(part) != 1 else ''}, {meaning}"
        flags = set()
        if unit == "administrations":
            flags.add(f"{name}: rows are administrations; results hold under these forms only")
        yield ComparedRows(name, part.drop(columns=WHO), mine, description, frozenset(flags))


def _models(
    rows: pd.DataFrame,
    sheets: pd.DataFrame,
    families: Mapping[str, str] | None,
    *,
    average: bool,
) -> ComparedRows:
    items = [c for c in rows.columns if c not in WHO]
    if not families:
        flag = "models of one family are a cluster; no family was named, so each counts by itself"
        return ComparedRows(
            "models",
            rows[items],
            sheets,
            f"{len(rows)} rows: {UNITS['models'][1]}",
            frozenset({flag}),
        )
    unknown = sorted(set(families) - set(rows["model"]))
    if unknown:
        raise DataError(
            f"a family is named for {unknown[0]!r}, which has no rows; there are "
            f"{', '.join(sorted(set(rows['model'])))}"
        )
    rows = rows.assign(**{FAMILY: [families.get(m, m) for m in rows["model"]]})
    count = rows[FAMILY].nunique()
    if not average:
        description = f"{len(rows)} rows: models in {count} families, which are the clusters"
        return ComparedRows("models", rows[[*items, FAMILY]], sheets, description)
    description = (
        f"{count} rows: families of models, averaged over {len(rows)} models, because tests that "
        "respect clusters need rows of people and these people are moments"
    )
    return ComparedRows(
        "models", rows.groupby(FAMILY, sort=False)[items].mean(), sheets, description
    )


def complete_rows(side: ComparedRows, items: list[str]) -> pd.DataFrame:
    """Return the complete rows of these items; raise an error if they are too few.

    Parameters
    ----------
    side : ComparedRows
    items : list of str

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        An item that the rows do not have.
    ConstantItem, TooFewRows
        No covariance can be had.
    """
    absent = [i for i in items if i not in side.rows.columns]
    if absent:
        raise DataError(f"the rows have no {absent[0]}, which the model names")
    rows = side.rows.dropna(subset=items)
    if len(rows) > 1:
        flat = [i for i in items if rows[i].nunique() < 2]
        if flat:
            raise ConstantItem(
                f"{len(flat)} of {len(items)} items are answered alike in all {len(rows)} rows "
                f"({', '.join(flat[:4])}{', ...' if len(flat) > 4 else ''}); what never varies has "
                "no covariance"
            )
    if len(rows) <= len(items):
        raise TooFewRows(
            f"{len(rows)} complete row{'s' if len(rows) != 1 else ''} of {len(items)} items; a "
            f"covariance needs {len(items) + 1} at least"
        )
    return rows


def doubts(side: ComparedRows, people: Population) -> frozenset[str]:
    """Return doubts about the rows: their direction, and rows left out.

    Parameters
    ----------
    side : ComparedRows
    people : Population

    Returns
    -------
    frozenset of str
    """
    items = [i for i in people.source.items if i in side.rows.columns]
    means = side.rows[items].mean().to_numpy()
    theirs = np.array([people.source.mean[people.source.items.index(i)] for i in items])
    flags = set()
    if len(items) > 2 and np.isfinite(means).all() and np.ptp(means) > 0:
        r = float(np.corrcoef(means, theirs)[0, 1])
        if r < 0:
            low, high = people.source.response_range
            flags.add(
                f"{side.name}: the items' means run against people's (r = {r:.2f}); are the codes "
                f"turned ({low + high:g} - x)?"
            )
    if people.source.weights:
        left = people.source.n_effective
        flags.add(
            f"{people.id}: people are weighted, and tests take their {people.n:,} as if each told "
            f"as much; the effective size is {'not known' if left is None else f'{left:,.0f}'}"
        )
    holes = int(side.rows[items].isna().any(axis=1).sum())
    if holes:
        flags.add(
            f"{side.name}: {holes} of {len(side.rows)} rows have items without an answer and are "
            "left out; refusals are not missing at random"
        )
    return frozenset(flags)
