"""Arithmetic over labelled parameters, with exact derivatives.

Expressions of ``:=``, ``==``, ``<`` and ``>`` are parsed by hand into closures over a vector:
no text of a model is ever handed to Python. Derivatives are complex steps, exact to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.syntax import Token

Vector = NDArray[np.complex128]
Node = Callable[[Vector], np.complex128]

_STEP = 1e-30
_LONGEST = 1000
"""Parts of an expression; each nests one call, and Python has room for about so many."""


def _abs(z: np.complex128) -> np.complex128:
    return np.complex128(z if z.real >= 0 else -z)


_FUNCTIONS: dict[str, Callable[..., np.complex128]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": _abs,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "atan": np.arctan,
}


class Expression:
    """One arithmetic expression over the positions of a vector.

    Parameters
    ----------
    tokens : sequence of Token
        What was written.
    positions : mapping of str to int
        Where each name stands in the vector.

    Raises
    ------
    ModelSyntaxError
        For a name that no parameter bears, or arithmetic that does not parse.
    """

    def __init__(self, tokens: Sequence[Token], positions: Mapping[str, int]) -> None:
        self._tokens = list(tokens)
        self._positions = positions
        self._place = 0
        self.used: set[int] = set()
        if len(self._tokens) > _LONGEST:
            raise self._tokens[0].error(
                f"the expression has {len(self._tokens)} parts; expected at most {_LONGEST}"
            )
        try:
            self._node = self._sum()
        except RecursionError:
            raise self._tokens[0].error("the expression is nested too deeply") from None
        if self._place < len(self._tokens):
            token = self._tokens[self._place]
            raise token.error(f"found {token.text!r}; expected the end of the expression")

    def value(self, x: NDArray[np.float64]) -> float:
        """Return the expression's value at ``x``."""
        return float(self._node(x.astype(np.complex128)).real)

    def gradient(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return its derivatives by every entry of ``x``."""
        z = x.astype(np.complex128)
        out = np.zeros(len(x))
        for i in self.used:
            z[i] += 1j * _STEP
            out[i] = self._node(z).imag / _STEP
            z[i] = x[i]
        return out

    def _peek(self) -> str:
        return self._tokens[self._place].text if self._place < len(self._tokens) else ""

    def _take(self) -> Token:
        if self._place >= len(self._tokens):
            raise self._tokens[-1].error("the expression ends too early")
        self._place += 1
        return self._tokens[self._place - 1]

    def _sum(self) -> Node:
        left = self._product()
        while self._peek() in {"+", "-"}:
            plus = self._take().text == "+"
            left = _binary(left, self._product(), np.add if plus else np.subtract)
        return left

    def _product(self) -> Node:
        left = self._unary()
        while self._peek() in {"*", "/"}:
            times = self._take().text == "*"
            left = _binary(left, self._unary(), np.multiply if times else np.divide)
        return left

    def _unary(self) -> Node:
        if self._peek() in {"+", "-"}:
            minus = self._take().text == "-"
            inner = self._unary()
            return (lambda x: -inner(x)) if minus else inner
        return self._power()

    def _power(self) -> Node:
        base = self._atom()
        if self._peek() in {"^", "**"}:
            self._take()
            return _binary(base, self._unary(), np.power)
        return base

    def _atom(self) -> Node:
        token = self._take()
        if token.text == "(":
            inner = self._sum()
            self._close()
            return inner
        if token.kind == "number":
            number = np.complex128(float(token.text))
            return lambda _: number
        if token.kind == "name" and self._peek() == "(":
            return self._call(token)
        if token.kind == "name":
            return self._name(token)
        raise token.error(f"found {token.text!r}; expected a number, a label or '('")

    def _call(self, token: Token) -> Node:
        function = _FUNCTIONS.get(token.text)
        if function is None:
            raise token.error(
                f"no function {token.text!r}; expected one of {', '.join(_FUNCTIONS)}"
            )
        self._take()
        inner = self._sum()
        self._close()
        return lambda x: function(inner(x))

    def _name(self, token: Token) -> Node:
        if token.text == "pi":
            return lambda _: np.complex128(np.pi)
        position = self._positions.get(token.text)
        if position is None:
            raise token.error(
                f"no parameter is labelled {token.text!r}; give one that label, "
                f"as in f =~ {token.text}*x"
            )
        self.used.add(position)
        return lambda x: x[position]

    def _close(self) -> None:
        token = self._take()
        if token.text != ")":
            raise token.error(f"found {token.text!r}; expected ')'")


def _binary(left: Node, right: Node, operation: Callable[..., np.complex128]) -> Node:
    return lambda x: operation(left(x), right(x))
