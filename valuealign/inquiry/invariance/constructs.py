"""Comparison of scales as constructs, for responses to different words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.basic_interval import basic_interval
from valuealign.analysis.circle.circular_order import places
from valuealign.analysis.circle.order_test import order_test
from valuealign.analysis.factors.congruence import congruence_interval
from valuealign.analysis.factors.extraction import extract
from valuealign.analysis.result_display import Shown
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.comparison.people import score_weights
from valuealign.inquiry.invariance.groups import ComparedRows, complete_rows

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from valuealign.inquiry.comparison.people import People
    from valuealign.instrument.instrument import Instrument

    Floats = NDArray[np.float64]

COLUMNS = (
    "respondent",
    "population",
    "statistic",
    "value",
    "ci_lower",
    "ci_upper",
    "pvalue",
    "chance",
    "people",
    "told",
)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Constructs(Shown):
    """Scales compared as constructs, without any result about items.

    Attributes
    ----------
    respondent, population : str
    label : str
        Why only constructs are compared ("open form: ...").
    n : int
        Rows of the respondent with every scale score.
    table : DataFrame
        ``respondent population statistic value ci_lower ci_upper pvalue chance people told``:
        congruence of the scales' factors with people's (``chance``: what rows without structure
        reach in 95 of 100 draws), correlation of the scales' intercorrelations with people's,
        and how well each follows the instrument's circle.
    unavailable : dict of str to str
        Statistic -> why there is none.
    """

    respondent: str
    population: str
    label: str
    n: int
    table: pd.DataFrame
    unavailable: dict[str, str]


def constructs(
    side: ComparedRows, people: People, instrument: Instrument, *, label: str, draws: int, seed: int
) -> Constructs:
    """Compare the structure of scale scores with people's.

    Parameters
    ----------
    side : ComparedRows
    people : People
    instrument : Instrument
    label : str
    draws, seed : int
        Of the bootstrap over rows, of relabellings.

    Returns
    -------
    Constructs

    Raises
    ------
    AnalysisError
        Scores that have no covariance.

    Notes
    -----
    Factors are of raw scores, as the scoring rules ask: as many as the instrument has composites
    (one where it has none), minres, turned orthogonally toward people's. Correlations of
    intercorrelations are of raw and of centred scores, with the share of relabellings of the
    scales that agree as well (Mantel 1967).

    References
    ----------
    Mantel, N. (1967). The detection of disease clustering and a generalized regression approach.
    Cancer Research, 27, 209-220. (No DOI.)
    """
    import pandas as pd

    scales = [s.id for s in instrument.scales if s.id in people.raw.names]
    raw, centred = _scores(side, instrument, scales)
    complete_rows(ComparedRows(side.name, raw, side.sheets, ""), scales)
    rows: list[dict[str, Any]] = []
    why: dict[str, str] = {}
    rows += _congruence(raw[scales], people, scales, instrument, draws=draws, seed=seed, why=why)
    rows += _agreement("raw", raw[scales], people, scales, draws=draws, seed=seed)
    flat = [name for name in scales if np.ptp(centred[name].to_numpy(float)) <= 1e-10]
    if people.centred is None:
        why["centred scores"] = people.why_not
    elif flat:
        why["centred scores"] = f"the centred score of {flat[0]} does not vary"
    else:
        rows += _agreement("centred", centred, people, scales, draws=draws, seed=seed)
        rows += _circle(centred, people, instrument, seed=seed, why=why)
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS[2:]))
    frame.insert(0, "population", people.id)
    frame.insert(0, "respondent", side.name)
    return Constructs(
        respondent=side.name,
        population=people.id,
        label=label,
        n=len(raw),
        table=frame,
        unavailable=why,
    )


def _scores(
    side: ComparedRows, instrument: Instrument, scales: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return raw and centred scores of complete rows, which may be averages of answers."""
    import pandas as pd

    items = list(instrument.item_ids)
    absent = [i for i in items if i not in side.rows.columns]
    if absent:
        raise DataError(f"the rows have no {absent[0]}, which scales need")
    rows = side.rows[items].dropna()
    weights, shift = score_weights(instrument, items, scales)
    raw = pd.DataFrame(rows.to_numpy(float) @ weights.T + shift, rows.index, scales)
    return raw, raw.sub(rows.mean(axis=1), axis=0)


def _people_correlation(people: People, scales: list[str], *, centred: bool) -> Floats:
    moments = people.moments(centred=centred)
    if moments is None:
        raise DataError(people.why_not)
    S = np.asarray(moments.select(scales).covariance)
    sd = np.sqrt(np.diag(S))  # centred scores are singular, and may be: nothing is inverted
    return np.asarray(S / np.outer(sd, sd))


def _congruence(
    scores: pd.DataFrame,
    people: People,
    scales: list[str],
    instrument: Instrument,
    *,
    draws: int,
    seed: int,
    why: dict[str, str],
) -> list[dict[str, Any]]:
    import pandas as pd

    m = max(1, len([c for c in instrument.composites if set(c.scales) <= set(scales)]))
    try:
        loadings = extract(_people_correlation(people, scales, centred=False), m).loadings
        names = [f"F{k + 1}" for k in range(m)]
        target = pd.DataFrame(loadings, index=scales, columns=names)
        intervals = congruence_interval(scores, target, draws=draws, seed=seed)
    except AnalysisError as error:
        why["congruence"] = str(error)
        return []
    return [
        {
            "statistic": f"congruence {row.factor}",
            "value": row.congruence,
            "ci_lower": row.ci_lower,
            "ci_upper": row.ci_upper,
            "chance": row.chance,
            "told": f"{m} factor{'s' if m > 1 else ''} of {len(scales)} scales, raw scores",
        }
        for row in intervals.itertuples()
    ]


def _agreement(
    kind: str, scores: pd.DataFrame, people: People, scales: list[str], *, draws: int, seed: int
) -> list[dict[str, Any]]:
    """Correlate the scales' intercorrelations with people's."""
    R = _people_correlation(people, scales, centred=kind == "centred")
    at = np.triu_indices(len(scales), 1)
    X = scores.to_numpy(float)
    own = np.corrcoef(X, rowvar=False)
    rng = np.random.default_rng(seed)

    def agree(correlations: Floats) -> float:
        if np.ptp(correlations[at]) == 0 or np.ptp(R[at]) == 0:
            return float("nan")  # scales that all correlate alike have no pattern
        return float(np.corrcoef(correlations[at], R[at])[0, 1])

    value, kept, as_well = agree(own), [], 0
    for _ in range(draws):
        resampled = X[rng.integers(len(X), size=len(X))]
        if (np.ptp(resampled, axis=0) > 1e-10).all():
            kept.append(agree(np.corrcoef(resampled, rowvar=False)))
        order = rng.permutation(len(scales))
        as_well += agree(own[np.ix_(order, order)]) >= value
    kept = [draw for draw in kept if np.isfinite(draw)]
    low, high = basic_interval(value, kept) if kept else (np.nan, np.nan)
    return [
        {
            "statistic": f"correlation of intercorrelations, {kind}",
            "value": value,
            "ci_lower": float(low),
            "ci_upper": float(high),
            "pvalue": (as_well + 1) / (draws + 1),
            "told": f"{len(at[0])} pairs of scales, {len(X)} rows",
        }
    ]


def _circle(
    centred: pd.DataFrame, people: People, instrument: Instrument, *, seed: int, why: dict[str, str]
) -> list[dict[str, Any]]:
    """Return how well a respondent and people follow the instrument's circle."""
    scales = list(centred.columns)
    try:
        if not instrument.circle:
            raise DataError(f"{instrument.id} has no circular order")
        order = places(instrument.circle[0].order, scales)
        both = [
            order_test(R[np.ix_(at, at)], order.distances, draws=999, seed=seed)
            for at in [[scales.index(name) for name in order.names]]
            for R in (
                np.corrcoef(centred.to_numpy(float), rowvar=False),
                _people_correlation(people, scales, centred=True),
            )
        ]
    except DataError as error:
        why["circle"] = str(error)
        return []
    return [
        {
            "statistic": "circle order",
            "value": both[0].correspondence,
            "pvalue": both[0].pvalue,
            "people": both[1].correspondence,
            "told": f"predictions of order {instrument.circle[0].id!r} met, net of those violated",
        }
    ]
