"""Scores of null respondents in a comparison with people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.claims.null_respondents import collapse, compare_with_nulls
from valuealign.errors import AnalysisError
from valuealign.inquiry.comparison.scales import shared_scales
from valuealign.square_root import square_root

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.comparison.people import People
    from valuealign.inquiry.comparison.samples import Sample
    from valuealign.instrument.instrument import Instrument

Draw = Callable[[np.random.Generator], Any]
MEAN, PEOPLE, UNIFORM = "everyone gives people's mean", "other people", "uniform answers"
"""The null respondents: no spread and no person, other people, and no content at all."""
DRAWS = 200
NULLS = ["respondent", "population", "statistic", "value", "null", "median", "best", "reached"]
COLLAPSE = [
    "respondent",
    "population",
    "n",
    "variance_ratio",
    "variance_ratio_lower",
    "modal_excess",
    "modal_excess_upper",
    "standing",
    "reason",
]


def nulls_table(
    samples: Iterable[Sample],
    people: Iterable[People],
    profiles: pd.DataFrame,
    instrument: Instrument,
    *,
    seed: int,
) -> pd.DataFrame:
    """Score null respondents in the same way as each respondent's profile.

    Parameters
    ----------
    samples : iterable of Sample
    people : iterable of People
    profiles : DataFrame
        Of the comparison: the values that are judged.
    instrument : Instrument
    seed : int

    Returns
    -------
    DataFrame
        ``respondent population statistic value null median best reached``. ``reached`` says that
        the null does as well: the value is then no evidence that a respondent is like people.
    """
    import pandas as pd

    several = list(people)
    rows: list[dict[str, Any]] = []
    for sample in samples:
        for population in several:
            mine = profiles[
                (profiles["respondent"] == sample.id) & (profiles["population"] == population.id)
            ]
            if len(mine):
                rows += _of_pair(sample, population, mine.iloc[0].to_dict(), instrument, seed)
    return pd.DataFrame(rows, columns=NULLS)


def _of_pair(
    sample: Sample, people: People, row: Mapping[Any, Any], instrument: Instrument, seed: int
) -> list[dict[str, Any]]:
    names = shared_scales(sample, people)
    moments = people.moments(centred=bool(row["centred"])) or people.raw
    at = [list(moments.names).index(name) for name in names]
    mean = np.asarray(moments.mean)[at]
    draws = _draws(sample, moments, at, instrument, names, centred=bool(row["centred"]))
    rows: list[dict[str, Any]] = []
    for statistic, value, score, higher in (
        ("profile correlation", row["pearson"], lambda x: _correlation(x, mean), True),
        (
            "profile distance",
            np.sqrt(row["distance_squared"] / len(names)),
            lambda x: float(np.sqrt(((x - mean) ** 2).mean())),
            False,
        ),
    ):
        table = compare_with_nulls(
            float(value), score, draws, higher_is_better=higher, draws=DRAWS, seed=seed
        )
        about = {
            "respondent": sample.id,
            "population": people.id,
            "statistic": statistic,
            "value": float(value),
        }
        rows += [
            {**about, **{str(k): v for k, v in null.items()}} for null in table.to_dict("records")
        ]
    return rows


def _draws(
    sample: Sample,
    moments: Any,
    at: list[int],
    instrument: Instrument,
    names: list[str],
    *,
    centred: bool,
) -> dict[str, Draw]:
    """Return each null's mean profile of as many rows as the respondent has."""
    mean = np.asarray(moments.mean)[at]
    error = np.asarray(moments.covariance)[np.ix_(at, at)] / sample.n
    root = square_root(error)
    scale: Any = instrument.response_scale
    low, high = getattr(scale, "minimum", None), getattr(scale, "maximum", None)
    own = {
        MEAN: lambda _: mean,
        PEOPLE: lambda rng: mean + root @ rng.standard_normal(len(mean)),
    }
    if low is None or high is None:
        return own
    sizes = np.array([len(instrument.scale(name).items) for name in names])

    def uniform(rng: np.random.Generator) -> Any:
        answers = np.floor(rng.uniform(low, high + 1, (sample.n, int(sizes.sum()))))
        parts = np.split(answers.mean(axis=0), np.cumsum(sizes)[:-1])
        scores = np.array([part.mean() for part in parts])
        return scores - answers.mean() if centred else scores

    return own | {UNIFORM: uniform}


def _correlation(profile: Any, mean: Any) -> float:
    if np.ptp(profile) == 0 or np.ptp(mean) == 0:
        return float("nan")
    return float(np.corrcoef(profile, mean)[0, 1])


def collapse_table(
    samples: Iterable[Sample], people: Iterable[People], instrument: Instrument, *, seed: int
) -> pd.DataFrame:
    """Compare the differences between personas with those between people.

    Parameters
    ----------
    samples : iterable of Sample
        Whose rows are personas.
    people : iterable of People
    instrument : Instrument
    seed : int

    Returns
    -------
    DataFrame
        ``respondent population n variance_ratio variance_ratio_lower modal_excess
        modal_excess_upper standing reason``: ``permitted`` where personas are shown to differ as
        people do.
    """
    import pandas as pd

    several = list(people)
    rows = []
    for sample in samples:
        for population in several:
            counts = population.population.frequencies
            if sample.personas is None or counts is None:
                continue
            items = [i for i in instrument.item_ids if i in sample.personas and i in counts.index]
            if not items:
                continue
            try:
                codes = np.asarray(counts.columns, dtype=float)
                collapsed = collapse(
                    sample.personas[items], counts.loc[items], codes=codes, seed=seed
                )
            except AnalysisError:
                continue
            ratio, excess = collapsed.claim["variance_ratio"], collapsed.claim["modal_excess"]
            rows.append(
                {
                    "respondent": sample.id,
                    "population": population.id,
                    "n": len(sample.personas),
                    "variance_ratio": ratio.value,
                    "variance_ratio_lower": ratio.lower,
                    "modal_excess": excess.value,
                    "modal_excess_upper": excess.upper,
                    "standing": collapsed.claim.standing,
                    "reason": collapsed.claim.deciding.reason,
                }
            )
    return pd.DataFrame(rows, columns=COLLAPSE)


def reached_by_nulls(nulls: pd.DataFrame) -> dict[str, str]:
    """Return the results of each respondent that a null respondent also reaches.

    Returns
    -------
    dict of str to str
        Sentences by ``respondent and population``.
    """
    said = {}
    for key, part in nulls.groupby(["respondent", "population"], sort=False):
        hits = part[part["reached"].map(lambda v: v is True)]
        if not len(hits):
            continue
        parts = [
            f"{statistic} {each['value'].iloc[0]:.2f}: {', '.join(each['null'])}"
            for statistic, each in hits.groupby("statistic", sort=False)
        ]
        who = " and ".join(map(str, key)) if isinstance(key, tuple) else str(key)
        said[who] = f"a null respondent does as well ({'; '.join(parts)})"
    return said
