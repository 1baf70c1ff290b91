"""One check of what a public function is called with, made from its own signature.

``@checked`` explains a call that does not match the signature (:mod:`valuealign.calls`), compares
every argument with its annotation, and numbers whose names mean the same
in every function (`level`, `draws`, `seed`) with their range. A frame of polars or another library
becomes a pandas frame here, once for all functions. Data are checked where they are
read (:mod:`valuealign.analysis.matrix`).
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import update_wrapper
from types import FunctionType
from typing import Any, ParamSpec, TypeVar, cast

from valuealign.calls import misfit
from valuealign.errors import ArgumentError
from valuealign.expected import accepts, describe, resolve
from valuealign.frames import as_pandas

P = ParamSpec("P")
T = TypeVar("T")

SHARES = {"level", "alpha", "power", "quantile"}
"""Numbers between 0 and 1, both excluded."""
LEAST = {
    "draws": 1,
    "starts": 1,
    "n_factors": 1,
    "most": 1,
    "at_least": 1,
    "chunk": 1,
    "bootstrap": 0,
    "seed": 0,
    "harmonics": 0,
    "shuffles": 1,
}
"""The smallest whole number that makes sense."""
LEAST_OF = {("invariance_with_people", "draws"): 0}
"""The same of one function: without draws it leaves out people's band of misfit."""
MOST = {"draws": 10**7, "bootstrap": 10**7, "starts": 10**6, "seed": 2**63 - 1}
"""The largest that can end in a lifetime."""


def checked(function: Callable[P, T]) -> Callable[P, T]:
    """Make a public function take frames of any library, and refuse arguments of a wrong kind.

    Parameters
    ----------
    function : callable
        With annotations; a name imported for type checking only is compared by its class name.

    Returns
    -------
    callable

    Raises
    ------
    ArgumentError
        When the function is called: an argument that its annotation does not allow.

    Examples
    --------
    >>> @checked
    ... def half(draws: int) -> float:
    ...     return draws / 2
    >>> half("2")
    Traceback (most recent call last):
    valuealign.errors.ArgumentError: half: draws is '2'; expected a whole number
    """
    return _guarded(function, function.__name__)


def checked_class(kind: type[T], *, values: bool = True) -> type[T]:
    """Make a class refuse arguments of a wrong kind, as :func:`checked` does for a function.

    Parameters
    ----------
    kind : type
        A class that people construct, such as a dataclass of settings.
    values : bool
        Whether values are checked too, and not only names.

    Returns
    -------
    type
        The same class.

    Raises
    ------
    ArgumentError
        When the class is constructed: an argument that its annotation does not allow.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @checked_class
    ... @dataclass(frozen=True)
    ... class Band:
    ...     low: float
    >>> Band(lwo=1.0)
    Traceback (most recent call last):
    valuealign.errors.ArgumentError: Band: there is no argument 'lwo'; did you mean 'low'?
    """
    kind.__init__ = _guarded(kind.__init__, kind.__name__, values=values)  # type: ignore[method-assign]
    return kind


def _guarded(function: Callable[P, T], where: str, *, values: bool = True) -> Callable[P, T]:
    signature = inspect.signature(function)
    hints: dict[str, Any] = {}

    def verified(places: tuple[Any, ...], keywords: dict[str, Any]) -> inspect.BoundArguments:
        if not hints:
            hints.update(resolve(function, signature))
        try:
            bound = signature.bind(*places, **keywords)
        except TypeError as error:
            message = misfit(where, signature, hints, places, keywords) or str(error)
            raise ArgumentError(message) from None
        for name, value in bound.arguments.items():
            bound.arguments[name] = plain = as_pandas(value)
            if values:
                _check(where, name, plain, signature.parameters[name], hints[name])
        return bound

    def guarded(*places: Any, **keywords: Any) -> Any:
        bound = verified(places, keywords)
        return function(*bound.args, **bound.kwargs)

    # With the function's own globals, so that doctest still takes it for the module's own.
    own = FunctionType(
        guarded.__code__,
        cast(FunctionType, function).__globals__,
        function.__name__,
        None,
        guarded.__closure__,
    )
    return cast("Callable[P, T]", update_wrapper(own, function))


def _check(where: str, name: str, value: Any, parameter: inspect.Parameter, hint: Any) -> None:
    if value is parameter.default or parameter.kind in (
        inspect.Parameter.VAR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
    ):
        return
    if not accepts(hint, value) or (isinstance(value, float) and math.isnan(value)):
        raise ArgumentError(f"{where}: {name} is {_shown(value)}; expected {describe(hint)}")
    if isinstance(value, str | bool) or not hasattr(value, "__float__"):
        return
    if name in SHARES and hint is float and not 0 < value < 1:
        raise ArgumentError(f"{where}: {name} is {value}; expected a number between 0 and 1")
    least = LEAST_OF.get((where, name), LEAST.get(name, value))
    if hint is int and value < least:
        raise ArgumentError(f"{where}: {name} is {value}; expected {least} or more")
    if hint is int and value > MOST.get(name, value):
        raise ArgumentError(f"{where}: {name} is {value}; expected at most {MOST[name]}")


def _shown(value: Any) -> str:
    """Return a value as a message shows it: briefly, and never a whole frame."""
    simple = value is None or isinstance(value, str | int | float | list | tuple | dict)
    text = repr(value) if simple else f"of type {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."
