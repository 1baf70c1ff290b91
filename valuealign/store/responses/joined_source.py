"""Responses of several stores together, each model under the label of its store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.store.responses.respondent_names import RESPONDENT, with_respondents
from valuealign.store.responses.responses import Responses
from valuealign.store.responses.source import Source

if TYPE_CHECKING:
    import pandas as pd

_APART = 10**12
"""Between the ids of two stores."""
_ID = "administration_id"


class JoinedSource:
    """Several sources as one; a model of each is another model.

    Parameters
    ----------
    parts : mapping of str to Source
        By label.
    pool : sequence of str
        Conditions that are pooled by declaration.
    """

    store: str | Path | None = None

    def __init__(self, parts: Mapping[str, Source], pool: Sequence[str] = ()) -> None:
        self._parts, self._pool = dict(parts), tuple(pool)

    def only(self, instrument: str) -> JoinedSource:
        """The same sources, of one instrument."""
        parts = {label: part.only(instrument) for label, part in self._parts.items()}
        return JoinedSource(parts, self._pool)

    def design(self) -> pd.DataFrame:
        """One row an administration, models labelled."""
        import pandas as pd

        frames = []
        for k, (label, part) in enumerate(self._parts.items()):
            own = with_respondents(part.design(), self._pool)
            labelled = {
                name: [f"{value} [{label}]" for value in own[name]]
                for name in ("model", RESPONDENT)
            }
            frames.append(_shifted(own.assign(**labelled), k * _APART))
        return pd.concat(frames, ignore_index=True)

    def wide(self, design: pd.DataFrame) -> pd.DataFrame:
        """The design, and one column an item."""
        return self._each(design, lambda part, frame: part.wide(frame))

    def long(self, design: pd.DataFrame) -> pd.DataFrame:
        """One row a response, with the columns of the design."""
        return self._each(design, lambda part, frame: part.long(frame))

    def instruments(self) -> Mapping[str, Instrument]:
        """Each instrument by its id, as the last store has it."""
        return {k: v for part in self._parts.values() for k, v in part.instruments().items()}

    def _each(
        self, design: pd.DataFrame, read: Callable[[Source, pd.DataFrame], pd.DataFrame]
    ) -> pd.DataFrame:
        import pandas as pd

        of = design[_ID] // _APART
        frames = [
            _shifted(read(part, _shifted(design[of == k], -k * _APART)), k * _APART)
            for k, part in enumerate(self._parts.values())
            if (of == k).any()
        ]
        return pd.concat(frames, ignore_index=True)


def joined(parts: Mapping[str, Responses]) -> Responses:
    """Return responses of several stores as one, with models named "NAME [LABEL]".

    Parameters
    ----------
    parts : mapping of str to Responses
        By label.

    Returns
    -------
    Responses

    Raises
    ------
    DataError
        Fewer than two.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> given = {name: va.administer("pvq-21", "sim:yes", store=f"{folder}/{name}.db")
    ...          for name in ("may", "june")}
    >>> sorted(set(joined(given).wide["respondent"]))
    ['sim:yes [june]', 'sim:yes [may]']
    """
    if len(parts) < 2:
        raise DataError(f"{len(parts)} stores; two at least can be joined")
    pool = tuple(dict.fromkeys(name for part in parts.values() for name in part.pool))
    sources = {label: part.source for label, part in parts.items()}
    return Responses(JoinedSource(sources, pool), pool=pool)


def _shifted(frame: pd.DataFrame, by: int) -> pd.DataFrame:
    return frame.assign(**{_ID: frame[_ID] + by})
