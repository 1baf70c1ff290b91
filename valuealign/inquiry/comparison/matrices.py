"""Correlations of raw scale scores compared with people's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.average import unbiased
from valuealign.analysis.comparison.correlation_matrices import (
    correlation,
    effective_dependence,
    first_component_share,
    jennrich,
    rmsr,
    steiger,
)
from valuealign.errors import AnalysisError, TooFewRows
from valuealign.inquiry.comparison.scales import shared_scales

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.comparison.people import People
    from valuealign.inquiry.comparison.samples import Sample

COLUMNS = [
    "respondent",
    "population",
    "n",
    "n_people",
    "n_scales",
    "jennrich_chisq",
    "steiger_chisq",
    "df",
    "jennrich_pvalue",
    "steiger_pvalue",
    "rmsr",
    "rmsr_by_chance",
    "effective_dependence",
    "people_effective_dependence",
    "first_component",
    "people_first_component",
    "reason",
]
CENTRED = "only centred scores are there, and their correlations have no inverse; give raw ones"


def correlations_table(
    samples: Iterable[Sample], people: Iterable[People], *, why: dict[str, str]
) -> pd.DataFrame:
    """Test the correlations of raw scale scores against people's.

    Parameters
    ----------
    samples : iterable of Sample
    people : iterable of People
    why : dict of str to str
        Takes the reasons for what is not available.

    Returns
    -------
    DataFrame
        See :class:`~valuealign.inquiry.comparison.compare.Comparison`.
    """
    import pandas as pd

    several = list(people)
    rows: list[dict[str, Any]] = []
    for sample in samples:
        for population in several:
            row: dict[str, Any] = {
                "respondent": sample.id,
                "population": population.id,
                "reason": "",
            }
            try:
                row |= _tests(sample, population)
            except AnalysisError as error:
                row["reason"] = str(error)
                why[f"correlations of {sample.id}"] = str(error)
            rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _tests(sample: Sample, people: People) -> dict[str, Any]:
    names = shared_scales(sample, people)
    if len(names) < 2:
        raise TooFewRows("there is one scale, so there are no correlations to compare")
    mine, n = raw_covariance(sample, names)
    at = [people.raw.names.index(name) for name in names]
    R1 = correlation(mine, tuple(names))
    R2 = correlation(unbiased(people.raw)[np.ix_(at, at)], tuple(names))
    sizes = (n, people.raw.n)
    first, second = jennrich(R1, R2, sizes), steiger(R1, R2, sizes)
    difference, chance = rmsr(R1, R2, sizes)
    return {
        "n": n,
        "n_people": people.raw.n,
        "n_scales": len(names),
        "jennrich_chisq": first.chisq,
        "steiger_chisq": second.chisq,
        "df": first.df,
        "jennrich_pvalue": first.pvalue,
        "steiger_pvalue": second.pvalue,
        "rmsr": difference,
        "rmsr_by_chance": chance,
        "effective_dependence": effective_dependence(R1),
        "people_effective_dependence": effective_dependence(R2),
        "first_component": first_component_share(R1),
        "people_first_component": first_component_share(R2),
    }


def raw_covariance(sample: Sample, names: list[str]) -> tuple[Any, int]:
    """Return the covariance of a sample's raw scores over complete rows, and how many these are.

    Raises
    ------
    AnalysisError
        Centred scores only, or fewer rows than scales and one.
    """
    if False not in sample.averages:
        raise AnalysisError(CENTRED)
    if False not in sample.rows:
        at = [sample.names.index(name) for name in names]
        return sample.averages[False].spread[np.ix_(at, at)], sample.n
    complete = sample.rows[False][names].dropna()
    if len(complete) < len(names) + 1:
        raise TooFewRows(
            f"{len(complete)} complete rows of {len(names)} scales; correlations with an inverse "
            f"need {len(names) + 1} or more"
        )
    return complete.cov().to_numpy(), len(complete)
