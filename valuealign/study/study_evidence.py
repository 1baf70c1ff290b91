"""The evidence of a study's tables and findings, each part computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
from valuealign.inquiry.rating.rated_replies import RatedReplies, rated_replies
from valuealign.inquiry.rating.rater_quality import RaterQuality, quality_of
from valuealign.inquiry.reliability import ReliabilityViews
from valuealign.inquiry.respondents import Unit, each_respondent, without_opposed
from valuealign.inquiry.verdict.verdict import Verdict, judge
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.scale import Scale
from valuealign.population.answers import Answers, load_answers
from valuealign.population.load_population import load_population
from valuealign.scoring.scale_scores import score
from valuealign.study.accuracy.right_answers import RightAnswers, right_answers
from valuealign.study.answer_shares import distances_table, shares_table
from valuealign.study.judged import JudgedStimuli, judged_stimuli
from valuealign.study.overlap_file import WithReference
from valuealign.study.overlapped import Overlapped, overlapped
from valuealign.study.rate_step import RateStep
from valuealign.study.scale_with_people import ScaleGroups, scale_fits, scale_levels
from valuealign.study.score_effects import score_effects, scored_rows
from valuealign.study.study import Study
from valuealign.study.study_file import Groups, Judged
from valuealign.study.study_file_parts import ScaleWithPeople
from valuealign.study.vignette_effects import effects, rated
from valuealign.study.written_ways import OverWays, over_ways

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

_T = TypeVar("_T")


@dataclass
class StudyEvidence:
    """The responses to a study and everything computed from them.

    Parameters
    ----------
    study : Study
    responses : mapping of str to Responses
        By instrument id.
    """

    study: Study
    responses: Mapping[str, Responses]
    _known: dict[Any, Any] = field(default_factory=dict)

    def of(self, instrument: Instrument) -> Evidence:
        """Return the evidence about the responses to one instrument."""
        return self._once(
            ("evidence", instrument.id),
            lambda: Evidence(
                self.responses[instrument.id],
                instrument,
                people=self.study.populations.get(instrument.id),
                seed=self.study.file.seed,
            ),
        )

    def respondents(self, instrument: Instrument) -> tuple[str, ...]:
        """Return the respondents of an instrument, in the order in which they were asked."""
        return self.of(instrument).respondents

    def comparison(self, instrument: Instrument) -> Comparison:
        """The comparison with people."""
        self.people(instrument)
        return available(comparison_of(self.of(instrument), self.study.rules))

    def reliability(self, instrument: Instrument) -> ReliabilityViews:
        """Alpha in its views."""
        return available(self.of(instrument).reliability)

    def verdict(self, instrument: Instrument) -> Verdict:
        """Return the claims that are permitted."""
        return self._once(
            ("verdict", instrument.id), lambda: judge(self.of(instrument), self.study.rules)
        )

    def choices(self, instrument: Instrument, dilemmas: Instrument) -> pd.DataFrame:
        """Return how well profiles predict choices, one row a respondent."""
        return self._once(
            ("choices", instrument.id, dilemmas.id),
            lambda: choice_accuracy(
                choices(self.responses[dilemmas.id], dilemmas),
                score(self.responses[instrument.id], instrument),
                seed=self.study.file.seed,
            ),
        )

    def groups(self, each: Groups) -> GroupDifferences:
        """Return group differences of personas and of people."""
        instrument = self.study.instruments[each.instrument]
        return self._once(
            ("groups", instrument.id, each.by),
            lambda: group_differences(
                self.responses[instrument.id],
                instrument,
                by=each.by,
                people=each.people,
                seed=self.study.file.seed,
            ),
        )

    def factors(self, instrument: Instrument) -> dict[str, tuple[str, ...]]:
        """The factors of what an instrument is asked about, with their levels."""
        names = {self.study.instruments[name].id: name for name in self.study.about}
        return self.study.about[names[instrument.id]].stimuli.factors

    def ratings(self, instrument: Instrument) -> pd.DataFrame:
        """The answers about stimuli, as rows of a mixed model."""
        return self._once(
            ("ratings", instrument.id),
            lambda: rated(self.responses[instrument.id].long, self.factors(instrument)),
        )

    def effects(self, instrument: Instrument) -> pd.DataFrame:
        """Each main effect and each interaction of the factors of the stimuli."""
        return self._once(
            ("effects", instrument.id),
            lambda: effects(self.ratings(instrument), instrument, self.factors(instrument)),
        )

    def judged(self, each: Judged) -> JudgedStimuli:
        """Judgements of stimuli, compared with the truth."""
        instrument = self.study.instruments[each.instrument]
        return self._once(
            ("judged", instrument.id, each.item),
            lambda: judged_stimuli(
                self.responses[instrument.id].long, each, self.factors(instrument)
            ),
        )

    def overlapped(self, each: WithReference) -> Overlapped:
        """Open answers beside reference texts."""
        long = self.responses[self.study.instruments[each.instrument].id].long
        return self._once(
            ("overlapped", each.instrument, each.item),
            lambda: overlapped(long, each, self.study.about[each.instrument]),
        )

    def answers(self, instrument: Instrument) -> Answers | None:
        """Counts of people's answers about such vignettes, where there are any."""
        name = self.study.answers.get(instrument.id)
        return None if name is None else self._once(("answers", name), lambda: load_answers(name))

    def shares(self, instrument: Instrument) -> pd.DataFrame:
        """Shares of each answer in each cell, of models and of people."""
        return self._once(
            ("shares", instrument.id),
            lambda: shares_table(
                self.ratings(instrument),
                instrument,
                self.factors(instrument),
                self.answers(instrument),
            ),
        )

    def distances(self, instrument: Instrument) -> pd.DataFrame:
        """Distances of models' answers from people's.

        Raises
        ------
        DataError
            No counts of people's answers are known.
        """
        people = self.answers(instrument)
        if people is None:
            raise DataError(f"no counts of people's answers to {instrument.id} are at hand")
        return self._once(
            ("distances", instrument.id),
            lambda: distances_table(
                self.ratings(instrument), instrument, people, seed=self.study.file.seed
            ),
        )

    def score_effects(self, instrument: Instrument, name: str) -> pd.DataFrame:
        """Effects of the factors of the stimuli on a scale or composite."""
        wide, factors = self.responses[instrument.id].wide, self.factors(instrument)
        return self._once(
            ("score effects", instrument.id, name),
            lambda: score_effects(scored_rows(wide, instrument, name, factors), name, factors),
        )

    def scale_fits(self, each: ScaleWithPeople) -> pd.DataFrame:
        """Alpha and factor model of a scale, people first."""
        return self._once(
            ("scale fits", each.instrument),
            lambda: scale_fits(self._scale_groups(each), self._scales(each)),
        )

    def scale_levels(self, each: ScaleWithPeople) -> pd.DataFrame:
        """Invariance of a scale between people's groups, and with each model."""
        return self._once(
            ("scale levels", each.instrument),
            lambda: scale_levels(self._scale_groups(each), self._scales(each)),
        )

    def _scales(self, each: ScaleWithPeople) -> list[Scale]:
        return [s for s in self.study.instruments[each.instrument].scales if len(s.items) > 2]

    def _scale_groups(self, each: ScaleWithPeople) -> ScaleGroups:
        instrument = self.study.instruments[each.instrument]
        return ScaleGroups(
            load_population(self.people(instrument)),
            {level: load_population(name) for level, name in each.people.items()},
            each.by,
            self.responses[instrument.id].wide,
        )

    def right_answers(self, instrument: Instrument) -> RightAnswers:
        """The answers to an instrument with a key, as right and wrong."""
        return self._once(
            ("right answers", instrument.id),
            lambda: right_answers(self.responses[instrument.id].long, instrument),
        )

    def rated(self, step: RateStep) -> RatedReplies:
        """The ratings of the replies of this study, by whoever rated them."""
        return self._once(("rated", step.step), lambda: self._rated(step))

    def _rated(self, step: RateStep) -> RatedReplies:
        instrument = self.study.instruments[step.of]
        given = self.responses[instrument.id]
        joined = rated_replies(given.store, self.study.rubrics[step.step], instrument=instrument)
        mine = joined.ratings["origin"].isin(set(given.design["administration_id"]))
        return replace(joined, ratings=joined.ratings[mine], replies=given)

    def rater_quality(self, step: RateStep) -> RaterQuality:
        """Agreement of the raters, and probes of each."""
        return self._once(("raters", step.step), lambda: quality_of(self.rated(step)))

    def over_ways(self, instrument: Instrument) -> list[OverWays]:
        """How far answers depend on the way of writing, for each item."""
        names = {name for name, each in self.study.instruments.items() if each.id == instrument.id}
        judged = [each for each in self.study.file.judgements if each.instrument in names]
        return self._once(
            ("ways", instrument.id),
            lambda: over_ways(self.responses[instrument.id].long, instrument, judged),
        )

    def people(self, instrument: Instrument) -> str:
        """Return the human sample of an instrument.

        Raises
        ------
        DataError
            None is named.
        """
        if instrument.id not in self.study.populations:
            raise DataError(f"no human sample of {instrument.id} is at hand")
        return self.study.populations[instrument.id]

    def beside_people(self, instrument: Instrument, name: str) -> dict[str, tuple[Place, Place]]:
        """Return each respondent's mean on a scale or composite, with people's.

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
        rows = without_opposed(self.responses[instrument.id].wide)
        scores = score(rows, instrument, centre="mrat" if centred else None)
        unit = self.of(instrument).unit
        return {
            who: (_own_place(mine, name, unit), theirs) for who, mine in each_respondent(scores)
        }

    def without_standing(self, instrument: Instrument) -> dict[str, str]:
        """Return the respondents that may not be compared with people, and why."""
        comparison = self.comparison(instrument)
        no_gate = {who for who, standing in comparison.gates.items() if standing != "permitted"}
        reasons = comparison.scales.groupby("respondent", sort=False)["reason"].agg(set)
        return {
            str(who): str(next(iter(of)))
            for who, of in reasons.items()
            if who in no_gate or of == {FLAT}
        }

    def _once(self, key: Any, compute: Callable[[], _T]) -> _T:
        """Compute a value once; a failure raises the same error again."""
        if key not in self._known:
            try:
                self._known[key] = compute()
            except AnalysisError as error:
                self._known[key] = error
        result = self._known[key]
        if isinstance(result, AnalysisError):
            raise result
        value: _T = result
        return value


def apart(own: Place, people: Place) -> Difference:
    """Return a model's mean minus people's, with Welch's interval."""
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
    mean = average(values[known].to_numpy(float), kept)
    return Place(
        float(mean.mean[0]),
        float(mean.se[0]),
        float(mean.df[0]),
        float(np.sqrt(mean.spread[0, 0])),
        mean.n,
    )


def _people_place(population: str, instrument: Instrument, name: str, *, centred: bool) -> Place:
    people = people_of(load_population(population), instrument)
    moments = people.moments(centred=centred)
    if moments is None:
        raise DataError(f"{population} has no centred scores: {people.why_not}")
    parts = {c.id: c.scales for c in instrument.composites}.get(name, (name,))
    absent = [item for item in parts if item not in moments.names]
    if absent:
        raise DataError(f"{population} has no scale {absent[0]!r}")
    weights = [[float(item in parts) / len(parts) for item in moments.names]]
    scores = combine(moments, weights, [name])
    variance = float(unbiased(scores)[0, 0])
    return Place(
        float(np.asarray(scores.mean)[0]),
        float(np.sqrt(variance / scores.n)),
        scores.n - 1.0,
        float(np.sqrt(variance)),
        scores.n,
    )
