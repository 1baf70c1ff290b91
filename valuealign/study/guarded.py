"""Sections of a study's result, or why they are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from valuealign.errors import AnalysisError
from valuealign.study.study_result import Section


def guarded(analysis: str, title: str, build: Callable[..., Section], *arguments: Any) -> Section:
    """Return a section; where it cannot be computed, one that says why."""
    (section,) = guarded_all(analysis, title, lambda *given: [build(*given)], *arguments)
    return section


def guarded_all(
    analysis: str, title: str, build: Callable[..., list[Section]], *arguments: Any
) -> list[Section]:
    """Return sections; where they cannot be computed, one that says why."""
    import pandas as pd

    try:
        return build(*arguments)
    except AnalysisError as error:
        return [Section(analysis, title, pd.DataFrame(), (f"not available: {error}",))]
