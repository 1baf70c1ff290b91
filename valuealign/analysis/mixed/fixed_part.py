"""The fixed part of a mixed model: coded factors, covariates and their interactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.formula import Interaction
from valuealign.errors import DataError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Coding = Literal["treatment", "sum"]
Part = tuple[str, int]


@dataclass(frozen=True, eq=False)
class Factor:
    """A categorical predictor.

    Attributes
    ----------
    levels : tuple of str
        The first is the reference of treatment coding; sum coding has no column for the last.
    codes : ndarray of int, shape (n,)
    """

    levels: tuple[str, ...]
    codes: IntArray

    def coding(self, kind: Coding) -> FloatArray:
        """Return the columns of each level, shape (n_levels, n_levels - 1)."""
        size = len(self.levels)
        if kind == "treatment":
            return np.eye(size)[:, 1:]
        return np.vstack([np.eye(size - 1), -np.ones(size - 1)])


@dataclass(frozen=True, eq=False)
class Covariate:
    """A numeric predictor.

    Attributes
    ----------
    values : ndarray, shape (n,)
    """

    values: FloatArray


@dataclass(frozen=True, eq=False)
class FixedPart:
    """The columns of the fixed part and what they stand for.

    Attributes
    ----------
    terms : tuple of tuple of str
        Without the intercept.
    predictors : mapping of str to Factor or Covariate
    coding : {"treatment", "sum"}
    """

    terms: tuple[Interaction, ...]
    predictors: Mapping[str, Factor | Covariate]
    coding: Coding

    @cached_property
    def codes(self) -> dict[str, FloatArray]:
        """The columns of each factor's levels; a covariate has one column."""
        return {
            name: predictor.coding(self.coding)
            if isinstance(predictor, Factor)
            else np.ones((1, 1))
            for name, predictor in self.predictors.items()
        }

    @cached_property
    def columns(self) -> tuple[tuple[Part, ...], ...]:
        """For every column of X, its predictors and which of their columns it multiplies."""
        out: list[tuple[Part, ...]] = [()]
        for term in self.terms:
            sizes = [range(self.codes[name].shape[1]) for name in term]
            # The first factor varies fastest, as in R.
            for places in product(*reversed(sizes)):
                out.append(tuple(zip(term, reversed(places), strict=True)))
        return tuple(out)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names: ``intercept``, ``sex[male]``, ``sex[male]:age``."""
        return tuple(":".join(map(self._part_name, c)) or "intercept" for c in self.columns)

    def _part_name(self, part: Part) -> str:
        name, place = part
        predictor = self.predictors[name]
        if isinstance(predictor, Covariate):
            return name
        return f"{name}[{predictor.levels[place + (self.coding == 'treatment')]}]"

    def matrix(self, n: int) -> FloatArray:
        """Return X, shape (n, p)."""
        coded = {
            name: self.codes[name][predictor.codes]
            if isinstance(predictor, Factor)
            else predictor.values[:, None]
            for name, predictor in self.predictors.items()
        }
        X = np.ones((n, len(self.columns)))
        for k, column in enumerate(self.columns):
            for name, place in column:
                X[:, k] *= coded[name][:, place]
        return X

    def row(self, settings: Mapping[str, FloatArray]) -> FloatArray:
        """Return the weights of the coefficients in one predicted mean.

        Parameters
        ----------
        settings : mapping of str to ndarray
            For each predictor the values of its columns (see :meth:`at`, :meth:`average`).
        """
        return np.array(
            [np.prod([settings[name][place] for name, place in c]) for c in self.columns]
        )

    def average(self) -> dict[str, FloatArray]:
        """Return settings with every factor averaged over its levels, covariates at their mean."""
        return {
            name: self.codes[name].mean(axis=0)
            if isinstance(predictor, Factor)
            else np.array([predictor.values.mean()])
            for name, predictor in self.predictors.items()
        }

    def at(self, name: str, level: int) -> FloatArray:
        """Return the setting of one level of a factor."""
        return np.asarray(self.codes[name][level])

    def hypothesis(self, term: Interaction) -> FloatArray:
        """Return the rows that are zero when a term has no (type III) effect.

        They are the term's coefficients under sum coding, so the test does not depend on the
        coding of the model.
        """
        to_sum = {name: self._to_sum(name) for name in self.predictors}
        places = [range(self.codes[name].shape[1]) for name in term]
        rows = [tuple(zip(term, chosen, strict=True)) for chosen in product(*places)]
        L = np.zeros((len(rows), len(self.columns)))
        for i, row in enumerate(rows):
            wanted = dict(row)
            for k, column in enumerate(self.columns):
                own = dict(column)
                if set(wanted) <= set(own):
                    L[i, k] = np.prod(
                        [to_sum[name][wanted.get(name, -1) + 1, own[name]] for name in own]
                    )
        return L

    def _to_sum(self, name: str) -> FloatArray:
        """Return what each of a predictor's columns is of (1, its sum-coded columns)."""
        predictor = self.predictors[name]
        if isinstance(predictor, Covariate):
            return np.array([[0.0], [1.0]])
        ones = np.ones((len(predictor.levels), 1))
        summed = np.hstack([ones, predictor.coding("sum")])
        return np.asarray(np.linalg.solve(summed, self.codes[name]), dtype=np.float64)


def check_estimable(part: FixedPart, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return X as orthonormal columns times an upper triangle.

    Parameters
    ----------
    part : FixedPart
    X : ndarray, shape (n, p)

    Returns
    -------
    Q : ndarray, shape (n, p)
    R : ndarray, shape (p, p)

    Raises
    ------
    DataError
        A column that the others determine, with the empty cell if there is one.
    """
    if len(X) <= X.shape[1]:
        raise DataError(
            f"{len(X)} rows for {X.shape[1]} fixed effects; expected more rows than effects"
        )
    scale = np.sqrt((X**2).sum(axis=0))
    Q, R = np.linalg.qr(X / np.where(scale > 0, scale, 1.0))
    lost = np.flatnonzero(np.abs(np.diag(R)) < 1e-10)
    if len(lost):
        column = int(lost[0])
        cell = _empty_cell(part, tuple(name for name, _ in part.columns[column]))
        raise DataError(
            f"the fixed effect {part.names[column]} cannot be estimated: "
            + (cell or "the other predictors determine it")
            + "; leave out the term, or combine levels"
        )
    return Q.astype(float), (R * scale).astype(float)


def _empty_cell(part: FixedPart, term: Sequence[str]) -> str:
    """Name a combination of levels of a term that no row has."""
    factors = {n: p for n in term if isinstance(p := part.predictors[n], Factor)}
    shape = tuple(len(f.levels) for f in factors.values())
    if len(factors) < 2:
        return ""
    flat = np.ravel_multi_index(tuple(f.codes for f in factors.values()), shape)
    empty = np.flatnonzero(np.bincount(flat, minlength=int(np.prod(shape))) == 0)
    if not len(empty):
        return ""
    where = np.unravel_index(int(empty[0]), shape)
    said = (f"{n} {f.levels[k]!r}" for (n, f), k in zip(factors.items(), where, strict=True))
    return f"no row has {' with '.join(said)}"
