"""Cut-offs, bands and power by simulation: a model fitted to samples of a known truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from valuealign.analysis.moments import Moments
from valuealign.analysis.result_display import Shown
from valuealign.analysis.sem.after.draws import run_draws
from valuealign.analysis.sem.after.known_truth import Truth, draw_sample, truth_of
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.ordinal import with_ordinal
from valuealign.analysis.sem.estimation.solution import Solution, solve
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.fit_measures.measures import fit_measures
from valuealign.analysis.sem.fit_measures.residuals import moment_pairs
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError, NotConverged, NotSupported

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
MEASURES = ("chisq", "pvalue", "cfi", "rmsea", "srmr")
_INDICES = {"cfi": True, "rmsea": False, "srmr": False}
"""What is placed among samples of another n, and whether low values are the bad ones."""


@dataclass(frozen=True, repr=False, kw_only=True)
class Simulation(Shown):
    """A model fitted to many samples of a known truth.

    Parameters
    ----------
    draws : DataFrame, shape (n_draws, n_parameters + n_measures)
        One row a sample: the free parameters, then the measures; NaN where it gave no result.
    pvalues : DataFrame, shape (n_draws, n_parameters)
        Of each free parameter being 0.
    truth : str
        The model or moments that samples were drawn from.
    sizes : tuple of int
        Respondents by group.
    seed : int
    n_failed : int
        Samples without a result; they are counted, not replaced.
    """

    draws: pd.DataFrame
    pvalues: pd.DataFrame
    truth: str
    sizes: tuple[int, ...]
    seed: int
    n_failed: int

    def cutoffs(self, *, level: float = 0.95) -> pd.Series[float]:
        """Return the value that each measure reaches in a given share of samples.

        Parameters
        ----------
        level : float
            CFI at least, RMSEA and SRMR at most, what this share of the samples gives.

        Returns
        -------
        Series, one value a measure
        """
        import pandas as pd

        tails = {name: 1 - level if low else level for name, low in _INDICES.items()}
        return pd.Series({n: float(self.draws[n].quantile(q)) for n, q in tails.items()})

    def place(self, fit: Fit) -> pd.DataFrame:
        """Compare a fit with the samples.

        Parameters
        ----------
        fit : Fit

        Returns
        -------
        DataFrame
            By measure: ``value``, the samples' ``median``, ``low`` and ``high`` (90 % of them),
            and ``share_worse``, the share of samples that fit worse.
        """
        import pandas as pd

        rows = {}
        for name, low in _INDICES.items():
            column = self.draws[name].dropna()
            value = float(fit.measures[name])
            worse = column < value if low else column > value
            rows[name] = {
                "value": value,
                "median": float(column.median()),
                "low": float(column.quantile(0.05)),
                "high": float(column.quantile(0.95)),
                "share_worse": float(worse.mean()),
            }
        return pd.DataFrame(rows).T

    def power(self, *, alpha: float = 0.05) -> pd.Series[float]:
        """Return how often each parameter, and the model itself, was rejected.

        Parameters
        ----------
        alpha : float

        Returns
        -------
        Series
            By parameter, the share of samples in which it differed from 0; and under ``model``
            the share in which the chi-square rejected the model.
        """
        import pandas as pd

        done = self.draws["pvalue"].notna()
        shares = (self.pvalues[done] < alpha).mean()
        own = float((self.draws.loc[done, "pvalue"] < alpha).mean())
        out: pd.Series[float] = pd.concat([shares, pd.Series({"model": own})])
        return out


@checked
def simulate(
    fit: Fit,
    draws: int,
    *,
    seed: int,
    truth: Fit | Moments | Mapping[str, Moments] | None = None,
    n: int | Sequence[int] | None = None,
    backend: str | None = None,
    workers: int = 1,
) -> Simulation:
    """Fit a model to samples drawn from a known truth.

    Parameters
    ----------
    fit : Fit
        The model, and how it is fitted.
    draws : int
        Number of samples.
    seed : int
        The samples depend on it alone.
    truth : Fit, Moments or mapping of group to Moments, optional
        The population to sample from: the implied moments of a fit (another model over the same
        variables shows how this model fails when that one holds), or moments as they are. By
        default the implied moments of `fit` itself.
    n : int or sequence of int, optional
        Respondents in each group; by default the fit's.
    backend : str, optional
        A joblib backend ("loky", "threading", "dask").
    workers : int
        Processes or threads that share the draws.

    Returns
    -------
    Simulation
        ``.draws``: the fit measures of each simulated sample, and ``.pvalues``.

    Raises
    ------
    AnalysisError
        No draws; a truth over other variables or groups; sizes that do not match the groups.
    NotSupported
        Clusters, sampling weights, exploratory blocks or fixed covariates.

    Notes
    -----
    Variables are drawn from the normal distribution, ordinal ones cut at the truth's thresholds.
    Rows are complete. Cut-offs have two uses: with the fit's own truth they show what a true model
    gives at this n (*dynamic* cut-offs); with `shrunken` moments of people they show what people's
    own misfit gives at the model's n.

    References
    ----------
    McNeish, D., & Wolf, M. G. (2023). Dynamic fit index cutoffs for confirmatory factor analysis
    models. Psychological Methods, 28, 61-88. doi:10.1037/met0000425

    Muthén, L. K., & Muthén, B. O. (2002). How to use a Monte Carlo study to decide on sample
    size and determine power. Structural Equation Modeling, 9, 599-620.
    doi:10.1207/S15328007SEM0904_8

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 5))
    >>> fit = va.cfa("f =~ a + b + c + d + e", pd.DataFrame(x, columns=list("abcde")))
    >>> found = va.simulate(fit, 50, seed=1)
    >>> bool(found.cutoffs()["cfi"] > 0.97), found.n_failed
    (True, 0)
    """
    import pandas as pd

    solution = fit.solution
    if draws < 1:
        raise AnalysisError(f"draws is {draws}; expected 1 or more")
    _check(solution)
    source = truth_of(solution, truth)
    sizes = _sizes(solution, n)
    _ = solution.near  # computed once, not by every worker
    values = run_draws(
        partial(_draw, solution, source, sizes), draws, seed=seed, backend=backend, workers=workers
    )
    names = solution.table.parameter_names()
    k = len(names)
    frame = pd.DataFrame(values[:, : k + len(MEASURES)], columns=[*names, *MEASURES])
    return Simulation(
        draws=frame,
        pvalues=pd.DataFrame(values[:, k + len(MEASURES) :], columns=names),
        truth="own" if truth is None else "given",
        sizes=sizes,
        seed=seed,
        n_failed=int(frame.isna().all(axis=1).sum()),
    )


@checked
def shrunken(fit: Fit) -> dict[str, Moments]:
    """Return moments whose misfit under a model is the sample's misfit without sampling error.

    Parameters
    ----------
    fit : Fit
        Of people; maximum likelihood, continuous variables.

    Returns
    -------
    dict of str to Moments
        By group. A mixture of the sample's moments and the model's, at which the model's
        discrepancy is F - df / n: the sample's misfit minus the part expected by chance. Sampling
        from the raw moments would overstate people's misfit.

    Raises
    ------
    NotSupported
        A fit by another discrepancy, or to incomplete rows.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 5))
    >>> x[:, 1] += x[:, 0]
    >>> people = va.cfa("f =~ a + b + c + d + e", pd.DataFrame(x, columns=list("abcde")))
    >>> truth = va.shrunken(people)
    >>> again = va.cfa("f =~ a + b + c + d + e", truth[""])
    >>> wanted = people.measures["chisq"] - people.measures["df"]
    >>> bool(abs(again.measures["chisq"] - wanted) < 0.01)
    True
    """
    solution = fit.solution
    if not solution.setup.is_likelihood or solution.setup.missing != "listwise":
        raise NotSupported("misfit is shrunk for maximum likelihood on complete rows only")
    pairs = moment_pairs(solution)
    goal = max(solution.chisq - solution.df, 0.0)

    def between(t: float) -> list[Observed]:
        return [
            replace(
                group,
                rows=None,
                weights=None,
                clusters=None,
                covariance=pair.sigma + t * (pair.S - pair.sigma),
                mean=group.mean
                if pair.mean is None or pair.mu is None
                else pair.mu + t * (pair.mean - pair.mu),
            )
            for group, pair in zip(solution.observed, pairs, strict=True)
        ]

    setup = replace(
        solution.setup,
        se="standard",
        test="standard",
        information="expected",
        likelihood="normal",
        weighted=False,
    )

    def gap(t: float) -> float:
        return solve(solution.table, between(t), setup, start=solution.x).chisq - goal

    t = 0.0 if goal == 0 else float(brentq(gap, 0.0, 1.0, xtol=1e-6))
    return {
        group.label: Moments(
            group.covariance, group.mean, n=round(group.n), names=group.names, divisor="n"
        )
        for group in between(t)
    }


def _sizes(solution: Solution, n: int | Sequence[int] | None) -> tuple[int, ...]:
    groups = len(solution.observed)
    if n is None:
        return tuple(round(group.n) for group in solution.observed)
    sizes = (n,) * groups if isinstance(n, int) else tuple(int(k) for k in n)
    if len(sizes) != groups or min(sizes) <= len(solution.table.names.observed):
        raise AnalysisError(
            f"n is {n}; expected one size or {groups}, each above the number of variables"
        )
    return sizes


def _check(solution: Solution) -> None:
    if any(group.weights is not None or group.clusters is not None for group in solution.observed):
        raise NotSupported("clusters and sampling weights are not simulated")
    if solution.table.names.efa:
        raise NotSupported("models with exploratory blocks are not simulated yet")
    if any(row.exo for row in solution.table.rows):
        raise NotSupported("fixed covariates are not simulated; fit with fixed_x=False")


def _draw(
    solution: Solution,
    truth: Sequence[Truth],
    sizes: Sequence[int],
    seed: np.random.SeedSequence,
) -> FloatArray:
    """Return estimates, measures and p-values of one sample; NaN where the fit fails."""
    rng = np.random.default_rng(seed)
    k = solution.table.n_free
    setup = replace(solution.setup, missing="listwise")
    try:
        samples = [
            draw_sample(
                group,
                part,
                n,
                rng,
                rows=setup.se != "standard"
                or setup.test != "standard"
                or setup.facts.from_fourth_moments
                or setup.ordinal,
            )
            for group, part, n in zip(solution.samples, truth, sizes, strict=True)
        ]
        if setup.ordinal:
            ordered = tuple(solution.table.options.thresholds)
            samples, _ = with_ordinal(samples, solution.table.names, ordered)
        fitted = Fit(
            solution=solve(solution.table, samples, setup, start=solution.x, factor=solution.near)
        )
        of = fit_measures(fitted.solution)
        values = [of[name] for name in MEASURES]
        se = fitted.precision.se
    except (NotConverged, DataError, np.linalg.LinAlgError):
        return np.full(2 * k + len(MEASURES), np.nan)
    from scipy.special import ndtr

    pvalues = 2 * ndtr(-np.abs(fitted.solution.x / np.where(se > 0, se, np.nan)))
    return np.concatenate([fitted.solution.x, values, pvalues])
