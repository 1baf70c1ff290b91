"""One reader a kind of survey file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from valuealign.exchange.surveys.limesurvey import read_limesurvey
from valuealign.exchange.surveys.qualtrics import read_qualtrics
from valuealign.exchange.surveys.redcap import read_redcap
from valuealign.exchange.surveys.survey import Draft, Question, Survey, drafted
from valuealign.instrument.wording.ddi import codebook
from valuealign.instrument.wording.plain_text import read_plain_text

_MOST_POINTS = 11


def _read_ddi(path: Path) -> Survey:
    variables = codebook(path)
    return Survey("", tuple(Question(v.name, v.text, v.options, "") for v in variables if v.text))


def _read_numbered(path: Path) -> Survey:
    found = read_plain_text(path, n_points=_MOST_POINTS)
    lead = found.instruction or ""
    options = tuple(sorted(found.labels))
    return Survey("", tuple(Question(i.name, i.text, options, "", lead) for i in found.items))


READERS: Mapping[str, Callable[[Path], Survey]] = MappingProxyType(
    {
        "ddi": _read_ddi,
        "limesurvey": read_limesurvey,
        "numbered": _read_numbered,
        "qualtrics": read_qualtrics,
        "redcap": read_redcap,
    }
)
"""A survey format -> what reads it."""


def read_survey(
    file_format: str, path: str | Path, *, only: tuple[str, ...] = (), scale: str = ""
) -> tuple[Survey, Draft]:
    """A survey file, and what of it becomes an instrument.

    Parameters
    ----------
    file_format : {"ddi", "limesurvey", "numbered", "qualtrics", "redcap"}
    path : str or Path
    only : tuple of str
        Names of questions, with ``*`` and ``?``.
    scale : str
        One scale for all items.

    Returns
    -------
    tuple of (Survey, Draft)

    Raises
    ------
    InstrumentError
        The file is not of this format, or holds no questions that share options.
    """
    survey = READERS[file_format](Path(path))
    return survey, drafted(survey, Path(path), only=only, scale=scale)
