"""People drawn from a sample's moments, and what to plant in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

import valuealign as va

DE = va.load_population("pvq21-de-ess9")
PVQ = va.load_instrument("pvq-21")
SCALES = [scale.id for scale in PVQ.scales]


def people_like(n: int, *, seed: int, mean=None, population=DE) -> pd.DataFrame:
    """Rows of people drawn from a sample's moments, in its own unit and without rounding."""
    moments = population.moments
    rng = np.random.default_rng(seed)
    centre = np.asarray(moments.mean) + (0 if mean is None else mean)
    x = rng.multivariate_normal(centre, moments.covariance, n, method="cholesky")
    return pd.DataFrame(x, columns=list(moments.names))


def as_population(rows: pd.DataFrame, name: str = "drawn") -> va.Population:
    """A sample of these rows' moments (answers are whole codes only in real people)."""
    source = DE.source.model_copy(
        update={
            "id": name,
            "n_complete": len(rows),
            "n_rows": len(rows),
            "frequencies": {},
            "mean": tuple(rows.mean()),
            "covariance": tuple(map(tuple, rows.cov().to_numpy())),
        }
    )
    return va.Population(source)


def shifted(scale: str, by: float) -> np.ndarray:
    """What to add to the items of one scale, such that centred scores shift by ``by``."""
    items = list(DE.source.items)
    mine = [items.index(i) for i in next(s for s in PVQ.scales if s.id == scale).items]
    move = np.zeros(len(items))
    move[mine] = by / (1 - len(mine) / len(items))
    return move
