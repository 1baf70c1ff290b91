"""Parts of a parameter table: options, variable names by role, and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from valuealign.analysis.sem.specification.syntax import Modifiers
from valuealign.analysis.sem.specification.tokens import Token

EQUALS = (
    "loadings",
    "intercepts",
    "residuals",
    "residual.covariances",
    "lv.variances",
    "lv.covariances",
    "means",
    "thresholds",
    "regressions",
)
"""What ``group_equal`` may name, as in lavaan."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a model text becomes a table; the names are ``cfa``'s."""

    n_groups: int = 1
    mean_structure: bool = False
    group_equal: tuple[str, ...] = ()
    group_partial: tuple[str, ...] = ()
    std_lv: bool = False
    orthogonal: bool = False
    effect_coding: tuple[str, ...] = ()
    fixed_x: bool | None = True
    growth: bool = False
    thresholds: Mapping[str, int] = field(default_factory=dict)
    parameterization: str = "delta"


@dataclass(frozen=True, slots=True)
class Names:
    """The variables of a model, sorted into their roles."""

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    exogenous_latent: tuple[str, ...]
    outcomes: tuple[str, ...]
    covariates: tuple[str, ...]
    formative: tuple[str, ...]
    efa: tuple[str, ...]


@dataclass(slots=True)
class Row:
    """One line of the table while it is being built."""

    lhs: str
    op: str
    rhs: str
    user: int = 0
    group: int = 1
    free: bool = True
    value: float = np.nan
    exo: bool = False
    label: str = ""
    start: float = np.nan
    lower: float = -np.inf
    upper: float = np.inf
    efa: str = ""
    modifiers: Modifiers | None = None
    token: Token | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """The row's identity, whichever way round a covariance was written."""
        if self.op == "~~" and self.rhs < self.lhs:
            return (self.rhs, self.op, self.lhs)
        return (self.lhs, self.op, self.rhs)
