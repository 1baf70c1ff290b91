"""A fit again, with some of what was equal across groups free, begun where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from valuealign.analysis.sem.estimation.solution import solve
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.specification.parameter_table import build
from valuealign.analysis.sem.specification.syntax import ModelText


def with_freed(fit: Fit, model: ModelText, freed: Sequence[str]) -> Fit:
    """Refit with more parameters free in every group.

    Parameters
    ----------
    fit : Fit
        Of continuous items, in several groups.
    model : ModelText
        The model it was fitted to.
    freed : sequence of str
        Such as ``"f=~x3"`` and ``"x3~1"``.

    Returns
    -------
    Fit
        The optimum that a fit from scratch comes to; only the way there is shorter.
    """
    old = fit.solution
    partial = (*old.table.options.group_partial, *freed)
    table = build(model, replace(old.table.options, group_partial=partial))
    start = np.empty(table.n_free)
    # Freeing what was held equal adds no row and moves none.
    for row, new, before in zip(table.rows, table.free, old.table.free, strict=True):
        if new >= 0:
            start[new] = old.x[before] if before >= 0 else row.value
    return Fit(solve(table, old.samples, old.setup, start=start))
