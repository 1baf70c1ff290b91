"""Marginal models of answers of yes or no, counts and ordered categories, over clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.frame_columns import check_scalars, combined, listed
from valuealign.analysis.marginal.cluster_robust import ClusterRobust
from valuealign.analysis.marginal.outcomes import (
    fit_independent,
    stacked,
)
from valuealign.analysis.matrix import frame_with
from valuealign.analysis.mixed.fixed_part import FixedPart, check_estimable
from valuealign.analysis.mixed.formula import parse_fixed
from valuealign.analysis.mixed.marginal_means import (
    Adjustment,
    contrast_table,
    means_table,
    test_table,
)
from valuealign.analysis.mixed.model_rows import fixed_rows
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError, NotSupported

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
FEW_CLUSTERS = 10
"""With fewer clusters, tests of effects between clusters have little power."""
FEW_FREEDOM = 4.0
"""Below it the approximation of a test's distribution is rough (Pustejovsky & Tipton, 2018)."""
RATIOS = {"binomial": "odds_ratio", "ordinal": "odds_ratio", "poisson": "rate_ratio"}
RESPONSES = {"binomial": "probability", "poisson": "count", "gaussian": "mean"}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Marginal(Shown):
    """A fitted marginal model.

    Attributes
    ----------
    fixed : DataFrame
        By coefficient: ``term estimate se df t pvalue ci_lower ci_upper`` on the scale of the
        logit (binomial, ordinal) or log (poisson), with ``odds_ratio`` or ``rate_ratio``. Of an
        ordered outcome the first rows are the cuts between categories, and an effect above zero
        means higher categories.
    tests : DataFrame
        By term of the formula, type III: ``term df1 df2 F pvalue``.
    family : {"binomial", "poisson", "gaussian", "ordinal"}
    n, n_clusters, n_missing : int
        Rows used; clusters; rows left out because a column had no value.
    flags : frozenset of str
    part, robust
        The coded predictors and the cluster-robust estimates, for further analyses.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> rows = pd.DataFrame({"vignette": np.repeat(range(12), 10), "risk": ["low", "high"] * 60})
    >>> rows["yes"] = (rng.random(120) < np.where(rows["risk"] == "high", 0.7, 0.3)) * 1
    >>> va.marginal("yes ~ risk", rows, cluster="vignette").n_clusters
    12
    """

    fixed: pd.DataFrame
    tests: pd.DataFrame
    family: str
    n: int
    n_clusters: int
    n_missing: int
    flags: frozenset[str]
    part: FixedPart
    robust: ClusterRobust

    @property
    def vcov(self) -> pd.DataFrame:
        """Cluster-robust covariance of the estimates (CR2)."""
        import pandas as pd

        names = self.fixed["term"].tolist()
        return pd.DataFrame(self.robust.vcov, index=names, columns=names)

    def means(
        self, of: str | Sequence[str], *, by: str | Sequence[str] = (), level: float = 0.95
    ) -> pd.DataFrame:
        """Return estimated probabilities, counts or means.

        Parameters
        ----------
        of, by : str or sequence of str
            Factors of the formula; every combination of their levels has a row. All other factors
            are averaged with equal weights on the scale of the logit or log.
        level : float

        Returns
        -------
        DataFrame
            A column per factor, then ``probability`` (``count``, ``mean``), ``df``, ``ci_lower``
            and ``ci_upper``.

        Raises
        ------
        DataError
            A name that is not a factor of the formula.
        NotSupported
            An ordered outcome, which has no single mean.
        """
        if self.family == "ordinal":
            raise NotSupported("an ordered outcome has no single mean; compare levels: .contrasts")
        table = means_table(self.part, self.robust, _names(of), _names(by), level)
        for column in ("mean", "ci_lower", "ci_upper"):
            table[column] = _response(table[column].to_numpy(), self.family)
        return table.drop(columns="se").rename(columns={"mean": RESPONSES[self.family]})

    def contrasts(
        self,
        of: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        adjust: Adjustment = "holm",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Compare levels of factors in pairs.

        Parameters
        ----------
        of : str or sequence of str
            Factors whose levels (or combinations of levels) are compared.
        by : str or sequence of str
            Factors within whose levels the comparisons are made; each is a separate family.
        adjust : {"holm", "tukey", "bonferroni", "none"}
            For the number of comparisons in a family. Intervals are not adjusted.
        level : float

        Returns
        -------
        DataFrame
            The ``by`` factors, then ``contrast estimate se df t pvalue ci_lower ci_upper`` and the
            ``odds_ratio`` or ``rate_ratio``.

        Raises
        ------
        DataError
            A name that is not a factor of the formula.
        """
        table = contrast_table(
            self.part,
            _WithoutCuts(self.robust, len(self.part.names)),
            _names(of),
            _names(by),
            interaction=False,
            adjust=adjust,
            margin=None,
            level=level,
        )
        return _with_ratio(table, self.family)


@dataclass(frozen=True)
class _WithoutCuts:
    """Tests of weights for the coefficients of the formula, whose intercept cuts may replace."""

    robust: ClusterRobust
    n_names: int

    def _all(self, L: FloatArray) -> FloatArray:
        cuts = len(self.robust.beta) - self.n_names + 1
        return np.hstack([np.repeat(L[:, :1], cuts, axis=1), L[:, 1:]])

    def t_tests(self, L: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        return self.robust.t_tests(self._all(L))

    def f_test(self, L: FloatArray) -> tuple[float, int, float]:
        return self.robust.f_test(self._all(L))


@checked
def marginal(
    formula: str,
    data: pd.DataFrame,
    *,
    cluster: str | Sequence[str],
    family: Literal["binomial", "poisson", "gaussian", "ordinal"] = "binomial",
    coding: Literal["treatment", "sum"] = "treatment",
    categorical: Sequence[str] = (),
    level: float = 0.95,
) -> Marginal:
    """Fit a marginal model (GEE) with cluster-robust tests for few clusters.

    Parameters
    ----------
    formula : str
        ``flagged ~ burden * belonging``: fixed terms as in :func:`valuealign.mixed`, without random
        terms.
    data : DataFrame
        One row a response.
    cluster : str or sequence of str
        The columns of what several rows share, such as the vignette.
    family : {"binomial", "poisson", "gaussian", "ordinal"}
        Of an outcome of 0 and 1, of counts, of numbers, of ordered categories (3 to 20 numbers).
    coding : {"treatment", "sum"}
        Of factors: differences from the first level, or from the mean of all levels.
    categorical : sequence of str
        Numeric columns that are factors.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Marginal
        ``.fixed``, ``.tests`` and ``.flags``.

    Raises
    ------
    ModelSyntaxError
        A formula that does not parse.
    DataError
        Columns that are absent; an outcome that the family does not have; effects that the rows
        cannot estimate; fewer than two clusters.
    NotSupported
        A formula with random terms.
    NotConverged
        An outcome that some predictor separates.

    Notes
    -----
    Effects are marginal: they compare shares over all clusters, and are nearer to zero than those
    within one cluster. The working correlation is independence. Estimates equal those of R's
    ``glm`` and ``geepack`` to 1e-6; standard errors (CR2) and degrees of freedom (Satterthwaite;
    HTZ for terms) those of ``clubSandwich`` on the weighted rows to 1e-5, and standard errors those
    of its ``glm`` method, which takes another root of the same adjustment, to 3e-3. Of an ordered
    outcome the cumulative logits are fitted together, with the cuts of one response as rows of its
    cluster.

    References
    ----------
    Liang, K.-Y., & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models.
    Biometrika, 73(1), 13-22. doi:10.1093/biomet/73.1.13
    Pustejovsky, J. E., & Tipton, E. (2018). Small-sample methods for cluster-robust variance
    estimation and hypothesis testing in fixed effects models. Journal of Business & Economic
    Statistics, 36(4), 672-683. doi:10.1080/07350015.2016.1247004

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> rows = pd.DataFrame({"vignette": np.repeat(range(12), 10), "risk": ["low", "high"] * 60})
    >>> rows["yes"] = (rng.random(120) < np.where(rows["risk"] == "high", 0.7, 0.3)) * 1
    >>> fit = marginal("yes ~ risk", rows, cluster="vignette")
    >>> fit.means("risk")["probability"].round(2).tolist()
    [0.67, 0.25]
    """
    import pandas as pd
    from scipy.stats import f

    parsed = parse_fixed(formula)
    clusters = listed(cluster)
    frame_with(data, clusters)
    check_scalars(data[clusters])
    y, part, kept, n_missing = fixed_rows(
        parsed, data, also=clusters, categorical=categorical, coding=coding
    )
    check_estimable(part, part.matrix(len(y)))
    code = pd.factorize(combined(kept, clusters))[0].astype(np.intp)
    n_clusters = int(code.max()) + 1
    if n_clusters < 2:
        raise DataError(f"{' / '.join(clusters)} has one value; expected several clusters")
    rows = stacked(y, part.matrix(len(y)), family, parsed.outcome)
    beta, weight, residual = fit_independent(rows, family)
    robust = ClusterRobust(beta, rows.X * np.sqrt(weight)[:, None], residual, code[rows.row])
    fixed = test_table(robust, np.eye(len(beta)), level)
    fixed.insert(0, "term", [*(rows.cuts or part.names[:1]), *part.names[1:]])
    within = _WithoutCuts(robust, len(part.names))
    tests = []
    for term in part.terms:
        F, df1, df2 = within.f_test(part.hypothesis(term))
        tests.append((":".join(term), df1, df2, F, float(f.sf(F, df1, df2))))
    table = pd.DataFrame(tests, columns=["term", "df1", "df2", "F", "pvalue"])
    return Marginal(
        fixed=_with_ratio(fixed, family),
        tests=table,
        family=family,
        n=len(y),
        n_clusters=n_clusters,
        n_missing=n_missing,
        flags=_flags(fixed, table, n_clusters, n_missing),
        part=part,
        robust=robust,
    )


def _with_ratio(table: pd.DataFrame, family: str) -> pd.DataFrame:
    if family in RATIOS:
        table[RATIOS[family]] = np.exp(table["estimate"])
    return table


def _response(value: FloatArray, family: str) -> FloatArray:
    if family == "binomial":
        return np.asarray(1 / (1 + np.exp(-value)))
    return np.asarray(np.exp(value)) if family == "poisson" else value


def _names(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _flags(
    fixed: pd.DataFrame, tests: pd.DataFrame, n_clusters: int, n_missing: int
) -> frozenset[str]:
    flags = set()
    if n_missing:
        flags.add(f"{n_missing} rows without a value in some column are left out")
    if n_clusters < FEW_CLUSTERS:
        flags.add(f"{n_clusters} clusters: effects that differ between clusters are hardly known")
    rough = fixed.loc[fixed["df"] < FEW_FREEDOM, "term"].tolist()
    if rough:
        flags.add(f"fewer than {FEW_FREEDOM:g} degrees of freedom: {', '.join(rough)}")
    untested = tests.loc[tests["F"].isna(), "term"].tolist()
    if untested:
        flags.add(f"too few clusters to test {', '.join(untested)} as a whole")
    return frozenset(flags)
