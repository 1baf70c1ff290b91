"""Conversion of a file's codes to the instrument's: missing codes, direction, labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Labelled
from valuealign.population.readers.column_layout import Layout
from valuealign.population.readers.people_file import PeopleFile
from valuealign.population.readers.survey_files import Turn

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[np.float64]]
MOST_MISSING = 8
"""Codes outside a scale that may all mean no answer; more are another scale."""


@dataclass(frozen=True)
class Codes:
    """The conversion of a file's codes to the instrument's.

    Parameters
    ----------
    low, high : int
        The instrument's lowest and highest code.
    turned : dict of str to bool
        Item -> whether the file counts the other way.
    missing : frozenset of float
        Codes that mean no answer.
    authority : str
        The source of the direction: the file's labels, the survey, or the user.
    """

    low: int
    high: int
    turned: dict[str, bool]
    missing: frozenset[float]
    authority: str

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
        odd: dict[str, Array] = {}
        for k, (item, column) in enumerate(layout.items.items()):
            answers = frame[column]
            numbers = pd.to_numeric(answers, errors="coerce")
            values = numbers.to_numpy(dtype=float, na_value=np.nan, copy=True)
            lost = np.isnan(values) & answers.notna().to_numpy()
            if lost.any():
                self._refuse_text(name, f"{column} ({item})", answers.to_numpy()[lost])
            values[np.isin(values, list(self.missing))] = np.nan
            wrong = ~np.isnan(values) & ~np.isin(values, codes)
            if wrong.any():
                odd[item] = values[wrong]
            out[:, k] = self.low + self.high - values if self.turned[item] else values
        if odd:
            self._refuse_codes(name, layout, odd)
        return out

    def _refuse_codes(self, name: str, layout: Layout, odd: dict[str, Array]) -> None:
        """Raise an error for values outside the scale, and propose which to declare missing."""
        item, values = next(iter(odd.items()))
        all_odd = np.unique(np.concatenate(list(odd.values())))
        if not np.isfinite(all_odd).all() or (all_odd != np.round(all_odd)).any():
            advice = "answers are whole codes; was something averaged?"
        elif len(all_odd) > MOST_MISSING:
            advice = f"there are {len(all_odd)} such codes; did people answer on this scale?"
        else:
            known = sorted({*self.missing, *all_odd.tolist()})
            advice = f"if such codes mean no answer, give missing={[int(code) for code in known]}"
        raise DataError(
            f"{name}: {layout.items[item]} ({item}) holds {values[0]:g} ({len(values):,} rows so "
            f"far), which is not a code of its scale ({self.low} to {self.high}); {advice}"
        )

    def _refuse_text(self, name: str, where: str, values: Any) -> None:
        raise DataError(
            f"{name}: {where} holds {str(values[0])[:40]!r} ({len(values):,} rows so far), which "
            f"is not a number; expected codes from {self.low} to {self.high}, and nothing if the "
            "answer is missing"
        )


def codes_of(
    opened: PeopleFile,
    layout: Layout,
    instrument: Instrument,
    *,
    turn: Turn | None = None,
    missing: tuple[float, ...] = (),
) -> Codes:
    """Determine how a file's codes become the instrument's.

    The user's argument takes precedence, then the file's value labels, then the survey's coding.

    Parameters
    ----------
    opened : PeopleFile
    layout : Layout
    instrument : Instrument
    turn : {"as coded", "reversed"}, optional
    missing : tuple of float
        Codes that mean no answer, beside those of the survey.

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
        turned, authority = dict.fromkeys(layout.items, turn == "reversed"), "the user"
    elif all(end is not None for end in ends.values()):
        turned, authority = {i: bool(end) for i, end in ends.items()}, "the file's value labels"
    else:
        turned = dict.fromkeys(layout.items, layout.coding.turn == "reversed")
        authority = "the survey's known coding" if layout.coding.missing else "default"
    if authority == "the file's value labels":
        for column in layout.items.values():
            none |= {c for c in opened.labels[column] if not low <= c <= high}
    return Codes(int(low), int(high), turned, frozenset(none), authority)


def _turned_by_labels(labels: dict[float, str], scale: Any) -> bool | None:
    """Whether the labels run against the instrument's; None if they do not show it.

    Words are compared without their order: "not at all like me" is "not like me at all".
    """
    if not isinstance(scale, Labelled) or not labels:
        return None
    at = {_words(text): code for code, text in labels.items()}
    for language in scale.points[0].label:
        ends = [
            at.get(_words(point.label.get(language, "")))
            for point in (scale.points[0], scale.points[-1])
        ]
        if ends == [scale.minimum, scale.maximum]:
            return False
        if ends == [scale.maximum, scale.minimum]:
            return True
    return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"\w+", text.lower())))
