"""Responses about stimuli, with one respondent a model whatever it was asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.instrument.instrument import Instrument
from valuealign.store.responses.respondent_names import RESPONDENT, with_respondents
from valuealign.store.responses.source import Source
from valuealign.store.responses.stimulus_columns import stimulus_conditions

if TYPE_CHECKING:
    import pandas as pd


class OverStimuli:
    """A source whose respondents are named without the conditions of stimuli.

    Parameters
    ----------
    source : Source
    pool : sequence of str
        Conditions that are pooled by declaration.
    """

    def __init__(self, source: Source, pool: Sequence[str] = ()) -> None:
        self._source, self._pool = source, tuple(pool)

    @property
    def store(self) -> str | Path | None:
        """The store, where there is one."""
        return self._source.store

    def only(self, instrument: str) -> OverStimuli:
        """The same source, of one instrument."""
        return OverStimuli(self._source.only(instrument), self._pool)

    def design(self) -> pd.DataFrame:
        """One row an administration, with its respondent."""
        design = self._source.design()
        of_stimuli = stimulus_conditions(design)
        plain = design.drop(columns=of_stimuli)
        names = with_respondents(plain, [name for name in self._pool if name not in of_stimuli])
        return design.assign(**{RESPONDENT: names[RESPONDENT]})

    def wide(self, design: pd.DataFrame) -> pd.DataFrame:
        """The design, and one column an item."""
        return self._source.wide(design)

    def long(self, design: pd.DataFrame) -> pd.DataFrame:
        """One row a response, with the columns of the design."""
        return self._source.long(design)

    def instruments(self) -> Mapping[str, Instrument]:
        """Each instrument by its id."""
        return self._source.instruments()
