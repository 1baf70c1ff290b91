"""The instrument of some responses, as it was administered."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from valuealign.errors import DataError, InstrumentDiffers, InstrumentError, InstrumentNotFound
from valuealign.frames import responses_frame
from valuealign.instrument.human_data import identifying
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import instrument_id, load_instrument
from valuealign.store.responses.responses import Responses

Named = Instrument | str | Path | None
"""An instrument, its id, its file; ``None`` is the one that was administered."""


def administered_instrument(data: Any, named: Named = None) -> Instrument:
    """Return the instrument of some responses, as it was administered.

    Parameters
    ----------
    data : Responses or DataFrame
    named : Instrument, str or Path, optional
        An id or a file says which of several instruments is meant; what is used is the store's
        own copy, as it was administered, and a file that differs is reported. An
        :class:`~valuealign.Instrument` is used as it is.

    Returns
    -------
    Instrument

    Raises
    ------
    DataError
        Several instruments and none named; no responses to the one named; a frame that does not
        say which it is.

    Warns
    -----
    InstrumentDiffers
        The file that was named is not what was administered.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> administered_instrument(given).id
    'pvq-21'
    """
    if isinstance(named, Instrument):
        return named
    if isinstance(data, Responses):
        return data.instrument if named is None else _of_store(data, named)
    return load_instrument(named) if named is not None else _of_frame(data)


def _of_store(data: Responses, named: str | Path) -> Instrument:
    wanted = instrument_id(named)
    if wanted not in data.instruments:
        raise DataError(
            f"there are no responses to {wanted}; there are responses to "
            f"{', '.join(data.instruments) or 'no instrument'}"
        )
    stored = data.instruments[wanted]
    _report_difference(stored, named)
    return stored


def _report_difference(administered: Instrument, named: str | Path) -> None:
    """Warn if a named instrument differs from the administered one."""
    try:
        other = load_instrument(named)
    except InstrumentError:  # an id that only the store knows
        return
    is_file = str(named) != other.id
    if not is_file and other.wording_notice.kind != administered.wording_notice.kind:
        return  # the shipped open form's name stands for the official wording too
    parts = differing_parts(administered, other)
    if parts:
        warnings.warn(
            InstrumentDiffers(
                f"{named} differs from {administered.id} as it was administered "
                f"({', '.join(parts)}); the administered instrument is used"
            ),
            stacklevel=2,
        )


def differing_parts(a: Instrument, b: Instrument) -> list[str]:
    """Return the parts of two instruments that differ, as an instrument file names them.

    Examples
    --------
    >>> from valuealign.instrument.load import load_instrument
    >>> pvq = load_instrument("pvq-21")
    >>> differing_parts(pvq, pvq.model_copy(update={"version": "9"}))
    ['version']
    """
    first, second = identifying(a.content()), identifying(b.content())
    return [name for name in {**first, **second} if first.get(name) != second.get(name)]


def _of_frame(data: Any) -> Instrument:
    frame = responses_frame(data, "wide")
    names = sorted(set(frame["instrument"].astype(str))) if "instrument" in frame else []
    if len(names) != 1:
        holds = f"it holds {' and '.join(names)}" if names else "it has no column 'instrument'"
        raise DataError(f"say which instrument the rows are responses to ({holds}): instrument=")
    try:
        return load_instrument(names[0])
    except InstrumentNotFound:
        raise DataError(
            f"the rows are responses to {names[0]}, which is not a shipped instrument; give the "
            "responses themselves (va.responses(store)), or the instrument: instrument="
        ) from None
