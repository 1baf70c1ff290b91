"""The names of scales and composites in words."""

from __future__ import annotations

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.scale import Composite, Scale


def scale_titles(instrument: Instrument, language: str = "en") -> dict[str, str]:
    """Return the title of each scale and composite, by id.

    Parameters
    ----------
    instrument : Instrument
    language : str
        Where a title has no such language, its first one is taken.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> import valuealign as va
    >>> scale_titles(va.load_instrument("pvq-21"))["SD"]
    'self-direction'
    """
    named: tuple[Scale | Composite, ...] = (*instrument.scales, *instrument.composites)
    return {s.id: s.title.get(language) or next(iter(s.title.values()), s.id) for s in named}
