"""Functions and operations on a value with its gradient (forward differentiation).

Outside a function's domain the value is NaN. Where a function has a value and no finite slope (the
square root at 0), the slope is not finite and the value is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its derivatives; no derivatives for a constant."""

    value: float
    slope: FloatArray | None


def constant(value: float) -> Dual:
    """Return a number without derivatives."""
    return Dual(value, None)


def _safely(function: Callable[..., float], *values: float) -> float:
    """Return a function's value; NaN outside its domain or beyond the largest number."""
    try:
        return float(function(*values))
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan


def _chained(parts: list[tuple[Dual, float]]) -> FloatArray | None:
    """Add up slopes times rates; a slope of 0 stays 0 whatever the rate."""
    total: FloatArray | None = None
    for part, rate in parts:
        if part.slope is not None:
            moved = np.where(part.slope == 0, 0.0, part.slope * rate)
            total = moved if total is None else total + moved
    return total


def _of_one(
    function: Callable[[float], float], rate: Callable[[float], float]
) -> Callable[[Dual], Dual]:
    def apply(a: Dual) -> Dual:
        value = _safely(function, a.value)
        return Dual(value, _chained([(a, _safely(rate, a.value))]))

    return apply


def _normal_density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _quantile(p: float) -> float:
    if not 0 < p < 1:
        raise ValueError
    return float(ndtri(p))


FUNCTIONS: dict[str, Callable[[Dual], Dual]] = {
    "exp": _of_one(math.exp, math.exp),
    "expm1": _of_one(math.expm1, math.exp),
    "log": _of_one(math.log, lambda x: 1 / x),
    "log2": _of_one(math.log2, lambda x: 1 / (x * math.log(2))),
    "log10": _of_one(math.log10, lambda x: 1 / (x * math.log(10))),
    "log1p": _of_one(math.log1p, lambda x: 1 / (1 + x)),
    "sqrt": _of_one(math.sqrt, lambda x: 0.5 / math.sqrt(x)),
    "abs": _of_one(abs, lambda x: 1.0 if x >= 0 else -1.0),
    "sin": _of_one(math.sin, math.cos),
    "cos": _of_one(math.cos, lambda x: -math.sin(x)),
    "tan": _of_one(math.tan, lambda x: 1 + math.tan(x) ** 2),
    "asin": _of_one(math.asin, lambda x: 1 / math.sqrt(1 - x * x)),
    "acos": _of_one(math.acos, lambda x: -1 / math.sqrt(1 - x * x)),
    "atan": _of_one(math.atan, lambda x: 1 / (1 + x * x)),
    "sinh": _of_one(math.sinh, math.cosh),
    "cosh": _of_one(math.cosh, math.sinh),
    "tanh": _of_one(math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "atanh": _of_one(math.atanh, lambda x: 1 / (1 - x * x)),
    "pnorm": _of_one(ndtr, _normal_density),
    "qnorm": _of_one(_quantile, lambda p: 1 / _normal_density(_quantile(p))),
    "dnorm": _of_one(_normal_density, lambda x: -x * _normal_density(x)),
    "-()": _of_one(lambda x: -x, lambda _: -1.0),
}
"""Functions of one number, under R's names; ``-()`` is the sign before a term."""


def _power(a: Dual, b: Dual) -> Dual:
    base, exponent = a.value, b.value
    value = _safely(math.pow, base, exponent)
    by_base = 0.0 if exponent == 0 else exponent * _safely(math.pow, base, exponent - 1)
    if base == 0 and 0 < exponent < 1:
        by_base = math.inf
    by_exponent = 0.0 if base == 0 and exponent > 0 else value * _safely(math.log, base)
    return Dual(value, _chained([(a, by_base), (b, by_exponent)]))


def _quotient(a: Dual, b: Dual) -> Dual:
    value = _safely(lambda x, y: x / y, a.value, b.value)
    inverse = _safely(lambda y: 1 / y, b.value)
    return Dual(value, _chained([(a, inverse), (b, -value * inverse)]))


OPERATIONS: dict[str, Callable[[Dual, Dual], Dual]] = {
    "+": lambda a, b: Dual(a.value + b.value, _chained([(a, 1.0), (b, 1.0)])),
    "-": lambda a, b: Dual(a.value - b.value, _chained([(a, 1.0), (b, -1.0)])),
    "*": lambda a, b: Dual(a.value * b.value, _chained([(a, b.value), (b, a.value)])),
    "/": _quotient,
    "^": _power,
    "**": _power,
}
"""Operations on two numbers."""
