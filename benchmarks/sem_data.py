"""Data for the structural models' benchmark: nineteen factors of three items, six categories."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FACTORS = 19
PER = 3


def model(factors: int = FACTORS, per: int = PER) -> str:
    """Return the syntax of a model with `per` items a factor."""
    return "\n".join(
        f"f{k} =~ " + " + ".join(f"x{k * per + j}" for j in range(per)) for k in range(factors)
    )


def responses(
    n: int, *, groups: int = 1, factors: int = FACTORS, per: int = PER, seed: int = 1
) -> pd.DataFrame:
    """Return responses of people whose factors correlate as on a circle."""
    rng = np.random.default_rng(seed)
    away = 2 * np.pi * np.subtract.outer(np.arange(factors), np.arange(factors)) / factors
    phi = 0.25 + 0.4 * np.cos(away) + 0.35 * np.eye(factors)
    root = np.linalg.cholesky(phi)
    loadings = rng.uniform(0.55, 0.85, factors * per)
    cuts = np.array([-1.8, -1.1, -0.5, 0.2, 1.0]) + rng.normal(0, 0.3, (factors * per, 1))
    parts = []
    for g in range(groups):
        size = n // groups
        mean = rng.normal(0, 0.2, factors) if g else np.zeros(factors)
        eta = mean + rng.standard_normal((size, factors)) @ root.T
        noise = rng.standard_normal((size, factors * per)) * np.sqrt(1 - loadings**2)
        latent = eta[:, np.repeat(np.arange(factors), per)] * loadings + noise
        codes = 1 + sum((latent > cuts[:, k]).astype(int) for k in range(cuts.shape[1]))
        part = pd.DataFrame(codes, columns=[f"x{k}" for k in range(factors * per)])
        parts.append(part.assign(group=f"g{g}"))
    return pd.concat(parts, ignore_index=True)


def with_holes(data: pd.DataFrame, *, patterns: int, seed: int = 2) -> pd.DataFrame:
    """Return data with a fixed number of patterns of missing values."""
    rng = np.random.default_rng(seed)
    items = [c for c in data if c != "group"]
    chosen = rng.random((patterns, len(items))) < 0.08
    chosen[0] = False
    which = rng.integers(0, patterns, len(data))
    which[rng.random(len(data)) < 0.85] = 0
    return data.assign(**{c: data[c].mask(chosen[which, k]) for k, c in enumerate(items)})


def written(data: pd.DataFrame, folder: Path, name: str) -> Path:
    """Write data for R."""
    path = folder / f"{name}.csv"
    data.to_csv(path, index=False)
    return path
