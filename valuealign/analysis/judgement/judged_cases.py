"""Judgements and the truth, read from a frame and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.frame_columns import check_scalars
from valuealign.analysis.matrix import frame_with, numeric
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class JudgedCases:
    """What one judge said of cases whose truth is known.

    Attributes
    ----------
    truth : ndarray of bool, shape (n,)
    said : ndarray of bool, shape (n,), or None
        Decisions for yes.
    score : ndarray, shape (n,), or None
        Higher for more likely.
    case : ndarray of object, shape (n,)
        What each row is about; rows of one case are not independent.
    n_missing : int
        Rows left out because truth or judgement is missing.
    """

    truth: Bools
    said: Bools | None
    score: FloatArray | None
    case: NDArray[np.object_]
    n_missing: int

    @property
    def probable(self) -> bool:
        """Whether the scores are probabilities."""
        score = self.score
        return score is not None and bool((score >= 0).all() and (score <= 1).all())

    @property
    def repeated(self) -> bool:
        """Whether some case has several rows."""
        return len(set(self.case.tolist())) < len(self.case)


def judged_cases(
    data: pd.DataFrame,
    *,
    truth: str,
    prediction: str,
    probability: str | None,
    positive: Any,
    threshold: float | None,
    by: str | None,
    case: str | None,
) -> tuple[dict[str, JudgedCases], str]:
    """Read every judge's cases.

    Parameters
    ----------
    data : DataFrame
    truth, prediction : str
    probability : str or None
    positive : object
        The value of truth that means yes; None for the larger of two numbers or truth values.
    threshold : float or None
        At or above it a score means yes.
    by, case : str or None

    Returns
    -------
    judges : dict of str to JudgedCases
    positive : str
        What yes is called in the data.

    Raises
    ------
    DataError
        Columns that are absent; a truth without two values; predictions that are neither the
        truth's values nor numbers.
    """
    columns = [c for c in (truth, prediction, probability, by, case) if c is not None]
    frame_with(data, columns)
    check_scalars(data[columns])
    complete = data[columns].notna().all(axis=1)
    rows = data[complete]
    yes = _positive(rows[truth], truth, positive)
    judges = (
        {"": rows} if by is None else {str(k): part for k, part in rows.groupby(by, sort=False)}
    )
    if rows.empty:
        raise DataError("no row has both a truth and a prediction")
    lost = (~complete).groupby(data[by].astype(str)).sum() if by is not None else None
    out = {}
    for name, part in judges.items():
        said, score = _judgements(
            part, truth, prediction, yes, probability=probability, threshold=threshold
        )
        unique = np.arange(len(part)) if case is None else part[case].to_numpy(dtype=object)
        is_true = (part[truth] == yes).to_numpy(dtype=bool)
        if is_true.all() or not is_true.any():
            raise DataError(
                f"the truth of {name or 'the cases'} is {'always' if is_true.all() else 'never'} "
                f"{yes!r}; expected cases of both kinds"
            )
        missing = int((~complete).sum()) if lost is None else int(lost.get(name, 0))
        out[name] = JudgedCases(is_true, said, score, np.asarray(unique, dtype=object), missing)
    return out, str(yes)


def _positive(values: pd.Series, name: str, positive: Any) -> Any:
    """Return the value of truth that means yes."""
    kinds = list(values.unique())
    if len(kinds) != 2:
        shown = ", ".join(repr(k) for k in kinds[:5])
        raise DataError(f"the truth {name!r} has {len(kinds)} values ({shown}); expected two")
    if positive is not None:
        if positive not in kinds:
            raise DataError(
                f"positive is {positive!r}; the truth {name!r} is {kinds[0]!r} or {kinds[1]!r}"
            )
        return next(k for k in kinds if k == positive)
    if any(isinstance(k, str) for k in kinds):
        raise DataError(
            f"the truth {name!r} is {kinds[0]!r} or {kinds[1]!r}; say which means yes: positive="
        )
    return max(kinds)


def _judgements(
    rows: pd.DataFrame,
    truth: str,
    prediction: str,
    yes: Any,
    *,
    probability: str | None,
    threshold: float | None,
) -> tuple[Bools | None, FloatArray | None]:
    """Return decisions and scores; a prediction by numbers is a score."""
    kinds = set(rows[truth].unique())
    column = rows[prediction]
    score = None if probability is None else _score(rows[probability], probability)
    if set(column.unique()) <= kinds:
        return (column == yes).to_numpy(dtype=bool), score
    if probability is not None:
        strange = next(v for v in column.unique() if v not in kinds)
        raise DataError(
            f"the prediction {strange!r} is not a value of {truth!r}; expected decisions, since "
            "probability= has the scores"
        )
    score = _score(column, prediction)
    if threshold is None and ((score < 0) | (score > 1)).any():
        return None, score
    return score >= (0.5 if threshold is None else threshold), score


def _score(column: pd.Series, name: str) -> FloatArray:
    score = numeric(column, f"the prediction {name!r}")
    if not np.isfinite(score).all():
        raise DataError(f"the prediction {name!r} holds an infinite value")
    return score
