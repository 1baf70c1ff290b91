"""Invariance with people: does an instrument measure the same in models as in people?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.analysis.invariance.partial import PartialRule
from valuealign.analysis.invariance.restriction_misfit import MARGIN
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.comparison.people import chosen_populations, people_of
from valuealign.inquiry.invariance.constructs import Constructs, constructs
from valuealign.inquiry.invariance.groups import ComparedRows, compared_rows, doubts
from valuealign.inquiry.invariance.ladder_with_people import (
    Human,
    LadderWithPeople,
    Ways,
    ladder_with_people,
)
from valuealign.inquiry.invariance.with_people_result import SameWords, WithPeople
from valuealign.inquiry.respondents import UNITS, Unit
from valuealign.inquiry.wording_match import wording_match
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import human_data_of
from valuealign.population.population import Population
from valuealign.store.responses.administered_instrument import Named, administered_instrument

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

NORMAL = (
    "tests take answers as normal (ML), which codes are not; the default, MLM, scales them where "
    "people ship a Gamma (valuealign populations list)"
)
DESIGN = "valuealign analyze invariance --with {id} --design says how many rows would do"


@checked
def invariance_with_people(
    data: Responses | pd.DataFrame,
    people: str | Path | Population | Sequence[str | Path | Population],
    *,
    unit: Unit,
    instrument: Named = None,
    models: Mapping[str, str] | None = None,
    declared: str | None = None,
    yardstick: Sequence[str | Population] | None = None,
    families: Mapping[str, str] | None = None,
    estimator: str | None = None,
    ordered: bool = False,
    levels: Sequence[str] | None = None,
    partial: PartialRule | None = None,
    margin: float = MARGIN,
    alpha: float = 0.05,
    draws: int = 200,
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> WithPeople:
    """Test the invariance of models with people, and compare with invariance between people.

    Parameters
    ----------
    data : Responses or DataFrame
        What models answered; of a frame the columns are items, and ``model``, ``wording``,
        ``language`` and ``wording_hash`` where they are known.
    people : name, Population, or several
        Each gets ladders of its own.
    unit : {"administrations", "personas", "models"}
        The unit of rows; there is no default, because the conclusions depend on it.
    instrument : Instrument, str or Path, optional
        By default the people's, as it was administered.
    models : mapping of str to str, optional
        Name to lavaan syntax; by default the instrument's own models.
    declared : str, optional
        Why words that are not on record as the same are: "ESS wording, English and German".
        Kept in the result. It never makes an open form the official text.
    yardstick : two names or Populations, optional
        Between which the human ladder is; by default the first two of `people`, else those known
        for the instrument.
    families : mapping of str to str, optional
        Model to family, where rows are models: families are the clusters. With rows of people
        tests respect them (MLR); with moments no such test exists, so that the models of a family
        are averaged to one row, and it is said.
    estimator : str, optional
        By default MLM where every human sample has a Gamma of the model's items or unweighted
        rows, else ML. With `ordered` the default is WLSMV where the samples have rows, else DWLS;
        with `families` and rows of people it is MLR.
    ordered : bool
        Ordinal items: WLSMV with rows of people; with bivariate tables estimates and dMACS (DWLS)
        without any test; else refused.
    levels : sequence of str, optional
        As for `va.invariance`.
    partial : PartialRule, optional
        As for `va.invariance`.
    margin, alpha : float
        As for `va.invariance`.
    draws : int
        Of people's samples at the model's n, and of the bootstrap of constructs; 0 leaves the
        band out.
    seed : int
        Of the random draws; the same seed gives the same result.
    progress : callable, optional
        Called with each ladder that is fitted.

    Returns
    -------
    WithPeople
        ``.ladders`` with one for each model, ``.constructs``, ``.wording`` and ``.flags``.

    Raises
    ------
    DataError
        People of another instrument, rows that are none of it, codes outside its scale.
    AnalysisError
        Nothing can be compared, neither items nor scales; the message says why and what would do.

    Notes
    -----
    Items are compared only where wording, language and option labels are the people's, or are
    declared a translation of them; otherwise scales are, as constructs. Each model has a ladder
    of its own: pooled, the personas of one model would be a cluster. The misfit of a respondent
    alone is placed among samples of its size drawn from people with people's own misfit, less
    chance. Ladders are `va.invariance`'s and agree with lavaan at 1e-5
    (tests/inquiry/test_with_people_lavaan.py).

    References
    ----------
    Meredith, W. (1993). Measurement invariance, factor analysis and factorial invariance.
    Psychometrika, 58, 525-543. doi:10.1007/BF02294825

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:human", occasions=60, seed=1,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> found = invariance_with_people(given, "pvq21-de-ess9", unit="administrations", draws=50)
    >>> found.wording[0].same, len(found.ladders), len(found.constructs)
    (False, 0, 1)
    """
    say = progress or (lambda _: None)
    samples = chosen_populations(people)
    loaded = _instrument(data, instrument, samples)
    average = any(population.rows is None for population in samples)
    groups = compared_rows(data, loaded, unit, families=families, average_families=average)
    options: dict[str, Any] = {"margin": margin, "alpha": alpha, "partial": partial}
    ways = Ways(estimator, ordered, options | ({"levels": levels} if levels else {}), draws, seed)
    human = _human(loaded, samples, yardstick, ways, say)
    work = _Work(loaded, dict(models or loaded.default_lavaan), human, declared, say)
    for side in groups:
        for sample in samples:
            work.compare(side, sample)
    return work.result(unit, groups)


def _instrument(data: Any, named: Named, samples: Sequence[Population]) -> Instrument:
    loaded = administered_instrument(data, samples[0].instrument if named is None else named)
    _same_instrument(loaded, samples)
    return loaded


def _same_instrument(loaded: Instrument, samples: Sequence[Population]) -> None:
    for sample in samples:
        if sample.instrument != loaded.id:
            raise DataError(
                f"{sample.id} is of {sample.instrument}, not of {loaded.id}; compare with people "
                "who were given the same instrument"
            )


def _human(
    instrument: Instrument,
    samples: Sequence[Population],
    yardstick: Sequence[str | Population] | None,
    ways: Ways,
    progress: Callable[[str], None],
) -> Human:
    chosen = yardstick or (samples[:2] if len(samples) > 1 else human_data_of(instrument).yardstick)
    if not chosen:
        why = f"no two human samples of {instrument.id} are known; name them as the yardstick"
        return Human(None, why, ways, progress)
    pair = chosen_populations(list(chosen))
    if len(pair) != 2:
        raise DataError(f"{len(pair)} samples are not a yardstick; name two human samples")
    _same_instrument(instrument, pair)
    return Human((pair[0], pair[1]), "", ways, progress)


class _Work:
    """The growing results of one analysis."""

    def __init__(
        self,
        instrument: Instrument,
        models: dict[str, str],
        human: Human,
        declared: str | None,
        progress: Callable[[str], None],
    ) -> None:
        self.instrument, self.models, self.human = instrument, models, human
        self.declared, self.progress = declared, progress
        self.wording: list[SameWords] = []
        self.ladders: list[LadderWithPeople] = []
        self.constructs: list[Constructs] = []
        self.refused: dict[str, str] = {}
        self.flags: set[str] = set()

    def compare(self, side: ComparedRows, people: Population) -> None:
        """Compare one respondent with one sample by items if the words agree, else by scales."""
        same, why = wording_match(side.sheets, people, declared=self.declared)
        self.wording.append(
            SameWords(respondent=side.name, population=people.id, same=same, reason=why)
        )
        self.flags |= side.flags | doubts(side, people)
        if not same:
            self._scales(side, people, why)
            return
        for model in self.models.items():
            self.progress(f"{model[0]}: {side.name} and {people.id}")
            ladder = ladder_with_people(model, side, people, human=self.human)
            if ladder.estimator == "ML":
                self.flags.add(NORMAL)
            if ladder.ladder is None:
                place = f"{side.name} and {people.id}, {model[0]}"
                hint = f"; {DESIGN.format(id=people.id)}" if ladder.few else ""
                self.refused[place] = ladder.refused + hint
            else:
                self.ladders.append(ladder)
                self.flags |= {
                    f"{side.name} and {people.id}, {model[0]}: {flag}"
                    for flag in ladder.ladder.flags
                }

    def _scales(self, side: ComparedRows, people: Population, why: str) -> None:
        what = f"{side.name} and {people.id}"
        self.refused[f"{what}, item by item"] = (
            f"{why}. Other words make other indicators. Install the words the people were given "
            f"(valuealign instruments wording {self.instrument.id} FILE), administer with "
            "--wording official, and declare the translation if the language is another"
        )
        label = "open form" if "open form" in why else "other words"
        self.progress(f"scales: {what}")
        ways = self.human.ways
        try:
            self.constructs.append(
                constructs(
                    side,
                    people_of(people, self.instrument),
                    self.instrument,
                    label=f"{label}: {why}",
                    draws=ways.draws or 200,
                    seed=ways.seed,
                )
            )
        except AnalysisError as error:
            self.refused[f"{what}, scale by scale"] = f"{error}; {DESIGN.format(id=people.id)}"

    def result(self, unit: Unit, groups: Sequence[ComparedRows]) -> WithPeople:
        """Return the complete result.

        Raises
        ------
        AnalysisError
            There is nothing.
        """
        if not self.ladders and not self.constructs:
            reasons = dict.fromkeys(f"{k}: {v}" for k, v in self.refused.items())
            raise AnalysisError("nothing can be compared. " + " | ".join(reasons))
        return WithPeople(
            instrument=self.instrument.id,
            unit=f"{unit}: {UNITS[unit][1]}",
            rows=tuple(group.description for group in groups),
            wording=tuple(self.wording),
            ladders=tuple(self.ladders),
            constructs=tuple(self.constructs),
            refused=self.refused,
            flags=frozenset(self.flags),
        )
