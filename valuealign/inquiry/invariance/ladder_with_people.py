"""Ladders of a model with people, people's own ladders, and people's misfit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.claims.latent_means import LatentMeans, latent_means
from valuealign.analysis.invariance.invariance import Invariance, invariance
from valuealign.analysis.invariance.level_verdict import InvarianceVerdict, LevelVerdict
from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.after.simulate import shrunken, simulate
from valuealign.analysis.sem.model import cfa
from valuealign.analysis.sem.specification.estimators import estimator_named
from valuealign.analysis.sem.specification.parameter_table import sort_names
from valuealign.analysis.sem.specification.syntax import parse
from valuealign.errors import (
    AnalysisError,
    ConstantItem,
    NotSupported,
    SingularCovariance,
    TooFewRows,
)
from valuealign.inquiry.invariance.groups import FAMILY, ComparedRows, complete_rows

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.population.population import Population

TESTS = (
    "chisq",
    "pvalue",
    "cfi",
    "rmsea",
    "chisq_diff",
    "pvalue_diff",
    "delta_cfi",
    "delta_rmsea",
    "equal_n_chisq_diff",
    "equal_n_delta_cfi",
    "equal_n_delta_rmsea",
    "rmsea_d",
    "rmsea_d_lower",
    "rmsea_d_upper",
    "power",
    "equivalence_p",
)
"""What needs a test statistic of known distribution."""
NO_TEST = (
    "bivariate tables of people give ordinal estimates but no test: the covariance of thresholds "
    "and polychoric correlations, which robust tests need, takes rows of people"
)


@dataclass(frozen=True)
class Ways:
    """The settings of ladders, the same for models and people.

    Attributes
    ----------
    estimator : str or None
        None: MLM where the samples ship a Gamma of the items (or rows), else ML; for ordinal
        items WLSMV with rows of people and DWLS with their tables.
    ordered : bool
    options : mapping
        Of `invariance`: levels, margin, alpha, partial.
    draws, seed : int
        Of people's band of misfit; 0 draws leave it out.
    """

    estimator: str | None
    ordered: bool
    options: Mapping[str, Any]
    draws: int
    seed: int


@dataclass(frozen=True, eq=False, kw_only=True)
class LadderWithPeople:
    """A model's ladder with people, and the ladder between samples of people.

    Attributes
    ----------
    respondent, population, model : str
        Whose rows, which people, which measurement model.
    n : int
        Rows of the respondent.
    estimator : str
    ladder : Invariance or None
    refused : str
        Why there is no ladder.
    few : bool
        Whether more, or other, rows would do.
    human : Invariance or None
        Between two human samples.
    human_told : str
        Which two, or why there is none.
    latent : LatentMeans or None
        Whether this construct's latent means may be compared with people's, by equivalence of
        loading ratios and of intercepts; structure must be permitted first.
        None where scaled tests cannot be had.
    band : DataFrame or None
        ``value median low high share_worse`` of CFI, RMSEA and SRMR: the respondent's own fit
        among samples of people of its size.
    """

    respondent: str
    population: str
    model: str
    n: int
    estimator: str
    ladder: Invariance | None
    refused: str
    few: bool
    human: Invariance | None
    human_told: str
    band: pd.DataFrame | None
    latent: LatentMeans | None = None

    def against_people(self, level: str) -> str:
        """Say whether a level's misfit is larger than between people.

        Parameters
        ----------
        level : str

        Returns
        -------
        str
            By the 90 % intervals of RMSEA_D.
        """
        if self.ladder is None or self.human is None:
            return "not available"
        ends = []
        for ladder in (self.ladder, self.human):
            row = ladder.table[ladder.table["level"] == level]
            for name in ("rmsea_d_lower", "rmsea_d_upper"):
                ends.append(float(row[name].iloc[0]) if len(row) else np.nan)
        if not np.isfinite(ends).all():
            return "not available"
        low, high, least, most = ends
        if low > most:
            return "more than between people"
        if high < least:
            return "less than between people"
        return "not told apart from between people"


def items_of_model(text: str) -> list[str]:
    """Return the observed variables of a model's syntax."""
    return list(sort_names(parse(text).statements).observed)


def ladder_with_people(
    model: tuple[str, str], side: ComparedRows, people: Population, *, human: Human
) -> LadderWithPeople:
    """Fit one measurement model to a respondent and people, and compare with people's ladder.

    Parameters
    ----------
    model : (str, str)
        Its name, and its lavaan syntax.
    side : ComparedRows
    people : Population
    human : Human
        With the ways in which ladders are fitted.

    Returns
    -------
    LadderWithPeople
    """
    name, text = model
    items, ways = items_of_model(text), human.ways
    facts: dict[str, Any] = {
        "respondent": side.name,
        "population": people.id,
        "model": name,
    }
    own, own_told = human.of(name, text)
    try:
        rows = complete_rows(side, items)
        estimator = human.estimator([people], items)
        ladder = _ladder(text, side, people, estimator, ways)
    except AnalysisError as error:
        n = len(side.rows.dropna(subset=[i for i in items if i in side.rows.columns]))
        return LadderWithPeople(
            **facts,
            n=n,
            estimator="",
            ladder=None,
            refused=str(error),
            human=own,
            few=isinstance(error, ConstantItem | SingularCovariance | TooFewRows),
            human_told=own_told,
            band=None,
        )
    band = _band(text, rows[items], people, ways)
    return LadderWithPeople(
        **facts,
        n=len(rows),
        estimator=estimator,
        ladder=ladder,
        refused="",
        few=False,
        human=own,
        human_told=own_told,
        band=band,
        latent=_latent(text, rows[items], people, ways),
    )


@dataclass(eq=False)
class Human:
    """Ladders between two human samples, each fitted once.

    Parameters
    ----------
    pair : tuple of Population, or None
    why_not : str
        Why there is no pair.
    ways : Ways
    progress : callable
    """

    pair: tuple[Population, Population] | None
    why_not: str
    ways: Ways
    progress: Callable[[str], None]

    def __post_init__(self) -> None:
        self._found: dict[str, tuple[Invariance | None, str]] = {}

    def estimator(self, people: Sequence[Population], items: list[str]) -> str:
        """The named estimator, else the best that the samples support."""
        if self.ways.estimator:
            return self.ways.estimator
        rows = all(sample.rows is not None for sample in people)
        if self.ways.ordered:
            return "WLSMV" if rows else "DWLS"
        return "MLM" if all(_scaled(sample, items) for sample in people) else "ML"

    def of(self, name: str, text: str) -> tuple[Invariance | None, str]:
        """Return the ladder of a model between the two samples, and their names."""
        if name not in self._found:
            self._found[name] = self._fitted(name, text)
        return self._found[name]

    def _fitted(self, name: str, text: str) -> tuple[Invariance | None, str]:
        if self.pair is None:
            return None, self.why_not
        between = " and ".join(sample.id for sample in self.pair)
        self.progress(f"{name}: people and people ({between})")
        try:
            items = items_of_model(text)
            estimator = self.estimator(self.pair, items)
            groups = {sample.id: sample_input(sample, items, estimator) for sample in self.pair}
            return fitted(text, groups, estimator, self.ways), between
        except AnalysisError as error:
            return None, f"{between}: {error}"


def _scaled(people: Population, items: list[str]) -> bool:
    """Whether scaled tests are possible: a Gamma of the items, or rows without weights."""
    if people.of(items).gamma is not None:
        return True
    return people.rows is not None and not people.source.weights


def sample_input(
    people: Population, items: list[str], estimator: str, *, cluster: bool = False
) -> Any:
    """Return a sample as the estimator needs it: moments or rows.

    Raises
    ------
    NotSupported
        It needs rows, and the sample has none, or weighted ones.
    """
    moments = people.of(items)
    needs = "rows" if cluster else estimator_named(estimator).needs
    if needs == "moments" or (needs == "gamma" and moments.gamma is not None):
        return moments
    if people.rows is None:
        what = "tests that respect clusters need" if cluster else f"estimator {estimator} needs"
        raise NotSupported(
            f"{what} rows of people, and {people.id} is moments; "
            + ("average the clusters instead" if cluster else "ML and, with a Gamma, MLM do not")
        )
    if people.source.weights:
        raise NotSupported(f"{people.id} is weighted; its rows are taken with ML on its moments")
    rows = people.rows[items]
    return rows.assign(**{FAMILY: [f"person {k}" for k in range(len(rows))]}) if cluster else rows


def fitted(
    text: str, groups: Mapping[str, Any], estimator: str, ways: Ways, **more: Any
) -> Invariance:
    """Fit a ladder; without a test every level is inconclusive."""
    without_test = ways.ordered and estimator_named(estimator).without_test
    if without_test:
        for name, part in groups.items():
            if isinstance(part, Moments) and part.tables is None:
                raise NotSupported(
                    f"{name} is moments without bivariate tables; ordinal estimates need these, or "
                    "rows of people"
                )
    ladder = invariance(
        text, groups, estimator=estimator, ordered=ways.ordered or None, **ways.options, **more
    )
    return _estimates_only(ladder) if without_test else ladder


def _estimates_only(ladder: Invariance) -> Invariance:
    levels = tuple(
        LevelVerdict(
            level=verdict.level,
            standing="inconclusive",
            reason=f"{NO_TEST[0].upper()}{NO_TEST[1:]}.",
        )
        for verdict in ladder.verdict.levels
    )
    table = ladder.table.assign(**dict.fromkeys(TESTS, np.nan), standing="inconclusive")
    return replace(
        ladder,
        table=table,
        items=ladder.items.iloc[:0],
        groups=ladder.groups.assign(chisq=np.nan),
        verdict=InvarianceVerdict(levels=levels, notes=ladder.verdict.notes),
        flags=ladder.flags | {NO_TEST},
    )


def _ladder(
    text: str, side: ComparedRows, people: Population, estimator: str, ways: Ways
) -> Invariance:
    cluster = FAMILY in side.rows.columns
    if cluster:
        estimator = "MLR"
    name = side.name if side.name != people.id else f"{side.name} (rows)"
    groups = {
        people.id: sample_input(people, items_of_model(text), estimator, cluster=cluster),
        name: side.rows,
    }
    more = {"cluster": FAMILY} if cluster else {}
    return fitted(text, groups, estimator, ways, **more)


def _latent(text: str, rows: pd.DataFrame, people: Population, ways: Ways) -> LatentMeans | None:
    """Judge one construct's latent means; None for ordinal items and without scaled tests."""
    if ways.ordered or not _scaled(people, list(rows.columns)):
        return None
    return latent_with_people(text, rows, people)


def latent_with_people(text: str, rows: pd.DataFrame, people: Population) -> LatentMeans:
    """Judge whether one construct's latent means may be compared with people's.

    Parameters
    ----------
    text : str
        The measurement model, in lavaan's syntax.
    rows : DataFrame
        Complete rows of the model's items, one a persona.
    people : Population
        Its Gamma is used where it has one, else its rows, where they carry no weights.

    Returns
    -------
    LatentMeans
        Criteria are not available where the sample gives no scaled test.
    """
    items = list(rows.columns)
    theirs = people.of(items)
    if theirs.gamma is None and _scaled(people, items):
        return latent_means(text, rows, people.rows[items])  # type: ignore[index]
    return latent_means(text, rows, theirs)


def _band(text: str, rows: pd.DataFrame, people: Population, ways: Ways) -> pd.DataFrame | None:
    """Compare a respondent's misfit with samples of people of its size."""
    if ways.draws < 1 or ways.ordered:
        return None
    try:
        theirs = cfa(text, people.of(list(rows.columns)))
        truth = next(iter(shrunken(theirs).values()))
        simulation = simulate(theirs, ways.draws, seed=ways.seed, truth=truth, n=len(rows))
        return simulation.place(cfa(text, rows))
    except AnalysisError:
        return None
