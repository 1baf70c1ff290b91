"""A second opinion from semopy, an independent implementation of the same models.

Measured against lavaan, semopy 2.3.11 is right for one group, complete rows, maximum likelihood
and a fixed loading for every factor, with a tight stopping rule: estimates, expected-information
standard errors, chi-square, CFI and TLI. Elsewhere it gives wrong numbers, crashes or does not
stop, so other models raise an error here.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.observed import Design, Observed, observe
from valuealign.analysis.sem.parameter_covariance import wald
from valuealign.analysis.sem.specification.parameter_table import ParameterTable, build, sort_names
from valuealign.analysis.sem.specification.syntax import parse
from valuealign.analysis.sem.specification.table_rows import Options
from valuealign.errors import NotConverged, NotSupported

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

_ALLOWED: Mapping[str, tuple[Any, ...]] = {
    "group": (None,),
    "group_equal": ((), []),
    "group_partial": ((), []),
    "estimator": ("ML", None),
    "missing": ("listwise",),
    "ordered": (None, False, (), []),
    "parameterization": ("delta", "theta"),
    "likelihood": ("normal",),
    "mean_structure": (None, False),
    "effect_coding": (False,),
    "information": (None, "expected"),
    "test": (None, "standard"),
    "cluster": (None,),
    "sampling_weights": (None,),
}
"""What semopy answers rightly, by argument of `cfa`."""

_MEASURES = {
    "chi2": "chisq",
    "DoF": "df",
    "chi2 p-value": "pvalue",
    "chi2 Baseline": "baseline_chisq",
    "DoF Baseline": "baseline_df",
    "CFI": "cfi",
    "TLI": "tli",
    "NFI": "nfi",
}
"""semopy's measures that are right -> lavaan's names; its RMSEA, AIC and log-likelihood are not."""


@dataclass(frozen=True, eq=False)
class SecondOpinion:
    """Semopy's result for a model.

    Attributes
    ----------
    parameters : DataFrame
        ``lhs op rhs label est se z pvalue ci_lower ci_upper`` in lavaan's row order.
    measures : mapping of str to float
        ``chisq df pvalue baseline_chisq baseline_df cfi tli nfi``.
    n : int
        Number of respondents.
    converged : bool
        Always True; a failure is an exception.
    flags : frozenset of str
        Negative variances.
    """

    parameters: pd.DataFrame
    measures: Mapping[str, float]
    n: int
    flags: frozenset[str]
    converged: bool = True

    def summary(self) -> str:
        """Return the parameters and measures as text."""
        numbers = "\n".join(f"{name:>16} {value:12.6g}" for name, value in self.measures.items())
        return f"semopy, maximum likelihood, n = {self.n}\n\n{numbers}\n\n{self.parameters}"


@dataclass(frozen=True, eq=False)
class Crosscheck:
    """Our fit and semopy's, side by side.

    Attributes
    ----------
    parameters : DataFrame
        ``lhs op rhs est est_semopy se se_semopy``.
    measures : DataFrame
        ``ours semopy`` by measure.
    largest_difference : float
        Of estimates, in standard errors.
    agrees : bool
        Whether no estimate differs by a hundredth of its standard error and chi-square by 1e-4 of
        itself.
    flags : frozenset of str
        Where they differ: which of the two optima is lower.
    """

    parameters: pd.DataFrame
    measures: pd.DataFrame
    largest_difference: float
    agrees: bool
    flags: frozenset[str]


def fit_with_semopy(text: str, data: Any, arguments: Mapping[str, Any]) -> SecondOpinion:
    """Fit a model with semopy.

    Parameters
    ----------
    text : str
        lavaan syntax.
    data : DataFrame
        Rows; those with missing responses are left out.
    arguments : mapping
        The other arguments of `cfa`.

    Returns
    -------
    SecondOpinion

    Raises
    ------
    NotSupported
        For what semopy gets wrong; says what.
    NotConverged
        Where semopy's optimiser gives up.

    Notes
    -----
    Agrees with polished lavaan optima to 2.5e-5 in estimates and 1e-5 in standard errors
    (tests/analysis/sem/test_crosscheck.py).

    References
    ----------
    Meshcheryakov, G., Igolkina, A. A., & Samsonova, M. G. (2021). semopy 2: A structural equation
    modeling package with random effects in Python. https://arxiv.org/abs/2106.01140
    """
    for name, value in arguments.items():
        allowed = _ALLOWED.get(name)
        if allowed is not None and not any(value is a or value == a for a in allowed):
            raise NotSupported(
                f"engine='semopy' does not get {name}={value!r} right; leave it out, or use the "
                "default engine"
            )
    if not hasattr(data, "columns"):
        raise NotSupported("engine='semopy' needs rows in a frame; moments and groups are refused")
    model = parse(text)
    options = Options(
        std_lv=bool(arguments.get("std_lv", False)),
        orthogonal=bool(arguments.get("orthogonal", False)),
        fixed_x=arguments.get("fixed_x") is not False,
    )
    table = build(model, options)
    _refuse(table)
    [observed] = observe(data, sort_names(model.statements).observed, Design())
    return _opinion(table, observed)


def crosscheck(fit: Any) -> Crosscheck:
    """Fit a fitted model again with semopy and put the two side by side.

    Parameters
    ----------
    fit : Fit
        Of one group with rows, by maximum likelihood.

    Returns
    -------
    Crosscheck

    Raises
    ------
    NotSupported
        For what semopy gets wrong; says what.
    """
    import pandas as pd

    solution = fit.solution
    setup = solution.setup
    arguments = {
        "estimator": setup.estimator,
        "missing": setup.missing,
        "likelihood": setup.likelihood,
        "information": setup.information,
    }
    for name, value in arguments.items():
        if value not in _ALLOWED[name]:
            raise NotSupported(f"semopy does not get {name}={value!r} right: no second opinion")
    if len(solution.observed) > 1:
        raise NotSupported("semopy fits each group alone: no second opinion on several groups")
    [observed] = solution.observed
    if observed.rows is None or observed.weights is not None or observed.clusters is not None:
        raise NotSupported("a second opinion needs unweighted rows, without clusters")
    _refuse(solution.table)
    opinion = _opinion(solution.table, observed)
    ours = fit.parameters.iloc[: len(opinion.parameters)].reset_index(drop=True)
    theirs = opinion.parameters
    comparison = ours[["lhs", "op", "rhs", "est", "se"]].copy()
    comparison.insert(4, "est_semopy", theirs["est"])
    comparison["se_semopy"] = theirs["se"]
    names = list(opinion.measures)
    measures = pd.DataFrame(
        {"ours": [fit.measures[k] for k in names], "semopy": [opinion.measures[k] for k in names]},
        index=names,
    )
    free = ours["se"].to_numpy() > 0
    gaps = np.abs(ours["est"] - theirs["est"])[free] / ours["se"][free]
    gap, chisq = float(gaps.max()), float(fit.measures["chisq"])
    apart = opinion.measures["chisq"] - chisq
    level = abs(apart) <= 1e-4 * max(chisq, 1.0)
    return Crosscheck(
        comparison, measures, gap, bool(level and gap < 0.01), _verdict(apart, level, gap)
    )


def _verdict(apart: float, level: bool, gap: float) -> frozenset[str]:
    if not level:
        if apart > 0:
            return frozenset({f"semopy stopped short: its chi-square is {apart:.4g} higher"})
        return frozenset(
            {f"semopy found a lower chi-square, by {-apart:.4g}; look for other starts"}
        )
    return frozenset() if gap < 0.01 else frozenset({"equal fit, other estimates: flat optimum"})


def _refuse(table: ParameterTable) -> None:
    """Refuse a model that semopy gets wrong."""
    if table.options.mean_structure:
        raise NotSupported("semopy's fit of means is wrong (chi-square 8.3 for 85.3): refused")
    if table.names.covariates:
        raise NotSupported(
            "semopy counts the parameters of covariates otherwise, so its degrees of freedom and "
            f"fit differ: refused because of {table.names.covariates[0]!r}"
        )
    if table.constraints or table.definitions:
        raise NotSupported("constraints and defined parameters are not handed to semopy")
    if table.names.efa or table.names.formative:
        raise NotSupported("efa() blocks and formative factors are not handed to semopy")
    for factor in table.names.latent:
        loadings = [
            place < 0 and row.value != 0
            for row, place in zip(table.rows, table.free, strict=True)
            if row.op == "=~" and row.lhs == factor
        ]
        if not any(loadings):
            raise NotSupported(
                f"semopy never ends where no loading of a factor is fixed: fix one of {factor!r} "
                "(f =~ 1*x), or leave std_lv=True and NA* out"
            )


def _described(table: ParameterTable) -> tuple[str, list[tuple[str, str, str]]]:
    """Return the table in semopy's syntax, and what it will call each row.

    Every row is written out, so that nothing depends on what semopy adds by itself; names are
    replaced by plain ones, so that none can be read as syntax.
    """
    names = {n: f"v{k}" for k, n in enumerate((*table.names.observed, *table.names.latent))}
    times = np.bincount(table.free[table.free >= 0], minlength=table.n_free)
    lines, keys = [], []
    for row, place in zip(table.rows, table.free, strict=True):
        left, right = names[row.lhs], names[row.rhs]
        if place < 0:
            factor = (
                f"{row.value!r}*" if isinstance(row.value, int) else f"{float(row.value):.17g}*"
            )
        else:
            factor = f"shared{place}*" if times[place] > 1 else ""
        lines.append(f"{left} {row.op} {factor}{right}")
        keys.append((right, "~", left) if row.op == "=~" else (left, row.op, right))
    return "\n".join(lines), keys


def _opinion(table: ParameterTable, observed: Observed) -> SecondOpinion:
    import pandas as pd

    description, keys = _described(table)
    columns = [f"v{k}" for k in range(len(observed.names))]
    rows = pd.DataFrame(observed.rows, columns=columns)
    estimates, measures = _run(description, rows)
    values = {}
    for _, line in estimates.iterrows():
        pair = (float(line["Estimate"]), _number(line["Std. Err"]))
        values[line["lval"], line["op"], line["rval"]] = pair
        if line["op"] == "~~":
            values[line["rval"], line["op"], line["lval"]] = pair
    missing = [key for key in keys if key not in values]
    if missing:
        raise NotSupported(f"semopy left out {len(missing)} parameters of the model: no opinion")
    est, se = np.array([values[key] for key in keys]).T
    z, p, lower, upper = wald(est, np.where(table.free >= 0, se, 0.0))
    frame = pd.DataFrame(
        {
            "lhs": [row.lhs for row in table.rows],
            "op": [row.op for row in table.rows],
            "rhs": [row.rhs for row in table.rows],
            "label": [row.label for row in table.rows],
            "est": est,
            "se": np.where(table.free >= 0, se, 0.0),
            "z": z,
            "pvalue": p,
            "ci_lower": lower,
            "ci_upper": upper,
        }
    )
    negative = [
        f"variance of {row.lhs} is negative"
        for row, value in zip(table.rows, est, strict=True)
        if row.op == "~~" and row.lhs == row.rhs and value < 0
    ]
    return SecondOpinion(frame, measures, int(observed.n), frozenset(negative))


def _run(description: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Fit with semopy's tightest stopping rule."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import semopy

        model = semopy.Model(description)
        result = model.fit(rows, obj="MLW", options={"ftol": 1e-12, "maxiter": 5000})
        if not result.success or not np.isfinite(result.fun):
            raise NotConverged(f"semopy found no optimum: {result.message}")
        estimates = model.inspect(information="expected")
        stats = semopy.calc_stats(model).iloc[0]
    return estimates, {ours: float(stats[theirs]) for theirs, ours in _MEASURES.items()}


def _number(value: Any) -> float:
    """Return a number; semopy writes ``-`` where there is none."""
    return float("nan") if isinstance(value, str) else float(value)
