"""The change of a respondent's mean score between two sets of administrations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valuealign.errors import DataError

_NONE = (float("nan"), float("nan"))


@dataclass(frozen=True, kw_only=True)
class Change:
    """A difference of means over the forms that both sets have.

    Attributes
    ----------
    before, after, difference : float
        Means of form means; ``difference`` is after minus before.
    forms_interval : tuple of float
        Forms are a sample of the forms there could be: the t interval of the differences by form.
        NaN with fewer than two forms in common, or where every form differs by the same.
    occasions_interval : tuple of float
        These forms only: Welch's interval from the spread of occasions within forms. NaN where a
        form was given once, or where answers never vary within a form.
    n_forms : int
        Forms in common.
    """

    before: float
    after: float
    difference: float
    forms_interval: tuple[float, float]
    occasions_interval: tuple[float, float]
    n_forms: int


def change(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    *,
    forms_before: Sequence[Any],
    forms_after: Sequence[Any],
    level: float = 0.95,
) -> Change:
    """Compare the scores of two sets of administrations, form by form.

    Parameters
    ----------
    before, after : array_like, shape (n,) and (m,)
        One score an administration; NaN is a missing score.
    forms_before, forms_after : sequence
        The form of each score.
    level : float
        Of the intervals.

    Returns
    -------
    Change

    Raises
    ------
    DataError
        The two have no form in common.

    Notes
    -----
    Over forms, the interval is R's ``t.test(paired = TRUE)`` of the form means. Within forms, the
    variance of the difference is the sum of s^2 / n over the groups, over the squared number of
    forms, with Welch's degrees of freedom; with one form it is R's ``t.test``. Both agree with R
    to 1e-10 (``tests/analysis/comparison/test_change.py``).

    References
    ----------
    Welch, B. L. (1947). The generalization of Student's problem when several different
    population variances are involved. Biometrika, 34, 28-35. doi:10.1093/biomet/34.1-2.28

    Examples
    --------
    >>> found = change([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 5.0, 6.0],
    ...                forms_before=list("aabb"), forms_after=list("aabb"))
    >>> found.difference, found.n_forms
    (1.5, 2)
    """
    x, y = _by_form(before, forms_before), _by_form(after, forms_after)
    forms = [form for form in x if form in y]
    if not forms:
        raise DataError("the two have no form in common; give the same forms again")
    differences = np.array([y[form].mean() - x[form].mean() for form in forms])
    return Change(
        before=float(np.mean([x[form].mean() for form in forms])),
        after=float(np.mean([y[form].mean() for form in forms])),
        difference=float(differences.mean()),
        forms_interval=_over_forms(differences, level),
        occasions_interval=_over_occasions(
            [g[form] for form in forms for g in (x, y)], differences, level
        ),
        n_forms=len(forms),
    )


def _by_form(scores: npt.ArrayLike, forms: Sequence[Any]) -> dict[Any, npt.NDArray[np.float64]]:
    values = np.asarray(scores, dtype=float)
    if len(values) != len(forms):
        raise DataError(f"{len(forms)} forms for {len(values)} scores")
    labels = np.array([str(form) for form in forms], dtype=object)
    kept = ~np.isnan(values)
    return {form: values[kept & (labels == form)] for form in dict.fromkeys(labels[kept])}


def _over_forms(differences: npt.NDArray[np.float64], level: float) -> tuple[float, float]:
    from scipy.stats import t

    k = len(differences)
    se = differences.std(ddof=1) / np.sqrt(k) if k > 1 else 0.0
    if not se > 0:
        return _NONE
    half = t.ppf((1 + level) / 2, k - 1) * se
    return float(differences.mean() - half), float(differences.mean() + half)


def _over_occasions(
    groups: list[npt.NDArray[np.float64]], differences: npt.NDArray[np.float64], level: float
) -> tuple[float, float]:
    from scipy.stats import t

    if any(len(group) < 2 for group in groups):
        return _NONE
    parts = np.array([g.var(ddof=1) / len(g) for g in groups]) / len(differences) ** 2
    variance = parts.sum()
    if not variance > 0:
        return _NONE
    df = variance**2 / sum(p**2 / (len(g) - 1) for p, g in zip(parts, groups, strict=True))
    half = t.ppf((1 + level) / 2, df) * np.sqrt(variance)
    return float(differences.mean() - half), float(differences.mean() + half)
