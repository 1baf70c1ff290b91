"""The number of personas that each level of a ladder with people needs, by simulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.invariance.invariance import invariance
from valuealign.analysis.invariance.restriction_misfit import (
    MARGIN,
    chance_shown,
    restriction_misfit,
)
from valuealign.analysis.moments import Moments
from valuealign.analysis.result_display import Shown
from valuealign.analysis.sem.after.difference_test import LrTest
from valuealign.analysis.sem.after.simulate import shrunken, simulate
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.model import cfa
from valuealign.arguments import checked
from valuealign.errors import AnalysisError
from valuealign.inquiry.comparison.people import chosen_populations
from valuealign.inquiry.invariance.ladder_with_people import items_of_model
from valuealign.instrument.load import load_instrument

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument
    from valuealign.population.population import Population

LARGEST = 100_000
"""Rows beyond which no number is looked for."""
LEVELS = ("configural", "metric", "scalar", "strict")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class InvarianceDesign(Shown):
    """The number of a respondent's rows that a ladder with people needs.

    Attributes
    ----------
    table : DataFrame
        One row a measurement model and level: ``model level items df_diff``; ``rows_covariance``,
        below which there is none; ``rows_power``, with which a misfit at the margin is found with
        the wanted power; ``rows_equivalence``, with which a respondent that answers as people do
        is shown to be equivalent with that chance, as simulated: ``simulated`` is the share of
        samples of that size in which it was (by proper solutions), ``proper`` the share in which
        both solutions were proper. Missing where no number of rows does it; ``reason`` says why.
    population : str
    power, margin, alpha : float
    draws, seed : int

    Examples
    --------
    >>> import valuealign as va
    >>> only = {"enhancement": va.load_instrument("pvq-21").lavaan("enhancement")}
    >>> found = va.invariance_design("pvq21-us-gss2012", models=only, draws=10)
    >>> print(str(found).split(",", maxsplit=1)[0])
    Rows beside pvq21-us-gss2012
    """

    table: pd.DataFrame
    population: str
    power: float
    margin: float
    alpha: float
    draws: int
    seed: int

    def __str__(self) -> str:
        head = (
            f"Rows beside {self.population}, for a power of {self.power:g} at a margin of "
            f"{self.margin:g} (RMSEA_D), alpha {self.alpha:g}; {self.draws} samples each, seed "
            f"{self.seed}."
        )
        return f"{head}\n{self.table.to_string(index=False, na_rep='')}"

    def _repr_html_(self) -> str:
        from valuealign.escape import for_html

        head = for_html(str(self).split("\n", maxsplit=1)[0])
        return f"<p>{head}</p>{self.table.to_html(index=False, na_rep='')}"


@checked
def invariance_design(
    people: str | Population,
    instrument: str | Instrument | None = None,
    *,
    models: dict[str, str] | None = None,
    power: float = 0.8,
    margin: float = MARGIN,
    alpha: float = 0.05,
    draws: int = 200,
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> InvarianceDesign:
    """Simulate how many personas a ladder with people needs.

    Parameters
    ----------
    people : str or Population
        The human sample that the model is compared with; its size is given.
    instrument : str or Instrument, optional
        By default the sample's.
    models : dict of str to str, optional
        Name to lavaan syntax; by default the instrument's own models.
    power : float
        Wanted chance.
    margin : float
        Misfit per restriction (RMSEA_D) that counts as none.
    alpha : float
        Significance level of the tests.
    draws : int
        Samples a level.
    seed : int
        Of the random draws; the same seed gives the same result.
    progress : callable, optional
        Called with each simulation that begins.

    Returns
    -------
    InvarianceDesign
        ``.table``: the rows that each level needs.

    Raises
    ------
    AnalysisError
        A power that is none, a sample of another instrument, a model that cannot be fitted to
        the people.

    Notes
    -----
    Rows are drawn with people's own loadings, intercepts and uniquenesses, and with their misfit
    less what chance adds to it (`va.shrunken`): the respondent is invariant, and what is asked is
    how many rows it takes to show that. The number that the noncentral chi-square gives is the
    first guess; it is raised by 15 % until the simulated share reaches the power. Rows are taken as
    independent: personas, one administration each or averaged.

    References
    ----------
    Yuan, K.-H., & Chan, W. (2016). Measurement invariance via multigroup SEM: Issues and
    solutions with equivalence-testing-based approaches. Psychological Methods, 21, 405-426.
    doi:10.1037/met0000080

    Examples
    --------
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> only = {"openness": pvq.lavaan("openness")}
    >>> found = invariance_design("pvq21-de-ess9", pvq, models=only, draws=20)
    >>> found.table["level"].tolist(), int(found.table["rows_covariance"].iloc[0])
    (['configural', 'metric', 'scalar', 'strict'], 7)
    """
    import pandas as pd

    (sample,) = chosen_populations([people])
    if not 0 < power < 1 or not 0 < alpha < power or not margin > 0 or draws < 1:
        raise AnalysisError(
            f"power is {power}, alpha {alpha}, margin {margin}, draws {draws}; expected alpha "
            "below power, both between 0 and 1, and the others above 0"
        )
    named = sample.instrument if instrument is None else instrument
    loaded = load_instrument(named) if isinstance(named, str) else named
    if loaded.id != sample.instrument:
        raise AnalysisError(f"{sample.id} is of {sample.instrument}, not of {loaded.id}")
    rows: list[dict[str, Any]] = []
    wanted = _Wanted(power, margin, alpha, draws, seed, progress or (lambda _: None))
    for name, text in (models or loaded.default_lavaan).items():
        rows += _of_model(name, text, sample, wanted)
    columns = dict.fromkeys(("df_diff", "rows_power", "rows_equivalence"), "Int64")
    return InvarianceDesign(
        table=pd.DataFrame(rows).astype(columns),
        population=sample.id,
        power=power,
        margin=margin,
        alpha=alpha,
        draws=draws,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    power: float
    margin: float
    alpha: float
    draws: int
    seed: int
    progress: Callable[[str], None]


def _of_model(name: str, text: str, people: Population, wanted: _Wanted) -> list[dict[str, Any]]:
    items = items_of_model(text)
    moments = people.of(items)
    truth = next(iter(shrunken(cfa(text, moments)).values()))
    same = {"people": moments, "model": moments}
    ladder = invariance(text, same, levels=LEVELS, effect_sizes=False)
    fits = [ladder.fits[level] for level in LEVELS]
    rows = [
        {
            "model": name,
            "level": "configural",
            "items": len(items),
            "df_diff": None,
            "rows_covariance": len(items) + 1,
            "rows_power": None,
            "rows_equivalence": None,
            "simulated": np.nan,
            "proper": np.nan,
            "reason": "a level to itself; its misfit is placed among people's",
        }
    ]
    for level, free, restricted in zip(LEVELS[1:], fits, fits[1:], strict=False):
        rows.append(
            {"model": name, "level": level, "items": len(items)}
            | _of_level(f"{name}: {level}", (free, restricted), truth, wanted)
        )
    return rows


def _of_level(what: str, fits: tuple[Fit, Fit], truth: Moments, wanted: _Wanted) -> dict[str, Any]:
    people, items = truth.n, len(truth.names)
    df = int(fits[1].measures["df"] - fits[0].measures["df"])
    test = LrTest(chisq_diff=0.0, df_diff=df, pvalue=1.0, method="standard", scaling=1.0)

    def chance(n: int) -> float:
        """Of rejecting a misfit at the margin."""
        return restriction_misfit(
            test, sizes=[people, n], margin=wanted.margin, alpha=wanted.alpha
        ).power

    def shown(n: int) -> float:
        """Of showing equivalence where there is no misfit."""
        return chance_shown(df, sizes=[people, n], margin=wanted.margin, alpha=wanted.alpha)

    out: dict[str, Any] = {
        "df_diff": df,
        "rows_covariance": items + 1,
        "rows_power": _first(chance, items + 1, wanted.power),
        "rows_equivalence": None,
        "simulated": np.nan,
        "proper": np.nan,
        "reason": "",
    }
    n = _first(shown, items + 1, wanted.power)
    share, proper = np.nan, np.nan
    while n is not None and n <= LARGEST:
        wanted.progress(f"{what}: {n:,} rows, {wanted.draws} samples")
        share, proper = _simulated(fits, truth, n, wanted)
        if share >= wanted.power:
            return out | {"rows_equivalence": n, "simulated": share, "proper": proper}
        n = int(np.ceil(n * 1.15))
    why = (
        f"{people:,} people are too few: with any number of rows the chance stays below "
        f"{wanted.power:g}"
        if n is None
        else f"people's misfit shows through: at {LARGEST:,} rows it is not reached"
    )
    return out | {"simulated": share, "proper": proper, "reason": why}


def _first(chance: Callable[[int], float], least: int, wanted: float) -> int | None:
    """Return the smallest number of rows that gives the chance."""
    if chance(LARGEST) < wanted:
        return None
    low, high = least, LARGEST
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= wanted else (middle + 1, high)
    return low


def _simulated(fits: Sequence[Fit], truth: Moments, n: int, wanted: _Wanted) -> tuple[float, float]:
    """Return how often equivalence is shown, and how often every solution is proper."""
    groups = {"people": truth, "model": truth}
    free, restricted = (
        simulate(fit, wanted.draws, seed=wanted.seed, truth=groups, n=[truth.n, n]).draws
        for fit in fits
    )  # one seed: both levels are fitted to the same samples
    df = int(fits[1].measures["df"] - fits[0].measures["df"])
    proper = _proper(free, fits[0]) & _proper(restricted, fits[1])
    shown = [
        restriction_misfit(
            LrTest(chisq_diff=float(gap), df_diff=df, pvalue=1.0, method="standard", scaling=1.0),
            sizes=[truth.n, n],
            margin=wanted.margin,
            alpha=wanted.alpha,
        ).negligible(wanted.alpha)
        for gap in restricted["chisq"] - free["chisq"]
    ]
    return float((np.array(shown) & proper).mean()), float(proper.mean())


def _proper(draws: pd.DataFrame, fit: Fit) -> Any:
    """Say which samples gave no negative variance and positive definite factor covariances."""
    solution = fit.solution
    names = solution.table.parameter_names()

    def proper(x: Any) -> bool:
        for structure in solution.structures:
            p = structure.p
            spread = np.diag(structure.matrices(x)[1])
            factors = structure.state(x).C[p:, p:]
            if spread.min() < 0 or np.linalg.eigvalsh(factors)[0] < 0:
                return False
        return True

    values = draws[names].to_numpy()
    return np.array([bool(np.isfinite(x).all()) and proper(x) for x in values])
