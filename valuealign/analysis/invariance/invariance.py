"""`invariance`: the whole ladder in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from valuealign.analysis.invariance.ladder import CONTINUOUS, ORDINAL
from valuealign.analysis.invariance.ladder_fits import LadderFits, Step
from valuealign.analysis.invariance.ladder_tables import (
    groups_frame,
    items_frame,
    table_frame,
    verdict,
)
from valuealign.analysis.invariance.level_verdict import InvarianceVerdict
from valuealign.analysis.invariance.partial import PartialRule
from valuealign.analysis.invariance.restriction_misfit import MARGIN
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.model import model_text
from valuealign.arguments import checked
from valuealign.errors import AnalysisError
from valuealign.suggestion import Suggesting

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Invariance(Suggesting):
    """A ladder of invariance.

    Attributes
    ----------
    table : DataFrame
        One row a level: ``level chisq df pvalue cfi rmsea srmr``; against the level before,
        ``chisq_diff df_diff pvalue_diff delta_cfi delta_rmsea delta_srmr``; the same with the
        groups at equal n, ``equal_n_chisq_diff equal_n_delta_cfi equal_n_delta_rmsea
        equal_n_delta_srmr``; ``rmsea_d rmsea_d_lower rmsea_d_upper``, the misfit per restriction;
        ``power`` to reject were it at the margin; ``equivalence_p``; ``dmacs``, the largest of
        the items'; ``standing``. Robust fits give their scaled chi-square, CFI and RMSEA (the
        robust ones where they exist).
    groups : DataFrame
        ``level group n chisq srmr``: where the misfit is.
    items : DataFrame
        ``level lhs op rhs group chisq pvalue pvalue_holm epc``: which parameters break a level.
    effects : DataFrame
        ``item group delta_loading delta_intercept dmacs_loading dmacs``.
    fits : mapping of str to Fit
    freed : mapping of str to tuple of str
        The parameters that are not held equal at each level.
    verdict : InvarianceVerdict
    flags : frozenset of str
        Doubts about the fits.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))
    >>> data = pd.DataFrame(x, columns=list("abcd")).assign(g=np.repeat(["one", "two"], 100))
    >>> levels = ["configural", "metric"]
    >>> found = va.invariance("f =~ a + b + c + d", data, group="g", levels=levels)
    >>> list(found.fits) == levels, found.table["df_diff"].tolist()[1]
    (True, 3)
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    items: pd.DataFrame
    effects: pd.DataFrame
    fits: Mapping[str, Fit]
    freed: Mapping[str, tuple[str, ...]]
    verdict: InvarianceVerdict
    flags: frozenset[str] = field(default=frozenset())

    def summary(self) -> str:
        """Return the verdict and the table as text."""
        shown = self.table.set_index("level").drop(columns=["standing"])
        return f"{self.verdict}\n\n{shown.T.round(3).to_string(na_rep='')}"

    def __repr__(self) -> str:
        return f"Invariance({', '.join(f'{k}: {v}' for k, v in self.verdict.standings.items())})"

    def _repr_html_(self) -> str:
        from valuealign.escape import for_html

        table = self.table.set_index("level").T.round(3)
        return f"<pre>{for_html(str(self.verdict))}</pre>{table.to_html(na_rep='')}"


@checked
def invariance(
    model: Any,
    data: Any,
    *,
    group: str | None = None,
    levels: Sequence[str] = CONTINUOUS,
    estimator: str | None = None,
    ordered: Sequence[str] | bool | None = None,
    parameterization: str = "theta",
    group_partial: Sequence[str] | str = (),
    partial: PartialRule | None = None,
    margin: float = MARGIN,
    alpha: float = 0.05,
    effect_sizes: bool = True,
    std_lv: bool = True,
    **options: Any,
) -> Invariance:
    """Test measurement invariance: fit a model under more and more equalities across groups.

    Parameters
    ----------
    model : str, Path or Instrument
        As for `cfa`.
    data : DataFrame, or mapping of group name to DataFrame or Moments
        Two groups or more; rows and moments may be mixed where the estimator permits.
    group : str, optional
        Column that names the groups.
    levels : sequence of str
        Of ``configural metric scalar strict``, for ordinal items of ``configural thresholds
        loadings intercepts residuals`` (the default is all of the kind), and beyond measurement
        ``lv.variances lv.covariances means``.
    estimator : str, optional
        As for `cfa`. By default ML; WLSMV with `ordered`.
    ordered : sequence of str or True, optional
        Ordinal items.
    parameterization : {"theta", "delta"}
        Of ordinal items; under delta residuals are not parameters.
    group_partial : sequence of str
        Parameters that are never held equal, such as ``"x3~1"``.
    partial : PartialRule, optional
        The rule that frees parameters which break a level; without one, none is freed.
    margin : float
        Misfit per restriction (RMSEA_D) that counts as none, and the RMSEA below which the
        model itself holds. 0.05 is Browne and Cudeck's (1992) bound of close fit.
    alpha : float
        Significance level of the tests.
    effect_sizes : bool
        Whether to compute dMACS, one refit an item.
    std_lv : bool
        Factors of variance 1 in the first group, so that every loading can be tested; the fit
        is the same with markers.
    **options
        As for `cfa`.

    Returns
    -------
    Invariance
        ``.table`` with one row a level, ``.verdict``, ``.items`` and ``.fits``.

    Raises
    ------
    AnalysisError
        One group; a level that does not exist. And what `cfa` raises.

    Notes
    -----
    A level *holds* only where an equivalence test shows that its misfit is below the margin (and
    the power at the margin is above one half). It *fails* where the difference is significant and
    equivalence is not shown. Otherwise it is *inconclusive*: a test that does not reject is no
    evidence of invariance. Unequal group sizes hide misfit, so every change is also computed for
    groups of equal size. Chi-squares, degrees of freedom and fit measures agree with lavaan to
    1e-5; the ordinal ladder agrees with semTools (Wu and Estabrook's identification).

    References
    ----------
    Browne, M. W., & Cudeck, R. (1992). Alternative ways of assessing model fit. Sociological
    Methods & Research, 21, 230-258. doi:10.1177/0049124192021002005

    Meredith, W. (1993). Measurement invariance, factor analysis and factorial invariance.
    Psychometrika, 58, 525-543. doi:10.1007/BF02294825

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(4000, 1)) + rng.normal(size=(4000, 5))
    >>> data = pd.DataFrame(x, columns=list("abcde")).assign(g=np.repeat(["one", "two"], 2000))
    >>> data.loc[data.g == "two", "e"] += 0.5
    >>> found = va.invariance("f =~ a + b + c + d + e", data, group="g")
    >>> found.verdict.level, found.verdict.standings["scalar"]
    ('metric', 'fails')
    >>> found.items.query("level == 'scalar'").iloc[0][["lhs", "op"]].tolist()
    ['e', '~1']
    >>> found.effects.set_index("item")["dmacs"].round(1).idxmax()
    'e'
    """
    if not 0 < alpha < 1 or not margin > 0:
        raise AnalysisError(f"alpha is {alpha} and margin {margin}; expected 0 to 1, and above 0")
    from threadpoolctl import threadpool_limits

    ordinal = bool(ordered)
    if ordinal and tuple(levels) == CONTINUOUS:
        levels = ORDINAL
    ladder_fits = LadderFits(
        model_text(model),
        data,
        dict(options)
        | {"group": group, "estimator": estimator, "ordered": ordered, "std_lv": std_lv}
        | ({"parameterization": parameterization} if ordinal else {}),
        always=(group_partial,) if isinstance(group_partial, str) else tuple(group_partial),
        rule=partial,
        margin=margin,
        alpha=alpha,
    )
    with threadpool_limits(1):  # matrices this small only wait for threads
        steps = ladder_fits.steps(levels)
        effects = ladder_fits.effects(steps) if effect_sizes else ladder_fits.no_effects()
        return _result(steps, effects, margin=margin, alpha=alpha)


def _result(
    steps: Sequence[Step], effects: pd.DataFrame, *, margin: float, alpha: float
) -> Invariance:
    judged = verdict(steps, margin=margin, alpha=alpha)
    return Invariance(
        table=table_frame(steps, effects, judged),
        groups=groups_frame(steps),
        items=items_frame(steps),
        effects=effects,
        fits={step.rung.level: step.fit for step in steps},
        freed={step.rung.level: tuple(step.partial) for step in steps},
        verdict=judged,
        flags=_flags(steps),
    )


def _flags(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(f"{step.rung.level}: {flag}" for step in steps for flag in step.fit.flags)
