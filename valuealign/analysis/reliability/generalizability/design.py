"""Designs: crossed and nested factors, and the effects that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import frame_with, numeric
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int64]
Effect = frozenset[str]

RESIDUAL: Effect = frozenset()
"""What is left within cells; where each cell has one response, the highest effect goes into it."""


@dataclass(frozen=True, eq=False)
class Design:
    """Responses with the factors of their design.

    Attributes
    ----------
    factors : tuple of str
        The object first, then the facets.
    parents : dict of str to frozenset of str
        The factors that each factor is nested in, all the way up.
    y : ndarray, shape (n_responses,)
    codes : dict of str to ndarray of int, shape (n_responses,)
        The level of each factor.
    n_missing : int
        Responses left out because they have no value.
    """

    factors: tuple[str, ...]
    parents: Mapping[str, Effect]
    y: FloatArray
    codes: Mapping[str, Codes]
    n_missing: int

    @cached_property
    def every(self) -> tuple[Effect, ...]:
        """Every effect of the design, main effects first, the highest last."""
        effects = []
        for size in range(1, len(self.factors) + 1):
            for chosen in combinations(self.factors, size):
                effect = frozenset(chosen)
                if all(self.parents[name] <= effect for name in effect):
                    effects.append(effect)
        return tuple(effects)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """The effects with their own variance component, without the residual."""
        return self.every if self.replicated else self.every[:-1]

    @cached_property
    def replicated(self) -> bool:
        """Whether some cell holds several responses."""
        return int(self.levels(self.every[-1]).max()) + 1 < len(self.y)

    def levels(self, effect: Effect) -> Codes:
        """Return each response's cell of an effect, numbered from 0."""
        if effect not in self._cells:
            import pandas as pd

            key = np.zeros(len(self.y), dtype=np.int64)
            for name in self.factors:
                if name in effect:
                    key = key * (int(self.codes[name].max()) + 1) + self.codes[name]
                    if key.max() > 2**40:
                        key = np.asarray(pd.factorize(key)[0], dtype=np.int64)
            self._cells[effect] = np.asarray(pd.factorize(key)[0], dtype=np.int64)
        return self._cells[effect]

    @cached_property
    def _cells(self) -> dict[Effect, Codes]:
        return {}

    def n_levels(self, effect: Effect) -> int:
        """Return how many cells an effect has."""
        return int(self.levels(effect).max()) + 1

    def label(self, effect: Effect) -> str:
        """Return an effect's name, factors in the design's order."""
        if effect == RESIDUAL:
            top = ":".join(self.factors)
            return "residual" if self.replicated else f"{top} (residual)"
        return ":".join(name for name in self.factors if name in effect)


def design(
    long: pd.DataFrame,
    object: str,  # noqa: A002  # the field's word for what is measured, and the contract's
    facets: Sequence[str],
    nested: Mapping[str, str | Sequence[str]],
    value: str,
) -> Design:
    """Check long responses and number the levels of their factors.

    Parameters
    ----------
    long : DataFrame
        One row a response.
    object : str
        What is measured: a column.
    facets : sequence of str
        What it is measured under: columns.
    nested : mapping of str to str or sequence of str
        Facet -> what it is nested in.
    value : str
        The column of responses.

    Returns
    -------
    Design

    Raises
    ------
    DataError
        A missing column, a factor with one level, nesting that contradicts the rows, or no data.
    """
    factors = (object, *facets)
    if len(set(factors)) < len(factors) or not facets:
        raise DataError(f"object and facets are {factors}; expected an object and other facets")
    frame_with(long, ())
    columns = {name: _column(long, name) for name in (*factors, value)}
    frame_with(long, list(columns.values()))
    import pandas as pd

    y = numeric(long[columns[value]], f"column {columns[value]!r}")
    if np.isinf(y).any():
        raise DataError(f"column {columns[value]!r} holds an infinite value")
    there = np.isfinite(y)
    if there.sum() < 3:
        raise DataError(f"{int(there.sum())} responses have a value; variance components need more")
    if np.ptp(y[there]) == 0:
        raise DataError(f"every response is {y[there][0]:g}; there is no variance to split")
    parents = _ancestors(factors, nested)
    codes: dict[str, Codes] = {}
    for name in factors:
        column = long.loc[there, columns[name]]
        if column.isna().any():
            raise DataError(f"{int(column.isna().sum())} responses have no {name}")
        codes[name] = np.asarray(pd.factorize(column)[0], dtype=np.int64)
        if codes[name].max() == 0:
            raise DataError(
                f"{name} has one level, so its variance cannot be estimated; leave it out"
            )
    made = Design(factors, parents, y[there], codes, int((~there).sum()))
    _check_nesting(made)
    return made


def _column(long: Any, name: str) -> str:
    """Find a factor's column; the item's may be ``item_id``, as in the long responses."""
    for candidate in (name, f"{name}_id"):
        if candidate in long.columns:
            return candidate
    raise DataError(
        f"there is no column {name!r}; there are {', '.join(map(str, long.columns[:12]))}"
    )


def _ancestors(
    factors: tuple[str, ...], nested: Mapping[str, str | Sequence[str]]
) -> dict[str, Effect]:
    direct = {
        name: frozenset([above] if isinstance(above, str) else above)
        for name, above in nested.items()
    }
    known = set(factors)
    for name, above in direct.items():
        strange = ({name} | above) - known
        if strange:
            raise DataError(
                f"nested names {sorted(strange)[0]!r}, which is neither object nor facet"
            )
    out: dict[str, Effect] = {}
    for name in factors:
        seen: set[str] = set()
        queue = list(direct.get(name, ()))
        while queue:
            parent = queue.pop()
            if parent == name:
                raise DataError(f"{name} is nested in itself")
            if parent not in seen:
                seen.add(parent)
                queue.extend(direct.get(parent, ()))
        out[name] = frozenset(seen)
    return out


def _check_nesting(made: Design) -> None:
    """Raise an error for crossed effects that have no cells of their own."""
    for low in made.every:
        for high in made.every:
            if low < high and made.n_levels(low) == made.n_levels(high):
                extra = ", ".join(sorted(high - low))
                of = made.label(low)
                nested = {of.split(":")[-1]: extra}
                raise DataError(
                    f"every {of} meets one level of {extra}, so {made.label(high)} cannot be "
                    f"separated from {of}: give nested={nested}, or leave out one"
                )
