"""Partial invariance by a rule that is declared in advance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from valuealign.analysis.invariance.item_tests import breaking
from valuealign.analysis.invariance.ladder import Rung
from valuealign.analysis.sem.fit import Fit
from valuealign.arguments import checked_class
from valuealign.errors import AnalysisError


@checked_class
@dataclass(frozen=True, slots=True)
class PartialRule:
    """The rule for freeing parameters, and for stopping.

    Parameters
    ----------
    alpha : float
        A parameter is freed while its score test, adjusted for the number of tests (Holm),
        rejects at this level and the level is not shown to hold.
    max_share : float
        Of each factor's indicators, at most this share is freed; two always stay.

    Examples
    --------
    >>> PartialRule(max_share=0.34).leaves(6)
    4
    """

    alpha: float = 0.05
    max_share: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1 or not 0 <= self.max_share < 1:
            raise AnalysisError(
                f"alpha is {self.alpha} and max_share {self.max_share}; expected alpha between 0 "
                "and 1 and max_share from 0 up to 1"
            )

    def leaves(self, indicators: int) -> int:
        """The least number of a factor's indicators that stay equal."""
        return max(2, indicators - int(self.max_share * indicators + 1e-9))


def carried_over(partial: Sequence[str], rung: Rung) -> list[str]:
    """Return the parameters that are free at a level from the start.

    These are the intercepts of items with free loadings: where loadings differ, equality of
    intercepts would depend on the origin of the factor.
    """
    if rung.added not in {"intercepts", "residuals"}:
        return []
    items = [text.split("=~")[1] for text in partial if "=~" in text]
    new = [f"{i}~1" if rung.added == "intercepts" else f"{i}~~{i}" for i in items]
    return [text for text in new if text not in partial]


def freed_by_rule(
    rule: PartialRule,
    rung: Rung,
    fit: Fit,
    refit: Callable[[list[str]], Fit],
    holds: Callable[[Fit], bool],
) -> tuple[Fit, list[str]]:
    """Free the parameters that break a level, one at a time, until it holds or the rule stops.

    Parameters
    ----------
    rule : PartialRule
    rung : Rung
    fit : Fit
        Of the whole level.
    refit : callable
        Fits the level with some parameters free.
    holds : callable
        Whether a fit is shown to be no worse than the level before.

    Returns
    -------
    Fit, list of str
        The last fit, and the freed parameters in order.
    """
    partial: list[str] = []
    while not holds(fit):
        chosen = _worst(rule, rung, fit, partial)
        if chosen is None:
            break
        partial.append(chosen)
        fit = refit(partial)
    return fit, partial


def _worst(rule: PartialRule, rung: Rung, fit: Fit, partial: Sequence[str]) -> str | None:
    table = fit.solution.table
    factors: dict[str, list[str]] = {}
    for loading in table.rows:
        if loading.op == "=~" and loading.group == 1:
            factors.setdefault(loading.lhs, []).append(loading.rhs)
    gone = Counter(
        factor for factor, items in factors.items() for i in items if _touches(partial, i, rung)
    )
    for row in breaking(fit, rung).to_dict("records"):
        if row["pvalue_holm"] >= rule.alpha:
            return None
        item = row["rhs"] if row["op"] == "=~" else row["lhs"]
        mine = [f for f, items in factors.items() if item in items]
        new = not _touches(partial, item, rung)
        if all(len(factors[f]) - gone[f] - new >= rule.leaves(len(factors[f])) for f in mine):
            return f"{row['lhs']}{row['op']}{row['rhs']}"
    return None


def _touches(partial: Sequence[str], item: str, rung: Rung) -> bool:
    ends = {"loadings": f"=~{item}", "intercepts": f"{item}~1", "residuals": f"{item}~~{item}"}
    if rung.added == "thresholds":
        return any(text.startswith(f"{item}|") for text in partial)
    end = ends.get(rung.added, "")
    return any(text == end or (end.startswith("=~") and text.endswith(end)) for text in partial)
