"""What a study's tables and findings rest on, each computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from valuealign.analysis.comparison.average import average, unbiased
from valuealign.analysis.comparison.combine import combine
from valuealign.analysis.comparison.scale_difference import Difference, Place, difference
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.choices import choice_accuracy, choices
from valuealign.inquiry.comparison.compare import Comparison, comparison_of
from valuealign.inquiry.comparison.people import people_of
from valuealign.inquiry.comparison.scales import FLAT
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.group_differences import GroupDifferences, group_differences
from valuealign.inquiry.number import available
from valuealign.inquiry.reliability import ReliabilityViews
from valuealign.inquiry.respondents import Unit, each_respondent, without_opposed
from valuealign.inquiry.verdict.verdict import Verdict, judge
from valuealign.instrument.instrument import Instrument
from valuealign.population.load_population import load_population
from valuealign.scoring.scale_scores import score
from valuealign.study.study import Study
from valuealign.study.study_file import Groups

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

_T = TypeVar("_T")


@dataclass
class StudyEvidence:
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

    def of(self, instrument: Instrument) -> Evidence:
        """What is known about the responses to one instrument."""
        return self._once(
            ("evidence", instrument.id),
            lambda: Evidence(
                self.given[instrument.id],
                instrument,
                people=self.study.populations.get(instrument.id),
                seed=self.study.file.seed,
            ),
        )

    def respondents(self, instrument: Instrument) -> tuple[str, ...]:
        """Who was given an instrument, in the order in which they were asked."""
        return self.of(instrument).respondents

    def comparison(self, instrument: Instrument) -> Comparison:
        """The comparison with people."""
        self.people(instrument)
        return available(comparison_of(self.of(instrument), self.study.rules))

    def reliability(self, instrument: Instrument) -> ReliabilityViews:
        """Alpha in its views."""
        return available(self.of(instrument).reliability)

    def verdict(self, instrument: Instrument) -> Verdict:
        """Which claims are permitted."""
        return self._once(
            ("verdict", instrument.id), lambda: judge(self.of(instrument), self.study.rules)
        )

    def choices(self, instrument: Instrument, dilemmas: Instrument) -> pd.DataFrame:
        """How well profiles predict choices: one row a respondent."""
        return self._once(
            ("choices", instrument.id, dilemmas.id),
            lambda: choice_accuracy(
                choices(self.given[dilemmas.id], dilemmas),
                score(self.given[instrument.id], instrument),
                seed=self.study.file.seed,
            ),
        )

    def groups(self, each: Groups) -> GroupDifferences:
        """Group differences beside people's."""
        instrument = self.study.instruments[each.instrument]
        return self._once(
            ("groups", instrument.id, each.by),
            lambda: group_differences(
                self.given[instrument.id],
                instrument,
                by=each.by,
                people=each.people,
                seed=self.study.file.seed,
            ),
        )

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
        """A scale or composite of each respondent, and of people, centred where there is a rule.

        Parameters
        ----------
        instrument : Instrument
        name : str

        Returns
        -------
        dict of str to tuple of Place
            Respondent -> its own place, and people's.
        """
        centred = "mrat" in instrument.scoring.centring
        theirs = _people_place(self.people(instrument), instrument, name, centred=centred)
        rows = without_opposed(self.given[instrument.id].wide)
        scores = score(rows, instrument, centre="mrat" if centred else None)
        unit = self.of(instrument).unit
        return {
            who: (_own_place(mine, name, unit), theirs) for who, mine in each_respondent(scores)
        }

    def without_standing(self, instrument: Instrument) -> dict[str, str]:
        """The respondents of which no place among people may be said, and why."""
        found = self.comparison(instrument)
        no_gate = {who for who, standing in found.gates.items() if standing != "permitted"}
        reasons = found.scales.groupby("respondent", sort=False)["reason"].agg(set)
        return {
            str(who): str(next(iter(of)))
            for who, of in reasons.items()
            if who in no_gate or of == {FLAT}
        }

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
    return Place(
        float(found.mean[0]),
        float(found.se[0]),
        float(found.df[0]),
        float(np.sqrt(found.spread[0, 0])),
        found.n,
    )


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
    return Place(
        float(np.asarray(found.mean)[0]),
        float(np.sqrt(variance / found.n)),
        found.n - 1.0,
        float(np.sqrt(variance)),
        found.n,
    )
