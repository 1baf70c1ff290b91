"""Linear mixed models: fixed effects over crossed, nested and interacting random effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.fit_model import Estimated, laid_out
from valuealign.analysis.mixed.fixed_part import FixedPart
from valuealign.analysis.mixed.formula import Formula, declared, parse
from valuealign.analysis.mixed.marginal_means import (
    Adjustment,
    contrast_table,
    means_table,
    test_table,
)
from valuealign.analysis.mixed.model_rows import ModelRows, model_rows
from valuealign.analysis.mixed.result_tables import (
    doubts,
    fixed_table,
    random_table,
    term_tests,
)
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Mixed(Shown):
    """A fitted linear mixed model.

    Attributes
    ----------
    fixed : DataFrame
        By coefficient: ``term estimate se df t pvalue ci_lower ci_upper``, with Satterthwaite's
        degrees of freedom.
    tests : DataFrame
        By term of the formula, type III: ``term df1 df2 F pvalue``.
    random : DataFrame
        By random term, the residual last: ``term levels variance sd se share``. ``se`` is of the
        variance and NaN where it is zero; ``share`` is of the sum of the variances.
    n, n_missing : int
        Rows used; rows left out because a column of the formula had no value.
    method : {"reml", "ml"}
    log_likelihood, aic, bic : float
        Of REML the restricted likelihood, which compares only models with the same fixed part.
    singular : bool
        Whether a variance is estimated at zero.
    flags : frozenset of str
    formula, rows, estimated
        The parsed formula, the rows that it selects and the estimates, for further analyses.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> rows = pd.DataFrame({"vignette": np.repeat(range(10), 8), "risk": ["low", "high"] * 40})
    >>> rows["rating"] = rng.normal(size=10)[rows["vignette"]] + rng.normal(size=80)
    >>> va.mixed("rating ~ risk + (1 | vignette)", rows).singular
    False
    """

    fixed: pd.DataFrame
    tests: pd.DataFrame
    random: pd.DataFrame
    n: int
    n_missing: int
    method: str
    log_likelihood: float
    aic: float
    bic: float
    singular: bool
    flags: frozenset[str]
    formula: Formula
    rows: ModelRows
    estimated: Estimated

    @property
    def part(self) -> FixedPart:
        """The columns of the fixed part."""
        return self.rows.part

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance of the fixed effects."""
        import pandas as pd

        names = list(self.part.names)
        return pd.DataFrame(self.estimated.tests.vcov, index=names, columns=names)

    @property
    def effects(self) -> pd.DataFrame:
        """Predicted random effects: ``term level value``."""
        import pandas as pd

        effects = self.estimated.random_effects()
        parts = [
            pd.DataFrame({"term": term.label, "level": labels, "value": values / scale})
            for term, labels, values, scale in zip(
                self.rows.random, self.rows.labels, effects, self.rows.scales, strict=True
            )
        ]
        return pd.concat(parts, ignore_index=True)

    def means(
        self, of: str | Sequence[str], *, by: str | Sequence[str] = (), level: float = 0.95
    ) -> pd.DataFrame:
        """Return estimated marginal means.

        Parameters
        ----------
        of, by : str or sequence of str
            Factors of the formula; every combination of their levels has a row. All other factors
            are averaged with equal weights, covariates are at their mean.
        level : float

        Returns
        -------
        DataFrame
            A column per factor, then ``mean se df ci_lower ci_upper``.

        Raises
        ------
        DataError
            A name that is not a factor of the formula.

        Notes
        -----
        As R's ``emmeans`` with ``lmer.df = "satterthwaite"``.
        """
        return means_table(self.part, self.estimated.tests, _listed(of), _listed(by), level)

    def contrasts(
        self,
        of: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        interaction: bool = False,
        adjust: Adjustment = "holm",
        margin: float | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Compare marginal means in pairs.

        Parameters
        ----------
        of : str or sequence of str
            Factors whose levels (or combinations of levels) are compared.
        by : str or sequence of str
            Factors within whose levels the comparisons are made; each is a separate family.
        interaction : bool
            Compare differences of differences: a pair of levels of every factor in ``of``.
        adjust : {"holm", "tukey", "bonferroni", "none"}
            For the number of comparisons in a family. Intervals are not adjusted.
        margin : float, optional
            The smallest difference that matters, in the outcome's unit: adds two one-sided tests
            (``pvalue_equivalence``) and ``standing`` (equivalent, different or inconclusive).
        level : float

        Returns
        -------
        DataFrame
            The ``by`` factors, then ``contrast estimate se df t pvalue ci_lower ci_upper``.

        Raises
        ------
        DataError
            A name that is not a factor of the formula; a margin that is not positive; Tukey's
            method for differences of differences, which it does not fit.
        """
        return contrast_table(
            self.part,
            self.estimated.tests,
            _listed(of),
            _listed(by),
            interaction=interaction,
            adjust=adjust,
            margin=margin,
            level=level,
        )

    def test(self, weights: Mapping[str, float], *, level: float = 0.95) -> pd.DataFrame:
        """Test one weighted sum of coefficients against zero.

        Parameters
        ----------
        weights : mapping of str to float
            Coefficient (as in ``fixed``) -> weight.
        level : float

        Returns
        -------
        DataFrame
            One row: ``estimate se df t pvalue ci_lower ci_upper``.

        Raises
        ------
        DataError
            A coefficient that the model does not have.
        """
        names = self.part.names
        unknown = [name for name in weights if name not in names]
        if unknown or not any(weights.values()):
            raise DataError(
                f"weights names {unknown[0]!r}; the coefficients are {', '.join(names[:12])}"
                if unknown
                else "weights are all zero; expected at least one that is not"
            )
        L = np.array([[float(weights.get(name, 0.0)) for name in names]])
        return test_table(self.estimated.tests, L, level)


@checked
def mixed(
    formula: str,
    data: pd.DataFrame,
    *,
    fixed: Sequence[str] = (),
    random: Sequence[str] = (),
    method: Literal["reml", "ml"] = "reml",
    coding: Literal["treatment", "sum"] = "treatment",
    categorical: Sequence[str] = (),
    level: float = 0.95,
) -> Mixed:
    """Fit a linear mixed model with crossed, nested or interacting random effects.

    Parameters
    ----------
    formula : str
        In a subset of lme4's language: ``rating ~ burden * belonging + (1 | vignette) +
        (1 | form) + (1 | model)``. Fixed terms with ``+ - * : ^``; random intercepts ``(1 | a)``,
        ``(1 | a:b)``, ``(1 | a/b)``; uncorrelated random slopes ``(x || a)``, ``(0 + x | a)``.
        Without ``~`` it is the outcome's column, and ``fixed`` and ``random`` declare the rest.
    data : DataFrame
        One row a response. Texts, categories and truth values are factors, numbers covariates.
    fixed : sequence of str
        Predictors that are fully crossed.
    random : sequence of str
        Columns of random intercepts; ``"a:b"`` for combinations.
    method : {"reml", "ml"}
    coding : {"treatment", "sum"}
        Of factors: differences from the first level, or from the mean of all levels.
    categorical : sequence of str
        Numeric columns that are factors.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Mixed
        ``.fixed``, ``.random``, ``.tests`` and ``.flags``.

    Raises
    ------
    ModelSyntaxError
        A formula that does not parse.
    DataError
        Columns that are absent or of the wrong kind; effects that the rows cannot estimate.
    NotSupported
        Correlated random slopes, a model without an intercept, an interaction without its lower
        orders, a design too large for memory.
    NotConverged
        No maximum was reached.

    Notes
    -----
    Agrees with lme4 1.1 and lmerTest 3.1: fixed effects, standard errors and variances to 1e-5,
    degrees of freedom of t and F tests to 1e-3 (relative), also where a variance is zero. Such a
    fit is flagged as singular: tests then behave as if the term were absent, which with few
    levels is optimistic. See the page on mixed models for error rates with 4 to 40 vignettes.

    The outcome is treated as continuous with normal errors. There is no logistic version: its
    likelihood with crossed effects has no closed form, and the usual approximation (Laplace) has
    no degrees of freedom for few vignettes; see :func:`valuealign.marginal` for answers of yes or
    no, counts and ordered categories.

    References
    ----------
    Bates, D., Maechler, M., Bolker, B., & Walker, S. (2015). Fitting linear mixed-effects models
    using lme4. Journal of Statistical Software, 67(1). doi:10.18637/jss.v067.i01
    Kuznetsova, A., Brockhoff, P. B., & Christensen, R. H. B. (2017). lmerTest package: Tests in
    linear mixed effects models. Journal of Statistical Software, 82(13). doi:10.18637/jss.v082.i13

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> rows = pd.DataFrame({"vignette": np.repeat(range(12), 10), "risk": ["high", "low"] * 60})
    >>> rows["rating"] = (
    ...     4 - (rows["risk"] == "low") + rng.normal(size=12)[rows["vignette"]]
    ...     + rng.normal(size=120)
    ... )
    >>> fit = mixed("rating ~ risk + (1 | vignette)", rows)
    >>> fit.fixed["term"].tolist()
    ['intercept', 'risk[low]']
    >>> fit.contrasts("risk")["contrast"].tolist()
    ['high - low']
    """
    parsed = _formula(formula, fixed, random)
    rows = model_rows(parsed, data, categorical=categorical, coding=coding)
    estimated = laid_out(rows).fit(rows.y, restricted=method == "reml")
    components = estimated.components
    n, k = len(rows.y), len(components.variances) + len(rows.part.names)
    return Mixed(
        fixed=fixed_table(rows.part, estimated, level),
        tests=term_tests(rows.part, estimated),
        random=random_table(rows, estimated),
        n=n,
        n_missing=rows.n_missing,
        method=method,
        log_likelihood=-components.deviance / 2,
        aic=components.deviance + 2 * k,
        bic=components.deviance + float(np.log(n)) * k,
        singular=bool((components.variances == 0).any()),
        flags=doubts(rows, estimated),
        formula=parsed,
        rows=rows,
        estimated=estimated,
    )


def _formula(text: str, fixed: Sequence[str], random: Sequence[str]) -> Formula:
    """Parse a formula, or make one from declared columns."""
    if "~" not in text:
        return declared(text.strip().strip("`"), fixed, random)
    if fixed or random:
        raise DataError(
            "a formula with '~' and declared fixed or random columns were both given; give the "
            "outcome's column alone to declare the rest"
        )
    return parse(text)


def _listed(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
