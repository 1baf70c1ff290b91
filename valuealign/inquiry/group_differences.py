"""Differences between groups of personas, compared with the same groups of people."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.administration.plan.categories_of_people import category_of
from valuealign.analysis.comparison.group_profile import group_profile
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.comparison.people import People, chosen_populations, people_of
from valuealign.inquiry.respondents import each_respondent, wide_of, without_opposed
from valuealign.instrument.instrument import Instrument
from valuealign.population.population import Population
from valuealign.scoring.scale_scores import score
from valuealign.store.responses.administered_instrument import Named, administered_instrument
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

TOLD = (
    "intervals are over personas within their group and over the people sampled; the model and its "
    "forms are held fixed"
)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class GroupDifferences(Shown):
    """Differences between groups of personas and between groups of people.

    Attributes
    ----------
    scales : DataFrame
        ``model contrast scale``, then ``d`` (in the personas' own SD), ``model`` (in people's
        SD), ``people`` and ``gap``, each with ``_ci_lower _ci_upper``, ``same_sign``,
        ``standing`` ("inconclusive" is no evidence of being alike).
    profiles : DataFrame
        ``model contrast n_first n_second n_scales``, then ``correlation``, ``sign_agreement``
        and ``sensitivity`` of the profile of differences, each with ``_ci_lower _ci_upper`` and
        ``_people`` (what a second sample of people as large would give); ``reason`` where there
        is none.
    description : str
        The unit of rows, the kind of scores, and the unit of the intervals.
    populations : dict of str to str
        Group -> its human sample.
    flags : dict of str to str
        What is doubtful, and why.

    Examples
    --------
    >>> import pandas as pd
    >>> empty = pd.DataFrame()
    >>> populations = {"female": "pvq21-de-ess9-women", "male": "pvq21-de-ess9-men"}
    >>> GroupDifferences(scales=empty, profiles=empty, description="personas",
    ...                  populations=populations, flags={}).description
    'personas'
    """

    scales: pd.DataFrame
    profiles: pd.DataFrame
    description: str
    populations: dict[str, str]
    flags: dict[str, str]


@checked
def group_differences(
    data: Responses | pd.DataFrame,
    instrument: Named = None,
    *,
    by: str,
    people: Mapping[str, str | Path | Population],
    centre: bool | None = None,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> GroupDifferences:
    """Compare differences between groups of personas with those between groups of people.

    Parameters
    ----------
    data : Responses or DataFrame
        Responses of personas that have the attribute, or their ``wide`` frame.
    instrument : Instrument, str or Path, optional
        By default the one that was administered.
    by : str
        The personas' attribute ("sex", "age").
    people : mapping of str to str, Path or Population
        Category -> the human sample of that group. A category is a word, or a range of ages
        ("15-34"). Each pair of groups, in this order, is one contrast: first less second.
    centre : bool, optional
        Whether scores are centred on each respondent's mean rating; by default where the
        instrument's rules have a centring.
    draws : int
        Resamples of the rows, for the intervals.
    level : float
        Confidence level of the intervals.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    GroupDifferences
        ``.scales`` and ``.profiles``: the model's differences compared with people's.

    Raises
    ------
    DataError
        No such attribute, fewer than two groups, people of another instrument, nobody in a group.

    Notes
    -----
    A persona is a row, its administrations averaged. A persona without a score on every scale is
    left out and counted in ``flags``. See
    :func:`valuealign.analysis.comparison.group_profile.group_profile` for the numbers.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> who = va.sample_personas({"sex": {"female": 0.5, "male": 0.5}, "age": {"18-65": 1}}, 40)
    >>> given = va.administer("pvq-21", "sim:demographic", personas=who,
    ...                       store=f"{tempfile.mkdtemp()}/a.db")
    >>> found = va.group_differences(given, "pvq-21", by="sex", draws=100, people={
    ...     "female": "pvq21-de-ess9-women", "male": "pvq21-de-ess9-men"})
    >>> found.profiles["contrast"].tolist()
    ['female - male']
    """
    import pandas as pd

    loaded = administered_instrument(data, instrument)
    groups = _people(people, loaded)
    centred = "mrat" in loaded.scoring.centring if centre is None else centre
    scores = _scores(data, loaded, by, centred=centred)
    names = _scales(groups, centred=centred)
    flags: dict[str, str] = {}
    tables: list[pd.DataFrame] = []
    profiles: list[dict[str, Any]] = []
    for name, mine in each_respondent(scores):
        placed = _placed(mine, by, list(groups), names, flags)
        for first, second in itertools.combinations(groups, 2):
            who = {"model": name, "contrast": f"{first} - {second}"}
            both = [placed[placed["_group"] == g][names].to_numpy(float) for g in (first, second)]
            moments = tuple(
                _moments(groups[g], centred=centred).select(names) for g in (first, second)
            )
            sizes = {"n_first": len(both[0]), "n_second": len(both[1]), "n_scales": len(names)}
            try:
                profile = group_profile(
                    (both[0], both[1]),
                    (moments[0], moments[1]),
                    draws=draws,
                    level=level,
                    seed=seed,
                )
            except AnalysisError as error:
                profiles.append(who | sizes | {"reason": str(error)})
                continue
            tables.append(profile.table.assign(**who))
            profiles.append(who | sizes | profile.numbers | {"reason": ""})
    if not tables:
        why = profiles[0]["reason"] if profiles else "there is no row with a score"
        raise DataError(f"no contrast has a number: {why}")
    scales = pd.concat(tables, ignore_index=True)
    first_columns = ["model", "contrast", "scale"]
    scales = scales[[*first_columns, *(c for c in scales.columns if c not in first_columns)]]
    description = f"a row is a persona; {'centred' if centred else 'raw'} scores; {TOLD}"
    sample_ids = {group: sample.id for group, sample in groups.items()}
    return GroupDifferences(
        scales=scales,
        profiles=pd.DataFrame(profiles),
        description=description,
        populations=sample_ids,
        flags=flags,
    )


def _people(people: Mapping[str, Any], instrument: Instrument) -> dict[str, People]:
    if len(people) < 2:
        raise DataError("there is one group; a comparison needs two human samples")
    return {
        str(group): people_of(sample, instrument)
        for group, sample in zip(people, chosen_populations(list(people.values())), strict=True)
    }


def _moments(people: People, *, centred: bool) -> Any:
    moments = people.moments(centred=centred)
    if moments is None:
        raise DataError(f"{people.id} has no centred scores: {people.why_not}")
    return moments


def _scales(groups: Mapping[str, People], *, centred: bool) -> list[str]:
    several = [_moments(sample, centred=centred).names for sample in groups.values()]
    return [name for name in several[0] if all(name in names for names in several)]


def _scores(data: Any, instrument: Instrument, by: str, *, centred: bool) -> pd.DataFrame:
    """Return one row a respondent and persona: its attribute, and its mean scores."""
    frame = wide_of(data, instrument)
    column = f"persona_{by}"
    if column not in frame.columns:
        have = [c[8:] for c in map(str, frame.columns) if c.startswith("persona_")]
        hint = did_you_mean(by, have) if have else "give personas with attributes"
        raise DataError(f"the personas have no attribute {by!r}; {hint}")
    absent = [name for name in ("respondent", "persona") if name not in frame.columns]
    if absent:
        raise DataError(
            f"the rows have no {' and no '.join(absent)}; expected responses of personas, as "
            "va.administer gives them, or a frame with the columns model and persona"
        )
    scores = score(without_opposed(frame), instrument, centre="mrat" if centred else None)
    scales = [scale.id for scale in instrument.scales]
    who = [scores["respondent"].astype(str), scores["persona"].astype(str)]
    grouped = scores.groupby(who, sort=False)
    kept = [c for c in scores.columns if str(c).startswith("persona_") or c == "stem"]
    return grouped[scales].mean().join(grouped[kept].first()).reset_index()


def _placed(
    scores: pd.DataFrame, by: str, groups: list[str], names: list[str], flags: dict[str, str]
) -> pd.DataFrame:
    """Put each persona in its group, leave out those without every score, and count both."""
    name = str(scores["respondent"].iloc[0])
    of: list[Any] = [category_of(value, groups) for value in scores[f"persona_{by}"]]
    placed = scores.assign(_group=of)
    outside = int(placed["_group"].isna().sum())
    if outside:
        flags[f"{name}: personas in no group"] = f"{outside} of {len(placed)} by {by}"
    attributes = [c for c in scores.columns if str(c).startswith("persona_")]
    alike = int(placed.duplicated(attributes, keep=False).sum())
    if alike:
        flags[f"{name}: personas alike"] = (
            f"{alike} of {len(placed)} share every attribute with another; those that are told the "
            "same are one respondent asked again, and the intervals are too narrow"
        )
    if "stem" in placed.columns:
        stems = placed.groupby("_group", sort=False)["stem"].agg(lambda s: "/".join(sorted(set(s))))
        if stems.nunique() > 1:
            stems_text = ", ".join(f"{group} {stem!r}" for group, stem in stems.items())
            flags[f"{name}: wording"] = (
                f"the groups were given other stems ({stems_text}), as the instrument asks; a "
                "difference may be one of the wording (--form stem=they gives all the same)"
            )
    gaps = placed[names].isna().any(axis=1)
    if gaps.any():
        flags[f"{name}: personas without every score"] = f"{int(gaps.sum())} of {len(placed)}"
    return placed[~gaps]
