"""What makes published numbers misleading: exchanged rows, and answers missing unevenly."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import chi2_contingency

from valuealign.errors import DataError
from valuealign.study.anchor.anchor_file import Unanswered
from valuealign.study.anchor.raw_data import RawContent

if TYPE_CHECKING:
    import pandas as pd

UNEVEN_P = 0.001
"""Groups whose shares of answers differ with a smaller p are reported; our convention."""
UNEVEN_SHARE = 0.1
"""If the largest and the smallest share also differ by more than this; our convention."""


def exchanged_rows(numbers: pd.DataFrame) -> list[str]:
    """Return a sentence for each two rows of a published table that seem to be exchanged.

    Parameters
    ----------
    numbers : DataFrame
        ``keys``, ``published``, ``recomputed``, ``tolerance`` and ``status`` of one check.

    Returns
    -------
    list of str
        Two rows with misses are exchanged if each agrees wholly with the other's raw data. A row
        holds the numbers that share a value of one key.
    """
    failed = numbers[numbers["status"].isin(["missed", "error in the source"])]
    if not len(failed):
        return []
    check = str(numbers["check"].iloc[0])
    sentences = []
    for name in failed["keys"].iloc[0]:
        rows = _rows_by(numbers, name)
        suspects = sorted({keys[name] for keys in failed["keys"]})
        for a, b in combinations(suspects, 2):
            if _agree(rows[a], rows[b]) and _agree(rows[b], rows[a]):
                sentences.append(
                    f"{check}: the published rows {a!r} and {b!r} seem to be exchanged: each "
                    "agrees with the raw data of the other"
                )
    return sentences


def _rows_by(numbers: pd.DataFrame, name: str) -> dict[str, dict[Any, tuple[float, float, float]]]:
    """Return value of one key -> other keys -> published, recomputed and tolerance."""
    rows: dict[str, dict[Any, tuple[float, float, float]]] = {}
    for row in numbers.to_dict("records"):
        rest = tuple(v for k, v in row["keys"].items() if k != name)
        numbers_of = (row["published"], row["recomputed"], row["tolerance"])
        rows.setdefault(row["keys"][name], {})[rest] = numbers_of
    return rows


def _agree(
    published: dict[Any, tuple[float, float, float]], raw: dict[Any, tuple[float, float, float]]
) -> bool:
    if len(published) < 2 or set(published) != set(raw):
        return False
    return all(abs(p - raw[rest][1]) <= tolerance for rest, (p, _, tolerance) in published.items())


def uneven_answers(unanswered: Unanswered, content: RawContent) -> list[str]:
    """Return a sentence that names the respondents whose answers are missing unevenly over groups.

    Returns
    -------
    list of str
        Empty, or one sentence. It names those whose shares of answers differ over the groups by
        a chi-square test (`UNEVEN_P`) and by more than `UNEVEN_SHARE`.

    Raises
    ------
    DataError
        More answers in a group than there could be, or an absent column.
    """
    rows = content.table()
    for name in (*unanswered.within, unanswered.across):
        if name not in rows.columns:
            raise DataError(f"{content.expected[:8]}: the file has no column {name!r}")
    counts = rows.groupby([*unanswered.within, unanswered.across]).size().unstack(fill_value=0)
    if (counts > unanswered.expected).any(axis=None):
        raise DataError(
            f"{unanswered.id}: a group has {int(counts.to_numpy().max())} answers; expected "
            f"{unanswered.expected} or fewer"
        )
    uneven = [cell for who, row in counts.iterrows() if (cell := _uneven(who, row, unanswered))]
    return [f"{unanswered.says} Uneven: {'; '.join(uneven)}"] if uneven else []


def _uneven(who: Any, row: pd.Series[int], unanswered: Unanswered) -> str | None:
    share = row / unanswered.expected
    if share.max() - share.min() <= UNEVEN_SHARE:
        return None
    table = np.array([row, unanswered.expected - row])
    if chi2_contingency(table).pvalue >= UNEVEN_P:
        return None
    name = ", ".join(map(str, who if isinstance(who, tuple) else (who,)))
    sizes = row.sort_values()
    cells = ", ".join(
        f"{group} {n} of {unanswered.expected}"
        for group, n in zip(map(str, sizes.index), sizes, strict=True)
    )
    return f"{name} ({cells})"
