"""A fitted model: parameters, measures, residuals and summaries as frames and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit_measures import residuals as misfit
from valuealign.analysis.sem.fit_measures.browne_residual import test_statistic
from valuealign.analysis.sem.fit_measures.measures import fit_measures
from valuealign.analysis.sem.flags import flags_of
from valuealign.analysis.sem.input_flags import doubts
from valuealign.analysis.sem.parameter_covariance import (
    Precision,
    defined_from,
    defined_parameters,
    wald,
)
from valuealign.analysis.sem.standardize import complex_step, r_square, standardized
from valuealign.suggestion import Suggesting

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.sem.crosscheck import Crosscheck

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit(Suggesting):
    """A structural equation model fitted to data.

    Made by `cfa`, `sem` and `growth`.

    Attributes
    ----------
    solution : Solution
        The optimum and everything that led to it.

    Notes
    -----
    Standard errors and measures are computed on first use and cached.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    >>> fit = va.cfa("f =~ a + b + c + d", pd.DataFrame(x, columns=list("abcd")))
    >>> int(fit.measures["df"]), len(fit.parameters), sorted(fit.flags)
    (2, 9, [])
    """

    solution: Solution

    @cached_property
    def precision(self) -> Precision:
        """The precision of the free parameters."""
        return Precision(self.solution)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """All parameters in lavaan's row order.

        Columns ``lhs op rhs group label est se z pvalue ci_lower ci_upper std_lv std_all``;
        fixed parameters have ``se`` 0 and no ``z``. Intervals are 95 %.
        """
        import pandas as pd

        table, x = self.solution.table, self.solution.x
        place = table.free
        est = row_values(self.solution)
        se = np.zeros(len(place))
        se[place >= 0] = self.precision.se[place[place >= 0]]
        columns: dict[str, Any] = {
            "lhs": [row.lhs for row in table.rows],
            "op": [row.op for row in table.rows],
            "rhs": [row.rhs for row in table.rows],
            "group": [row.group for row in table.rows],
            "label": [row.label for row in table.rows],
        }
        structures = self.solution.structures
        std_lv = standardized(table, structures, x, everything=False)
        std_all = standardized(table, structures, x, everything=True)
        scales = np.array([row.op == "~*~" for row in table.rows])
        std_lv[scales] = est[scales]
        for defined in defined_parameters(self.solution):
            columns["lhs"].append(defined.name)
            columns["op"].append(":=")
            columns["rhs"].append(defined.text)
            columns["group"].append(0)
            columns["label"].append(defined.name)
            est = np.append(est, defined.value)
            variance = float(defined.gradient @ self.precision.vcov @ defined.gradient)
            se = np.append(se, np.sqrt(variance) if not variance < 0 else 0.0)
        std_lv, std_all = (self._with_defined(s) for s in (std_lv, std_all))
        z, p, lower, upper = wald(est, se)
        return pd.DataFrame(
            columns
            | {"est": est, "se": se, "z": z, "pvalue": p, "ci_lower": lower, "ci_upper": upper}
            | {"std_lv": std_lv, "std_all": std_all}
        )

    def _with_defined(self, values: FloatArray) -> FloatArray:
        """Append the defined parameters, computed from standardised values as lavaan does."""
        if not self.solution.table.definitions:
            return values
        return np.concatenate([values, defined_from(self.solution.table, values)])

    @cached_property
    def measures(self) -> Mapping[str, float]:
        """Fit measures under lavaan's names, dots as underscores."""
        return fit_measures(self.solution).whole()

    @cached_property
    def vcov(self) -> pd.DataFrame:
        """The covariance of the estimates, by parameter."""
        import pandas as pd

        names = self.solution.table.parameter_names()
        return pd.DataFrame(self.precision.vcov, index=names, columns=names)

    @property
    def converged(self) -> bool:
        """Always True: a fit that did not converge is an exception, not a result."""
        return True

    @cached_property
    def flags(self) -> frozenset[str]:
        """Doubts about the fit: improper estimates, binding bounds, how the optimum was found."""
        extra = frozenset().union(*(o.flags for o in self.solution.observed))
        before = doubts(self.solution.table, self.solution.samples)
        return flags_of(self.solution) | before | extra

    @property
    def n(self) -> int:
        """The number of respondents."""
        return round(self.solution.n)

    @property
    def groups(self) -> list[str]:
        """The groups' names, in order."""
        return [group.label for group in self.solution.observed]

    @property
    def implied(self) -> Any:
        """Implied moments: ``{"covariance": frame, "mean": series}``, by group if there are any."""
        return self._by_group(lambda pair: (pair.sigma, pair.mu))

    @property
    def observed(self) -> Any:
        """Observed moments, in the same form."""
        return self._by_group(lambda pair: (pair.S, pair.mean))

    @property
    def residuals(self) -> Any:
        """Observed less implied moments, in the same form."""
        return self._by_group(misfit.raw)

    @property
    def correlation_residuals(self) -> Any:
        """Residuals of correlations, in the same form."""
        return self._by_group(misfit.bollen)

    def residual_z(self, kind: Literal["standardized", "normalized"] = "standardized") -> Any:
        """Return residuals as z-values, in the same form.

        Parameters
        ----------
        kind : {"standardized", "normalized"}
            In standard errors of the residual, or of the sample moment.

        Raises
        ------
        NotSupported
            For other than maximum likelihood on complete rows.

        Notes
        -----
        Agrees with lavaan's ``resid(type = "standardized")`` and ``"normalized"`` to 1e-4.
        """
        from valuealign.analysis.sem.fit_measures.residual_tests import residual_z

        return self._framed(residual_z(self.solution, kind))

    def _by_group(self, what: Any) -> Any:
        return self._framed([what(pair) for pair in misfit.moment_pairs(self.solution)])

    def _framed(self, parts: Sequence[tuple[FloatArray, FloatArray | None]]) -> Any:
        import pandas as pd

        names = list(self.solution.table.names.observed)
        out = {}
        for label, (cov, mean) in zip(self.groups, parts, strict=True):
            part: dict[str, Any] = {"covariance": pd.DataFrame(cov, index=names, columns=names)}
            if mean is not None:
                part["mean"] = pd.Series(mean, index=names)
            out[label] = part
        return out if len(out) > 1 else next(iter(out.values()))

    def standardized(self, kind: str = "std_all") -> pd.DataFrame:
        """Return the standardised solution with delta-method standard errors.

        Parameters
        ----------
        kind : {"std_all", "std_lv"}

        Returns
        -------
        DataFrame
            ``lhs op rhs group est se z pvalue ci_lower ci_upper``.
        """
        import pandas as pd

        solution = self.solution

        def values(x: Any) -> Any:
            return standardized(
                solution.table, solution.structures, x, everything=kind == "std_all"
            )

        J = complex_step(values, solution.x)
        est = values(solution.x)
        variance = np.einsum("ij,jk,ik->i", J, self.precision.vcov, J, optimize=True)
        se = np.sqrt(np.where(variance > 1e-14, variance, 0.0))
        z, p, lower, upper = wald(est, se)
        frame = self.parameters.iloc[: len(est)][["lhs", "op", "rhs", "group", "label"]]
        return pd.DataFrame(
            {c: frame[c].to_numpy() for c in frame}
            | {"est": est, "se": se, "z": z, "pvalue": p, "ci_lower": lower, "ci_upper": upper}
        )

    def r_square(self) -> pd.DataFrame:
        """Return the explained share of each dependent variable's variance, by group."""
        import pandas as pd

        parts = r_square(self.solution.structures, self.solution.x)
        rows = [
            {"group": label, "variable": name, "r_square": value}
            for label, part in zip(self.groups, parts, strict=True)
            for name, value in part.items()
        ]
        return pd.DataFrame(rows)

    def crosscheck(self) -> Crosscheck:
        """Fit the model again with semopy and put the two side by side.

        Returns
        -------
        Crosscheck

        Raises
        ------
        NotSupported
            For groups, means, missing values, and robust or ordinal estimation, which semopy gets
        wrong.
        """
        from valuealign.analysis.sem.crosscheck import crosscheck

        return crosscheck(self)

    def summary(self) -> str:
        """Return a text like lavaan's."""
        from valuealign.analysis.sem.summary import summary

        return summary(self)

    def __repr__(self) -> str:
        m, chisq = self.solution, test_statistic(self.solution)
        return f"Fit({m.setup.estimator}, n={m.n}, chisq={chisq:.3f}, df={m.df})"

    def _repr_html_(self) -> str:
        from valuealign.escape import for_html

        head = f"<pre>{for_html(self.summary().split('Parameters', maxsplit=1)[0])}</pre>"
        return head + str(self.parameters.round(3).to_html(index=False, na_rep=""))


def row_values(solution: Solution) -> FloatArray:
    """Return the value of every row: estimated, fixed, or the sample's for fixed covariates."""
    table = solution.table
    out = np.array([row.value for row in table.rows])
    free = table.free >= 0
    out[free] = solution.x[table.free[free]]
    index = {name: i for i, name in enumerate(table.names.observed)}
    if solution.setup.ordinal:
        _ordinal_values(solution, out)
    for r, row in enumerate(table.rows):
        if row.exo:
            structure = solution.structures[row.group - 1]
            i = index[row.lhs]
            out[r] = structure.m[i] if row.op == "~1" else structure.S[i, index[row.rhs]]
    return out


def _ordinal_values(solution: Solution, out: FloatArray) -> None:
    """Fill in values that follow from others: residual variances, or scales under theta."""
    theta = solution.table.options.parameterization == "theta"
    index = {name: i for i, name in enumerate(solution.table.names.observed)}
    for r, (row, place) in enumerate(zip(solution.table.rows, solution.table.free, strict=True)):
        if place >= 0 or row.lhs not in solution.table.options.thresholds:
            continue
        i = index[row.lhs]
        if theta and row.op == "~*~":
            out[r] = solution.optimum.at.points[row.group - 1].delta[i]  # type: ignore[attr-defined]
        elif not theta and row.op == "~~" and row.lhs == row.rhs:
            out[r] = solution.structures[row.group - 1].matrices(solution.x)[1][i, i]
