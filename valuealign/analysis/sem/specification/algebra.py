"""Labelled values as one vector: free parameters, fixed values, and ``:=`` definitions.

Constraints and definitions may use any of them, in any order. Derivatives by the free parameters
follow by the chain rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.specification.expression import Expression, Outcome
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.analysis.sem.specification.syntax import Constraint
from valuealign.analysis.sem.specification.tokens import Token

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Algebra:
    """The vector of free parameters, fixed labelled values and defined parameters.

    Attributes
    ----------
    n_free : int
    constants : array
        Values of labels of fixed parameters.
    expressions : tuple of Expression
        Of the defined parameters, as written.
    order : tuple of int
        In which of them can be computed.
    positions : dict of str to int
    """

    n_free: int
    constants: FloatArray
    expressions: tuple[Expression, ...]
    order: tuple[int, ...]
    positions: dict[str, int]

    @classmethod
    def of(cls, table: ParameterTable) -> Algebra:
        """Read a table's labels and definitions.

        Raises
        ------
        ModelSyntaxError
            Where a definition names what the model does not have, is written twice, bears a
            parameter's label, or is defined in terms of itself.
        """
        positions, first = dict(table.labels), table.n_free + len(table.constants)
        positions |= {name: table.n_free + k for k, name in enumerate(table.constants)}
        for k, definition in enumerate(table.definitions):
            token = definition.lhs[0]
            if token.text in positions:
                taken = positions[token.text] < first
                raise token.error(
                    f"{token.text!r} is {'the label of a parameter' if taken else 'defined twice'}"
                    "; give it another name"
                )
            positions[token.text] = first + k
        expressions = tuple(Expression(d.rhs, positions) for d in table.definitions)
        order = _order(expressions, table.definitions, first)
        return cls(
            table.n_free, np.array(list(table.constants.values())), expressions, order, positions
        )

    @property
    def plain(self) -> bool:
        """Whether there are only free parameters."""
        return not self.expressions and not len(self.constants)

    def extended(self, x: FloatArray) -> tuple[FloatArray, FloatArray, list[Outcome]]:
        """Return all values, their derivatives by ``x``, and the definitions' outcomes.

        Parameters
        ----------
        x : array, shape (k,)
            Values of the free parameters.

        Returns
        -------
        values : array, shape (n,)
        slopes : array, shape (n, k)
        outcomes : list of Outcome
            With derivatives by ``x``.
        """
        first = len(x) + len(self.constants)
        values = np.concatenate([x, self.constants, np.zeros(len(self.expressions))])
        slopes = np.zeros((len(values), len(x)))
        slopes[: len(x)] = np.eye(len(x))
        outcomes: dict[int, Outcome] = {}
        for k in self.order:
            here = _chained(self.expressions[k].at(values), slopes)
            values[first + k], slopes[first + k] = here.value, here.gradient
            outcomes[k] = here
        return values, slopes, [outcomes[k] for k in range(len(self.expressions))]

    def values(self, x: FloatArray) -> FloatArray:
        """Return all values without derivatives."""
        return x if self.plain else self.extended(x)[0]

    @cached_property
    def free(self) -> NDArray[np.bool_]:
        """Whether each entry depends on a free parameter."""
        first = self.n_free + len(self.constants)
        out = np.arange(first + len(self.expressions)) < self.n_free
        for k in self.order:
            out[first + k] = out[self.expressions[k].used].any()
        return out


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the free parameters, such as one side of a constraint less the other."""

    source: Constraint
    expression: Expression
    algebra: Algebra

    @property
    def text(self) -> str:
        """The constraint as written."""
        return f"{self.source.text('lhs')} {self.source.op} {self.source.text('rhs')}"

    @classmethod
    def difference(cls, constraint: Constraint, algebra: Algebra) -> Function:
        """Return the function that a constraint holds at 0 (``==``) or at 0 or above."""
        big, small, at = constraint.lhs, constraint.rhs, constraint.token
        if constraint.op == "<":
            big, small = small, big

        def word(text: str) -> Token:
            return Token("op", text, at.line, at.column)

        tokens = [word("("), *big, word(")"), word("-"), word("("), *small, word(")")]
        return cls(constraint, Expression(tokens, algebra.positions), algebra)

    @property
    def constant(self) -> bool:
        """Whether no free parameter is in it."""
        return not self.algebra.free[self.expression.used].any()

    def value(self, x: FloatArray) -> float:
        """Return its value; NaN outside its domain."""
        return self.expression.at(self.algebra.values(x)).value

    def at(self, x: FloatArray) -> Outcome:
        """Return its value and its derivatives by ``x``."""
        if self.algebra.plain:
            return self.expression.at(x)
        values, slopes, _ = self.algebra.extended(x)
        return _chained(self.expression.at(values), slopes)


def _chained(outcome: Outcome, slopes: FloatArray) -> Outcome:
    """Return an outcome with derivatives by the free parameters."""
    used = np.flatnonzero(outcome.gradient)
    return Outcome(outcome.value, outcome.gradient[used] @ slopes[used], outcome.trouble)


def _order(
    expressions: Sequence[Expression], definitions: Sequence[Constraint], first: int
) -> tuple[int, ...]:
    """Return the definitions so that each comes after those it is made of.

    Raises
    ------
    ModelSyntaxError
        Where there is no such order.
    """
    waiting = {k: {p - first for p in e.used if p >= first} for k, e in enumerate(expressions)}
    out: list[int] = []
    while waiting:
        ready = [k for k, needs in waiting.items() if needs <= set(out)]
        if not ready:
            token = definitions[min(waiting)].lhs[0]
            raise token.error(f"{token.text!r} is defined in terms of itself")
        out += ready
        waiting = {k: needs for k, needs in waiting.items() if k not in ready}
    return tuple(out)
