"""Estimated marginal means of a mixed model, and comparisons of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.comparison.equivalence import beyond, holm, standing, tost
from valuealign.analysis.mixed.fixed_part import Factor, FixedPart
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Adjustment = Literal["holm", "tukey", "bonferroni", "none"]
Cell = tuple[int, ...]


class Inference(Protocol):
    """Estimates whose weighted sums have standard errors and degrees of freedom."""

    def t_tests(self, L: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return estimates, standard errors and degrees of freedom of rows of weights."""


def test_table(tests: Inference, L: FloatArray, level: float) -> pd.DataFrame:
    """Return estimates, t tests and intervals of rows of weights.

    Parameters
    ----------
    tests : Inference
    L : ndarray, shape (k, p)
    level : float

    Returns
    -------
    DataFrame
        ``estimate se df t pvalue ci_lower ci_upper``.
    """
    import pandas as pd
    from scipy.stats import t

    estimate, se, df = tests.t_tests(L)
    half = t.ppf((1 + level) / 2, df) * se
    return pd.DataFrame(
        {
            "estimate": estimate,
            "se": se,
            "df": df,
            "t": estimate / se,
            "pvalue": 2 * t.sf(np.abs(estimate / se), df),
            "ci_lower": estimate - half,
            "ci_upper": estimate + half,
        }
    )


def means_table(
    part: FixedPart, tests: Inference, of: Sequence[str], by: Sequence[str], level: float
) -> pd.DataFrame:
    """Return the marginal mean of every combination of levels.

    Parameters
    ----------
    part : FixedPart
    tests : Inference
    of, by : sequence of str
    level : float

    Returns
    -------
    DataFrame
    """
    names = (*by, *of)
    factors = _factors(part, names)
    cells = list(product(*(range(len(f.levels)) for f in factors)))
    L = np.array([_mean_row(part, names, cell) for cell in cells])
    table = test_table(tests, L, level).rename(columns={"estimate": "mean"})
    table = table.drop(columns=["t", "pvalue"])
    for place, (name, factor) in enumerate(zip(names, factors, strict=True)):
        table.insert(place, name, [factor.levels[cell[place]] for cell in cells])
    return table


def contrast_table(
    part: FixedPart,
    tests: Inference,
    of: Sequence[str],
    by: Sequence[str],
    *,
    interaction: bool,
    adjust: Adjustment,
    margin: float | None,
    level: float,
) -> pd.DataFrame:
    """Return comparisons of marginal means, one family per combination of ``by``.

    Parameters
    ----------
    part : FixedPart
    tests : Inference
    of, by : sequence of str
    interaction : bool
    adjust : {"holm", "tukey", "bonferroni", "none"}
    margin : float or None
    level : float

    Returns
    -------
    DataFrame
    """
    import pandas as pd

    factors, around = _factors(part, of), _factors(part, by)
    _factors(part, (*by, *of))
    if interaction and (len(of) < 2 or adjust == "tukey"):
        raise DataError(
            "differences of differences need at least two factors, and an adjustment other than "
            "tukey"
        )
    pairs = list(_differences(factors) if interaction else _pairs(factors))
    size = int(np.prod([len(f.levels) for f in factors]))
    families = []
    for fixed_at in product(*(range(len(f.levels)) for f in around)):
        means = {
            cell: _mean_row(part, (*by, *of), (*fixed_at, *cell))
            for cell in product(*(range(len(f.levels)) for f in factors))
        }
        L = np.array([sum(w * means[cell] for cell, w in weights) for _, weights in pairs])
        table = test_table(tests, L, level)
        _add_equivalence(table, margin, 1 - level, adjust, size)
        table["pvalue"] = _adjusted(table, adjust, size)
        table.insert(0, "contrast", [label for label, _ in pairs])
        for place, (name, f) in enumerate(zip(by, around, strict=True)):
            table.insert(place, name, f.levels[fixed_at[place]])
        families.append(table)
    return pd.concat(families, ignore_index=True)


def _factors(part: FixedPart, names: Sequence[str]) -> list[Factor]:
    """Return the named factors; a covariate or an unknown name is an error."""
    there = {n: p for n, p in part.predictors.items() if isinstance(p, Factor)}
    if len(set(names)) < len(names):
        raise DataError(f"a factor is named twice in {', '.join(names)}")
    for name in names:
        if name not in there:
            raise DataError(
                f"{name!r} is not a factor of the model; its factors are "
                f"{', '.join(there) or 'none'} (a numeric column becomes one by categorical=)"
            )
    return [there[name] for name in names]


def _mean_row(part: FixedPart, names: Sequence[str], cell: Cell) -> FloatArray:
    settings = part.average()
    for name, level in zip(names, cell, strict=True):
        settings[name] = part.at(name, level)
    return part.row(settings)


def _pairs(factors: Sequence[Factor]) -> Iterator[tuple[str, list[tuple[Cell, float]]]]:
    """Yield every pair of combinations of levels."""
    cells = list(product(*(range(len(f.levels)) for f in factors)))
    for one, other in combinations(cells, 2):
        said = [
            " ".join(f.levels[k] for f, k in zip(factors, c, strict=True)) for c in (one, other)
        ]
        yield " - ".join(said), [(one, 1.0), (other, -1.0)]


def _differences(factors: Sequence[Factor]) -> Iterator[tuple[str, list[tuple[Cell, float]]]]:
    """Yield differences of differences: a pair of levels of every factor."""
    choices = [list(combinations(range(len(f.levels)), 2)) for f in factors]
    for chosen in product(*choices):
        said = (
            f"({f.levels[a]} - {f.levels[b]})" for f, (a, b) in zip(factors, chosen, strict=True)
        )
        weights = [
            (tuple(pair[s] for pair, s in zip(chosen, signs, strict=True)), (-1.0) ** sum(signs))
            for signs in product((0, 1), repeat=len(chosen))
        ]
        yield " x ".join(said), weights


def _adjusted(table: pd.DataFrame, adjust: Adjustment, n_means: int) -> FloatArray:
    """Adjust probability values for the number of comparisons."""
    p = table["pvalue"].to_numpy()
    if adjust == "tukey":
        from scipy.stats import studentized_range

        q = np.abs(table["t"].to_numpy()) * np.sqrt(2)
        return np.asarray(studentized_range.sf(q, n_means, table["df"].to_numpy()))
    if adjust == "bonferroni":
        return np.asarray(np.minimum(p * len(p), 1.0))
    if adjust == "holm":
        return holm(p)
    return np.asarray(p)


def _add_equivalence(
    table: pd.DataFrame, margin: float | None, alpha: float, adjust: Adjustment, n_means: int
) -> None:
    """Add two one-sided tests, and which of the two claims is shown."""
    if margin is None:
        return
    differs = _adjusted(table, adjust, n_means)
    rows = list(zip(table["estimate"], table["se"], table["df"], strict=True))
    equivalent = [tost(d, se, df, margin=margin) for d, se, df in rows]
    larger = [beyond(d, se, df, margin=margin) for d, se, df in rows]
    table["pvalue_equivalence"] = equivalent
    table["standing"] = [
        standing(e, b, p, alpha=alpha) for e, b, p in zip(equivalent, larger, differs, strict=True)
    ]
