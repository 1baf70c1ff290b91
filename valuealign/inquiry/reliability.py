"""Reliability of an instrument's scales in three views, which are never pooled silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.agreement.intraclass import icc
from valuealign.analysis.reliability.alpha import alpha, spearman_brown
from valuealign.analysis.reliability.omega import omega
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.exclusions import apply_exclusions
from valuealign.inquiry.respondents import (
    check_items,
    each_respondent,
    n_respondents,
    wide_of,
    without_opposed,
)
from valuealign.instrument.instrument import Instrument
from valuealign.population.readers.exclusion import Exclusion
from valuealign.store.responses.administered_instrument import Named, administered_instrument

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from valuealign.instrument.scale import Scale
    from valuealign.store.responses.responses import Responses

POOLED, WITHIN, PERSONAS, ROWS = (
    "pooled over models",
    "within one model over occasions",
    "over personas",
    "over respondents",
)
MEANING = {
    POOLED: "how far the models stand apart, not a trait",
    WITHIN: "how alike the occasions' accidents are, under these forms; no differences of persons",
    PERSONAS: "differences between the personas a model plays",
    ROWS: "differences between respondents",
}
"""What a coefficient in each view is about."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ReliabilityViews(Shown):
    """Reliability by view, respondent and scale.

    Attributes
    ----------
    table : DataFrame
        ``view model scale n_items n_rows alpha ci_lower ci_upper standardized omega
        spearman_brown reason``: ``reason`` says why a row has no coefficient. Omega is of one
        factor, for three items or more; Spearman-Brown is for two.
    retest : DataFrame
        ``view model scale n_targets n_occasions icc ci_lower ci_upper reason``: one occasion's
        agreement with another (ICC(2, 1)) on items (a model's own profile) and on personas.
    meaning : dict of str to str
        What each view is about.
    excluded : DataFrame
        ``respondent rule n of``: how many rows each declared rule left out.
    """

    table: pd.DataFrame
    retest: pd.DataFrame
    meaning: dict[str, str]
    excluded: pd.DataFrame


@checked
def reliability(
    data: Responses | pd.DataFrame,
    instrument: Named = None,
    *,
    exclude: Exclusion | None = None,
) -> ReliabilityViews:
    """Alpha, omega and retest agreement of every scale, view by view.

    Parameters
    ----------
    data : Responses or DataFrame
        One row an administration (or a person) and one column an item; with the columns
        ``model``, ``persona`` and ``occasion`` the three views are given.
    instrument : Instrument, str or Path, optional
        Its scales and keys; by default the one that was administered.
    exclude : Exclusion, optional
        Rows to leave out, declared before the results are seen; counted in ``excluded``.

    Returns
    -------
    ReliabilityViews
        ``.table`` of internal consistency and ``.retest``, by view, model and scale.

    Raises
    ------
    DataError
        No item of the instrument among the columns, or an instrument without scales.

    Notes
    -----
    A pooled alpha of ten trials of four models measures how far the models stand apart: four
    constant models give 1. So the views are shown next to each other, each with its meaning.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", ["sim:human", "sim:extreme"], occasions=6, seed=1,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> va.reliability(given, "pvq-21").table["view"].unique().tolist()
    ['pooled over models', 'within one model over occasions']
    """
    import pandas as pd

    loaded = administered_instrument(data, instrument)
    if not loaded.scales:
        raise DataError(f"{loaded.id} has no scales, and reliability is of scales")
    frame, excluded = _frame(data, loaded, exclude)
    rows: list[dict[str, Any]] = []
    for view, who, part in _views(frame, loaded):
        for scale in loaded.scales:
            rows.append(
                {"view": view, "model": who, "scale": scale.id, "n_items": len(scale.items)}
                | _coefficients(part, scale)
            )
    views = {row["view"] for row in rows}
    return ReliabilityViews(
        table=pd.DataFrame(rows),
        retest=_retest(frame, loaded),
        meaning={v: MEANING[v] for v in MEANING if v in views},
        excluded=excluded,
    )


def _frame(
    data: Any, instrument: Instrument, exclude: Exclusion | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = without_opposed(wide_of(data, instrument))
    here = check_items(frame, instrument)
    kept, excluded = apply_exclusions(frame, instrument, exclude)
    frame = frame[kept]
    turned: pd.DataFrame = frame.copy()
    for name in here:
        turned[name] = frame[name].astype(float) * instrument.item(name).keyed
    return turned, excluded


def _views(frame: pd.DataFrame, instrument: Instrument) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield each view, its respondent, and its rows."""
    if not n_respondents(frame):
        yield ROWS, "", frame
        return
    if n_respondents(frame) > 1:
        yield POOLED, "all", frame
    items = [i for i in instrument.item_ids if i in frame.columns]
    for name, part in each_respondent(frame):
        persona = part["persona"] if "persona" in part.columns else None
        several = persona is not None and persona.nunique() > 1
        if several:
            yield PERSONAS, name, part.groupby("persona", observed=True)[items].mean()
            within = part[items] - part.groupby("persona", observed=True)[items].transform("mean")
        else:
            within = part
        yield WITHIN, name, within


def _coefficients(part: pd.DataFrame, scale: Scale) -> dict[str, Any]:
    names = [i for i in scale.items if i in part.columns]
    unavailable = dict.fromkeys(
        ("alpha", "ci_lower", "ci_upper", "standardized", "omega", "spearman_brown"), np.nan
    )
    complete = part[names].dropna()
    row: dict[str, Any] = {"n_rows": len(complete)} | unavailable | {"reason": ""}
    if len(names) < len(scale.items):
        return row | {"reason": f"{len(scale.items) - len(names)} of its items are not there"}
    try:
        result = alpha(complete)
    except AnalysisError as error:
        return row | {"reason": str(error)}
    row |= {
        "alpha": result.raw,
        "ci_lower": result.ci_lower,
        "ci_upper": result.ci_upper,
        "standardized": result.standardized,
        "reason": "; ".join(f for f in sorted(result.flags) if f.startswith("no interval")),
    }
    if len(names) == 2:
        try:
            row["spearman_brown"] = spearman_brown(result.average_r)
        except DataError as error:
            row["reason"] = str(error)
        return row
    try:
        keyed = dict.fromkeys(names, 1)
        row["omega"] = omega(complete, 1, keyed=keyed).total
    except AnalysisError as error:
        row["reason"] = f"no omega: {error}"
    return row


def _retest(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    import pandas as pd

    columns = [
        "view",
        "model",
        "scale",
        "n_targets",
        "n_occasions",
        "icc",
        "ci_lower",
        "ci_upper",
        "reason",
    ]
    if not n_respondents(frame) or "occasion" not in frame.columns:
        return pd.DataFrame(columns=columns)
    items = [i for i in instrument.item_ids if i in frame.columns]
    rows = []
    for name, part in each_respondent(frame):
        profile = part.groupby("occasion", observed=True)[items].mean().T
        rows.append(("items of its own profile", name, "all items", *_agreement(profile)))
        if "persona" not in part.columns or part["persona"].nunique() < 2:
            continue
        for scale in instrument.scales:
            score = part[[i for i in scale.items if i in part.columns]].mean(axis=1)
            table = part.assign(_score=score).pivot_table(
                index="persona", columns="occasion", values="_score", observed=True
            )
            rows.append(("personas", name, scale.id, *_agreement(table)))
    return pd.DataFrame(rows, columns=columns)


def _agreement(table: pd.DataFrame) -> tuple[Any, ...]:
    """Return ICC(2, 1) with its interval, or why it is not available."""
    there = table.dropna()
    try:
        row = icc(there).set_index("type").loc["ICC2"]
    except AnalysisError as error:
        return len(there), table.shape[1], np.nan, np.nan, np.nan, str(error)
    value, low, high = row[["icc", "ci_lower", "ci_upper"]].to_numpy(float).tolist()
    return len(there), table.shape[1], value, low, high, ""
