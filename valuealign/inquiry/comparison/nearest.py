"""The samples of people nearest to a respondent, by Mahalanobis distance or by means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.average import unbiased
from valuealign.analysis.comparison.distance import mahalanobis, profile_distance
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.comparison.people import People, people_of
from valuealign.inquiry.comparison.scales import shared_scales
from valuealign.inquiry.comparison.yardsticks import norm_means, population_or_norms
from valuealign.population.load_population import list_populations
from valuealign.population.norms import Norms, load_norms
from valuealign.population.population import Population

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.comparison.samples import Sample
    from valuealign.instrument.instrument import Instrument

COLUMNS = [
    "respondent",
    "population",
    "kind",
    "distance",
    "rank",
    "n_scales",
    "share_further",
    "people",
]
IN_SPREAD = "Mahalanobis, raw scores"
IN_SPREAD_CENTRED = "Mahalanobis, centred scores without {dropped}"
BY_MEANS = {
    True: "root mean square of centred means",
    False: "root mean square of raw means",
}


def candidates(
    names: Sequence[str | Population | Norms] | None,
    people: Sequence[People],
    instrument: Instrument,
) -> list[People | Norms]:
    """Return the samples of people among which the nearest is sought.

    Parameters
    ----------
    names : sequence of str, Population or Norms, or None
        ``None`` takes the people compared with, where there are several; else every shipped or
        added sample of the instrument, and norms of people with scale means.
    people : sequence of People
    instrument : Instrument

    Returns
    -------
    list of People or Norms

    Raises
    ------
    DataError
        A name of neither, or another instrument's.
    """
    if names is None and len(people) > 1:
        return list(people)
    listed: list[People | Norms] = []
    for candidate in _all_of(instrument) if names is None else names:
        chosen = population_or_norms(candidate) if isinstance(candidate, str) else candidate
        if isinstance(chosen, Norms):
            norm_means(chosen, instrument)  # refused now, with the reason
            listed.append(chosen)
        else:
            listed.append(people_of(chosen, instrument))
    return listed


def nearest_table(
    samples: Iterable[Sample],
    among: Sequence[People | Norms],
    instrument: Instrument,
    why: dict[str, str],
) -> pd.DataFrame:
    """Rank samples of people by their distance from every respondent.

    Parameters
    ----------
    samples : iterable of Sample
    among : sequence of People or Norms
    instrument : Instrument
    why : dict of str to str
        Takes the reasons for what is not available.

    Returns
    -------
    DataFrame
        See :class:`~valuealign.inquiry.comparison.compare.Comparison`.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for sample in samples:
        if not sample.stands:
            why[f"people nearest to {sample.id}"] = sample.why_no_standing
            continue
        for people in among:
            if people.id == sample.id:
                continue  # people are no news to themselves
            try:
                rows += _distances(sample, people, instrument)
            except AnalysisError as error:
                why[f"distance of {sample.id} from {people.id}"] = str(error)
    table = pd.DataFrame(rows, columns=COLUMNS)
    by = table.groupby(["respondent", "kind"], sort=False)["distance"]
    table["rank"] = by.rank(method="min").astype("Int64")
    return table.sort_values(["respondent", "kind", "rank"], kind="stable", ignore_index=True)


def _distances(
    sample: Sample, people: People | Norms, instrument: Instrument
) -> list[dict[str, Any]]:
    distances = []
    if isinstance(people, People):
        row = {
            "respondent": sample.id,
            "population": people.id,
            "people": people.population.source.population,
        }
        distances.append(row | _in_spread(sample, people))
        means = {
            kind: dict(zip(m.names, m.mean, strict=True))
            for kind, m in ((False, people.raw), (True, people.centred))
            if m is not None
        }
    else:
        row = {"respondent": sample.id, "population": people.id, "people": people.source.population}
        means = norm_means(people, instrument)
    kinds = [kind for kind in (True, False) if kind in sample.averages and kind in means]
    if not kinds:
        raise DataError("one sample has only raw means and the other only centred ones")
    theirs, average = means[kinds[0]], sample.averages[kinds[0]]
    names = [name for name in sample.names if name in theirs]
    if len(names) < 2:
        raise DataError("a profile needs two or more scales that both samples have")
    x = average.mean[[sample.names.index(name) for name in names]]
    gap = profile_distance(x, [theirs[name] for name in names])
    distances.append(row | {"kind": BY_MEANS[kinds[0]], "distance": gap, "n_scales": len(names)})
    return distances


def _in_spread(sample: Sample, people: People) -> dict[str, Any]:
    """Mahalanobis on raw scores; on centred ones, where only those are there, without one scale."""
    names = shared_scales(sample, people)
    raw = False in sample.averages
    theirs = people.raw if raw else people.centred
    if theirs is None:
        raise DataError(f"{people.id} has no centred scores")
    kind = IN_SPREAD
    if not raw:
        dropped, names = names[-1], names[:-1]
        kind = IN_SPREAD_CENTRED.format(dropped=dropped)
    at = [theirs.names.index(name) for name in names]
    x = sample.averages[not raw].mean[[sample.names.index(name) for name in names]]
    distance = mahalanobis(
        x, np.asarray(theirs.mean)[at], unbiased(theirs)[np.ix_(at, at)], names=tuple(names)
    )
    return {
        "kind": kind,
        "distance": distance.distance,
        "n_scales": distance.df,
        "share_further": distance.further,
    }


def _all_of(instrument: Instrument) -> list[str | Population | Norms]:
    table = list_populations()
    own = table[table["instrument"] == instrument.id]
    named: list[str | Population | Norms] = list(own.loc[own["kind"] == "sample", "id"])
    for name in own.loc[own["kind"] == "norms", "id"]:
        norms = load_norms(str(name))
        blocks = [b for g in norms.source.groups for b in g.blocks]
        means = any(b.statistic in {"raw mean", "centred mean"} for b in blocks)
        if len(norms.groups) == 1 and means and all(b.sd_of == "people" for b in blocks):
            named.append(norms)
    return named
