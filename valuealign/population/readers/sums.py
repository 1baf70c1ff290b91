"""Sums over chunks of people: mean, covariance, frequencies and bivariate tables of each group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass
class Sums:
    """The running sums of one group.

    Values are added as differences from the middle of the scale, so that sums of whole codes are
    exact and chunks lose no precision.

    Parameters
    ----------
    n_items, low, high : int
    n_rules : int
        Exclusion rules that are counted.
    with_tables : bool
        Whether bivariate tables are counted.
    """

    n_items: int
    low: int
    high: int
    n_rules: int
    with_tables: bool = True
    n_rows: int = 0
    n: int = 0
    unweighted: int = 0
    incomplete: int = 0
    weight: float = 0.0
    weight_squared: float = 0.0
    excluded: Any = field(init=False)
    first: Any = field(init=False)
    second: Any = field(init=False)
    joint: Any = field(init=False)

    def __post_init__(self) -> None:
        p, k = self.n_items, self.high - self.low + 1
        self.excluded = np.zeros(self.n_rules + 1, dtype=np.int64)
        self.first = np.zeros(p)
        self.second = np.zeros((p, p))
        # Counts of item-code pairs: one matrix product of indicators gives every table at once.
        size = p * k
        self.joint = np.zeros((size, size)) if self.with_tables else np.zeros(size)

    def add(self, values: Array, weights: Array | None, rule: Any) -> Any:
        """Add some people.

        Parameters
        ----------
        values : array, shape (n_people, n_items)
            In the instrument's codes; NaN is missing.
        weights : array, shape (n_people,), or None
            NaN where a person has none.
        rule : array of int, shape (n_people,)
            The exclusion rule that leaves a person out, from 1; 0 none.

        Returns
        -------
        array of bool, shape (n_people,)
            Which people were added.
        """
        self.n_rows += len(values)
        self.excluded += np.bincount(rule, minlength=len(self.excluded))
        kept = rule == 0
        complete = kept & ~np.isnan(values).any(axis=1)
        self.incomplete += int((kept & ~complete).sum())
        if weights is not None:
            without = complete & ~(weights > 0)
            self.unweighted += int(without.sum())
            complete &= ~without
        chosen = values[complete]
        self.n += len(chosen)
        centred = chosen - (self.low + self.high) / 2
        if weights is None:
            self.weight += len(chosen)
            self.weight_squared += len(chosen)
            weighted = centred
        else:
            w = weights[complete]
            self.weight += float(w.sum())
            self.weight_squared += float((w * w).sum())
            weighted = centred * w[:, None]
        self.first += weighted.sum(axis=0)
        self.second += weighted.T @ centred
        self._count(chosen)
        return complete

    def _count(self, values: Array) -> None:
        k = self.high - self.low + 1
        codes = np.arange(self.low, self.high + 1)
        for start in range(0, len(values), 20_000):
            part = values[start : start + 20_000]
            # float32 counts exactly to 2**24; a part is far below.
            seen = (part[:, :, None] == codes).reshape(len(part), self.n_items * k)
            if self.with_tables:
                indicators = seen.astype(np.float32)
                self.joint += indicators.T @ indicators
            else:
                self.joint += seen.sum(axis=0)

    @property
    def mean(self) -> Array:
        """Item means (weighted where there are weights), shape (n_items,)."""
        means: Array = self.first / self.weight + (self.low + self.high) / 2
        return means

    @property
    def n_effective(self) -> float:
        """Kish's effective sample size."""
        return self.weight**2 / self.weight_squared

    def covariance(self, *, weighted: bool) -> Array:
        """Return the item covariance, shape (n_items, n_items).

        Parameters
        ----------
        weighted : bool
            Divisor the sum of weights, as lavaan's ``sampling.weights``; else ``n - 1``.

        Returns
        -------
        array
        """
        shift = self.first / self.weight
        whole: Array = self.second / self.weight - np.outer(shift, shift)
        return whole if weighted else whole * (self.n / (self.n - 1))

    @property
    def frequencies(self) -> Any:
        """People who gave each code (not weighted), shape (n_items, n_codes)."""
        diagonal = self.joint.diagonal() if self.with_tables else self.joint
        return np.rint(diagonal).astype(int).reshape(self.n_items, -1)

    @property
    def tables(self) -> list[Array] | None:
        """Bivariate counts of the pairs ``i < j``, each of shape (n_codes, n_codes)."""
        if not self.with_tables:
            return None
        k = self.high - self.low + 1
        blocks = self.joint.reshape(self.n_items, k, self.n_items, k)
        return [
            np.rint(blocks[i, :, j, :])
            for i in range(self.n_items)
            for j in range(i + 1, self.n_items)
        ]
