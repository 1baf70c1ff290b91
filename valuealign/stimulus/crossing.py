"""Which cells of a factorial design there are, and which effects they cannot tell apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from valuealign.stimulus.set_file import Template

Cell = Mapping[str, str]
"""Factor -> level."""


def cells_of(template: Template) -> tuple[Cell, ...]:
    """The cells of a template, in the order of its factors and levels.

    A fraction keeps the cells whose levels, counted from 0, add up to a multiple of the number
    of levels: every level of a factor stands there equally often, and with every level of
    another one.
    """
    if template.crossing == "listed":
        return template.cells
    levels = {name: list(factor.levels) for name, factor in template.factors.items()}
    n = len(next(iter(levels.values())))
    return tuple(
        dict(zip(levels, chosen, strict=True))
        for chosen in itertools.product(*levels.values())
        if template.crossing == "full"
        or sum(levels[f].index(c) for f, c in zip(levels, chosen, strict=True)) % n == 0
    )


def aliases(cells: Sequence[Cell], levels: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Pairs of effects that these cells cannot tell apart, wholly or in part.

    Parameters
    ----------
    cells : sequence of mapping
    levels : mapping of str to sequence of str
        Factor -> its levels.

    Returns
    -------
    list of (str, str)
        Main effects and interactions of two factors, by name ("a", "b:c"); empty where all of
        them are orthogonal.

    Examples
    --------
    >>> two = {"a": ["0", "1"], "b": ["0", "1"], "c": ["0", "1"]}
    >>> half = [dict(zip("abc", cell)) for cell in ("000", "011", "101", "110")]
    >>> aliases(half, two)
    [('a', 'b:c'), ('b', 'a:c'), ('c', 'a:b')]
    """
    import numpy as np

    if not cells:
        return []
    effects = dict(_effects(cells, levels))
    centred = {name: columns - columns.mean(axis=0) for name, columns in effects.items()}
    return [
        (a, b)
        for a, b in itertools.combinations(centred, 2)
        if np.abs(centred[a].T @ centred[b]).max() > 1e-9 * len(cells)
    ]


def _effects(
    cells: Sequence[Cell], levels: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, np.ndarray]]:
    """Each effect's columns: deviations from the mean, and their products."""
    import numpy as np

    main = {
        name: np.array([_coded(names.index(cell[name]), len(names)) for cell in cells])
        for name, names in levels.items()
    }
    yield from main.items()
    for a, b in itertools.combinations(main, 2):
        product = main[a][:, :, None] * main[b][:, None, :]
        yield f"{a}:{b}", product.reshape(len(cells), -1)


def _coded(level: int, n: int) -> list[float]:
    """Sum coding: the last level is minus one in every column."""
    return [-1.0] * (n - 1) if level == n - 1 else [float(k == level) for k in range(n - 1)]
