"""A general factor and orthogonal group factors: their transformation, and what a sum owes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.factors.extraction import extract
from valuealign.analysis.matrix import Floats
from valuealign.analysis.reliability.alpha_interval import NO_VARIANCE
from valuealign.analysis.rotation.rotation import rotate
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class GeneralFactor:
    """A general factor, orthogonal group factors, and what is neither."""

    g: Floats
    groups: Floats
    unique: Floats


def schmid_leiman(
    R: Floats, m: int, how: tuple[str, str], *, starts: int
) -> tuple[GeneralFactor, Floats, list[str]]:
    """Return the transformed loadings, and what the factors load on the general one."""
    extraction = extract(R, m, method=how[0])
    flags = list(extraction.flags)
    if m == 1:
        none = np.zeros((len(R), 0))
        return (
            GeneralFactor(extraction.loadings[:, 0], none, extraction.uniquenesses),
            np.zeros(0),
            flags,
        )
    turned = rotate(extraction.loadings, how[1], starts=starts)
    pattern, phi = turned.loadings, turned.factor_correlations
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    pattern, phi = pattern * sign, phi * np.outer(sign, sign)
    order = np.argsort(-np.diag(phi @ pattern.T @ pattern), kind="stable")
    pattern, phi = pattern[:, order], phi[np.ix_(order, order)]
    if m == 2:
        r = phi[0, 1]
        general = np.sqrt(abs(r)) * np.array([1.0, np.sign(r) or 1.0])
    else:
        second = extract(phi, 1, method="minres")
        general = second.loadings[:, 0]
        flags += [f"general factor: {flag}" for flag in second.flags]
    own = pattern * np.sqrt(np.maximum(1 - general**2, 0))
    return GeneralFactor(pattern @ general, own, extraction.uniquenesses), general, flags


def item_signs(names: Sequence[str], g: Floats, keyed: Mapping[str, int] | None) -> Floats:
    if keyed is None:
        return np.where(g < 0, -1.0, 1.0)
    return np.array([float(keyed.get(name, 1)) for name in names])


def omega_of_sum(R: Floats, solution: GeneralFactor, sign: Floats) -> dict[str, float]:
    k = len(R)
    variance = float(sign @ R @ sign)
    if variance <= NO_VARIANCE * k:
        raise DataError(
            "the sum of the items does not vary: the items' gains and losses cancel, so that omega "
            "has no value; are some of them keyed -1?"
        )
    g2, own = float((solution.g**2).sum()), float((solution.groups**2).sum())
    several = solution.groups.shape[1] > 0
    total = 1 - float(solution.unique.sum()) / variance
    hierarchical = float(sign @ solution.g) ** 2 / variance if several else float("nan")
    smc = 1 / np.diag(np.linalg.pinv(R))
    return {
        "total": total,
        "hierarchical": hierarchical,
        "limit": _ratio(hierarchical, total),
        "alpha": k / (k - 1) * (1 - k / variance),
        "lambda6": 1 - float(smc.sum()) / variance,
        "ecv": _ratio(g2, g2 + own) if several else float("nan"),
    }


def _ratio(part: float, whole: float) -> float:
    """Divide; NaN where items have nothing in common."""
    return part / whole if whole else float("nan")


def omega_variants(R: Floats, solution: GeneralFactor, sign: Floats) -> dict[str, float]:
    """Return omega by each estimator's own name."""
    variance, unique = float(sign @ R @ sign), float(solution.unique.sum())
    general = float(sign @ solution.g) ** 2
    common = general + float(((sign @ solution.groups) ** 2).sum())
    out = {
        "omega.tot": 1 - unique / variance,
        "omega_h": general / variance,
        "model": common / (common + unique),
    }
    if not solution.groups.shape[1] and (solution.unique > 0).all():
        signal = float((solution.g**2 / solution.unique).sum())
        out["H"] = signal / (1 + signal)
    return out


def loading_table(
    items: Sequence[str], names: Sequence[str], solution: GeneralFactor
) -> pd.DataFrame:
    import pandas as pd

    columns = [solution.g, solution.groups, 1 - solution.unique, solution.unique]
    return pd.DataFrame(np.column_stack(columns), list(items), ["g", *names, "h2", "u2"])


def group_shares(
    R: Floats, solution: GeneralFactor, sign: Floats, names: Sequence[str]
) -> pd.DataFrame:
    """Return the shares of each group's sum, of the items that load most on it."""
    import pandas as pd

    rows = []
    belongs = np.abs(solution.groups).argmax(axis=1) if names else None
    for k, name in enumerate(names):
        mine = belongs == k
        s = sign * mine
        variance = float(s @ R @ s) or np.nan
        general = float(s @ solution.g) ** 2 / variance
        group = float(s @ solution.groups[:, k]) ** 2 / variance
        rows.append((name, int(np.sum(mine)), general + group, general, group))
    return pd.DataFrame(rows, columns=["factor", "n_items", "total", "general", "group"])
