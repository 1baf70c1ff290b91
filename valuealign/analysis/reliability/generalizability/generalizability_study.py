"""Generalizability studies: variance components, coefficients, and D studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import ROUNDING
from valuealign.analysis.reliability.generalizability.coefficients import (
    Coefficients,
    coefficients,
    shares,
)
from valuealign.analysis.reliability.generalizability.design import RESIDUAL, Design, Effect, design
from valuealign.analysis.reliability.generalizability.ems import expected_mean_squares
from valuealign.analysis.reliability.generalizability.pivotal_intervals import (
    ComponentDraws,
    draw_components,
)
from valuealign.analysis.reliability.generalizability.reml import restricted_likelihood
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

REPLICATES = "replicates"
"""Responses within a cell, where there are several: they are averaged as a facet's levels are."""
FEW_LEVELS = 5
"""A factor with fewer levels has a variance that hardly any data can tell."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Generalizability(Shown):
    """Results of a generalizability study.

    Attributes
    ----------
    components : DataFrame
        By effect: ``effect levels variance se ci_lower ci_upper share``; ``se`` is NaN for
        analysis of variance and for variances at zero, which have an interval all the same.
        ``share`` is of the total.
    coefficients : DataFrame
        By target (``level``, and ``shape over ...`` for each facet): ``g`` and ``phi`` with
        their 95 % intervals (``g_lower g_upper phi_lower phi_upper``) and the universe and error
        variances, at the sizes of these data.
    sizes : dict of str to float
        Levels of each facet (within what it is nested in), and ``replicates``, the responses of
        a cell, where cells hold several.
    flags : frozenset of str
    n, n_missing : int
        Responses used; responses without a value.
    method : {"reml", "ems"}
    log_likelihood : float
        Restricted; NaN for analysis of variance.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> person, item = (a.ravel() for a in np.meshgrid(range(6), range(5)))
    >>> y = person + np.random.default_rng(1).normal(size=30)
    >>> long = pd.DataFrame({"person": person, "item": item, "value": y})
    >>> va.generalizability(long, "person", ["item"]).n
    30
    """

    components: pd.DataFrame
    coefficients: pd.DataFrame
    sizes: Mapping[str, float]
    flags: frozenset[str]
    n: int
    n_missing: int
    method: str
    log_likelihood: float
    design_: Design = field(repr=False)
    variances: Mapping[Effect, float] = field(repr=False)
    fixed: Effect = field(repr=False)
    unbiased: Mapping[Effect, float] = field(repr=False)
    draws: ComponentDraws = field(repr=False)

    def design(self, *, over: str | Sequence[str] = (), **sizes: Any) -> pd.DataFrame:
        """Coefficients with more or fewer levels of each facet (a D study).

        Parameters
        ----------
        over : str or sequence of str
            Facets over which the object's shape is meant; none for its level.
        **sizes : float or sequence of float
            How many of each facet; those not named stay as they are in the data.

        Returns
        -------
        DataFrame
            A row a design: the sizes, ``g``, ``phi`` with their intervals, and
            ``sem_relative`` and ``sem_absolute``, the standard errors of the mean in the unit of
            the responses.

        Raises
        ------
        DataError
            An unknown facet, a size that is not positive, a fixed facet of another size.
        """
        import pandas as pd

        shape = frozenset([over] if isinstance(over, str) else over)
        self._check(shape, sizes)
        lists = {
            name: np.atleast_1d(np.asarray(sizes.get(name, size), dtype=float)).tolist()
            for name, size in self.sizes.items()
        }
        rows = []
        for chosen in product(*lists.values()):
            these = dict(zip(lists, chosen, strict=True))
            coefficients = self.of(shape, these)
            rows.append(
                {name: size for name, size in these.items() if name not in shape}
                | self._with_intervals(coefficients, shape, these)
                | {
                    "sem_relative": coefficients.relative**0.5,
                    "sem_absolute": coefficients.absolute**0.5,
                }
            )
        return pd.DataFrame(rows)

    def of(
        self, over: Effect = frozenset(), sizes: Mapping[str, float] | None = None
    ) -> Coefficients:
        """Return the coefficients of the level, or of the shape over facets.

        Parameters
        ----------
        over : frozenset of str
        sizes : mapping of str to float, optional

        Returns
        -------
        Coefficients
        """
        target = self._target(over)
        everything = frozenset(self.design_.factors)
        known = self.unbiased if self.fixed else self.variances
        variances = {effect or self._within(): v for effect, v in known.items()}
        return coefficients(variances, everything, target, dict(sizes or self.sizes), self.fixed)

    def _target(self, over: Effect) -> tuple[str, Effect]:
        above = over.union(*(self.design_.parents[name] for name in over))
        of = self.design_.factors[0]
        return of, above - {of}

    def _within(self) -> Effect:
        """Return the residual's factors: responses of a cell are averaged like a facet's levels."""
        everything = frozenset(self.design_.factors)
        return everything | {REPLICATES} if self.design_.replicated else everything

    def _with_intervals(
        self, point: Coefficients, over: Effect, sizes: Mapping[str, float]
    ) -> dict[str, float]:
        """Return both coefficients and their intervals, which hold the estimates."""
        of = shares(self.draws.effects, self._within(), self._target(over), sizes, self.fixed)
        (g_low, g_high), (phi_low, phi_high) = self.draws.coefficients(of)
        return {
            "g": point.g,
            "g_lower": min(g_low, point.g),
            "g_upper": max(g_high, point.g),
            "phi": point.phi,
            "phi_lower": min(phi_low, point.phi),
            "phi_upper": max(phi_high, point.phi),
        }

    def _check(self, shape: Effect, sizes: Mapping[str, float | Sequence[float]]) -> None:
        for name, size in sizes.items():
            if name not in self.sizes:
                raise DataError(f"{name!r} is not a facet; there are {', '.join(self.sizes)}")
            if (np.asarray(size, dtype=float) <= 0).any():
                raise DataError(f"{name} = {size}; expected positive numbers")
            if name in self.fixed and np.any(np.asarray(size) != self.sizes[name]):
                raise DataError(f"{name} is fixed at its {self.sizes[name]:g} levels")
        if not shape <= set(self.design_.factors[1:]):
            raise DataError(
                f"{sorted(shape)} are not all facets; there are {', '.join(self.sizes)}"
            )


@checked
def generalizability(
    long: pd.DataFrame,
    object: str = "model",  # noqa: A002  # the contract's name, and the field's
    facets: Sequence[str] = ("item", "form"),
    *,
    fixed: Sequence[str] = (),
    nested: Mapping[str, str | Sequence[str]] | None = None,
    value: str = "value",
    method: Literal["reml", "ems"] = "reml",
) -> Generalizability:
    """Split the variance of responses among object, facets and their interactions.

    Parameters
    ----------
    long : DataFrame
        One row a response. A factor's column may be called as the factor, or with ``_id``
        behind.
    object : str
        What is measured: a model, a persona, a respondent.
    facets : sequence of str
        What it is measured under: items, forms, occasions, personas.
    fixed : sequence of str
        Facets whose levels are all there are: they are averaged over and not generalised from.
    nested : mapping of str to str or sequence of str
        Facet -> what it is nested in: ``{"item": "query"}``, ``{"occasion": ["model", "form"]}``.
    value : str
        The column of responses.
    method : {"reml", "ems"}
        Restricted maximum likelihood, or analysis of variance (expected mean squares).

    Returns
    -------
    Generalizability
        ``.components`` and ``.coefficients``; ``.design(...)`` plans another design.

    Raises
    ------
    DataError
        Missing columns or text in them; a factor with one level; effects that the rows cannot
        separate, with the nesting to declare.
    NotSupported
        REML of a design whose equations would not fit in memory.
    NotConverged
        REML did not settle.

    Notes
    -----
    All effects that the crossing and nesting allow are in the model; the highest is the residual
    where each of its cells holds one response. Cells may be unequal and responses missing.
    REML agrees with lme4 to 1e-4 relative (lme4's own tolerance); with equal cells and no negative
    estimate both methods agree to 1e-6. A negative estimate of analysis of variance is shown and
    counts as zero in the coefficients. With a fixed facet the universe score's variance is a sum
    of components, and the coefficients are of the unbiased estimates of analysis of variance, so
    that two objects of equal level have none. Intervals are generalized confidence intervals
    (Weerahandi 1993); a G of 1 from a variance of zero has one too.

    Missing responses are omitted as if they were missing at random. Refusals are not, so inspect
    their share by condition first (``Responses.missing``).

    References
    ----------
    Brennan, R. L. (2001). Generalizability theory. Springer. doi:10.1007/978-1-4757-3456-0
    Weerahandi, S. (1993). Generalized confidence intervals. Journal of the American Statistical
    Association, 88, 899-905. doi:10.1080/01621459.1993.10476355

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> model, item = (a.ravel() for a in np.meshgrid(np.arange(8), np.arange(20)))
    >>> y = rng.normal(size=8)[model] + 0.5 * rng.normal(size=20)[item] + rng.normal(size=160)
    >>> long = pd.DataFrame({"model": model, "item": item, "value": y})
    >>> found = generalizability(long, "model", ["item"])
    >>> found.components["effect"].tolist()
    ['model', 'item', 'model:item (residual)']
    >>> found.design(item=[5, 40]).round(1)["g"].tolist()
    [0.8, 1.0]
    """
    import pandas as pd

    made = design(long, object, tuple(facets), nested or {}, value)
    unknown = set(fixed) - set(made.factors[1:])
    if unknown:
        raise DataError(f"fixed names {sorted(unknown)[0]!r}, which is not a facet")
    unbiased = expected_mean_squares(made)
    variances, se, likelihood = unbiased, np.full(len(unbiased), np.nan), float("nan")
    if method == "reml":
        estimate = restricted_likelihood(made, unbiased)
        variances, likelihood = estimate.variances, estimate.log_likelihood
        se = np.sqrt(np.where(np.diag(estimate.vcov) > 0, np.diag(estimate.vcov), np.nan))
    compatible = draw_components(made, unbiased)
    sizes = {name: _size(made, name) for name in made.factors[1:]}
    if made.replicated:
        sizes[REPLICATES] = len(made.y) / made.n_levels(made.every[-1])
    study = Generalizability(
        components=_components(made, variances, se, compatible),
        coefficients=pd.DataFrame(),
        sizes=sizes,
        flags=_flags(made, variances, frozenset(fixed)),
        n=len(made.y),
        n_missing=made.n_missing,
        method=method,
        log_likelihood=likelihood,
        design_=made,
        variances=variances,
        fixed=frozenset(fixed),
        unbiased=unbiased,
        draws=compatible,
    )
    return _with_coefficients(study)


def _components(
    made: Design, variances: Mapping[Effect, float], se: FloatArray, compatible: ComponentDraws
) -> pd.DataFrame:
    """Return the table of variances with their intervals, which hold the estimates."""
    import pandas as pd

    effects = (*made.effects, RESIDUAL)
    total = sum(max(v, 0.0) for v in variances.values())
    intervals = [compatible.component(effect) for effect in effects]
    return pd.DataFrame(
        {
            "effect": [made.label(e) for e in effects],
            "levels": [made.n_levels(e) if e else len(made.y) for e in effects],
            "variance": [variances[e] for e in effects],
            "se": se,
            "ci_lower": [
                min(low, max(variances[e], 0.0))
                for e, (low, _) in zip(effects, intervals, strict=True)
            ],
            "ci_upper": [
                max(high, variances[e]) for e, (_, high) in zip(effects, intervals, strict=True)
            ],
            "share": [max(variances[e], 0.0) / total if total else np.nan for e in effects],
        }
    )


def _with_coefficients(study: Generalizability) -> Generalizability:
    from dataclasses import replace

    import pandas as pd

    targets = {"level": frozenset[str]()} | {
        f"shape over {name}": frozenset({name}) for name in study.design_.factors[1:]
    }
    rows = []
    for name, over in targets.items():
        coefficients = study.of(over)
        rows.append(
            {"target": name}
            | study._with_intervals(coefficients, over, study.sizes)
            | {"universe": coefficients.universe, "error_relative": coefficients.relative}
            | {"error_absolute": coefficients.absolute}
        )
    return replace(study, coefficients=pd.DataFrame(rows))


def _size(made: Design, name: str) -> float:
    """Return how many levels a facet has within what it is nested in."""
    above = made.parents[name]
    inside = made.n_levels(above | {name})
    return inside / made.n_levels(above) if above else float(inside)


def _flags(made: Design, variances: Mapping[Effect, float], fixed: Effect) -> frozenset[str]:
    flags = set()
    for name in made.factors:
        levels = made.n_levels(made.parents[name] | {name})
        if levels < FEW_LEVELS and name not in fixed:
            flags.add(
                f"{name} has {levels} levels: its variance is hardly known; more levels, or fixed"
            )
    for effect, variance in variances.items():
        if variance < 0:
            flags.add(f"{made.label(effect)}: negative estimate {variance:.3g}, counted as zero")
    if max(variances.values()) <= 0:
        flags.add("no variance component is above zero: no coefficient has a value")
    of = made.levels(frozenset({made.factors[0]}))
    means = np.bincount(of, made.y) / np.bincount(of)
    if np.ptp(means) <= ROUNDING * np.ptp(made.y):
        flags.add(
            f"the means of {made.factors[0]} are all the same: the interval of the level, whose "
            "width is in proportion to their variance, has no width"
        )
    if made.n_missing:
        flags.add(f"{made.n_missing} responses without a value left out as if at random")
    return frozenset(flags)
