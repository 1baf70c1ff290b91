"""Whether a value is what an annotation says, and the annotation in words."""

from __future__ import annotations

import inspect
import numbers
import os
import types
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from typing import Any, Literal, Union, get_args, get_origin


class Named:
    """A class known by name only: it is imported for type checking, or not at all.

    Examples
    --------
    >>> Named("date").fits(__import__("datetime").date(2020, 1, 1))
    True
    """

    def __init__(self, *names: str) -> None:
        self.names = names

    def __getattr__(self, name: str) -> Named:
        if name.startswith("__"):
            raise AttributeError(name)
        return Named(name)

    def __getitem__(self, key: Any) -> Named:
        return self

    def __or__(self, other: Any) -> Any:
        return Union[self, other]  # noqa: UP007  # the operator is what is defined here

    def __ror__(self, other: Any) -> Any:
        return Union[other, self]  # noqa: UP007  # as above

    def fits(self, value: Any) -> bool:
        """Say whether a class of that name is among the value's classes."""
        return any(c.__name__ in self.names for c in type(value).__mro__)


ANYTHING = {"ArrayLike", "Data", "Display", "Any"}
"""Names of aliases that the data's own checks are for."""
WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "True or False",
    type(None): "None",
    os.PathLike: "a path",
}


class _Names(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        return getattr(__import__("builtins"), name, None) or Named(name)


def resolve(function: Callable[..., Any], signature: inspect.Signature) -> dict[str, Any]:
    """Return the annotation of every parameter as an object; `Any` where there is none.

    Parameters
    ----------
    function : callable
    signature : inspect.Signature

    Returns
    -------
    dict of str to object

    Examples
    --------
    >>> def f(a: int, b: "Unknown | None" = None): ...
    >>> resolve(f, inspect.signature(f))["a"]
    <class 'int'>
    """
    names = _Names(getattr(function, "__globals__", {}))
    return {name: _resolved(p.annotation, names) for name, p in signature.parameters.items()}


def _resolved(annotation: Any, names: _Names) -> Any:
    if annotation is inspect.Parameter.empty:
        return Any
    if isinstance(annotation, str):
        return eval(annotation, {}, names)  # noqa: S307  # our own source's annotations
    return annotation


def accepts(hint: Any, value: Any) -> bool:
    """Say whether a value is what an annotation allows.

    Parameters
    ----------
    hint : type or typing construct
    value : object

    Returns
    -------
    bool

    Examples
    --------
    >>> accepts(Sequence[str], "item"), accepts(Sequence[str], ["item"]), accepts(int, True)
    (False, True, False)
    """
    hint = type(None) if hint is None else hint
    if hint is Any or (isinstance(hint, Named) and set(hint.names) & ANYTHING):
        return True
    if isinstance(hint, Named):
        return hint.fits(value)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(accepts(one, value) for one in inner)
    if origin is Literal:
        return isinstance(value, str | int | float | None) and value in inner
    if origin is not None:
        return _accepts_parts(origin, inner, value)
    return _accepts_simple(hint, value)


def _accepts_simple(hint: Any, value: Any) -> bool:
    truth = isinstance(value, bool) or type(value).__name__ == "bool"  # numpy's is not a subclass
    if hint is bool or truth:
        return truth and hint in (bool, object)
    if hint is int:
        return isinstance(value, numbers.Integral)
    if hint is float:
        return isinstance(value, numbers.Real)
    if hint in (Sequence, Iterable):
        return _several(value)
    return isinstance(value, hint) if isinstance(hint, type) else True


def _several(value: Any) -> bool:
    if isinstance(value, str | bytes | Mapping) or getattr(value, "ndim", 1) != 1:
        return False
    return isinstance(value, Sized) and isinstance(value, Iterable)


def _accepts_parts(origin: Any, inner: tuple[Any, ...], value: Any) -> bool:
    if origin is tuple:
        whole = len(inner) == 2 and inner[1] is Ellipsis
        return _several(value) and (
            all(accepts(inner[0], v) for v in value)
            if whole
            else len(value) == len(inner)
            and all(accepts(h, v) for h, v in zip(inner, value, strict=True))
        )
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return (isinstance(value, Mapping) or Named("Series").fits(value)) and all(
            accepts(inner[0], k) and accepts(inner[1], v) for k, v in value.items()
        )
    if origin is not Callable and isinstance(origin, type) and issubclass(origin, Iterable):
        return _several(value) and all(accepts(inner[0], v) for v in value)
    return callable(value) if origin is Callable else True


def describe(hint: Any) -> str:
    """Return an annotation in words.

    Parameters
    ----------
    hint : type or typing construct

    Returns
    -------
    str

    Examples
    --------
    >>> describe(Sequence[str] | None)
    "a sequence of texts, such as ['a', 'b'], or None"
    """
    hint = type(None) if hint is None else hint
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, Named):
        text = _with_article(" or ".join(hint.names))
    elif origin in (Union, types.UnionType):
        text = ", or ".join(dict.fromkeys(describe(one) for one in inner))
    elif origin is Literal:
        *most, last = map(repr, inner)
        text = f"{', '.join(most)} or {last}" if most else last
    elif origin is tuple:
        text = f"a tuple of {len(inner)}"
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        text = f"a mapping from {describe(inner[0])} to {describe(inner[1])}"
    elif origin is Callable or hint is Callable:
        text = "a function"
    elif origin is not None:
        example = {str: "texts, such as ['a', 'b']", float: "numbers"}.get(inner[0])
        text = f"a sequence of {example or 'values, each ' + describe(inner[0])}"
    else:
        text = WORDS.get(hint) or _with_article(str(getattr(hint, "__name__", hint)))
    return text


def _with_article(name: str) -> str:
    return f"{'an' if name[:1] in 'AEIO' else 'a'} {name}"
