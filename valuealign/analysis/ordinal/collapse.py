"""Rare response categories joined with their neighbours by one rule in all groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.matrix import frame_with, matrix
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import ConstantItem, DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False, kw_only=True)
class Collapsed(Shown):
    """Responses with rare categories joined.

    Parameters
    ----------
    data : DataFrame
        The responses; a joined category has the lowest of its values.
    joined : DataFrame
        Columns ``item values becomes``: what was joined, one row a joined category.
    """

    data: pd.DataFrame
    joined: pd.DataFrame


@checked
def collapse_categories(
    data: Any, items: Sequence[str], *, group: str | None = None, at_least: int = 10
) -> Collapsed:
    """Join neighbouring categories until each was chosen often enough in every group.

    Parameters
    ----------
    data : DataFrame
        Rows are respondents; the items' columns hold ordered codes.
    items : sequence of str
        Ordinal items, their categories as numbers in order.
    group : str, optional
        Column that names the groups; the categories are joined in all groups alike.
    at_least : int
        How many responses each category needs in each group.

    Returns
    -------
    Collapsed
        ``.data`` with fewer categories; ``.joined`` says which were joined.

    Raises
    ------
    DataError
        A column that is not there.
    ConstantItem
        An item of which fewer than two categories are left.

    Notes
    -----
    The category with the fewest responses in any group joins the smaller of its neighbours, and so
    on. Models often leave categories unused that people use, and a threshold next to an empty
    category cannot be estimated. One rule in all groups keeps the items comparable.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"a": [1] * 2 + [2] * 30 + [3] * 40 + [4] * 12})
    >>> found = collapse_categories(data, ["a"])
    >>> sorted(found.data["a"].unique().tolist()), found.joined["values"].tolist()
    ([1, 3, 4], ['1 2'])
    """
    import pandas as pd

    wanted = [*items, *([group] if group else [])]
    frame_with(data, wanted)
    if not wanted:
        raise DataError("items is empty; name the items whose categories may be joined")
    coded = matrix(data, items=items)
    out = data.copy()
    rows: list[dict[str, Any]] = []
    for k, item in enumerate(items):
        column = pd.Series(coded.values[:, k], index=data.index, name=item)
        counts = (
            column.value_counts().to_frame()
            if group is None
            else pd.crosstab(column, data[group].to_numpy())
        ).sort_index()
        blocks = _blocks(counts.to_numpy(), at_least)
        if len(blocks) < 2:
            raise ConstantItem(
                f"item {item!r} keeps one category with {at_least} responses in every group; "
                "leave it out"
            )
        values = counts.index.tolist()
        lowest = {values[k]: values[block[0]] for block in blocks for k in block}
        out[item] = column.map(lowest).astype(data[item].dtype)
        rows += [
            {
                "item": item,
                "values": " ".join(f"{values[k]:g}" for k in block),
                "becomes": values[block[0]],
            }
            for block in blocks
            if len(block) > 1
        ]
    return Collapsed(data=out, joined=pd.DataFrame(rows, columns=["item", "values", "becomes"]))


def _blocks(counts: np.ndarray, at_least: int) -> list[list[int]]:
    """Return which categories stand together, in order."""
    blocks = [[k] for k in range(len(counts))]
    sizes = [row.copy() for row in counts]
    while len(blocks) > 1:
        smallest = [int(size.min()) for size in sizes]
        k = int(np.argmin(smallest))
        if smallest[k] >= at_least:
            break
        neighbours = [j for j in (k - 1, k + 1) if 0 <= j < len(blocks)]
        j = min(neighbours, key=lambda b: int(sizes[b].sum()))
        first = min(j, k)
        blocks[first : first + 2] = [blocks[first] + blocks[first + 1]]
        sizes[first : first + 2] = [sizes[first] + sizes[first + 1]]
    return blocks
