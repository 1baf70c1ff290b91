"""Everything the sections need of one instrument's responses, computed once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from valuealign.analysis.generalizability.study import Generalizability, generalizability
from valuealign.errors import AnalysisError, InstrumentError
from valuealign.inquiry.comparison.compare import Comparison, compare
from valuealign.inquiry.invariance.result import WithPeople
from valuealign.inquiry.invariance.with_people import invariance_with_people
from valuealign.inquiry.reliability import ReliabilityViews, reliability
from valuealign.inquiry.rows import Unit, without_opposed
from valuealign.inquiry.rules import Rules
from valuealign.inquiry.style.response_style import response_style
from valuealign.inquiry.style.result import ResponseStyle
from valuealign.inquiry.verdict import Verdict, verdict
from valuealign.population.load import load_population
from valuealign.population.population import Population
from valuealign.report.record import Record, record_of
from valuealign.scoring.score import score

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument
    from valuealign.store.responses import Responses

T = TypeVar("T")
Say = Callable[[str], object]
DRAWS = 100
"""Samples of people at the model's size, beside its misfit."""


@dataclass(frozen=True)
class Unavailable:
    """What could not be had, and why.

    Parameters
    ----------
    reason : str
    """

    reason: str


@dataclass(frozen=True, eq=False)
class Gathered:
    """One instrument's responses and what was made of them.

    Attributes
    ----------
    record : Record
        The instrument, and how the responses came about.
    design, long, wide : DataFrame
        As in :class:`valuealign.Responses`.
    verdict, style, reliability, scores, people, comparison, invariance : result or Unavailable
    level : Generalizability or Unavailable
        Of the models' levels, over items (fixed) and forms.
    profiles : dict of str to (Generalizability or Unavailable)
        Of each model's profile of items, over forms.
    """

    record: Record
    design: pd.DataFrame
    long: pd.DataFrame
    wide: pd.DataFrame
    verdict: Verdict | Unavailable
    style: ResponseStyle | Unavailable
    reliability: ReliabilityViews | Unavailable
    level: Generalizability | Unavailable
    profiles: dict[str, Generalizability | Unavailable]
    scores: pd.DataFrame | Unavailable
    people: Population | Unavailable
    comparison: Comparison | Unavailable
    invariance: WithPeople | Unavailable

    @property
    def instrument(self) -> Instrument:
        """What was given."""
        return self.record.instrument

    @property
    def models(self) -> list[str]:
        """Who was asked, in the order of asking."""
        return list(dict.fromkeys(self.design["model"].astype(str)))


def tried(make: Callable[[], T]) -> T | Unavailable:
    """Return a result, or the reason there is none.

    Only what valuealign raises on purpose is a reason; a fault in the code stays one.

    Examples
    --------
    >>> import valuealign as va
    >>> tried(lambda: va.alpha([[1, 2], [1, 3]]))
    Unavailable(reason='...
    """
    try:
        return make()
    except (AnalysisError, InstrumentError) as error:
        return Unavailable(str(error))


def gather(
    given: Responses,
    *,
    people: str | Population | None = None,
    rules: str | Path | Rules | None = None,
    say: Say = lambda _: None,
) -> Gathered:
    """Compute everything of one instrument's responses.

    Parameters
    ----------
    given : Responses
        Of one instrument.
    people : str or Population, optional
        By default the sample that the instrument's norms name.
    rules : str, Path or Rules, optional
        Of the verdict.
    say : callable, optional
        Is told what is being computed.

    Returns
    -------
    Gathered

    Raises
    ------
    DataError
        The instrument cannot be read from the store, unknown people, rules that are none.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> found = gather(given)
    >>> found.models, found.level.reason
    (['sim:yes'], 'one model; levels are compared between several')
    """
    say("reading the responses")
    design, long, wide = given.design, given.long, given.wide
    record = record_of(given, design)
    instrument = record.instrument
    sample = _people(people, instrument)
    beside = sample if isinstance(sample, Population) else None
    plain = without_opposed(long)
    say("judging the claims")
    judged = tried(lambda: verdict(given, instrument, people=beside, rules=rules))
    say("response style")
    style = tried(
        lambda: response_style(long, instrument, people=beside)
    )  # fmt: skip
    say("reliability and generalizability")
    views = tried(lambda: reliability(given, instrument))
    models = list(dict.fromkeys(design["model"].astype(str)))
    say("scores and people")
    compared, ladders = _beside(given, instrument, sample, _unit(design))
    return Gathered(
        record, design, long, wide, judged, style, views, _level(plain, models),
        {model: _profile(plain, model) for model in models},
        tried(lambda: score(without_opposed(wide), instrument, bounds=True)), sample,
        compared, ladders,
    )  # fmt: skip


def _unit(design: pd.DataFrame) -> Unit:
    """What a row is beside people: a persona where there are several."""
    return "personas" if design["persona"].nunique() > 1 else "administrations"


def _beside(
    given: Responses, instrument: Instrument, sample: Population | Unavailable, unit: Unit
) -> tuple[Comparison | Unavailable, WithPeople | Unavailable]:
    if isinstance(sample, Unavailable):
        return sample, sample
    return (
        tried(lambda: compare(given, sample, instrument=instrument, unit=unit)),
        tried(
            lambda: invariance_with_people(
                given, sample, unit=unit, instrument=instrument, draws=DRAWS
            )
        ),
    )


def _people(people: str | Population | None, instrument: Instrument) -> Population | Unavailable:
    if isinstance(people, Population):
        return people
    named = [n.population for n in instrument.norms if n.population]
    if people is None and not named:
        return Unavailable(
            f"no human sample of {instrument.id} is at hand; name one with --people, or add one: "
            "valuealign populations add FILE"
        )
    return load_population(people or named[0])


def _level(plain: pd.DataFrame, models: list[str]) -> Generalizability | Unavailable:
    if len(models) < 2:
        return Unavailable("one model; levels are compared between several")
    return tried(
        lambda: generalizability(plain, "model", ["item", "form"], fixed=["item"], method="ems")
    )


def _profile(plain: pd.DataFrame, model: str) -> Generalizability | Unavailable:
    mine = plain[plain["model"].astype(str) == model]
    if mine["form"].nunique() < 2:
        return Unavailable("one form; its accidents cannot be told from the profile")
    return tried(lambda: generalizability(mine, "item", ["form"], method="ems"))
