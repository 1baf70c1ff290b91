"""Bootstrap of a fitted model: refits to samples drawn from its own data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.result_display import Shown
from valuealign.analysis.sem.after.draws import run_draws
from valuealign.analysis.sem.estimation.observed import Observed, summarise
from valuealign.analysis.sem.estimation.solution import Solution, solve
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.fit_measures.measures import fit_measures
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, NotConverged, NotSupported

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Kind = Literal["nonparametric", "bollen.stine"]

_ROWS = 256
"""Rows that are summed up at once, so that they stay in the cache."""


@dataclass(frozen=True, repr=False, kw_only=True)
class Bootstrap(Shown):
    """Draws of a bootstrap.

    Parameters
    ----------
    draws : DataFrame, shape (n, n_parameters + n_measures)
        One row a draw: every free parameter, then the measures. NaN where a draw did not
        converge.
    kind : {"nonparametric", "bollen.stine"}
    seed : int
    n_failed : int
        Draws without a result. They are not replaced, because that would select samples.
    fit : Fit
        What was resampled.
    """

    draws: pd.DataFrame
    kind: Kind
    seed: int
    n_failed: int
    fit: Fit

    def intervals(self, *, level: float = 0.95) -> pd.DataFrame:
        """Standard error and percentile interval of every column.

        Parameters
        ----------
        level : float

        Returns
        -------
        DataFrame
            Columns ``se ci_lower ci_upper``, one row a parameter or measure.
        """
        import pandas as pd

        tail = (1 - level) / 2
        return pd.DataFrame(
            {
                "se": self.draws.std(),
                "ci_lower": self.draws.quantile(tail),
                "ci_upper": self.draws.quantile(1 - tail),
            }
        )

    @property
    def pvalue(self) -> float:
        """Share of draws whose chi-square is at least the model's own (Bollen and Stine).

        Raises
        ------
        AnalysisError
            A nonparametric bootstrap, under which the model does not hold.
        """
        if self.kind != "bollen.stine":
            raise AnalysisError("only a bootstrap under the model tests it; kind='bollen.stine'")
        chisq = self.draws["chisq"].dropna()
        return float((1 + (chisq >= self.fit.measures["chisq"]).sum()) / (1 + len(chisq)))


@checked
def bootstrap(
    fit: Fit,
    n: int,
    *,
    seed: int,
    backend: str | None = None,
    workers: int = 1,
    kind: Kind = "nonparametric",
    measures: Sequence[str] = ("chisq", "cfi", "rmsea", "srmr"),
) -> Bootstrap:
    """Refit a model to samples of its own respondents.

    Parameters
    ----------
    fit : Fit
        Fitted to rows.
    n : int
        Number of draws.
    seed : int
        The draws depend on it alone: not on the number of workers or the backend.
    backend : str, optional
        A joblib backend ("loky", "threading", "dask"); by default processes ("loky").
    workers : int
        Processes or threads that share the draws.
    kind : {"nonparametric", "bollen.stine"}
        As the data are, for standard errors and intervals; or transformed so that the model
        holds in them, to test the model.
    measures : sequence of str
        Fit measures kept of each draw.

    Returns
    -------
    Bootstrap
        ``.draws``: one row a draw, one column a free parameter or fit measure.

    Raises
    ------
    NotSupported
        A fit to moments, to ordinal variables, with clusters or sampling weights; Bollen and
        Stine's with missing values.
    AnalysisError
        No draws, or a measure the fit does not have.

    Notes
    -----
    Groups are resampled within themselves. A draw that does not converge is counted, not
    replaced.

    References
    ----------
    Bollen, K. A., & Stine, R. A. (1992). Bootstrapping goodness-of-fit measures in structural
    equation models. Sociological Methods & Research, 21, 205-229.
    doi:10.1177/0049124192021002004

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))
    >>> fit = va.cfa("f =~ a + b + c + d", pd.DataFrame(x, columns=list("abcd")))
    >>> found = va.bootstrap(fit, 20, seed=1)
    >>> found.draws.shape, found.n_failed
    ((20, 12), 0)
    """
    _check(fit, n, kind, measures)
    solution = fit.solution
    groups = [
        _transformed(solution, k)
        if kind == "bollen.stine"
        else np.ascontiguousarray(group.rows, dtype=float)
        for k, group in enumerate(solution.samples)
    ]
    _ = solution.near  # computed once, not by every worker
    draw = partial(_draw, solution, groups, measures=tuple(measures))
    values = run_draws(draw, n, seed=seed, backend=backend, workers=workers)
    return _collected(fit, values, kind, seed, measures)


def _collected(
    fit: Fit, values: FloatArray, kind: Kind, seed: int, measures: Sequence[str]
) -> Bootstrap:
    import pandas as pd

    columns = [*fit.solution.table.parameter_names(), *measures]
    failed = int(np.isnan(values).all(axis=1).sum())
    return Bootstrap(
        draws=pd.DataFrame(values, columns=columns), kind=kind, seed=seed, n_failed=failed, fit=fit
    )


def _draw(
    solution: Solution,
    groups: Sequence[FloatArray],
    seed: np.random.SeedSequence,
    *,
    measures: tuple[str, ...],
) -> FloatArray:
    """Return the estimates and measures of one sample; NaN where the fit fails."""
    rng = np.random.default_rng(seed)
    observed: list[Observed] = []
    plain = solution.setup.se == solution.setup.test == "standard"
    for group, rows in zip(solution.samples, groups, strict=True):
        chosen = rng.integers(0, len(rows), len(rows))
        if plain and solution.setup.missing == "listwise" and solution.setup.normal:
            observed.append(_moments_of(group, rows, chosen))
        else:
            observed.append(summarise(replace(group, rows=rows[chosen], kept=None)))
    try:
        again = solve(
            solution.table, observed, solution.setup, start=solution.x, factor=solution.near
        )
        of = fit_measures(again)
        statistics = [of[name] for name in measures]
    except (NotConverged, np.linalg.LinAlgError):
        return np.full(solution.table.n_free + len(measures), np.nan)
    return np.concatenate([again.x, statistics])


def _moments_of(group: Observed, rows: FloatArray, chosen: NDArray[np.intp]) -> Observed:
    """Mean and covariance of the chosen rows, which normal theory asks for alone.

    A row that was drawn three times is weighted by three, not repeated.
    """
    p, centre = rows.shape[1], rows[0]
    times = np.bincount(chosen, minlength=len(rows))
    distinct = np.flatnonzero(times)
    root = np.sqrt(times[distinct])[:, None]
    total, products = np.zeros(p), np.zeros((p, p))
    for start in range(0, len(distinct), _ROWS):
        part = rows.take(distinct[start : start + _ROWS], axis=0)
        weight = root[start : start + _ROWS]
        part -= centre
        part *= weight
        total += weight[:, 0] @ part
        products += part.T @ part
    mean = total / group.n
    return replace(
        group,
        rows=None,
        kept=None,
        mean=mean + centre,
        covariance=products / group.n - np.outer(mean, mean),
    )


def _transformed(solution: Solution, group: int) -> FloatArray:
    """Rows with the model's own moments: y about its mean, by S^-1/2 and Sigma^1/2."""
    rows = np.asarray(solution.samples[group].rows, dtype=float)
    centred = rows - rows.mean(axis=0)
    state = solution.structures[group].state(solution.x)
    sample = np.linalg.cholesky(centred.T @ centred / len(rows))
    model = np.linalg.cholesky(state.sigma)
    mean = state.mu if solution.means else rows.mean(axis=0)
    turned: FloatArray = np.linalg.solve(sample, centred.T).T @ model.T + mean
    return turned


def _check(fit: Fit, n: int, kind: str, measures: Sequence[str]) -> None:
    solution = fit.solution
    if n < 1:
        raise AnalysisError(f"n is {n}; expected 1 draw or more")
    if kind not in ("nonparametric", "bollen.stine"):
        raise AnalysisError(f"kind is {kind!r}; expected 'nonparametric' or 'bollen.stine'")
    unknown = [name for name in measures if name not in fit.measures]
    if unknown:
        raise AnalysisError(f"the fit has no measure {unknown[0]!r}")
    if solution.table.names.efa:
        raise NotSupported(
            "models with exploratory blocks are not resampled yet: each draw would be rotated anew"
        )
    for group in solution.samples:
        if group.rows is None:
            raise NotSupported("a bootstrap draws rows; this fit is to moments")
        if solution.setup.ordinal or group.clusters is not None or group.weights is not None:
            raise NotSupported(
                "ordinal variables, clusters and sampling weights are not resampled yet"
            )
        if kind == "bollen.stine" and np.isnan(group.rows).any():
            raise NotSupported("Bollen and Stine's bootstrap needs complete rows")
