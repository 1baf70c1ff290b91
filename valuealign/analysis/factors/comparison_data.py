"""Comparison data: how many factors reproduce the eigenvalues, given the items' distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.factors.retention import correlations
from valuealign.analysis.matrix import Floats, Matrix, matrix
from valuealign.errors import DataError
from valuealign.square_root import square_root

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.matrix import Data

POPULATION = 10_000
"""Cases of each made population."""


def comparison_data(
    data: Data, *, most: int = 8, draws: int = 200, alpha: float = 0.30, seed: int = 0
) -> tuple[int, pd.DataFrame]:
    """Choose the number of factors whose populations give eigenvalues like these.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.
    most : int
        The most factors to try.
    draws : int
        Samples of n from each population.
    alpha : float
        One more factor must be better at this level (Mann-Whitney, one-sided).
    seed : int

    Returns
    -------
    n_factors : int
    table : DataFrame
        By number of factors: ``misfit``, the mean root-mean-square difference of eigenvalues, and
        ``pvalue`` against one factor fewer.

    Raises
    ------
    DataError
        Numbers that are not positive.
    TooFewRows, ConstantItem
        No correlations can be had.

    Notes
    -----
    Each population has the items' own distributions and correlations that a given number of
    factors reproduces. No oracle could be installed; the tests plant numbers of factors.

    References
    ----------
    Ruscio, J., & Roche, B. (2012). Determining the number of factors to retain in an exploratory
    factor analysis using comparison data of known factorial structure. Psychological Assessment,
    24, 282-292. doi:10.1037/a0025697

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> lam = np.kron(np.eye(2), np.full((4, 1), .8))
    >>> x = rng.normal(size=(300, 2)) @ lam.T + .6 * rng.normal(size=(300, 8))
    >>> comparison_data(x, most=3)[0]
    2
    """
    from threadpoolctl import threadpool_limits

    if most < 1 or draws < 10:
        raise DataError(f"most = {most}, draws = {draws}; expected at least 1 and 10")
    checked = matrix(data).complete()
    with threadpool_limits(1):  # matrices this small only wait for threads
        return _compare(checked, most, draws, alpha, seed)


def _compare(
    checked: Matrix, most: int, draws: int, alpha: float, seed: int
) -> tuple[int, pd.DataFrame]:
    import pandas as pd
    from scipy.stats import mannwhitneyu

    R = correlations(checked.values, checked.names)
    wanted = np.asarray(np.linalg.eigvalsh(R)[::-1], dtype=np.float64)
    rng = np.random.default_rng(seed)
    rows: list[dict[str, float]] = []
    before: Floats | None = None
    chosen = 0
    for m in range(1, min(most, len(R) // 2) + 1):
        misfit = _misfits(_population(checked.values, R, m, rng), wanted, checked.n, draws, rng)
        p = (
            0.0
            if before is None
            else float(mannwhitneyu(misfit, before, alternative="less").pvalue)
        )
        rows.append({"factors": m, "misfit": float(misfit.mean()), "pvalue": p})
        if p > alpha:
            break
        before, chosen = misfit, m
    table = pd.DataFrame(rows)
    table.loc[0, "pvalue"] = np.nan
    return chosen, table


def _misfits(
    population: Floats, wanted: Floats, n: int, draws: int, rng: np.random.Generator
) -> Floats:
    out = np.empty(draws)
    for k in range(draws):
        sample = population[rng.integers(len(population), size=n)]
        with np.errstate(invalid="ignore", divide="ignore"):
            R = np.atleast_2d(np.nan_to_num(np.corrcoef(sample, rowvar=False)))
        np.fill_diagonal(R, 1.0)
        out[k] = np.sqrt(((np.linalg.eigvalsh(R)[::-1] - wanted) ** 2).mean())
    return out


def _population(values: Floats, R: Floats, m: int, rng: np.random.Generator) -> Floats:
    """Make cases with the items' distributions and correlations that m factors reproduce.

    Normal cases of m factors are put in the order that gives each item its own values; the
    correlations lost by this are added to those aimed at, until they come no closer (Ruscio &
    Kaczetow 2008, doi:10.1080/00273170802285693).
    """
    p = len(R)
    marginals = np.sort(rng.choice(values, size=POPULATION, axis=0), axis=0)
    sorted_items = np.ascontiguousarray(marginals.T)
    shared, unique = rng.normal(size=(2, POPULATION, p))
    aim, best, kept, stale = R.copy(), np.inf, marginals, 0
    step = 1.0
    while stale < 5:
        loadings = _axes(_clipped(aim), m)
        left = np.sqrt(np.maximum(1 - (loadings**2).sum(axis=1), 0))
        # The root has rank m; the loadings themselves are known up to signs of LAPACK's choice.
        latent = shared @ square_root(loadings @ loadings.T) + unique * left
        # The lowest latent value gets the lowest code, and so on; sorted along the memory.
        order = np.argsort(np.ascontiguousarray(latent.T), axis=1)
        by_item = np.empty((p, POPULATION))
        np.put_along_axis(by_item, order, sorted_items, axis=1)
        cases = by_item.T
        gap = R - np.corrcoef(cases, rowvar=False)
        size = float(np.sqrt((gap[np.triu_indices(p, 1)] ** 2).mean()))
        if size < best - 1e-6:
            best, kept, stale, base = size, cases, 0, aim
        else:
            stale, step = stale + 1, step / 2
            gap = R - np.corrcoef(kept, rowvar=False)
        aim = base + step * gap
        np.fill_diagonal(aim, 1.0)
    return kept


def _axes(R: Floats, m: int) -> Floats:
    """Return principal axes; unlike a minimum, there is always one, also of an indefinite aim."""
    shared = np.abs(R - np.eye(len(R))).max(axis=1)
    for _ in range(50):
        reduced = R.copy()
        np.fill_diagonal(reduced, shared)
        values, vectors = np.linalg.eigh(reduced)
        loadings: Floats = vectors[:, -m:] * np.sqrt(np.maximum(values[-m:], 0))
        before, shared = shared, np.clip((loadings**2).sum(axis=1), 0, 0.995)
        if np.abs(before - shared).max() < 1e-3:
            break
    too_much = np.maximum((loadings**2).sum(axis=1) / 0.995, 1.0)
    held: Floats = loadings / np.sqrt(too_much)[:, None]
    return held


def _clipped(R: Floats) -> Floats:
    out: Floats = np.clip(R, -0.99, 0.99)
    np.fill_diagonal(out, 1.0)
    return out
