"""The design that conclusions about an instrument need."""

from __future__ import annotations

from typing import NamedTuple

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Labelled, VisualAnalogue

OCCASIONS = 3
"""Occasions of each form that the gate of every further claim needs."""


class Advised(NamedTuple):
    """A design.

    Parameters
    ----------
    forms : str
        As ``--form`` takes them; "published" where there is no other to cross.
    occasions : int
    """

    forms: str
    occasions: int

    @property
    def command(self) -> str:
        """What to add to ``valuealign administer``."""
        form = "" if self.forms == "published" else f'--form "{self.forms}" '
        return f"{form}--occasions {self.occasions}"


def advised_design(instrument: Instrument) -> Advised:
    """Return the forms and occasions that the conclusions about an instrument need.

    Parameters
    ----------
    instrument : Instrument

    Returns
    -------
    Advised
        Both directions of an ordered response scale, crossed with stems and opposed stems where
        every item has one; the published form of a keyed or open instrument. Three occasions.

    Examples
    --------
    >>> from valuealign.instrument.load import load_instrument
    >>> advised_design(load_instrument("pvq-21")).command
    '--form "direction=published,reversed content=stem,opposed" --occasions 3'
    >>> advised_design(load_instrument("leas")).command
    '--occasions 3'
    """
    crossed = []
    if isinstance(instrument.response_scale, Labelled | VisualAnalogue):
        crossed.append("direction=published,reversed")
        if all(item.opposed for item in instrument.items):
            crossed.append("content=stem,opposed")
    return Advised(" ".join(crossed) or "published", OCCASIONS)
