"""The chi-square difference between two nested fits, scaled where the fits are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from valuealign.analysis.sem.fit import Fit
from valuealign.errors import AnalysisError, NotSupported

Method = Literal["standard", "satorra.bentler.2001"]


@dataclass(frozen=True, slots=True)
class LrTest:
    """A chi-square difference.

    Parameters
    ----------
    chisq_diff : float
        Never negative with ``standard``; with scaled fits it may be, and is then flagged.
    df_diff : int
    pvalue : float
        NaN where the difference has no distribution.
    method : {"standard", "satorra.bentler.2001"}
    scaling : float
        What the plain difference was divided by; 1 with ``standard``.
    flags : frozenset of str
        What is doubtful about it.
    """

    chisq_diff: float
    df_diff: int
    pvalue: float
    method: Method
    scaling: float
    flags: frozenset[str] = frozenset()


def lr_test(restricted: Fit, free: Fit, *, method: Method | None = None) -> LrTest:
    """Test whether a restricted model fits worse than a freer one it is nested in.

    Parameters
    ----------
    restricted, free : Fit
        Fitted to the same data by the same estimator; ``restricted`` has more degrees of
        freedom.
    method : {"standard", "satorra.bentler.2001"}, optional
        By default Satorra and Bentler's (2001) where both fits are scaled, else the plain
        difference.

    Returns
    -------
    LrTest

    Raises
    ------
    AnalysisError
        Fits that cannot be compared: other data, other estimators, not fewer parameters.
    NotSupported
        Fits adjusted in mean and variance (MLMV, WLSMV, ULSMV): a difference of adjusted
        statistics is no statistic, and Satorra's (2000) test is not offered yet.

    Notes
    -----
    With scaling factors c and degrees of freedom d the difference is divided by
    (d0 c0 - d1 c1) / (d0 - d1). That divisor can come out negative in small samples; then there
    is no test, and the result says so. Agrees with lavaan's ``lavTestLRT`` on the ladder of the
    Holzinger and Swineford data to 1e-5 (relative).

    References
    ----------
    Satorra, A., & Bentler, P. M. (2001). A scaled difference chi-square test statistic for
    moment structure analysis. Psychometrika, 66, 507-514. doi:10.1007/BF02296192

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> data = pd.DataFrame(x, columns=list("abcd"))
    >>> free = va.cfa("f =~ a + b + c + d", data)
    >>> equal = va.cfa("f =~ 1*a + 1*b + 1*c + 1*d", data)
    >>> va.lr_test(equal, free).df_diff
    3
    """
    _check(restricted, free)
    zero, one = restricted.measures, free.measures
    df = round(zero["df"] - one["df"])
    plain = zero["chisq"] - one["chisq"]
    scaled = "chisq_scaling_factor" in zero and "chisq_scaling_factor" in one
    if method == "satorra.bentler.2001" and not scaled:
        raise AnalysisError("these fits are not scaled; fit both with MLR or MLM, or use standard")
    if method == "standard" or not scaled:
        return LrTest(plain, df, _upper(plain, df), "standard", 1.0)
    scaling = (
        zero["df"] * zero["chisq_scaling_factor"]
        - (one["df"] * one["chisq_scaling_factor"] if one["df"] else 0.0)
    ) / df
    if scaling <= 0:
        said = "the scaling factor of the difference is negative: there is no test at this n"
        return LrTest(math.nan, df, math.nan, "satorra.bentler.2001", scaling, frozenset({said}))
    value = plain / scaling
    return LrTest(value, df, _upper(value, df), "satorra.bentler.2001", scaling)


def _check(restricted: Fit, free: Fit) -> None:
    zero, one = restricted.measures, free.measures
    if restricted.n != free.n:
        raise AnalysisError(
            f"the fits are of {restricted.n} and {free.n} rows; fit both to the same data"
        )
    if ("chisq_scaling_factor" in zero) != ("chisq_scaling_factor" in one):
        raise AnalysisError("one fit is scaled and one is not; fit both with the same estimator")
    if zero["df"] <= one["df"]:
        raise AnalysisError(
            f"the first fit has {zero['df']:g} degrees of freedom and the second {one['df']:g}; "
            "expected the restricted one first, with more of them"
        )
    for fit in (restricted, free):
        if fit.solution.setup.test in ("mean.var.adjusted", "scaled.shifted"):
            raise NotSupported(
                "these fits are adjusted in mean and variance, whose differences are no "
                "statistic; compare fits with MLR or MLM"
            )


def _upper(value: float, df: int) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(max(value, 0.0), df))
