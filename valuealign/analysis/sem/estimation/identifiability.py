"""A check that the model's parameters can be identified from data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import NotIdentified

if TYPE_CHECKING:
    from valuealign.analysis.sem.estimation.estimate import Problem

FloatArray = NDArray[np.float64]


def check_identified(problem: Problem, start: FloatArray, names: Sequence[str]) -> None:
    """Raise an error that lists the parameters that are not identified.

    Raises
    ------
    NotIdentified
    """
    rng = np.random.default_rng(7)
    worst: FloatArray | None = None
    for _ in range(3):
        x = start + 0.05 * rng.standard_normal(len(start)) * np.maximum(np.abs(start), 0.1)
        try:
            dense = problem.arrow.dense(problem.at(x).information())
        except np.linalg.LinAlgError:
            continue
        scale = 1 / np.sqrt(np.maximum(np.diag(dense), 1e-300))
        if (np.diag(dense) <= 1e-14).any():
            worst = (np.diag(dense) <= 1e-14).astype(float)
            continue
        values, vectors = np.linalg.eigh(dense * scale * scale[:, None])
        flat = values <= 1e-9
        if not flat.any():
            return
        # Each parameter's share in the whole null space, because a single basis vector of it is
        # LAPACK's choice.
        worst = np.sqrt((vectors[:, flat] ** 2).sum(axis=1))
    if worst is None:
        return
    guilty = [names[i] for i in np.argsort(-worst)[:4] if worst[i] > 0.05]
    raise NotIdentified(
        f"the model is not identified: no data can distinguish {', '.join(guilty)}. "
        "Fix one of them, hold some equal, or give the factor more indicators"
    )
