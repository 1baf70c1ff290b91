"""Analyses of the responses to one instrument, each computed once on demand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from valuealign.analysis.reliability.generalizability.generalizability_study import (
    Generalizability,
    generalizability,
)
from valuealign.errors import AnalysisError, DataError, InstrumentError, TooFewRows
from valuealign.inquiry.exclusions import apply_exclusions
from valuealign.inquiry.human_sample import human_sample
from valuealign.inquiry.invariance.with_people import invariance_with_people
from valuealign.inquiry.invariance.with_people_result import WithPeople
from valuealign.inquiry.number import Unavailable, no_sample
from valuealign.inquiry.reliability import ReliabilityViews, reliability
from valuealign.inquiry.respondents import (
    Unit,
    check_items,
    each_respondent,
    long_of,
    wide_of,
    without_opposed,
)
from valuealign.inquiry.style.response_style import response_style
from valuealign.inquiry.style.response_style_result import ResponseStyle
from valuealign.population.population import Population
from valuealign.population.readers.exclusion import Exclusion
from valuealign.scoring.scale_scores import score
from valuealign.store.responses.administered_instrument import Named, administered_instrument

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

_T = TypeVar("_T")
PEOPLE = "people"
"""The respondent of a frame of people."""
DRAWS = 200
"""Number of samples of people that a respondent's misfit is compared with."""


class Results:
    """Analyses of responses to one instrument.

    Parameters
    ----------
    data : Responses or DataFrame
        Responses of models, or a frame of people: one row a person, one column an item, no
        column ``model``.
    instrument : Instrument, str or Path, optional
        By default the one that was administered.
    people : str, Path or Population, optional
        The human sample; by default the one the instrument's norms name.
    exclude : Exclusion, optional
        Rows to leave out, declared before the results are seen.
    seed : int
        Of everything that is drawn.

    Raises
    ------
    DataError
        No responses to the instrument, or people of another one.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> results = Results(given)
    >>> results.respondents, results.level.reason
    (('sim:yes',), 'one respondent; levels are compared between several')
    """

    def __init__(
        self,
        data: Responses | pd.DataFrame,
        instrument: Named = None,
        *,
        people: str | Path | Population | None = None,
        exclude: Exclusion | None = None,
        seed: int = 1,
    ) -> None:
        self.instrument = administered_instrument(data, instrument)
        self.people = human_sample(people, self.instrument)
        self.seed = seed
        self.of_people = hasattr(data, "columns") and "model" not in data.columns
        if hasattr(data, "columns") and not self.of_people:
            raise DataError(
                "a frame of models has no forms and occasions in it; give the responses "
                "themselves: va.responses(store), or va.as_responses(frame, instrument)"
            )
        self.data: Any = data
        wide: pd.DataFrame = wide_of(data, self.instrument)
        self.respondents = self._names(wide)
        """Everybody who was asked, also those of whom the declared rules keep no row."""
        if self.of_people:
            check_items(wide, self.instrument)
        kept, self.excluded = apply_exclusions(wide, self.instrument, exclude)
        if self.of_people and not kept.any():
            raise TooFewRows(f"the declared rules leave out all {len(wide)} rows")
        self.wide: pd.DataFrame = wide if kept.all() else wide[kept]
        """One row an administration that was kept."""

    def _names(self, wide: pd.DataFrame) -> tuple[str, ...]:
        return (PEOPLE,) if self.of_people else tuple(name for name, _ in each_respondent(wide))

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row an administration, answered or not, and kept or not."""
        if hasattr(self.data, "columns"):
            return self.wide
        design: pd.DataFrame = self.data.design
        mine: pd.DataFrame = design[design["instrument"].astype(str) == self.instrument.id]
        return mine

    @property
    def pool(self) -> tuple[str, ...]:
        """Conditions that are pooled on request."""
        return () if hasattr(self.data, "columns") else self.data.pool

    @cached_property
    def long(self) -> pd.DataFrame:
        """One row a response of the administrations that were kept."""
        long = long_of(self.data, self.instrument)
        if len(self.excluded):
            long = long[long["administration_id"].isin(set(self.wide["administration_id"]))]
        return long

    @cached_property
    def plain(self) -> pd.DataFrame:
        """The rows of ``long`` with the instrument's original stems."""
        return without_opposed(self.long)

    @property
    def unit(self) -> Unit:
        """The unit of a row in comparisons: a persona where there are several."""
        personas = self.wide["persona"].nunique() if "persona" in self.wide.columns else 0
        return "personas" if personas > 1 else "administrations"

    def sheets(self, respondent: str) -> pd.DataFrame:
        """One respondent's rows of ``wide``."""
        if self.of_people:
            return self.wide
        mine: pd.DataFrame = self.once(("sheets", respondent), lambda: _of(self.wide, respondent))
        return mine

    def replies(self, respondent: str) -> pd.DataFrame:
        """One respondent's rows of ``long``."""
        mine: pd.DataFrame = _of(self.long, respondent)
        return mine

    def once(self, key: tuple[str, ...], make: Callable[[], _T]) -> _T:
        """Return a result that is computed on first use."""
        if key not in self._once:
            self._once[key] = make()
        return cast("_T", self._once[key])

    @cached_property
    def _once(self) -> dict[tuple[str, ...], Any]:
        return {}

    @cached_property
    def style(self) -> ResponseStyle | Unavailable:
        """Response style of every respondent."""
        return or_unavailable(
            lambda: response_style(self.long, self.instrument, people=self.people)
        )

    @cached_property
    def reliability(self) -> ReliabilityViews | Unavailable:
        """Alpha, omega and agreement of occasions, by view."""
        return or_unavailable(lambda: reliability(self.wide, self.instrument))

    @cached_property
    def scores(self) -> pd.DataFrame | Unavailable:
        """Scale scores of each administration of the own stems, with bounds."""
        return or_unavailable(
            lambda: score(without_opposed(self.wide), self.instrument, bounds=True)
        )

    @cached_property
    def level(self) -> Generalizability | Unavailable:
        """Of the respondents' levels, over items (fixed) and forms."""
        if len(self.respondents) < 2:
            return Unavailable("one respondent; levels are compared between several")
        return or_unavailable(
            lambda: generalizability(
                self.plain, "respondent", ["item", "form"], fixed=["item"], method="ems"
            )
        )

    @cached_property
    def profiles(self) -> dict[str, Generalizability | Unavailable]:
        """Of each respondent's profile of items, over forms."""
        return {name: self._profile(_of(self.plain, name)) for name in self.respondents}

    def _profile(self, mine: pd.DataFrame) -> Generalizability | Unavailable:
        if mine["form"].nunique() < 2:
            return Unavailable("one form; its accidents are part of the profile")
        return or_unavailable(lambda: generalizability(mine, "item", ["form"], method="ems"))

    @cached_property
    def with_people(self) -> WithPeople | Unavailable:
        """The ladder of invariance of each respondent with the human sample."""
        sample = self.people
        if sample is None:
            return Unavailable(no_sample(self.instrument.id))
        return or_unavailable(
            lambda: invariance_with_people(
                self.wide, sample, unit=self.unit, instrument=self.instrument, draws=DRAWS
            )
        )


def or_unavailable(make: Callable[[], _T]) -> _T | Unavailable:
    """Return a result, or the reason why it is not available.

    Only what valuealign raises on purpose is a reason; a fault in the code stays one.

    Examples
    --------
    >>> import valuealign as va
    >>> or_unavailable(lambda: va.alpha([[1, 2], [1, 3]]))
    Unavailable(reason='...
    """
    try:
        return make()
    except (AnalysisError, InstrumentError) as error:
        return Unavailable(str(error))


def _of(frame: Any, respondent: str) -> Any:
    return frame[(frame["respondent"].astype(str) == respondent).to_numpy()]
