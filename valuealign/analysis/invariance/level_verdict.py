"""Verdicts on the levels of invariance, each with the number that decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isinf, isnan, nan
from typing import Literal

from valuealign.analysis.invariance.restriction_misfit import WANTED, RestrictionMisfit
from valuealign.analysis.sem.after.difference_test import LrTest
from valuealign.analysis.sem.fit import Fit

Standing = Literal["holds", "holds in part", "fails", "inconclusive"]
HOLDS = ("holds", "holds in part")
IMPROPER = ("not positive definite", "negative variance", "factor correlation beyond 1")


@dataclass(frozen=True, kw_only=True)
class LevelVerdict:
    """The verdict on one level.

    Parameters
    ----------
    level : str
    standing : {"holds", "holds in part", "fails", "inconclusive"}
    reason : str
        The number that decides, in a sentence.
    """

    level: str
    standing: Standing
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvarianceVerdict:
    """The verdict on a ladder.

    Parameters
    ----------
    levels : tuple of LevelVerdict
    notes : tuple of str
        Limitations of the whole ladder.
    """

    levels: tuple[LevelVerdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def level(self) -> str | None:
        """The highest level that holds with all before it; None where the first does not."""
        reached = None
        for verdict in self.levels:
            if verdict.standing not in HOLDS:
                break
            reached = verdict.level
        return reached

    @property
    def standings(self) -> Mapping[str, Standing]:
        """Level -> standing."""
        return {verdict.level: verdict.standing for verdict in self.levels}

    def __str__(self) -> str:
        head = (
            "No level is shown to hold."
            if self.level is None
            else f"Shown to hold up to: {self.level}."
        )
        lines = [
            f"  {verdict.level}: {verdict.standing}. {verdict.reason}" for verdict in self.levels
        ]
        return "\n".join([head, *lines, *(f"  Note: {note}" for note in self.notes)])


def improper(fit: Fit) -> str:
    """Return the improper estimates of a fit, or an empty string."""
    flags = sorted(flag for flag in fit.flags if any(word in flag for word in IMPROPER))
    return "; ".join(flags)


def of_configural(level: str, fit: Fit, *, margin: float) -> LevelVerdict:
    """Judge whether the first level itself holds, by the interval of its RMSEA."""
    bad = improper(fit)
    if bad:
        return LevelVerdict(
            level=level, standing="inconclusive", reason=f"The solution is improper: {bad}."
        )
    measures = fit.measures
    if not measures["df"]:
        return LevelVerdict(
            level=level,
            standing="inconclusive",
            reason="The model has no degrees of freedom to test it.",
        )
    kinds = ("_scaled", "") if fit.solution.setup.ordinal else ("_robust", "_scaled", "")
    kind = next(k for k in kinds if not isnan(measures.get(f"rmsea_ci_upper{k}", nan)))
    low, high = (measures[f"rmsea_ci_{end}{kind}"] for end in ("lower", "upper"))
    said = f"RMSEA {measures[f'rmsea{kind}']:.3f}, 90 % interval {low:.3f} to {high:.3f}"
    if high < margin:
        return LevelVerdict(level=level, standing="holds", reason=f"{said}: all below {margin:g}.")
    if low >= margin:
        return LevelVerdict(level=level, standing="fails", reason=f"{said}: none below {margin:g}.")
    return LevelVerdict(
        level=level, standing="inconclusive", reason=f"{said}: on both sides of {margin:g}."
    )


def of_restriction(
    level: str,
    fits: tuple[Fit, Fit],
    comparison: tuple[LrTest, RestrictionMisfit],
    *,
    margin: float,
    alpha: float,
    partial: Sequence[str] = (),
) -> LevelVerdict:
    """Judge a level against the one before it.

    Parameters
    ----------
    level : str
    fits : (Fit, Fit)
        Restricted and free.
    comparison : (LrTest, RestrictionMisfit)
    margin, alpha : float
    partial : sequence of str
        The parameters that are not held equal.
    """
    test, size = comparison
    for fit in fits:
        bad = improper(fit)
        if bad:
            return LevelVerdict(
                level=level, standing="inconclusive", reason=f"A solution is improper: {bad}."
            )
    if test.pvalue != test.pvalue:  # NaN: there is no test
        return LevelVerdict(
            level=level, standing="inconclusive", reason="; ".join(sorted(test.flags)) + "."
        )
    said = (
        f"Misfit per restriction (RMSEA_D) {size.rmsea_d:.3f}, 90 % interval {size.lower:.3f} to "
        f"{size.upper:.3f}; difference {test.chisq_diff:.1f} on {test.df_diff} df, "
        f"p {'< 0.001' if test.pvalue < 0.001 else f'= {test.pvalue:.3f}'}"
    )
    if size.negligible(alpha):
        part = f", with {', '.join(partial)} free" if partial else ""
        return LevelVerdict(
            level=level,
            standing="holds in part" if partial else "holds",
            reason=f"{said}: shown to be less than {margin:g}{part}.",
        )
    if test.pvalue < alpha:
        return LevelVerdict(
            level=level,
            standing="fails",
            reason=f"{said}: there is a difference, not shown to be less than {margin:g}.",
        )
    return LevelVerdict(
        level=level,
        standing="inconclusive",
        reason=f"{said}: no difference was found, but one of {margin:g}, which would be found with "
        f"probability {size.power:.2f}, is not excluded. {_what_would_decide(size)}",
    )


def _what_would_decide(size: RestrictionMisfit) -> str:
    """Return the chance of showing equivalence at these sizes, and the sizes that would."""
    said = f"If nothing differed, these sizes would show it with probability {size.chance:.2f}"
    if isinf(size.n_needed):
        return f"{said}; no size of the smallest group alone would make that {WANTED:.2f}."
    return f"{said}; {size.n_needed:,.0f} in the smallest group would with {WANTED:.2f}."
