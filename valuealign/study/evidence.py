"""What a study's tables and findings rest on, each computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from valuealign.analysis.comparison.average import average, unbiased
from valuealign.analysis.comparison.combine import combine
from valuealign.analysis.comparison.difference import Difference, Place, difference
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.choices import choice_accuracy, choices
from valuealign.inquiry.comparison.compare import Comparison, compare
from valuealign.inquiry.comparison.people import people_of
from valuealign.inquiry.comparison.scales import FLAT
from valuealign.inquiry.group_differences import GroupDifferences, group_differences
from valuealign.inquiry.reliability import ReliabilityViews, reliability
from valuealign.inquiry.rows import Unit, without_opposed
from valuealign.inquiry.verdict import Verdict, verdict
from valuealign.instrument.instrument import Instrument
from valuealign.population.load import load_population
from valuealign.scoring.score import score
from valuealign.study.file import Groups
from valuealign.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses import Responses

_T = TypeVar("_T")


@dataclass
class Evidence:
    """The responses to a study, and what is computed from them.

    Parameters
    ----------
    study : Study
    given : mapping of str to Responses
        By instrument id.
    """

    study: Study
    given: Mapping[str, Responses]
    _known: dict[Any, Any] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        """Who is a row: personas where there are several, else administrations."""
        return "personas" if len(self.study.personas) > 1 else "administrations"

    def models(self, instrument: Instrument) -> list[str]:
        """The models that were given an instrument, in the order in which they were asked."""
        return list(dict.fromkeys(self.given[instrument.id].design["model"].astype(str)))

    def comparison(self, instrument: Instrument) -> Comparison:
        """The comparison with people."""
        people = self.people(instrument)
        return self._once(
            ("compare", instrument.id),
            lambda: compare(self._sheets(instrument), people, instrument=instrument,
                            unit=self.unit, seed=self.study.file.seed),
        )  # fmt: skip

    def reliability(self, instrument: Instrument) -> ReliabilityViews:
        """Alpha in its views."""
        return self._once(
            ("reliability", instrument.id),
            lambda: reliability(self.given[instrument.id], instrument),
        )

    def verdict(self, instrument: Instrument) -> Verdict:
        """Which claims are permitted."""
        people = self.study.populations.get(instrument.id)
        return self._once(
            ("verdict", instrument.id),
            lambda: verdict(self.given[instrument.id], instrument, people=people),
        )

    def choices(self, instrument: Instrument, dilemmas: Instrument) -> pd.DataFrame:
        """How well profiles predict choices: one row a respondent."""
        return self._once(
            ("choices", instrument.id, dilemmas.id),
            lambda: choice_accuracy(choices(self.given[dilemmas.id], dilemmas),
                                    score(self.given[instrument.id], instrument),
                                    seed=self.study.file.seed),
        )  # fmt: skip

    def groups(self, each: Groups) -> GroupDifferences:
        """Group differences beside people's."""
        instrument = self.study.instruments[each.instrument]
        return self._once(
            ("groups", instrument.id, each.by),
            lambda: group_differences(self.given[instrument.id], instrument, by=each.by,
                                      people=each.people, seed=self.study.file.seed),
        )  # fmt: skip

    def people(self, instrument: Instrument) -> str:
        """The human sample beside an instrument.

        Raises
        ------
        DataError
            None is named.
        """
        if instrument.id not in self.study.populations:
            raise DataError(f"no human sample of {instrument.id} is at hand")
        return self.study.populations[instrument.id]

    def beside_people(self, instrument: Instrument, name: str) -> dict[str, tuple[Place, Place]]:
        """A scale or composite of each model, and of people, centred where there is a rule.

        Parameters
        ----------
        instrument : Instrument
        name : str

        Returns
        -------
        dict of str to tuple of Place
            Model -> its own place, and people's.
        """
        centred = "mrat" in instrument.scoring.centring
        theirs = _people_place(self.people(instrument), instrument, name, centred=centred)
        rows = without_opposed(self.given[instrument.id].wide)
        scores = score(rows, instrument, centre="mrat" if centred else None)
        return {
            str(model): (_own_place(mine, name, self.unit), theirs)
            for model, mine in scores.groupby(scores["model"].astype(str), sort=False)
        }

    def flat(self, instrument: Instrument) -> set[str]:
        """The models that gave all scales one score in every row: no profile at all."""
        found = self.comparison(instrument).scales
        of_all = found.groupby("respondent", sort=False)["reason"].agg(set)
        return {str(model) for model, reasons in of_all.items() if reasons == {FLAT}}

    def _sheets(self, instrument: Instrument) -> pd.DataFrame:
        """One row an administration; stems matched to the personas' sex are one wording."""
        wide = self.given[instrument.id].wide
        stems = wide.groupby(["model", "form"], observed=True)["stem"].nunique()
        return wide.drop(columns="wording_hash") if (stems > 1).any() else wide

    def _once(self, key: Any, compute: Callable[[], _T]) -> _T:
        """Compute once; what could not be computed raises the same again."""
        if key not in self._known:
            try:
                self._known[key] = compute()
            except AnalysisError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, AnalysisError):
            raise found
        value: _T = found
        return value


def apart(own: Place, people: Place) -> Difference:
    """A model's mean less people's, with Welch's interval."""
    return difference(own, people)


def _own_place(scores: pd.DataFrame, name: str, unit: Unit) -> Place:
    forms: list[Any] | None = scores["form"].tolist()
    values = scores[[name]]
    if unit == "personas":
        values = values.groupby(scores["persona"].astype(str)).mean()
        forms = None
    known = values[name].notna().to_numpy()
    if not known.any():
        raise DataError(f"no administration has a score of {name}")
    kept = None if forms is None else [f for f, k in zip(forms, known, strict=True) if k]
    found = average(values[known].to_numpy(float), kept)
    return Place(float(found.mean[0]), float(found.se[0]), float(found.df[0]),
                 float(np.sqrt(found.spread[0, 0])), found.n)  # fmt: skip


def _people_place(population: str, instrument: Instrument, name: str, *, centred: bool) -> Place:
    people = people_of(load_population(population), instrument)
    moments = people.moments(centred=centred)
    if moments is None:
        raise DataError(f"{population} has no centred scores: {people.why_not}")
    parts = {c.id: c.scales for c in instrument.composites}.get(name, (name,))
    absent = [one for one in parts if one not in moments.names]
    if absent:
        raise DataError(f"{population} has no scale {absent[0]!r}")
    weights = [[float(one in parts) / len(parts) for one in moments.names]]
    found = combine(moments, weights, [name])
    variance = float(unbiased(found)[0, 0])
    return Place(float(np.asarray(found.mean)[0]), float(np.sqrt(variance / found.n)),
                 found.n - 1.0, float(np.sqrt(variance)), found.n)  # fmt: skip
