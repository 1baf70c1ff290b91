"""Parameters that share a position: labels, equality across groups, effect coding."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.specification.syntax import Constraint, parse
from valuealign.analysis.sem.specification.table_rows import Names, Options, Row
from valuealign.analysis.sem.specification.tokens import Token
from valuealign.errors import AnalysisError, ModelSyntaxError


def effect_coding(rows: list[Row], names: Names, options: Options) -> list[Constraint]:
    """Average loading 1 and average intercept 0 for each factor (Little, Slegers & Card 2006)."""
    out = []
    for group in range(1, options.n_groups + 1):
        own = {row.key: i for i, row in enumerate(rows) if row.group == group}
        for factor in names.latent:
            places = [i for k, i in own.items() if k[0] == factor and k[1] == "=~"]
            items = [rows[i].rhs for i in places]
            if "loadings" in options.effect_coding:
                out += _sum_is(rows, places, float(len(places)))
            if "intercepts" not in options.effect_coding:
                continue
            intercepts = [own[n, "~1", ""] for n in items if (n, "~1", "") in own]
            held = _sum_is(rows, intercepts, 0.0)
            out += held
            mean = rows[own[factor, "~1", ""]] if (factor, "~1", "") in own else None
            if held and mean is not None and mean.user == 0:
                mean.free, mean.value = True, np.nan
    return out


def _sum_is(rows: list[Row], places: list[int], total: float) -> list[Constraint]:
    """Return the constraint that free parameters sum to a number, or None."""
    if not places or not all(rows[i].free for i in places):
        return []

    def word(kind: str, text: str) -> Token:
        return Token(kind, text, 0, 0)

    labels = [word("name", f".p{i + 1}.") for i in places]
    right = [word("number", f"{total:g}")]
    for label in labels[1:]:
        right += [word("op", "-"), label]
    return [Constraint((labels[0],), "==", tuple(right), labels[0])]


def _equal_rows(row: Row, names: Names, equal: set[str]) -> bool:
    """Say whether ``group_equal`` holds a row equal across groups."""
    if not equal:
        return False
    inner = row.lhs in names.observed and row.lhs not in names.covariates
    latent = row.lhs in names.latent
    kind = {
        "=~": "loadings",
        "~": "regressions",
        "|": "thresholds",
        "~1": "intercepts" if inner else "means" if latent else "",
    }.get(row.op, "")
    if row.op == "~~":
        diagonal = row.lhs == row.rhs
        if inner:
            kind = "residuals" if diagonal else "residual.covariances"
        elif latent:
            kind = "lv.variances" if diagonal else "lv.covariances"
    return kind in equal


def numbered(rows: list[Row], names: Names, options: Options) -> tuple[NDArray[np.intp], int]:
    """Give each free row its place in ``x``; rows of one label share it."""
    equal, partial = set(options.group_equal), _partial(options.group_partial, rows)
    shared: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        name = f"{row.lhs}{row.op}{row.rhs}"
        held = row.group == 1 or (
            _equal_rows(row, names, equal) and row.key not in partial and name not in partial
        )
        label = row.label or (name if held else f"{name}.g{row.group}")
        shared.setdefault(label, []).append(i)
    for members in shared.values():
        fixed = [i for i in members if not rows[i].free]
        if fixed and len(fixed) < len(members):
            for i in members:
                rows[i].free, rows[i].value = False, rows[fixed[0]].value
    place_of: dict[int, int] = {}
    free = np.full(len(rows), -1, dtype=np.intp)
    group_of = {i: members[0] for members in shared.values() for i in members}
    for i, row in enumerate(rows):
        if row.free:
            free[i] = place_of.setdefault(group_of[i], len(place_of))
    for members in shared.values():
        if len(members) > 1 and rows[members[0]].free:
            label = rows[members[0]].label or f".p{members[0] + 1}."
            for i in members:
                rows[i].label = rows[i].label or label
    return free, len(place_of)


def _partial(group_partial: Sequence[str], rows: Sequence[Row]) -> set[object]:
    """Return the rows that ``group_partial`` frees, read as the syntax they are."""
    out: set[object] = set()
    known = {row.key for row in rows}
    for text in group_partial:
        try:
            statements = parse(text).statements
        except ModelSyntaxError as error:
            raise AnalysisError(
                f"group_partial has {text!r}, which is not a parameter; write e.g. 'x3~1'"
            ) from error
        keys = {Row(s.lhs, s.op, s.rhs).key for s in statements}
        if not keys <= known:
            near = get_close_matches(text.replace(" ", ""), ["".join(k) for k in known], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise AnalysisError(f"group_partial has {text!r}, which the model does not have{hint}")
        out |= keys
    return out
