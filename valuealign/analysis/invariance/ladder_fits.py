"""Fits of the levels of a ladder, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from valuealign.analysis.invariance.effect_size import effect_sizes
from valuealign.analysis.invariance.ladder import Rung, ordinal_text, rungs
from valuealign.analysis.invariance.partial import PartialRule, carried_over, freed_by_rule
from valuealign.analysis.invariance.refits import at_equal_n, with_freed
from valuealign.analysis.invariance.restriction_misfit import RestrictionMisfit, restriction_misfit
from valuealign.analysis.sem.after.difference_test import LrTest, lr_test
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.model import cfa
from valuealign.analysis.sem.specification.syntax import parse
from valuealign.errors import AnalysisError, NotSupported

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Step:
    """One level, fitted and compared with the one before it.

    Attributes
    ----------
    rung : Rung
    fit, equal_n : Fit
        As the data are, and with the groups at one size.
    partial : list of str
        The parameters that are not held equal.
    test, size : LrTest and RestrictionMisfit, or None
        Against the level before; None at the first.
    """

    rung: Rung
    fit: Fit
    equal_n: Fit
    partial: list[str]
    test: LrTest | None = None
    size: RestrictionMisfit | None = None


@dataclass(frozen=True)
class LadderFits:
    """The settings with which a ladder is fitted.

    Attributes
    ----------
    text : str
        The model.
    data : object
    options : mapping
        Of `cfa`.
    always : tuple of str
        The parameters that are never held equal.
    rule : PartialRule or None
    margin, alpha : float
    """

    text: str
    data: Any
    options: Mapping[str, Any]
    always: tuple[str, ...]
    rule: PartialRule | None
    margin: float
    alpha: float
    _shape: dict[str, Any] = field(default_factory=dict)

    def steps(self, levels: Sequence[str]) -> list[Step]:
        """Fit every level."""
        out: list[Step] = []
        partial: list[str] = []
        if any(s.modifiers.efa for s in parse(self.text).statements):
            raise NotSupported(
                "models with exploratory blocks have no ladder yet: their loadings are not held "
                "equal across groups; give the factors their own indicators"
            )
        for rung in rungs(levels, ordinal=bool(self.options["ordered"])):
            partial = [*partial, *carried_over([*self.always, *partial], rung)]
            fit = self.fit(rung, partial)
            if len(fit.groups) < 2:
                raise AnalysisError(
                    "the data have one group; invariance compares two or more: give group=, or a "
                    "mapping of group to rows or moments"
                )
            if out and self.rule is not None:
                fit, more = self._by_rule(rung, fit, out[-1], partial)
                partial = [*partial, *more]
            out.append(self._step(rung, fit, partial, out[-1] if out else None))
        return out

    def fit(self, rung: Rung, partial: Sequence[str] = (), alone: Sequence[str] = ()) -> Fit:
        """Fit one level, with some parameters free in every group."""
        text, options = self.text, dict(self.options)
        if options["ordered"]:
            text = f"{text}\n{self._identification(rung, alone)}"
        return cfa(
            text,
            self.data,
            group_equal=rung.equal,
            group_partial=[*self.always, *partial],
            **options,
        )

    def _identification(self, rung: Rung, alone: Sequence[str]) -> str:
        """Return Wu and Estabrook's constraints; a plain fit gives the counts they need."""
        if not self._shape:
            table = cfa(self.text, self.data, **self.options).solution.table
            self._shape["table"] = table
        table = self._shape["table"]
        return ordinal_text(
            table.names,
            table.options.thresholds,
            rung,
            n_groups=table.options.n_groups,
            parameterization=self.options["parameterization"],
            alone=alone,
        )

    def _by_rule(
        self, rung: Rung, fit: Fit, before: Step, partial: list[str]
    ) -> tuple[Fit, list[str]]:
        assert self.rule is not None  # noqa: S101  # asked by the caller

        def holds(candidate: Fit) -> bool:
            _, size = self._compare(candidate, before.fit)
            return size.negligible(self.alpha)

        return freed_by_rule(
            self.rule, rung, fit, lambda more: self.fit(rung, [*partial, *more]), holds
        )

    def _compare(self, fit: Fit, before: Fit) -> tuple[LrTest, RestrictionMisfit]:
        test = lr_test(fit, before, check_nesting=False)  # levels are nested by construction
        size = restriction_misfit(
            test,
            sizes=[group.n for group in fit.solution.samples],
            margin=self.margin,
            alpha=self.alpha,
        )
        return test, size

    def _step(self, rung: Rung, fit: Fit, partial: list[str], before: Step | None) -> Step:
        even = at_equal_n(fit)
        if before is None:
            return Step(rung, fit, even, partial)
        test, size = self._compare(fit, before.fit)
        return Step(rung, fit, even, partial, test, size)

    def effects(self, steps: Sequence[Step]) -> pd.DataFrame:
        """Return dMACS, from the level with equal loadings and intercepts if it was fitted."""
        ordinal = bool(self.options["ordered"])
        wanted = "intercepts" if ordinal else "scalar"
        matching = [step for step in steps if step.rung.level == wanted]
        if not matching:
            return self.no_effects()
        step = matching[0]
        table = step.fit.solution.table

        def alone(item: str) -> Fit:
            loadings = [
                f"{r.lhs}=~{r.rhs}"
                for r in table.rows
                if r.op == "=~" and r.group == 1 and r.rhs == item
            ]
            count = table.options.thresholds.get(item, 0)
            others = [f"{item}|t{k + 1}" for k in range(count)] or [f"{item}~1"]
            if ordinal:
                return self.fit(step.rung, [*step.partial, *loadings, *others], [item])
            return with_freed(step.fit, model, [*loadings, *others])

        model = parse(self.text)
        return effect_sizes(step.fit, alone)

    def no_effects(self) -> pd.DataFrame:
        """Return the empty table of effect sizes."""
        import pandas as pd

        return pd.DataFrame(
            columns=["item", "group", "delta_loading", "delta_intercept", "dmacs_loading", "dmacs"]
        )
