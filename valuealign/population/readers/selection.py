"""Groups and weights of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.errors import DataError
from valuealign.escape import for_terminal
from valuealign.population.readers.people_file import PeopleFile
from valuealign.population.readers.survey_files import weight_parts

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[np.float64]]
NO_GROUP = ""
"""People whose group is missing."""


@dataclass(frozen=True)
class Selection:
    """The columns that make groups and weights.

    Parameters
    ----------
    groups : tuple of str
    weights : tuple of str
        Columns whose product is the weight.
    labels : dict of str to dict
        Column -> code -> label, for groups that are numbers with names.
    """

    groups: tuple[str, ...]
    weights: tuple[str, ...]
    labels: dict[str, dict[float, str]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it needs."""
        return (*self.groups, *self.weights)

    def group_of(self, frame: pd.DataFrame) -> tuple[Any, list[str]]:
        """Return each person's group as a number, and the groups' names.

        Parameters
        ----------
        frame : DataFrame

        Returns
        -------
        places : array of int, shape (n_people,)
        names : list of str
            ``NO_GROUP`` for people of whom a part is missing.
        """
        import pandas as pd

        if not self.groups:
            return np.zeros(len(frame), dtype=np.intp), ["all"]
        # Strings are made of the distinct values only: there are few of them, and many people.
        parts = []
        for column in self.groups:
            codes, distinct = pd.factorize(frame[column], use_na_sentinel=True)
            names = np.array([*[self._name(column, v) for v in distinct], NO_GROUP], dtype=object)
            parts.append((codes, names))
        joint = parts[0][0]
        for codes, names in parts[1:]:
            joint = np.where((joint < 0) | (codes < 0), -1, joint * len(names) + codes)
        places, first = np.unique(joint, return_index=True)
        group_names = [
            NO_GROUP if key < 0 else " ".join(str(names[codes[i]]) for codes, names in parts)
            for key, i in zip(places, first, strict=True)
        ]
        return np.searchsorted(places, joint), group_names

    def weight_of(self, frame: pd.DataFrame, name: str) -> Array | None:
        """Return each person's weight, or None where there are none; NaN is missing.

        Raises
        ------
        DataError
            A weight that is negative, infinite or no number.
        """
        import pandas as pd

        if not self.weights:
            return None
        product: Array = np.ones(len(frame))
        for column in self.weights:
            values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
            if (np.isnan(values) & frame[column].notna().to_numpy()).any():
                raise DataError(f"{name}: the weight {column} holds a value that is not a number")
            if (values < 0).any() or np.isinf(values).any():
                raise DataError(f"{name}: the weight {column} is negative or infinite somewhere")
            product = product * values
        return product

    def _name(self, column: str, value: Any) -> str:
        if isinstance(value, float | int | np.number):
            label = self.labels.get(column, {}).get(float(value))
            whole = float(value).is_integer()  # else 20240101 would be 2.02401e+07
            return _shown(label or (str(int(value)) if whole else str(value)))
        return _shown(str(value))


def _shown(text: str) -> str:
    """Return a group's name as messages and files show it: short, without control characters."""
    return for_terminal(text.strip(), lines=False)[:100] or "(blank)"


def select(opened: PeopleFile, group: str | Sequence[str] | None, weight: str | None) -> Selection:
    """Find the columns of groups and weights.

    Parameters
    ----------
    opened : PeopleFile
    group : str or sequence of str, or None
    weight : str or None
        A column, or a product ("pspwght*pweight"); ``anweight`` of the European Social Survey
        is made of these two where the file lacks it.

    Returns
    -------
    Selection

    Raises
    ------
    DataError
        No such column.
    """
    names = (group,) if isinstance(group, str) else tuple(group or ())
    groups = tuple(opened.find(name) for name in names)
    parts = [part.strip() for part in weight.split("*")] if weight else []
    here = {column.lower() for column in opened.columns}
    made_of = weight_parts(parts[0]) if len(parts) == 1 and parts[0] not in here else None
    if made_of is not None and set(made_of) <= here:
        parts = list(made_of)
    weights = tuple(opened.find(part) for part in parts)
    return Selection(groups, weights, {c: opened.labels.get(c, {}) for c in groups})
