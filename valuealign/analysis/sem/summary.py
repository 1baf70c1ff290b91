"""Text summary of a fit, in the order of lavaan's summary."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valuealign.analysis.sem.fit import Fit

CONVENTIONS = "lavaan 0.7"
"""Whose defaults and definitions are followed."""

_LINES = (
    ("Number of observations", "ntotal", "d"),
    ("Number of free parameters", "npar", "d"),
    ("Chi-square", "chisq", "f"),
    ("Degrees of freedom", "df", "d"),
    ("P-value", "pvalue", "f"),
    ("Scaled chi-square", "chisq_scaled", "f"),
    ("Scaled P-value", "pvalue_scaled", "f"),
    ("Scaling factor", "chisq_scaling_factor", "f"),
    ("CFI", "cfi", "f"),
    ("TLI", "tli", "f"),
    ("Robust CFI", "cfi_robust", "f"),
    ("RMSEA", "rmsea", "f"),
    ("  90 % interval, lower", "rmsea_ci_lower", "f"),
    ("  90 % interval, upper", "rmsea_ci_upper", "f"),
    ("Robust RMSEA", "rmsea_robust", "f"),
    ("SRMR", "srmr", "f"),
    ("Log-likelihood", "logl", "f"),
    ("AIC", "aic", "f"),
    ("BIC", "bic", "f"),
)

_SECTIONS = {
    "=~": "Latent variables",
    "<~": "Composites",
    "~": "Regressions",
    "~~": "Covariances and variances",
    "~1": "Intercepts",
    "|": "Thresholds",
    "~*~": "Scales",
    ":=": "Defined parameters",
}


def summary(fit: Fit) -> str:
    """Return a fit as text."""
    setup = fit.solution.setup
    lines = [
        f"Estimator {setup.estimator}, standard errors {setup.se}, test {setup.test}",
        f"Conventions of {CONVENTIONS}",
        "",
    ]
    for title, name, kind in _LINES:
        value = fit.measures.get(name)
        if value is None or math.isnan(value):
            continue
        lines.append(f"{title:<32}{value:>14.3f}" if kind == "f" else f"{title:<32}{value:>14.0f}")
    if fit.flags:
        lines += ["", "Doubtful:", *(f"  {flag}" for flag in sorted(fit.flags))]
    lines += ["", "Parameters"]
    frame = fit.parameters
    for group in sorted(frame["group"].unique(), key=lambda g: (g == 0, g)):
        part = frame[frame["group"] == group]
        if len(fit.groups) > 1 and group:
            lines += ["", f"Group {fit.groups[group - 1]}"]
        for op, title in _SECTIONS.items():
            rows = part[part["op"] == op]
            if len(rows):
                lines += ["", f"{title:<40}{'est':>10}{'se':>9}{'z':>9}{'p':>8}{'std_all':>10}"]
                lines += [_line(row) for row in rows.itertuples()]
    return "\n".join(lines)


def _line(row: object) -> str:
    def number(name: str, width: int) -> str:
        value = float(getattr(row, name))
        return " " * width if math.isnan(value) else f"{value:>{width}.3f}"

    name = f"  {row.lhs} {row.op} {row.rhs}"  # type: ignore[attr-defined]
    se = number("se", 9) if float(row.se) > 0 else " " * 9  # type: ignore[attr-defined]
    return (
        f"{name:<40}{number('est', 10)}{se}{number('z', 9)}{number('pvalue', 8)}"
        f"{number('std_all', 10)}"
    )
