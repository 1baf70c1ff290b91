"""Readers of survey files, one for each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from valuealign.exchange.surveys.codebook import read_codebook
from valuealign.exchange.surveys.draft import Choice, Draft, drafted
from valuealign.exchange.surveys.limesurvey import read_limesurvey
from valuealign.exchange.surveys.numbered_statements import read_numbered
from valuealign.exchange.surveys.qualtrics import read_qualtrics
from valuealign.exchange.surveys.redcap import read_redcap
from valuealign.exchange.surveys.survey import Survey

READERS: Mapping[str, Callable[[Path], Survey]] = MappingProxyType(
    {
        "ddi": read_codebook,
        "limesurvey": read_limesurvey,
        "numbered": read_numbered,
        "qualtrics": read_qualtrics,
        "redcap": read_redcap,
    }
)
"""A survey format -> what reads it."""


def read_survey(
    file_format: str,
    path: str | Path,
    *,
    only: Sequence[str] = (),
    sections: Sequence[str] = (),
    scale: str = "",
    languages: Sequence[str] = (),
    labels: Sequence[str] = (),
    headings: bool = False,
    undefined: str = "",
    renumber: bool = False,
) -> tuple[Survey, Draft]:
    """Read a survey file and draft an instrument from it.

    Parameters
    ----------
    file_format : {"ddi", "limesurvey", "numbered", "qualtrics", "redcap"}
    path : str or Path
    only, sections, scale, languages, labels, headings, undefined, renumber
        As in :class:`~valuealign.exchange.surveys.draft.Choice`.

    Returns
    -------
    tuple of (Survey, Draft)

    Raises
    ------
    InstrumentError
        The file is not of this format, or holds no questions that share options.
    """
    choice = Choice(
        tuple(only),
        tuple(sections),
        scale,
        tuple(languages),
        tuple(labels),
        headings,
        undefined,
        renumber,
    )
    survey = READERS[file_format](Path(path))
    return survey, drafted(survey, Path(path), choice)
