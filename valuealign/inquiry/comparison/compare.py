"""Comparison of models with people: differences, equivalence, and inconclusive results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.inquiry.comparison.discriminant import Discriminant, discriminant_of
from valuealign.inquiry.comparison.items import items_table
from valuealign.inquiry.comparison.matrices import correlations_table
from valuealign.inquiry.comparison.nearest import candidates, nearest_table
from valuealign.inquiry.comparison.notes import (
    SameWording,
    around_the_circle,
    flags_of,
    unit_told,
    what_is_missing,
    wordings,
)
from valuealign.inquiry.comparison.notes import same_wording as wording_told
from valuealign.inquiry.comparison.nulls import collapse_table, nulls_table, reached_by_nulls
from valuealign.inquiry.comparison.people import chosen_populations, people_of
from valuealign.inquiry.comparison.profiles import Drawing, profiles_table
from valuealign.inquiry.comparison.samples import samples_of
from valuealign.inquiry.comparison.scales import Family, scales_table
from valuealign.inquiry.comparison.yardsticks import margins_of, normative_of
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.number import Unavailable, no_sample
from valuealign.inquiry.respondents import Unit
from valuealign.inquiry.results import or_unavailable
from valuealign.inquiry.verdict.gate import Gate, gates_by_evidence, gates_of
from valuealign.inquiry.verdict.rules import Rules, rules_of
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.scale_titles import scale_titles
from valuealign.population.load_population import load_population
from valuealign.population.norms import Norms
from valuealign.population.population import Population
from valuealign.store.responses.administered_instrument import Named, administered_instrument

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

PERMUTATIONS = 499
"""Of labels, in the discriminant analysis."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Comparison(Shown):
    """A comparison with people.

    Attributes
    ----------
    scales : DataFrame
        A row a respondent, population, scale and kind of score (``centred``): ``mean`` with
        its interval, ``lowest`` and ``highest`` (the mean if all that is missing were at one
        end), ``people_mean people_sd``, ``difference`` with its interval, ``d`` (the same in
        people's SD), ``margin margin_source equivalence_p standing reason`` (equivalent,
        different, or inconclusive), ``pvalue pvalue_fdr``, ``percentile`` among people,
        ``variance_ratio`` with its interval.
    profiles : DataFrame
        A row a respondent and population: ``pearson`` and ``spearman`` over scales,
        ``distance_squared`` and its parts ``elevation scatter shape``, ``distance`` (root mean
        square over scales) with the ``noise_floor`` that error alone gives, ``normative_r`` with
        the average profile, ``distinctive_r`` beyond it, and the correlations that the middle
        nine tenths of people have with this profile (``people_r_*``), or half of them with
        their own average (``typical_r_median``).
    items : DataFrame
        Where the wording is the same: a row a respondent, population and item, ``wasserstein``
        (in scale points), ``total_variation`` and ``jensen_shannon`` (bits) between the
        distributions of answers, and what as many answers of people would be away by chance.
        Else empty, and ``unavailable["items"]`` says why.
    correlations : DataFrame
        A row a respondent and population, on raw scores: Jennrich's and Steiger's tests,
        ``rmsr`` and ``rmsr_by_chance``, ``effective_dependence`` (Pena and Rodriguez) and
        ``first_component`` (share of the first principal component) of both, ``reason``.
    nearest : DataFrame
        A row a respondent, people and kind of distance, ranked within the kind;
        ``share_further`` is of people from their own mean.
    discriminant : Discriminant or None
        Discrimination of models by raw scores, with cross-validated and permutation accuracy.
    unit : str
        The unit of rows, and the unit of the intervals.
    wording : SameWording
    flags : frozenset of str
        What is doubtful.
    unavailable : dict of str to str
        Results that are not available, and why.
    instrument : str
    populations : tuple of str
    level : float
    order : tuple of str
        Scales around the circle, where the instrument has one.
    gates : dict of str to str
        Whether each model answers the items (``permitted``). A model that does not, or for which
        this is not known, has no standing, no percentile and no nearest people.
    nulls : DataFrame
        ``respondent population statistic value null median best reached``: what respondents
        without values of their own would score (everyone gives people's mean, other people,
        uniform answers). A result that a null respondent reaches is not evidence of similarity to
        people.
    collapse : DataFrame
        Of personas, ``variance_ratio`` to people and ``modal_excess`` of the most frequent
        option, with bounds and ``standing``: ``permitted`` where personas differ as people do.
    family : str
        Which tests were adjusted together.
    names : dict of str to str
        Scales in words, by id.

    Examples
    --------
    >>> import valuealign as va
    >>> found = va.compare("pvq21-us-gss2012", "pvq21-de-ess9")
    >>> found.wording.same
    False
    """

    scales: pd.DataFrame
    profiles: pd.DataFrame
    items: pd.DataFrame
    correlations: pd.DataFrame
    nearest: pd.DataFrame
    discriminant: Discriminant | None
    unit: str
    wording: SameWording
    flags: frozenset[str]
    unavailable: dict[str, str]
    instrument: str
    populations: tuple[str, ...]
    level: float
    order: tuple[str, ...]
    gates: dict[str, str]
    nulls: pd.DataFrame
    collapse: pd.DataFrame
    family: str
    names: dict[str, str]


@checked
def compare(
    scores: Responses | pd.DataFrame | Population | str,
    population: str | Path | Population | Sequence[str | Path | Population],
    *,
    instrument: Named = None,
    unit: Unit = "administrations",
    margins: float | Mapping[str, float] | None = None,
    normative: str | Population | Norms | None = None,
    among: Sequence[str | Population | Norms] | None = None,
    same_wording: str | None = None,
    level: float = 0.95,
    family: Family = "all",
    draws: int = 2000,
    seed: int = 0,
    rules: str | Path | Rules | None = None,
) -> Comparison:
    """Compare models (or people) with a human sample.

    Parameters
    ----------
    scores : Responses, DataFrame, Population or str
        What was answered; a frame of :func:`~valuealign.score` or of items (a column ``model``
        says whose row it is); or another human sample.
    population : str, Path, Population, or several
        The people.
    instrument : Instrument, str or Path, optional
        By default the population's, as it was administered.
    unit : {"administrations", "personas", "models"}
        Who is a row.
    margins : float or mapping of str to float, optional
        The smallest difference that matters, in scale points: of centred scores where the
        instrument has a centring. By default from people, where such a norm is shipped.
    normative : str, Population or Norms, optional
        The average profile that is subtracted for ``distinctive_r``; by default the average of
        countries if one is shipped, else of the populations, if there are three or more.
    among : sequence of str, Population or Norms, optional
        The samples among which the nearest is sought; by default the people if there are several,
        else every available sample of the instrument.
    same_wording : str, optional
        Your declaration that a wording without matching records is the same, such as a translation.
    level : float
        Of intervals; tests are at 1 - level.
    family : {"all", "respondent"}
        The tests that are adjusted together (Benjamini and Hochberg) within one population: the
        scales of all respondents, or those of each respondent.
    draws : int
        For intervals of correlations.
    seed : int
        Of the random draws; the same seed gives the same result.
    rules : str, Path or Rules, optional
        Rules of the verdict that replace the toolkit's, for the gate.

    Returns
    -------
    Comparison
        ``.scales``, ``.profiles``, ``.items`` and ``.nearest``, one table a question.

    Raises
    ------
    DataError
        Another instrument's people or responses, no scale in common, no answers, margins that
        are none.

    Notes
    -----
    Administrations are not independent respondents: a model's mean is over forms, which are
    random, with occasions nested in them; with one form the interval is for this form only.
    Without a margin no scale is equivalent or different: a test that does not reject is no
    evidence, and with thousands of people every difference is significant.

    Differences between two samples equal R's ``t.test`` to 1e-10, adjusted values ``p.adjust``.

    Examples
    --------
    >>> import valuealign as va
    >>> found = va.compare("pvq21-us-gss2012", "pvq21-de-ess9", margins=0.2)
    >>> centred = found.scales[found.scales["centred"]].set_index("scale")
    >>> centred.loc[["SD", "HE"], "standing"].tolist()
    ['equivalent', 'different']
    """
    if not 0.5 <= level < 1:
        raise DataError(f"level is {level!r}; expected a number from 0.5 and below 1, such as 0.95")
    source = load_population(scores) if isinstance(scores, str | Path) else scores
    chosen = chosen_populations(population)
    loaded = _instrument(source, chosen, instrument)
    return _compared(
        source,
        chosen,
        loaded,
        gates_of(source, loaded, rules_of(rules)),
        unit=unit,
        margins=margins,
        normative=normative,
        among=among,
        same_wording=same_wording,
        level=level,
        family=family,
        draws=draws,
        seed=seed,
    )


def comparison_of(
    evidence: Evidence, rules: str | Path | Rules | None = None
) -> Comparison | Unavailable:
    """Compare evidence with its human sample; computed once for the same rules.

    Parameters
    ----------
    evidence : Evidence
    rules : str, Path or Rules, optional

    Returns
    -------
    Comparison or Unavailable
    """
    sample, held = evidence.people, rules_of(rules)
    if sample is None:
        return Unavailable(no_sample(evidence.instrument.id))
    return evidence.once(
        ("comparison", held.model_dump_json()),
        lambda: or_unavailable(
            lambda: _compared(
                evidence.wide,
                [sample],
                evidence.instrument,
                gates_by_evidence(evidence, held),
                unit=evidence.unit,
                seed=evidence.seed,
            )
        ),
    )


def _compared(
    source: Any,
    chosen: list[Population],
    loaded: Instrument,
    gates: Mapping[str, Gate],
    *,
    unit: Unit,
    seed: int,
    margins: float | Mapping[str, float] | None = None,
    normative: str | Population | Norms | None = None,
    among: Sequence[str | Population | Norms] | None = None,
    same_wording: str | None = None,
    level: float = 0.95,
    family: Family = "all",
    draws: int = 2000,
) -> Comparison:
    people = [people_of(sample, loaded) for sample in chosen]
    why: dict[str, str] = {}
    samples = samples_of(source, loaded, unit, gates, why)
    known = margins_of(margins, loaded)
    average = normative_of(normative, people, loaded)
    same = wordings(samples, people, same_wording)
    profiles = profiles_table(samples, people, average, Drawing(draws, level, seed), why=why)
    what_is_missing(samples, known, why)
    nulls = nulls_table(samples, people, profiles, loaded, seed=seed)
    return Comparison(
        scales=scales_table(samples, people, known, level=level, family=family),
        profiles=profiles,
        items=items_table(samples, people, same, seed=seed, why=why),
        correlations=correlations_table(samples, people, why=why),
        nearest=nearest_table(samples, candidates(among, people, loaded), loaded, why),
        discriminant=discriminant_of(samples, draws=PERMUTATIONS, seed=seed, why=why),
        unit=unit_told(samples, unit, source),
        wording=wording_told(same),
        flags=flags_of(samples, people, profiles)
        | {f"{who}: {said}" for who, said in reached_by_nulls(nulls).items()},
        unavailable=why,
        instrument=loaded.id,
        populations=tuple(p.id for p in people),
        level=level,
        order=around_the_circle(loaded),
        gates={sample.id: sample.gate.standing for sample in samples if sample.gate is not None},
        nulls=nulls,
        collapse=collapse_table(samples, people, loaded, seed=seed),
        family=family,
        names=scale_titles(loaded),
    )


def _instrument(source: Any, people: list[Population], named: Named) -> Instrument:
    if named is not None:
        return _of(source, named)
    own = sorted({sample.instrument for sample in people})
    if len(own) > 1:
        raise DataError(f"the people were given {' and '.join(own)}; say which: instrument=")
    if isinstance(source, Population) and source.instrument != own[0]:
        raise DataError(f"{source.id} is of {source.instrument}, {people[0].id} of {own[0]}")
    return _of(source, own[0])


def _of(source: Any, named: Named) -> Instrument:
    return administered_instrument(source if hasattr(source, "wide") else None, named)
