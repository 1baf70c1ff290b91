"""Codes of a file as codes of the instrument: missing ones out, direction turned, labels read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Labelled
from valuealign.population.readers.layout import Layout, Turn
from valuealign.population.readers.people_file import PeopleFile

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Codes:
    """How the codes of a file become the instrument's.

    Parameters
    ----------
    low, high : int
        The instrument's lowest and highest code.
    turned : dict of str to bool
        Item -> whether the file counts the other way.
    missing : frozenset of float
        Codes that are no answer.
    told : str
        Who says which way the file counts: its labels, the survey, or the user.
    """

    low: int
    high: int
    turned: dict[str, bool]
    missing: frozenset[float]
    told: str

    def read(self, frame: pd.DataFrame, layout: Layout, name: str) -> Array:
        """Return the items of a chunk in the instrument's codes; NaN is missing.

        Raises
        ------
        DataError
            A value that is neither a code of the instrument nor declared missing.
        """
        import pandas as pd

        out = np.empty((len(frame), len(layout.items)))
        codes = np.arange(self.low, self.high + 1, dtype=float)
        for k, (item, column) in enumerate(layout.items.items()):
            given = frame[column]
            values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, copy=True)
            lost = np.isnan(values) & given.notna().to_numpy()
            if lost.any():
                self._refuse(name, column, item, given.to_numpy()[lost], "is no number")
            values[np.isin(values, list(self.missing))] = np.nan
            wrong = ~np.isnan(values) & ~np.isin(values, codes)
            if wrong.any():
                self._refuse(name, column, item, values[wrong], "is no code of its scale")
            out[:, k] = self.low + self.high - values if self.turned[item] else values
        return out

    def _refuse(self, name: str, column: str, item: str, values: Any, what: str) -> None:
        first = values[0]
        shown = f"{first:g}" if isinstance(first, float) else repr(str(first)[:40])
        raise DataError(
            f"{name}: {column} ({item}) holds {shown} ({len(values):,} rows so far), which {what} "
            f"({self.low} to {self.high}); if it means no answer, declare it missing"
        )


def codes_of(
    opened: PeopleFile, layout: Layout, instrument: Instrument, *, turn: Turn | None = None,
    missing: tuple[float, ...] = (),
) -> Codes:  # fmt: skip
    """Say how the codes of a file become the instrument's.

    The user's word comes first, then the file's value labels, then what the survey is known for.

    Parameters
    ----------
    opened : PeopleFile
    layout : Layout
    instrument : Instrument
    turn : {"as coded", "reversed"}, optional
    missing : tuple of float
        Codes that are no answer, beside those of the survey.

    Returns
    -------
    Codes

    Raises
    ------
    DataError
        An instrument without a scale of codes.
    """
    scale = instrument.response_scale
    low, high = getattr(scale, "minimum", None), getattr(scale, "maximum", None)
    if low is None or high is None or int(low) != low or int(high) != high or high - low > 20:
        raise DataError(
            f"{instrument.id} has no scale of codes; people's answers to it cannot be reduced"
        )
    ends = {i: _turned_by_labels(opened.labels.get(c, {}), scale) for i, c in layout.items.items()}
    none = set(layout.coding.missing) | set(missing)
    if turn is not None:
        turned, told = dict.fromkeys(layout.items, turn == "reversed"), "the user"
    elif all(end is not None for end in ends.values()):
        turned, told = {i: bool(end) for i, end in ends.items()}, "the file's value labels"
    else:
        turned = dict.fromkeys(layout.items, layout.coding.turn == "reversed")
        told = "the survey's known coding" if layout.coding.missing else "default"
    if told == "the file's value labels":
        for column in layout.items.values():
            none |= {c for c in opened.labels[column] if not low <= c <= high}
    return Codes(int(low), int(high), turned, frozenset(none), told)


def _turned_by_labels(labels: dict[float, str], scale: Any) -> bool | None:
    """Whether the labels run against the instrument's; None where they do not tell.

    Words are compared without their order: "not at all like me" is "not like me at all".
    """
    if not isinstance(scale, Labelled) or not labels:
        return None
    at = {_words(text): code for code, text in labels.items()}
    for language in scale.points[0].label:
        ends = [at.get(_words(point.label.get(language, "")))
                for point in (scale.points[0], scale.points[-1])]  # fmt: skip
        if ends == [scale.minimum, scale.maximum]:
            return False
        if ends == [scale.maximum, scale.minimum]:
            return True
    return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"\w+", text.lower())))
