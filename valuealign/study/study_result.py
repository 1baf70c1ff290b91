"""The result of a study: findings, published values and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from valuealign.analysis.result_display import Shown
from valuealign.study.freeze.frozen_state import FrozenState

if TYPE_CHECKING:
    import pandas as pd

FINDINGS = [
    "check",
    "finding",
    "published",
    "source",
    "respondent",
    "people",
    "yours",
    "agrees",
    "because",
    "value",
    "ci_lower",
    "ci_upper",
]


@dataclass(frozen=True, eq=False)
class Section:
    """One table of a result.

    Attributes
    ----------
    analysis : str
        Which of the study's analyses.
    title : str
    table : DataFrame
        As it is printed.
    notes : tuple of str
        How to read the table, and why parts are missing.
    data : dict of str to DataFrame
        Everything behind it.
    """

    analysis: str
    title: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()
    data: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class StudyResult(Shown):
    """The result of a study.

    Attributes
    ----------
    study : str
        Its name.
    findings : DataFrame
        One row a check and respondent: ``check finding published source respondent people yours
        agrees because value ci_lower ci_upper``; ``agrees`` is "yes", "no" or "inconclusive";
        ``value`` is the number in ``yours``: d from people, accuracy, median alpha, sensitivity.
    published : DataFrame
        ``what value source reason`` of what was published besides; null where it is not at hand.
    sections : tuple of Section
        The analyses, each a table with its notes.
    notes : tuple of str
        What a reader must know.
    freeze : FrozenState
        Whether the study is what was frozen before data were collected.

    Examples
    --------
    >>> import pandas as pd
    >>> empty = pd.DataFrame()
    >>> StudyResult(study="mine", findings=empty, published=empty, sections=(), notes=()).study
    'mine'
    """

    study: str
    findings: pd.DataFrame
    published: pd.DataFrame
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    freeze: FrozenState = field(default_factory=lambda: FrozenState(None))
