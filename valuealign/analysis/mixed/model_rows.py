"""The rows of a mixed model, read from a frame and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import ROUNDING, frame_with, numeric
from valuealign.analysis.mixed.fixed_part import Coding, Covariate, Factor, FixedPart
from valuealign.analysis.mixed.formula import Formula, RandomTerm
from valuealign.analysis.mixed.layout import Term
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Factors = frozenset[str]


@dataclass(frozen=True, eq=False)
class ModelRows:
    """Complete rows, coded.

    Attributes
    ----------
    y : ndarray, shape (n,)
    part : FixedPart
    random : tuple of RandomTerm
    terms : tuple of Term
    scales : ndarray, shape (n_terms,)
        What a term's covariate was divided by; 1 for intercepts.
    labels : tuple of ndarray
        The levels' names of each term.
    by : mapping of frozenset of str to ndarray of int
        Combinations of grouping columns and their levels.
    n_missing : int
        Rows left out because a column of the formula has no value there.
    """

    y: FloatArray
    part: FixedPart
    random: tuple[RandomTerm, ...]
    terms: tuple[Term, ...]
    scales: FloatArray
    labels: tuple[NDArray[np.object_], ...]
    by: Mapping[Factors, IntArray]
    n_missing: int


def model_rows(
    formula: Formula, data: pd.DataFrame, *, categorical: Sequence[str], coding: Coding
) -> ModelRows:
    """Read the columns of a formula.

    Parameters
    ----------
    formula : Formula
    data : DataFrame
    categorical : sequence of str
        Numeric predictors that are categories.
    coding : {"treatment", "sum"}

    Returns
    -------
    ModelRows

    Raises
    ------
    DataError
        Columns that are absent or of the wrong kind; a predictor, an outcome or a grouping
        without variation; groupings that cannot be separated.
    """
    groups = dict.fromkeys(name for term in formula.random for name in term.groups)
    slopes = dict.fromkeys(term.slope for term in formula.random if term.slope)
    y, part, rows, n_missing = fixed_rows(
        formula, data, also=[*slopes, *groups], categorical=categorical, coding=coding
    )
    codes = {name: _codes(rows[name]) for name in groups}
    built = [_term(rows, term, codes) for term in formula.random]
    made = ModelRows(
        y,
        part,
        formula.random,
        tuple(term for term, _, _ in built),
        np.array([scale for _, scale, _ in built]),
        tuple(labels for _, _, labels in built),
        {frozenset({name}): codes[name][0] for name in groups}
        | {term.factors: term.codes for term, _, _ in built},
        n_missing,
    )
    _check_terms(made)
    return made


def fixed_rows(
    formula: Formula,
    data: pd.DataFrame,
    *,
    also: Sequence[str],
    categorical: Sequence[str],
    coding: Coding,
) -> tuple[FloatArray, FixedPart, pd.DataFrame, int]:
    """Read the outcome and the fixed part of a formula.

    Parameters
    ----------
    formula : Formula
    data : DataFrame
    also : sequence of str
        Further columns that must have a value.
    categorical : sequence of str
    coding : {"treatment", "sum"}

    Returns
    -------
    y : ndarray, shape (n,)
    part : FixedPart
    rows : DataFrame
        The complete rows of all these columns.
    n_missing : int

    Raises
    ------
    DataError
        Columns that are absent or of the wrong kind, or do not vary.
    """
    used = list(dict.fromkeys([formula.outcome, *formula.predictors, *also]))
    frame_with(data, used)
    unknown = [name for name in categorical if name not in formula.predictors]
    if unknown:
        raise DataError(f"categorical names {unknown[0]!r}, which the formula does not use")
    complete = data[used].notna().all(axis=1).to_numpy()
    rows = data.loc[complete, used]
    y = _outcome(rows, formula.outcome)
    predictors = {name: _predictor(rows, name, name in categorical) for name in formula.predictors}
    return y, FixedPart(formula.fixed, predictors, coding), rows, int((~complete).sum())


def _outcome(rows: pd.DataFrame, name: str) -> FloatArray:
    y = numeric(rows[name], f"the outcome {name!r}")
    if np.isinf(y).any():
        raise DataError(f"the outcome {name!r} holds an infinite value")
    if len(y) < 3:
        raise DataError(f"{len(y)} complete rows; expected at least three")
    if np.ptp(y) <= ROUNDING * np.abs(y).max():
        raise DataError(f"every {name} is {y[0]:g}; expected an outcome that varies")
    return y


def _predictor(rows: pd.DataFrame, name: str, as_category: bool) -> Factor | Covariate:
    """Read a predictor: numbers are a covariate, all else is a factor."""
    import pandas as pd

    column = rows[name]
    numbers = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if numbers and not as_category:
        values = numeric(column, f"the covariate {name!r}")
        if not np.isfinite(values).all() or np.ptp(values) == 0:
            raise DataError(f"the covariate {name!r} is constant or infinite; leave it out")
        return Covariate(values)
    ordered = column.cat.remove_unused_categories() if hasattr(column, "cat") else column
    try:
        kinds = ordered.astype("category").cat
    except TypeError as error:
        raise DataError(f"the levels of {name!r} cannot be sorted ({error})") from error
    levels = tuple(map(str, kinds.categories))
    if len(levels) < 2:
        raise DataError(f"the factor {name!r} has the one level {levels[0]!r}; leave it out")
    return Factor(levels, kinds.codes.to_numpy().astype(np.intp))


def _codes(column: pd.Series) -> tuple[IntArray, NDArray[np.object_]]:
    """Number the levels of a grouping column in their order of appearance."""
    import pandas as pd

    codes, levels = pd.factorize(column)
    return codes.astype(np.intp), np.asarray(levels, dtype=object)


def _term(
    rows: pd.DataFrame,
    term: RandomTerm,
    codes: Mapping[str, tuple[IntArray, NDArray[np.object_]]],
) -> tuple[Term, float, NDArray[np.object_]]:
    """Build one random term, its covariate's scale and the names of its levels."""
    import pandas as pd

    key, label = np.zeros(len(rows), dtype=np.intp), np.full(len(rows), "", dtype=object)
    for name in term.groups:
        own, levels = codes[name]
        key = pd.factorize(key * len(levels) + own)[0].astype(np.intp)
    first = np.unique(key, return_index=True)[1]
    for name in term.groups:
        own, levels = codes[name]
        said = np.array([str(level) for level in levels[own[first]]], dtype=object)
        label = said if name == term.groups[0] else label + ":" + said
    if term.slope is None:
        return Term(frozenset(term.groups), key), 1.0, label
    values = numeric(rows[term.slope], f"the covariate {term.slope!r}")
    scale = float(np.sqrt((values**2).mean()))
    if not np.isfinite(scale) or scale == 0:
        raise DataError(f"the covariate {term.slope!r} is zero or infinite; it can have no slope")
    return Term(frozenset(term.groups), key, values / scale), scale, label


def _check_terms(made: ModelRows) -> None:
    """Refuse groupings whose variance the rows do not identify."""
    n = len(made.y)
    if not made.terms:
        raise DataError("the formula has no random term; add one such as (1 | vignette)")
    for random, term in zip(made.random, made.terms, strict=True):
        name = ":".join(random.groups)
        if term.n_levels < 2:
            raise DataError(f"the grouping {name} has one level; expected at least two")
        if term.n_levels >= n and random.slope is None:
            raise DataError(
                f"the grouping {name} has as many levels as there are rows ({n}), so its variance "
                "cannot be separated from the residual; leave it out"
            )
    for i, one in enumerate(made.terms):
        for other, random in zip(made.terms[:i], made.random, strict=False):
            same = (one.weights is None) == (other.weights is None)
            if same and _same_groups(one.codes, other.codes) and _same_weights(one, other):
                raise DataError(
                    f"the groupings {':'.join(made.random[i].groups)} and "
                    f"{':'.join(random.groups)} form the same groups, so their variances cannot be "
                    "separated; leave out one"
                )


def _same_groups(a: IntArray, b: IntArray) -> bool:
    """Say whether two numberings divide the rows alike."""
    if a.max() != b.max():
        return False
    joint = len(np.unique(a * (b.max() + 1) + b))
    return joint == int(a.max()) + 1


def _same_weights(a: Term, b: Term) -> bool:
    return a.weights is None or b.weights is None or np.allclose(a.weights, b.weights)
