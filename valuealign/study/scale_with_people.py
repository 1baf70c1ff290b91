"""A scale about stimuli and in people: alpha, one-factor model, invariance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.invariance.invariance import invariance
from valuealign.analysis.reliability.alpha import alpha
from valuealign.analysis.sem.model import cfa
from valuealign.analysis.unit_jackknife import jackknife_interval
from valuealign.errors import AnalysisError, DataError
from valuealign.instrument.scale import Scale
from valuealign.population.population import Population

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ESTIMATOR = "MLM"
FITS = [
    "kind",
    "respondent",
    "scale",
    "n",
    "alpha",
    "ci_lower",
    "ci_upper",
    "chisq",
    "df",
    "cfi",
    "rmsea",
]
FITS += ["srmr", "lowest_loading", "reason"]
LEVELS = ["groups", "scale", "level", "standing", "delta_cfi", "rmsea_d", "rmsea_d_lower"]
LEVELS += ["rmsea_d_upper", "reason"]
_MEASURES = {
    "chisq": "chisq_scaled",
    "df": "df",
    "cfi": "cfi_robust",
    "rmsea": "rmsea_robust",
    "srmr": "srmr",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class ScaleGroups:
    """People and models who answered a scale about vignettes.

    Parameters
    ----------
    people : Population
    by_level : mapping of str to Population
        People of each vignette.
    by : str or None
        The factor of the stimuli that these levels are of.
    wide : DataFrame
        One row an administration of the models, with the columns of its stimulus.
    """

    people: Population
    by_level: Mapping[str, Population]
    by: str | None
    wide: pd.DataFrame

    @property
    def models(self) -> dict[str, pd.DataFrame]:
        """Model -> its answers about the stimuli themselves, not about variants."""
        kept = self.wide[self.wide["stimulus_variant"] == "original"]
        kept = kept.assign(base=kept["stimulus_base"].astype(str))
        return {str(name): rows for name, rows in kept.groupby("model", sort=False)}


def scale_fits(groups: ScaleGroups, scales: Sequence[Scale]) -> pd.DataFrame:
    """Alpha and factor model of people, of people of each vignette, and of each model.

    Returns
    -------
    DataFrame
        Columns :data:`FITS`, with ``kind`` "people" or "model"; all people first.
    """
    import pandas as pd

    table: list[Row] = []
    for scale in scales:
        table.append(people_fit(groups.people, scale))
        table += [rows_fit(name, rows, scale) for name, rows in groups.models.items()]
        table += [people_fit(people, scale) for people in groups.by_level.values()]
    return pd.DataFrame(table, columns=FITS)


def scale_levels(groups: ScaleGroups, scales: Sequence[Scale]) -> pd.DataFrame:
    """Invariance between people of different vignettes, and between people and each model.

    Returns
    -------
    DataFrame
        Columns :data:`LEVELS`.
    """
    import pandas as pd

    table: list[Row] = []
    for scale in scales:
        items = list(scale.items)
        if groups.by_level:
            parts = {level: people.of(items) for level, people in groups.by_level.items()}
            table += levels_between(f"people, by {groups.by}", parts, scale)
        for name, rows in groups.models.items():
            both = {"people": groups.people.of(items), name: rows[items].dropna()}
            table += levels_between(f"people and {name}", both, scale)
    return pd.DataFrame(table, columns=LEVELS)


def alpha_of_people(people: Population, items: Sequence[str]) -> tuple[float, float, float]:
    """Alpha from moments, with a distribution-free interval.

    Parameters
    ----------
    people : Population
    items : sequence of str

    Returns
    -------
    alpha, lower, upper : float
        No interval where the sample has no Gamma.

    Notes
    -----
    The delta method on log r, r = (sum of the items' variances) / (variance of the sum), with the
    asymptotic covariance of the moments (Maydeu-Olivares, Coffman and Hartmann 2007).

    References
    ----------
    Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007). Asymptotically distribution-free
    (ADF) interval estimation of coefficient alpha. Psychological Methods, 12, 157-176.
    doi:10.1037/1082-989X.12.2.157

    Examples
    --------
    >>> import valuealign as va
    >>> people = va.load_population("social-distance-us-gss2018")
    >>> [round(x, 3) for x in alpha_of_people(people, people.source.items)]
    [0.88, 0.867, 0.893]
    """
    moments = people.of(items)
    S, k = np.asarray(moments.covariance), len(items)
    own, whole = float(np.trace(S)), float(S.sum())
    value = k / (k - 1) * (1 - own / whole)
    if moments.gamma is None:
        return value, float("nan"), float("nan")
    j, i = np.triu_indices(k)  # the lower triangle, column by column
    slope = np.where(i == j, 1 / own - 1 / whole, -2 / whole)
    gamma = np.asarray(moments.gamma)[k:, k:]
    half = 1.959963984540054 * np.sqrt(slope @ gamma @ slope / moments.n)
    low, high = k / (k - 1) * (1 - own / whole * np.exp([half, -half]))
    return value, float(low), float(high)


def alpha_of_rows(rows: pd.DataFrame, items: Sequence[str]) -> tuple[float, float, float]:
    """Alpha of a model's answers about stimuli, with an interval over base texts.

    Parameters
    ----------
    rows : DataFrame
        One row an administration: the items, and ``base``.
    items : sequence of str

    Returns
    -------
    alpha, lower, upper : float
        The jackknife leaves out base texts, since answers about one text resemble one another.

    Raises
    ------
    AnalysisError
        Too few rows, or items that do not vary.
    """
    complete = rows.dropna(subset=list(items))
    value = alpha(complete[list(items)]).raw
    texts, place = np.unique(complete["base"].astype(str), return_inverse=True)
    if len(texts) < 2:
        return value, float("nan"), float("nan")
    X = complete[list(items)].to_numpy(float)
    k = len(items)

    def of_texts(weights: Floats) -> Floats:
        return np.array([_weighted_alpha(X, w[place], k) for w in weights])

    _, _, low, high = jackknife_interval(of_texts, len(texts))
    return value, low, high


def _weighted_alpha(X: Floats, w: Floats, k: int) -> float:
    S = np.cov(X[w > 0], rowvar=False)
    return float(k / (k - 1) * (1 - np.trace(S) / S.sum())) if S.sum() > 0 else float("nan")


def model_of(scale: Scale) -> str:
    """The one-factor model of a scale, as lavaan syntax."""
    return f"{scale.id} =~ {' + '.join(scale.items)}"


def people_fit(people: Population, scale: Scale) -> Row:
    """Alpha and factor model of people."""
    value, low, high = alpha_of_people(people, scale.items)
    row = _head(people.id, scale, people.n, (value, low, high))
    return {"kind": "people"} | row | _fit(people.of(scale.items), scale)


def rows_fit(model: str, rows: pd.DataFrame, scale: Scale) -> Row:
    """Alpha and factor model of a model's answers."""
    complete = rows[list(scale.items)].dropna()
    try:
        numbers = alpha_of_rows(rows, scale.items)
    except AnalysisError as error:
        head = _head(model, scale, len(complete), (float("nan"),) * 3)
        return {"kind": "model"} | head | _fit(None, scale) | {"reason": str(error)}
    head = _head(model, scale, len(complete), numbers)
    return {"kind": "model"} | head | _fit(complete, scale)


def _head(who: str, scale: Scale, n: int, numbers: tuple[float, float, float]) -> Row:
    names = ("alpha", "ci_lower", "ci_upper")
    return {"respondent": who, "scale": scale.id, "n": n, **dict(zip(names, numbers, strict=True))}


def _fit(data: Any, scale: Scale) -> Row:
    """One-factor fit; a reason where there is none."""
    empty: Row = dict.fromkeys([*_MEASURES, "lowest_loading"], float("nan")) | {"reason": ""}
    if data is None:
        return empty
    try:
        fit = cfa(model_of(scale), data, estimator=ESTIMATOR)
    except AnalysisError as error:
        return empty | {"reason": f"no factor model: {error}"}
    loadings = fit.parameters.loc[fit.parameters["op"] == "=~", "std_all"]
    measures = {ours: float(fit.measures[name]) for ours, name in _MEASURES.items()}
    return {**measures, "lowest_loading": float(loadings.min()), "reason": "; ".join(fit.flags)}


def levels_between(name: str, groups: Mapping[str, Any], scale: Scale) -> Iterator[Row]:
    """The ladder of invariance between groups, one row a level."""
    head = {"groups": name, "scale": scale.id}
    try:
        if len(groups) < 2:
            raise DataError("there is one group")
        ladder = invariance(model_of(scale), dict(groups), estimator=ESTIMATOR)
    except AnalysisError as error:
        yield {**head, "level": "all", "standing": "not available", "reason": str(error)}
        return
    names = ("level", "standing", "delta_cfi", "rmsea_d", "rmsea_d_lower", "rmsea_d_upper")
    for row in ladder.table.to_dict("records"):
        yield {**head, **{name: row[name] for name in names}, "reason": ""}
