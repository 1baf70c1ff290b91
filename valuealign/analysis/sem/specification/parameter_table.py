"""The parameter table: every parameter of a model in lavaan's row order.

A model's formulas come first, in the order written; then, as lavaan adds them: thresholds,
variances, covariances among exogenous factors, among outcomes, of covariates, scalings,
intercepts. Groups repeat the rows. Parameters held equal share one place in the vector
``x`` of free parameters, so equality across groups is exact and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.specification.equality import effect_coding, numbered
from valuealign.analysis.sem.specification.syntax import Constraint, ModelText, Modifiers, Statement
from valuealign.analysis.sem.specification.table_rows import EQUALS, Names, Options, Row
from valuealign.errors import AnalysisError


@dataclass(frozen=True)
class ParameterTable:
    """A model, one row a parameter, in lavaan's order.

    Attributes
    ----------
    rows : tuple of Row
        The parameters.
    free : int array, shape (n_rows,)
        The row's place in the vector of free parameters, -1 where it is fixed.
    n_free : int
        The length of that vector.
    names : Names
        The variables in their roles.
    constraints, definitions : tuple of Constraint
        ``==``, ``<``, ``>``; and ``:=``.
    labels : dict of str to int
        Label -> place in ``x``.
    constants : mapping of str to float
        Label of a fixed parameter -> its value.
    """

    rows: tuple[Row, ...]
    free: NDArray[np.intp]
    n_free: int
    names: Names
    constraints: tuple[Constraint, ...]
    definitions: tuple[Constraint, ...]
    labels: dict[str, int]
    options: Options
    constants: Mapping[str, float] = field(default_factory=dict)

    @property
    def group(self) -> NDArray[np.intp]:
        """The group of each row, counted from 1."""
        return np.array([row.group for row in self.rows], dtype=np.intp)

    @cached_property
    def conditional(self) -> bool:
        """Whether there are fixed covariates, on which everything else is conditional."""
        return any(row.exo for row in self.rows)

    def parameter_names(self) -> list[str]:
        """Return one name for each entry of ``x``: its label, or its first row's text."""
        return list(self._parameter_names)

    @cached_property
    def _parameter_names(self) -> list[str]:
        out = [""] * self.n_free
        for row, place in zip(self.rows, self.free, strict=True):
            if place >= 0 and not out[place]:
                suffix = f".g{row.group}" if row.group > 1 else ""
                out[place] = row.label or f"{row.lhs}{row.op}{row.rhs}{suffix}"
        return out

    @cached_property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The lower and upper bounds of ``x``."""
        lower, upper = np.full(self.n_free, -np.inf), np.full(self.n_free, np.inf)
        for row, place in zip(self.rows, self.free.tolist(), strict=True):
            if place >= 0 and (row.lower > -np.inf or row.upper < np.inf):
                lower[place] = max(lower[place], row.lower)
                upper[place] = min(upper[place], row.upper)
        return lower, upper


def build(model: ModelText, options: Options) -> ParameterTable:
    """Make the table of a parsed model.

    Parameters
    ----------
    model : ModelText
        What was written.
    options : Options
        Groups, equalities and identification.

    Returns
    -------
    ParameterTable

    Raises
    ------
    ModelSyntaxError
        Where a modifier does not fit the number of groups, or a constraint names no parameter.

    Examples
    --------
    >>> from valuealign.analysis.sem.specification.syntax import parse
    >>> table = build(parse("f =~ x1 + x2 + x3"), Options())
    >>> table.n_free, table.parameter_names()[:2]
    (6, ['f=~x2', 'f=~x3'])
    """
    _check(options)
    means = options.mean_structure or any(s.op in {"~1", "|"} for s in model.statements)
    options = replace(options, mean_structure=means or bool(options.thresholds))
    names = sort_names(model.statements)
    template = _template(model.statements, names, options)
    rows = [
        _in_group(row, g, names, options)
        for g in range(1, options.n_groups + 1)
        for row in template
    ]
    constraints = tuple(c for c in model.constraints if c.op != ":=")
    if options.effect_coding:
        constraints += tuple(effect_coding(rows, names, options))
    free, n_free = numbered(rows, names, options)
    labels, constants = _labelled(rows, free)
    definitions = tuple(c for c in model.constraints if c.op == ":=")
    return ParameterTable(
        tuple(rows), free, n_free, names, constraints, definitions, labels, options, constants
    )


def _labelled(
    rows: Sequence[Row], free: NDArray[np.intp]
) -> tuple[dict[str, int], dict[str, float]]:
    """Return the places of free parameters by label, and the values of fixed ones.

    Raises
    ------
    ModelSyntaxError
        Where one label has two values.
    """
    labels: dict[str, int] = {}
    constants: dict[str, float] = {}
    for position, (row, place) in enumerate(zip(rows, free.tolist(), strict=True), start=1):
        if place >= 0:
            labels[f".p{position}."] = place
            if row.label:
                labels.setdefault(row.label, place)
        elif row.label and not row.exo:
            known = constants.setdefault(row.label, row.value)
            if known == row.value or row.token is None:
                continue
            raise row.token.error(
                f"the label {row.label!r} is given to parameters fixed at {known:g} and "
                f"{row.value:g}; give each a label of its own"
            )
    return labels, {k: v for k, v in constants.items() if k not in labels}


def _check(options: Options) -> None:
    for name in options.group_equal:
        if name not in EQUALS:
            raise AnalysisError(f"group_equal names {name!r}; expected any of {', '.join(EQUALS)}")
    if options.parameterization not in {"delta", "theta"}:
        raise AnalysisError(
            f"parameterization is {options.parameterization!r}; expected 'delta' or 'theta'"
        )


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def sort_names(statements: Sequence[Statement]) -> Names:
    """Sort the variables of a model into roles, in lavaan's order."""
    formative = _unique(s.lhs for s in statements if s.op == "<~")
    latent = _unique(s.lhs for s in statements if s.op in {"=~", "=~0", "<~"})
    latents = set(latent)
    indicators = _unique(s.rhs for s in statements if s.op == "=~")
    dependents = _unique(s.lhs for s in statements if s.op == "~")
    predictors = _unique(s.rhs for s in statements if s.op in {"~", "<~"})
    measured = [name for name in indicators if name not in latents]
    known = latents | set(measured)
    outcomes = [name for name in dependents if name not in known]
    known |= set(outcomes)
    covariates = [name for name in predictors if name not in known]
    mentioned = [s.lhs for s in statements if s.op == "~~"]
    mentioned += [s.rhs for s in statements if s.op == "~~"]
    mentioned += [s.lhs for s in statements if s.op in {"~1", "|"}]
    base = [*measured, *outcomes, *covariates]
    extra = [n for n in _unique(mentioned) if n not in latents and n not in set(base)]
    named = {n for s in statements if s.op in {"~1", "~~"} for n in (s.lhs, s.rhs)}
    inner = set(indicators) | set(dependents)
    ends = set(indicators) | set(predictors)
    final = [n for n in dependents if n not in ends]
    return Names(
        observed=(*base, *extra),
        latent=tuple(latent),
        exogenous_latent=tuple(n for n in latent if n not in inner),
        outcomes=(
            *(n for n in latent if n in final),
            *(n for n in (*base, *extra) if n in final),
        ),
        covariates=tuple(n for n in covariates if n not in named),
        formative=tuple(formative),
        efa=tuple(_unique(s.lhs for s in statements if s.op == "=~" and s.modifiers.efa)),
    )


def _template(statements: Sequence[Statement], names: Names, options: Options) -> list[Row]:
    """Return the rows of one group: the model's own, then those that lavaan adds."""
    order = {name: i for i, name in enumerate((*names.latent, *names.observed))}
    rows = []
    for s in statements:
        a, b = s.lhs, s.rhs
        if s.op == "=~0":
            continue
        if s.op == "~~" and order[a] > order[b]:
            a, b = b, a
        count = options.thresholds.get(a, 0)
        if s.op == "|" and b not in {f"t{k}" for k in range(1, count + 1)}:
            raise s.token.error(
                f"{a!r} has no threshold {b!r}; its {count + 1} categories have {count}"
            )
        rows.append(Row(a, s.op, b, 1, efa=s.modifiers.efa, modifiers=s.modifiers, token=s.token))
    written = {row.key for row in rows}
    rows += [row for row in _added(names, options) if row.key not in written]
    _identify(rows, names, options)
    return rows


def _added(names: Names, options: Options) -> list[Row]:
    ordered = [n for n in names.observed if n in options.thresholds]
    x = names.covariates
    inner = [n for n in names.observed if n not in set(x)]
    rows = [Row(n, "|", f"t{k}") for n in ordered for k in range(1, options.thresholds[n] + 1)]
    rows += [Row(n, "~~", n) for n in (*inner, *names.latent)]
    rows += [Row(a, "~~", b) for a, b in combinations(names.exogenous_latent, 2)]
    rows += [Row(a, "~~", b) for a, b in combinations(names.outcomes, 2)]
    rows += [Row(x[i], "~~", x[j]) for i in range(len(x)) for j in range(i, len(x))]
    rows += [Row(n, "~*~", n) for n in ordered]
    if options.mean_structure:
        rows += [Row(n, "~1", "") for n in (*names.observed, *names.latent)]
    return rows


def _identify(rows: list[Row], names: Names, options: Options) -> None:
    """Fix what lavaan fixes: markers, unit variances, factor means, covariates, ordinal scales."""
    latent, covariates = set(names.latent), set(names.covariates)
    efa, ordered = set(names.efa), set(options.thresholds)
    marker = not options.std_lv and "loadings" not in options.effect_coding
    loadings = [row for row in rows if row.op == "=~"]
    marked = set(efa)
    for row in loadings:
        if marker and row.lhs not in marked:
            row.free, row.value = False, 1.0
            marked.add(row.lhs)
    alone = _single_indicators(loadings)

    def hold(row: Row, value: float) -> None:
        row.free, row.value = False, value

    for row in rows:
        same, own = row.lhs == row.rhs, row.user == 0
        if row.op == "~~" and same and row.lhs in latent and (options.std_lv or row.lhs in efa):
            hold(row, 1.0)
        if not own:
            continue
        if row.op == "~~" and same:
            if row.lhs in names.formative or row.lhs in alone:
                hold(row, 0.0)
            if row.lhs in ordered:
                hold(row, 1.0)
        elif row.op == "~~" and options.orthogonal and row.lhs in latent and row.rhs in latent:
            hold(row, 0.0)
        elif row.op == "~*~":
            hold(row, 1.0)
        elif row.op == "~1" and _zero_mean(row.lhs, names, options):
            hold(row, 0.0)
        if options.fixed_x and row.lhs in covariates and row.op in {"~~", "~1"}:
            row.free, row.value, row.exo = False, np.nan, True


def _zero_mean(name: str, names: Names, options: Options) -> bool:
    """Say whether lavaan holds an intercept at zero: factors', or in growth models items'."""
    if name in names.latent:
        return not options.growth
    fixed = options.fixed_x and name in names.covariates
    return name in options.thresholds or (options.growth and not fixed)


def _single_indicators(loadings: list[Row]) -> set[str]:
    """Return the only indicators of their factors, which lavaan takes as free of error."""
    by_factor: dict[str, list[str]] = {}
    for row in loadings:
        by_factor.setdefault(row.lhs, []).append(row.rhs)
    used = [row.rhs for row in loadings]
    return {v[0] for v in by_factor.values() if len(v) == 1 and used.count(v[0]) == 1}


def _in_group(row: Row, group: int, names: Names, options: Options) -> Row:
    """Copy a row into a group: free what equality elsewhere identifies, apply its modifiers."""
    new = row if options.n_groups == 1 else _copy(row, group)
    if group > 1 and options.group_equal and _freed(row, names, options):
        new.free, new.value = True, np.nan
    if row.modifiers is not None:
        _modify(new, row.modifiers, options.n_groups)
    return new


def _copy(row: Row, group: int) -> Row:
    return Row(
        row.lhs,
        row.op,
        row.rhs,
        row.user,
        group,
        row.free,
        row.value,
        row.exo,
        efa=row.efa,
        modifiers=row.modifiers,
        token=row.token,
    )


def _freed(row: Row, names: Names, options: Options) -> bool:
    """Say whether a later group's row is identified by what the groups hold equal.

    As in lavaan 0.7: equal thresholds free the intercepts of ordered items and, with three
    categories or more, their scales; equal intercepts free the factors' means.
    """
    equal, same = set(options.group_equal), row.lhs == row.rhs
    count = options.thresholds.get(row.lhs, 0)
    if row.op == "~1" and row.user == 0 and row.lhs in names.latent:
        return "intercepts" in equal and "means" not in equal
    if row.op == "~1" and row.user == 0 and count:
        return "thresholds" in equal
    if row.op == "~~" and same and row.user == 0 and row.lhs in names.latent:
        scaled = options.std_lv or row.lhs in names.efa
        return scaled and "loadings" in equal and "lv.variances" not in equal
    if "thresholds" not in equal or count < 2:  # one threshold does not identify a scale
        return False
    if options.parameterization == "delta":
        return row.op == "~*~"
    return row.op == "~~" and same


def _modify(row: Row, modifiers: Modifiers, n_groups: int) -> None:
    """Apply the modifiers of this row's group."""

    def pick(values: tuple[Any, ...]) -> Any:
        if len(values) not in {1, n_groups}:
            assert row.token is not None  # noqa: S101  # rows with modifiers have a place
            raise row.token.error(
                f"found {len(values)} values in the modifier of {row.lhs} {row.op} {row.rhs}; "
                f"expected 1 or one for each of {n_groups} groups"
            )
        return values[0] if len(values) == 1 else values[row.group - 1]

    if modifiers.fixed:
        value = float(pick(modifiers.fixed))
        row.free, row.value = bool(np.isnan(value)), value
    if modifiers.start:
        row.start = float(pick(modifiers.start))
        if not row.free and not row.exo and not modifiers.fixed:
            row.value = row.start  # a parameter that identification fixes stays fixed, as in lavaan
    if modifiers.label:
        row.label = str(pick(modifiers.label))
        row.label = "" if row.label == "NA" else row.label
    if modifiers.lower:
        row.lower = float(pick(modifiers.lower))
    if modifiers.upper:
        row.upper = float(pick(modifiers.upper))
