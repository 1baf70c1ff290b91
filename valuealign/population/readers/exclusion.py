"""Exclusion rules for respondents: declared in advance, counted, the same for models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from valuealign.arguments import checked_class
from valuealign.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]


@checked_class
@dataclass(frozen=True)
class Exclusion:
    """Rules by which respondents are left out, in this order; each counts under the first it meets.

    Declare them before you look at results, and apply the same ones to people and to models:
    ``rules.apply(values)`` takes the answers of either.

    Parameters
    ----------
    missing_share : float, optional
        Exclude respondents who left more than this share of the items unanswered.
    identical_share : float, optional
        Exclude respondents who gave one answer to more than this share of the answered items; a
        value just below 1 excludes straight-lining only.
    within_sd : float, optional
        Exclude respondents whose answers vary less than this (standard deviation over the answered
        items, divisor ``n - 1``).

    Raises
    ------
    DataError
        A share outside 0 to 1, or a negative standard deviation.

    Examples
    --------
    >>> import numpy as np
    >>> rules = Exclusion(missing_share=0.25, within_sd=0.5)
    >>> answers = np.array([[1, 5, 3, 6], [4, 4, 4, 4], [1, np.nan, np.nan, 2]])
    >>> rules.apply(answers).tolist()
    [0, 2, 1]
    >>> rules.words
    ('more than 25 % of the items missing', 'within-person SD below 0.5')
    """

    missing_share: float | None = None
    identical_share: float | None = None
    within_sd: float | None = None

    def __post_init__(self) -> None:
        for name in ("missing_share", "identical_share"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise DataError(f"{name} is {share}; expected a share from 0 to 1")
        if self.within_sd is not None and self.within_sd < 0:
            raise DataError(f"within_sd is {self.within_sd}; expected 0 or more")

    @property
    def words(self) -> tuple[str, ...]:
        """The rules in words, in the order in which they apply."""
        rules = []
        if self.missing_share is not None:
            rules.append(f"more than {100 * self.missing_share:g} % of the items missing")
        if self.identical_share is not None:
            rules.append(f"one answer to more than {100 * self.identical_share:g} % of the items")
        if self.within_sd is not None:
            rules.append(f"within-person SD below {self.within_sd:g}")
        return tuple(rules)

    def apply(self, values: Array) -> np.ndarray[Any, np.dtype[np.intp]]:
        """Return the rule that excludes each respondent: 0 for none, 1 for the first, and so on.

        Parameters
        ----------
        values : array, shape (n_respondents, n_items)
            Answers as given (not keyed); NaN is missing.

        Returns
        -------
        array of int, shape (n_respondents,)
        """
        values = np.asarray(values, dtype=float)
        hits = []
        answered = ~np.isnan(values)
        n = answered.sum(axis=1)
        if self.missing_share is not None:
            hits.append(1 - n / values.shape[1] > self.missing_share)
        if self.identical_share is not None:
            most = np.zeros(len(values))
            for code in np.unique(values[answered]):
                most = np.maximum(most, (values == code).sum(axis=1))
            hits.append(most > self.identical_share * n)
        if self.within_sd is not None:
            hits.append((n > 1) & (_spread(values, answered, n) < self.within_sd))
        out = np.zeros(len(values), dtype=np.intp)
        for k in range(len(hits), 0, -1):
            out[hits[k - 1]] = k
        return out


def _spread(values: Array, answered: Any, n: Any) -> Array:
    """Standard deviation within each row, over what was answered."""
    count = np.maximum(n, 1)
    mean = np.where(answered, values, 0).sum(axis=1) / count
    squares = np.where(answered, (values - mean[:, None]) ** 2, 0).sum(axis=1)
    spread: Array = np.sqrt(squares / np.maximum(n - 1, 1))
    return spread
