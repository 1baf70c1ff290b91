"""Item-level comparison of answers with people's, where the wording is the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.distribution import (
    by_chance,
    jensen_shannon,
    shares,
    total_variation,
    wasserstein,
)

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.comparison.people import People
    from valuealign.inquiry.comparison.samples import Sample
    from valuealign.population.population import Population

COLUMNS = [
    "respondent",
    "population",
    "item",
    "n_answers",
    "mean",
    "people_mean",
    "wasserstein",
    "total_variation",
    "jensen_shannon",
    "wasserstein_by_chance",
    "total_variation_by_chance",
    "jensen_shannon_by_chance",
    "reason",
]
CHANCE_DRAWS = 500


def items_table(
    samples: Iterable[Sample],
    people: Iterable[People],
    same: dict[tuple[str, str], tuple[bool, str]],
    *,
    seed: int,
    why: dict[str, str],
) -> pd.DataFrame:
    """Compare distributions of answers, for the pairs whose wording is the same.

    Parameters
    ----------
    samples : iterable of Sample
    people : iterable of People
    same : dict of (respondent, population) to (bool, str)
        Whether the wording is the same, and what decides it.
    seed : int
    why : dict of str to str
        Takes the reason where there is no pair of the same wording.

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
            alike, reason = same[sample.id, population.id]
            if not alike:
                why.setdefault("items", reason)
                continue
            rows += _pair(sample, population.population, seed)
    return pd.DataFrame(rows, columns=COLUMNS)


def _pair(sample: Sample, people: Population, seed: int) -> list[dict[str, Any]]:
    counts, codes = people.frequencies, _codes(people)
    rng = np.random.default_rng(seed)
    rows = []
    for item in people.source.items:
        row: dict[str, Any] = {
            "respondent": sample.id,
            "population": people.id,
            "item": item,
            "people_mean": float(people.of([item]).mean[0]),
            "reason": "",
        }
        mine = _counts(sample, item, codes)
        row["n_answers"] = int(mine.sum())
        if row["n_answers"]:
            row["mean"] = float(mine @ codes / mine.sum())
        if item not in counts.index:
            row["reason"] = f"{people.id} has no frequencies of {item}"
        elif not row["n_answers"]:
            row["reason"] = "no answer is known one by one"
        else:
            row |= _distances(mine, shares(counts.loc[item].to_numpy(float)), codes, rng)
        rows.append(row)
    return rows


def _distances(mine: Any, theirs: Any, codes: Any, rng: np.random.Generator) -> dict[str, float]:
    p = shares(mine)
    chance = by_chance(theirs, int(mine.sum()), codes=codes, draws=CHANCE_DRAWS, rng=rng)
    return {
        "wasserstein": float(wasserstein(p, theirs, codes=codes)),
        "total_variation": float(total_variation(p, theirs)),
        "jensen_shannon": float(jensen_shannon(p, theirs)),
        "wasserstein_by_chance": chance[0],
        "total_variation_by_chance": chance[1],
        "jensen_shannon_by_chance": chance[2],
    }


def _codes(people: Population) -> Any:
    low, high = people.source.response_range
    return np.arange(int(low), int(high) + 1)


def _counts(sample: Sample, item: str, codes: Any) -> Any:
    """Return how often each code was given: from rows, or from another sample's own counts."""
    if sample.items is not None and item in sample.items.columns:
        values = sample.items[item].dropna().to_numpy(float)
        return np.array([(values == code).sum() for code in codes])
    if sample.counts is not None and item in sample.counts.index:
        return sample.counts.loc[item].reindex(codes).fillna(0).to_numpy()
    return np.zeros(len(codes), dtype=int)
