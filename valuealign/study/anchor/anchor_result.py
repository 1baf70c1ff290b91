"""Published numbers and the same numbers computed again, as a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuealign.analysis.result_display import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AnchorResult(Shown):
    """Published numbers and the same numbers computed again from the raw data.

    Attributes
    ----------
    anchor : str
        Its name.
    title : str
    passed : bool
        Every raw file is the published one, and every number agrees, except those that are known
        to be wrong in the source.
    checks : DataFrame
        One row a check: ``check says tier numbers agree missed source_errors tolerance because
        source``.
    numbers : DataFrame
        One row a published number: ``check key published recomputed n difference tolerance tier
        status``; status is "agrees", "missed", "error in the source", "not recomputed" (its key
        is not in the raw data) or "copied".
    files : DataFrame
        ``file path sha256 is_published source licence``.
    warnings : tuple of str
        Exchanged rows, uneven missing answers, other files than the published ones.
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd
    >>> empty = pd.DataFrame()
    >>> AnchorResult(anchor="a", title="A", passed=True, checks=empty, numbers=empty, files=empty,
    ...              warnings=(), notes=()).passed
    True
    """

    anchor: str
    title: str
    passed: bool
    checks: pd.DataFrame
    numbers: pd.DataFrame
    files: pd.DataFrame
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
