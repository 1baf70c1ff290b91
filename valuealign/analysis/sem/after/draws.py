"""Repeated random draws on several workers; results do not depend on the number of workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Draw = Callable[[np.random.SeedSequence], FloatArray]
_CHUNK = 25


def run_draws(
    draw: Draw, n: int, *, seed: int, backend: str | None = None, workers: int = 1
) -> FloatArray:
    """Call a function once for each draw, each time with its own seed.

    Parameters
    ----------
    draw : callable
        Takes a seed and returns numbers; must be picklable for processes.
    n : int
    seed : int
        Every draw's seed follows from it and the draw's number alone.
    backend : str, optional
        A joblib backend; processes ("loky") unless given.
    workers : int

    Returns
    -------
    ndarray, shape (n, length of one draw)
    """
    from joblib import Parallel, delayed, parallel_config

    seeds = np.random.SeedSequence(seed).spawn(n)
    chunks = [seeds[start : start + _CHUNK] for start in range(0, n, _CHUNK)]
    with parallel_config(backend=backend or "loky", n_jobs=workers):
        parts = Parallel()(delayed(_each)(draw, chunk) for chunk in chunks)
    return np.vstack(parts)


def _each(draw: Draw, seeds: Sequence[np.random.SeedSequence]) -> FloatArray:
    return np.array([draw(seed) for seed in seeds])
