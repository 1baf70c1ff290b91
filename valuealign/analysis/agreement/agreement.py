"""How far raters agree: coefficients for any number of raters, with intervals over units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.agreement import chance_corrected as cc
from valuealign.analysis.agreement.intraclass import icc
from valuealign.analysis.agreement.rated_units import Kind, RatedUnits, rated_units
from valuealign.analysis.result_display import Shown
from valuealign.analysis.unit_jackknife import Statistic, bootstrap_interval, jackknife_interval
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Interval = Callable[[Statistic, int], tuple[float, float, float, float]]

FEW_UNITS = 10
"""With fewer units the intervals contained the truth in clearly less than 95 of 100 samples."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Agreement(Shown):
    """Agreement among raters.

    Attributes
    ----------
    table : DataFrame
        ``coefficient value se ci_lower ci_upper``: of nominal ratings ``percent``,
        ``krippendorff``, ``fleiss``, ``gwet_ac1``; of ordinal ones ``percent``, ``krippendorff``,
        ``fleiss_weighted``, ``gwet_ac2``; of measurements ``krippendorff``, ``icc2`` (one rater)
        and ``icc2k`` (the mean of all). Two raters also have Cohen's kappas.
    pairs : DataFrame
        By pair of raters: ``rater other n percent`` and Cohen's ``kappa`` with its interval, of
        ordinal ratings also ``kappa_linear`` and ``kappa_quadratic``; of measurements the
        correlation ``r`` and the mean ``difference``.
    kind : {"nominal", "ordinal", "interval", "ratio"}
    n_units, n_raters, n_ratings : int
        Units with at least one rating.
    flags : frozenset of str

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> ratings = pd.DataFrame({"judge": [1, 2, 3, 3, 2, 1], "person": [1, 2, 3, 3, 2, 2]})
    >>> found = va.agreement(ratings, kind="ordinal")
    >>> round(found.table.set_index("coefficient").loc["krippendorff", "value"].item(), 3)
    0.884
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    kind: Kind
    n_units: int
    n_raters: int
    n_ratings: int
    flags: frozenset[str]


@checked
def agreement(
    ratings: pd.DataFrame,
    *,
    kind: Kind = "nominal",
    unit: str | Sequence[str] | None = None,
    rater: str | Sequence[str] | None = None,
    value: str = "value",
    categories: Sequence[Any] | None = None,
    bootstrap: int = 0,
    seed: int = 0,
    level: float = 0.95,
) -> Agreement:
    """Give the agreement of raters about the same units.

    Parameters
    ----------
    ratings : DataFrame
        A row per unit and a column per rater, missing where a rater did not rate a unit. Or, with
        ``unit`` and ``rater``, a row per rating.
    kind : {"nominal", "ordinal", "interval", "ratio"}
        What the ratings are: categories, ordered categories, measurements.
    unit, rater : str or sequence of str, optional
        Columns of a long frame: what was rated (a stimulus, a reply), who rated it.
    value : str
        The long frame's column of ratings.
    categories : sequence, optional
        The possible ratings in their order, where not all occur: Gwet's coefficients and the
        weights of ordinal ones depend on their number.
    bootstrap : int
        Draws of units for percentile intervals; 0 for the jackknife over units.
    seed : int
        Of the random draws; the same seed gives the same result.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Agreement
        ``.table`` with one row a coefficient, and ``.pairs`` with one row a pair of raters.

    Raises
    ------
    DataError
        Fewer than two raters, two ratings of one unit by one rater, ratings that are not numbers
        where numbers are needed, one rating throughout.
    TooFewRows
        Fewer than two units with two ratings.

    Notes
    -----
    Krippendorff's alpha agrees with his published example and the ``krippendorff`` package;
    percent, Fleiss and Gwet with ``irrCAC``; Cohen's kappas with R's ``psych`` (all to 1e-9). The
    unit of the interval is what was rated: raters are taken as they are.

    References
    ----------
    Krippendorff, K. (2019). Content analysis (4th ed.). Sage. doi:10.4135/9781071878781
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
    agreement. British Journal of Mathematical and Statistical Psychology, 61, 29-48.
    doi:10.1348/000711006X126600

    Examples
    --------
    >>> import pandas as pd
    >>> ratings = pd.DataFrame({"a": [1, 2, 3, 3, 2], "b": [1, 2, 3, 3, 2]})
    >>> agreement(ratings).table["value"].round(6).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    rated = rated_units(
        ratings, unit=unit, rater=rater, value=value, kind=kind, categories=categories
    )

    def interval(statistic: Statistic, n: int) -> tuple[float, float, float, float]:
        if bootstrap:
            return bootstrap_interval(statistic, n, bootstrap, seed=seed, level=level)
        return jackknife_interval(statistic, n, level=level)

    table, pairs = _table(rated, interval, level), _pairs(rated, interval)
    return Agreement(
        table=table,
        pairs=pairs,
        kind=kind,
        n_units=len(rated.codes),
        n_raters=len(rated.raters),
        n_ratings=int((rated.codes >= 0).sum()),
        flags=_flags(rated, table, pairs),
    )


def _coefficients(rated: RatedUnits) -> dict[str, Statistic]:
    """Return the coefficients of a kind of ratings."""
    out: dict[str, Statistic] = {}
    same, w = np.eye(len(rated.values)), cc.agreement_weights(rated.kind, len(rated.values))
    if rated.kind in ("nominal", "ordinal"):
        out["percent"] = lambda u: cc.percent(rated, u, same)
    out["krippendorff"] = lambda u: cc.krippendorff(rated, u)
    if rated.kind == "nominal":
        out["fleiss"] = lambda u: cc.fleiss(rated, u, w)
        out["gwet_ac1"] = lambda u: cc.gwet(rated, u, w)
    if rated.kind == "ordinal":
        out["fleiss_weighted"] = lambda u: cc.fleiss(rated, u, w)
        out["gwet_ac2"] = lambda u: cc.gwet(rated, u, w)
    return out


def _table(rated: RatedUnits, interval: Interval, level: float) -> pd.DataFrame:
    import pandas as pd

    rows = [(name, *interval(s, len(rated.codes))) for name, s in _coefficients(rated).items()]
    if rated.kind == "interval":
        rows += _icc_rows(rated, level)
    if len(rated.raters) == 2:
        both = (rated.codes >= 0).all(axis=1)
        a, b = rated.codes[both].T
        rows += [
            (f"cohen{suffix}", *interval(statistic, int(both.sum())))
            for suffix, statistic in _kappas(rated, a, b).items()
        ]
    table = pd.DataFrame(rows, columns=["coefficient", "value", "se", "ci_lower", "ci_upper"])
    return _bounded(table)


def _bounded(table: pd.DataFrame) -> pd.DataFrame:
    """Cut intervals where coefficients end."""
    lowest = np.where(table["coefficient"] == "percent", 0.0, -np.inf)
    return table.assign(
        ci_lower=np.maximum(table["ci_lower"], lowest),
        ci_upper=np.minimum(table["ci_upper"], 1.0),
    )


def _icc_rows(rated: RatedUnits, level: float) -> list[tuple[Any, ...]]:
    """Return the intraclass correlations of units that every rater rated."""
    complete = (rated.codes >= 0).all(axis=1)
    if complete.sum() < 2:
        return []
    try:
        table = icc(rated.numbers[rated.codes[complete]], level=level).set_index("type")
    except DataError:  # the units' means are all the same
        return []
    names = {"icc2": "ICC2", "icc2k": "ICC2k"}
    return [
        (ours, row["icc"], np.nan, row["ci_lower"], row["ci_upper"])
        for ours, row in ((name, table.loc[type_]) for name, type_ in names.items())
    ]


def _kappas(rated: RatedUnits, a: NDArray[np.intp], b: NDArray[np.intp]) -> dict[str, Statistic]:
    """Return Cohen's kappas of two raters, by the ending of their name."""
    weights = {
        "nominal": {"": "identity"},
        "ordinal": {"": "identity", "_linear": "linear", "_quadratic": "quadratic"},
    }.get(rated.kind, {})
    places = np.arange(len(rated.values), dtype=float)

    def statistic(w: FloatArray) -> Statistic:
        return lambda u: cc.cohen(a, b, u, w)

    return {suffix: statistic(cc.cohen_weights(name, places)) for suffix, name in weights.items()}


def _pairs(rated: RatedUnits, interval: Interval) -> pd.DataFrame:
    """Return every pair of raters who rated two units or more in common."""
    import pandas as pd

    rows = []
    for i, j in combinations(range(len(rated.raters)), 2):
        both = (rated.codes[:, [i, j]] >= 0).all(axis=1)
        a, b = rated.codes[both][:, [i, j]].T
        row: dict[str, Any] = {"rater": rated.raters[i], "other": rated.raters[j], "n": len(a)}
        if len(a) >= 2:
            row |= _pair(rated, a, b, interval)
        rows.append(row)
    return pd.DataFrame(rows)


def _pair(
    rated: RatedUnits, a: NDArray[np.intp], b: NDArray[np.intp], interval: Interval
) -> dict[str, float]:
    if rated.kind in ("interval", "ratio"):
        x, y = rated.numbers[a], rated.numbers[b]
        varies = np.ptp(x) > 0 and np.ptp(y) > 0
        r = float(np.corrcoef(x, y)[0, 1]) if varies else np.nan
        return {"r": r, "difference": float((x - y).mean())}
    out = {"percent": float((a == b).mean())}
    for suffix, statistic in _kappas(rated, a, b).items():
        value, _, low, high = interval(statistic, len(a))
        out |= {f"kappa{suffix}": value}
        if not suffix:
            out |= {"ci_lower": low, "ci_upper": min(high, 1.0)}
    return out


def _flags(rated: RatedUnits, table: pd.DataFrame, pairs: pd.DataFrame) -> frozenset[str]:
    flags = set()
    paired = int(((rated.codes >= 0).sum(axis=1) >= 2).sum())
    if paired < FEW_UNITS:
        flags.add(f"{paired} units with two ratings or more: intervals are too narrow")
    if paired < len(rated.codes):
        flags.add(f"{len(rated.codes) - paired} units have one rating and say nothing of agreement")
    if rated.n_without:
        flags.add(f"{rated.n_without} units without a rating left out")
    chance = table[table["coefficient"] != "percent"]
    if (chance["se"] == 0).any() or table[["value", "ci_lower"]].isna().any(axis=None):
        flags.add("a coefficient has no value, or none that varies when units are left out")
    without = int(pairs.isna().any(axis=1).sum())
    if without:
        flags.add(
            f"{without} pairs of raters have no coefficient: one rating only, or too few units"
        )
    return frozenset(flags)
