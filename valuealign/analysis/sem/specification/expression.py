"""Arithmetic over labelled parameters, with exact derivatives.

Expressions of ``:=``, ``==``, ``<`` and ``>`` are parsed by hand into a list of steps over a
stack: no text of a model is ever handed to Python. Each step carries a value and its gradient
(forward differentiation). Where a step leaves its function's domain, the value is NaN and the
step is named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.specification.functions import FUNCTIONS, OPERATIONS, Dual, constant
from valuealign.analysis.sem.specification.tokens import DEEPEST, Token

FloatArray = NDArray[np.float64]

_LONGEST = 1000
"""Parts of an expression."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of an expression, its gradient and what went wrong.

    Attributes
    ----------
    value : float
        NaN where it is not a finite number.
    gradient : array, shape (n,)
        Its derivatives by every entry of the vector.
    trouble : str
        The first step without a finite value, or without a slope; empty where all is well.
    """

    value: float
    gradient: FloatArray
    trouble: str


@dataclass(frozen=True, slots=True)
class _Step:
    """A step that takes values off the stack and puts one on it."""

    takes: int
    name: str
    apply: Callable[..., Dual]


class Expression:
    """One arithmetic expression over the positions of a vector.

    Parameters
    ----------
    tokens : sequence of Token
        What was written.
    positions : mapping of str to int
        The position of each name in the vector.

    Raises
    ------
    ModelSyntaxError
        For a name that no parameter bears, or arithmetic that does not parse.
    """

    def __init__(self, tokens: Sequence[Token], positions: Mapping[str, int]) -> None:
        self._tokens = list(tokens)
        self._positions = positions
        self._place = self._depth = 0
        self._steps: list[_Step | float | int] = []
        self.used: list[int] = []
        if len(self._tokens) > _LONGEST:
            raise self._tokens[0].error(
                f"the expression has {len(self._tokens)} parts; expected at most {_LONGEST}"
            )
        self._sum()
        if self._place < len(self._tokens):
            token = self._tokens[self._place]
            raise token.error(f"found {token.text!r}; expected the end of the expression")

    def at(self, x: FloatArray) -> Outcome:
        """Return value and derivatives at ``x``."""
        stack: list[Dual] = []
        trouble = ""
        own = np.eye(len(self.used))
        for step in self._steps:
            if isinstance(step, float):
                stack.append(constant(step))
                continue
            if isinstance(step, int):
                stack.append(Dual(float(x[self.used[step]]), own[step]))
                continue
            taken = stack[len(stack) - step.takes :]
            del stack[len(stack) - step.takes :]
            stack.append(step.apply(*taken))
            trouble = trouble or _trouble(step, taken, stack[-1])
        end = stack[0]
        gradient = np.zeros(len(x))
        if end.slope is not None:
            gradient[self.used] = end.slope
        if not math.isfinite(end.value):
            return Outcome(math.nan, gradient * math.nan, trouble or "it is not a finite number")
        return Outcome(end.value, gradient, trouble)

    def value(self, x: FloatArray) -> float:
        """Return the expression's value at ``x``; NaN outside its domain."""
        return self.at(x).value

    def gradient(self, x: FloatArray) -> FloatArray:
        """Return its derivatives by every entry of ``x``."""
        return self.at(x).gradient

    def _peek(self) -> str:
        return self._tokens[self._place].text if self._place < len(self._tokens) else ""

    def _take(self) -> Token:
        if self._place >= len(self._tokens):
            raise self._tokens[-1].error("the expression ends too early")
        self._place += 1
        return self._tokens[self._place - 1]

    def _put(self, token: Token, name: str = "") -> None:
        text = name or token.text
        takes = 1 if name or text in FUNCTIONS else 2
        self._steps.append(_Step(takes, text, FUNCTIONS[text] if takes == 1 else OPERATIONS[text]))

    def _sum(self) -> None:
        self._product()
        while self._peek() in {"+", "-"}:
            sign = self._take()
            self._product()
            self._put(sign)

    def _product(self) -> None:
        self._unary()
        while self._peek() in {"*", "/"}:
            sign = self._take()
            self._unary()
            self._put(sign)

    def _unary(self) -> None:
        minus = None
        while self._peek() in {"+", "-"}:
            token = self._take()
            if token.text == "-":
                minus = token if minus is None else None
        self._power()
        if minus is not None:
            self._put(minus, "-()")

    def _power(self) -> None:
        self._atom()
        if self._peek() in {"^", "**"}:
            sign = self._take()
            self._deeper()
            self._unary()
            self._depth -= 1
            self._put(sign)

    def _atom(self) -> None:
        token = self._take()
        if token.text == "(":
            self._within()
        elif token.kind == "number":
            self._steps.append(float(token.text))
        elif token.kind == "name" and self._peek() == "(":
            self._call(token)
        elif token.kind == "name":
            self._name(token)
        else:
            raise token.error(f"found {token.text!r}; expected a number, a label or '('")

    def _call(self, token: Token) -> None:
        if token.text not in FUNCTIONS:
            known = ", ".join(name for name in FUNCTIONS if name.isidentifier())
            raise token.error(f"no function {token.text!r}; expected one of {known}")
        self._take()
        self._within()
        self._put(token)

    def _within(self) -> None:
        self._deeper()
        self._sum()
        self._depth -= 1
        closing = self._take()
        if closing.text != ")":
            raise closing.error(f"found {closing.text!r}; expected ')'")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._tokens[0].error(
                f"the expression is nested too deeply; expected at most {DEEPEST} levels"
            )

    def _name(self, token: Token) -> None:
        position = self._positions.get(token.text)
        if position is None and token.text == "pi":
            self._steps.append(math.pi)
            return
        if position is None:
            raise token.error(
                f"no parameter is labelled {token.text!r}; give one that label, "
                f"as in f =~ {token.text}*x"
            )
        if position not in self.used:
            self.used.append(position)
        self._steps.append(self.used.index(position))


def _trouble(step: _Step, taken: Sequence[Dual], end: Dual) -> str:
    """Return what is wrong with a step whose inputs are finite, or an empty string."""
    if not all(math.isfinite(operand.value) for operand in taken):
        return ""
    shown = [
        f"{x.value:.4g}" if x.value >= 0 or len(taken) == 1 else f"({x.value:.4g})" for x in taken
    ]
    text = f"{step.name}({shown[0]})" if len(shown) == 1 else f" {step.name} ".join(shown)
    if not math.isfinite(end.value):
        return f"{text} is not a finite number"
    if end.slope is not None and not np.isfinite(end.slope).all():
        slopes = [operand.slope for operand in taken if operand.slope is not None]
        return f"{text} has no slope" if all(np.isfinite(s).all() for s in slopes) else ""
    return ""
