"""Calls and signatures: what is wrong with a call, and functions that are called alike."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any, ParamSpec, TypeVar

from valuealign.expected import describe
from valuealign.suggestion import nearest

P = ParamSpec("P")
T = TypeVar("T")
PARAMETERS = re.compile(r"(?<=Parameters\n    ----------\n).*?(?=\n\n    \w+\n    ---)", re.DOTALL)
"""The description of the parameters in a numpydoc docstring."""
SYNONYMS = [
    {"level", "confidence", "conf_level", "confidence_level", "ci", "conf"},
    {"draws", "bootstrap", "n", "replicates", "n_boot", "nboot", "n_bootstrap", "n_draws"}
    | {"n_resamples", "n_iter", "iterations", "B", "R"},
    {"seed", "rng", "random_state", "random_seed"},
    {"people", "population", "populations", "humans", "reference"},
    {"data", "scores", "responses", "long", "wide", "frame", "df", "X"},
    {"group", "by", "groups", "group_by", "groupby"},
    {"keyed", "keys", "reverse", "reversed", "key"},
    {"n_factors", "nfactors", "factors", "k"},
    {"sampling_weights", "weight", "weights"},
    {"workers", "n_jobs", "processes", "cores"},
    {"progress", "say", "callback", "verbose"},
    {"target", "wanted"},
    {"name_or_path", "name", "path", "file"},
]
"""Names of one thing, here and in other libraries."""


def misfit(
    where: str,
    signature: Signature,
    hints: Mapping[str, Any],
    places: tuple[Any, ...],
    keywords: Mapping[str, Any],
) -> str | None:
    """Explain why a call does not match a signature.

    Parameters
    ----------
    where : str
        The function's name.
    signature : Signature
        The function's.
    hints : mapping of str to object
        What each parameter takes (:func:`valuealign.expected.resolve`).
    places, keywords : tuple, mapping
        The arguments by position and by name.

    Returns
    -------
    str or None
        What was found, what was expected and what to write; None for a call that matches.

    Examples
    --------
    >>> import inspect
    >>> def alpha(data, *, level=0.95, draws=0): ...
    >>> misfit("alpha", inspect.signature(alpha), {}, ("x",), {"confidence": 0.9})
    "alpha: there is no argument 'confidence'; did you mean 'level'?"
    >>> misfit("alpha", inspect.signature(alpha), {}, ("x", 0.9), {})
    'alpha: 2 arguments without a name; expected at most 1 (data); write level=... or draws=...'
    """
    parameters = signature.parameters
    by_place = [n for n, p in parameters.items() if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
    any_name = any(p.kind is Parameter.VAR_KEYWORD for p in parameters.values())
    unknown = [] if any_name else [name for name in keywords if name not in parameters]
    if unknown:
        return f"{where}: there is no argument {unknown[0]!r}; {_known(unknown[0], parameters)}"
    if len(places) > len(by_place):
        return f"{where}: {_too_many(len(places), by_place, parameters)}"
    taken = by_place[: len(places)]
    if twice := [name for name in taken if name in keywords]:
        return f"{where}: {twice[0]} has two values, one by its place and one by its name"
    missing = [
        name
        for name, p in parameters.items()
        if p.default is Parameter.empty
        and p.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
        and name not in taken
        and name not in keywords
    ]
    expected = "; ".join(f"{n} is missing; expected {describe(hints[n])}" for n in missing)
    return f"{where}: {expected}" if missing else None


def called_like(source: Callable[P, T]) -> Callable[[Callable[..., T]], Callable[P, T]]:
    """Give a function that passes its options on the signature of the function it calls.

    Parameters
    ----------
    source : callable
        The function that is called, with the same leading parameters.

    Returns
    -------
    callable
        A decorator; help, editors and type checkers then show every option, and the docstring
        describes it as the other function's does.

    Examples
    --------
    >>> def fit(model, *, estimator="ML"): ...
    >>> @called_like(fit)
    ... def refit(model, **options):
    ...     return fit(model, **options)
    >>> print(inspect.signature(refit))
    (model, *, estimator='ML')
    """

    def decorate(function: Callable[..., T]) -> Callable[P, T]:
        vars(function)["__signature__"] = inspect.signature(source)
        described = PARAMETERS.search(source.__doc__ or "")
        if described and function.__doc__:
            function.__doc__ = PARAMETERS.sub(lambda _: described[0], function.__doc__, count=1)
        return function

    return decorate


def _known(name: str, parameters: Any) -> str:
    known = [n for n, p in parameters.items() if p.kind is not Parameter.VAR_KEYWORD]
    same = [n for names in SYNONYMS if name in names for n in known if n in names]
    if near := same[:1] or nearest(name, known):
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"expected {', '.join(known)}" if known else "expected no arguments"


def _too_many(n: int, by_place: list[str], parameters: Any) -> str:
    names = [f"{k}=..." for k, p in parameters.items() if p.kind is Parameter.KEYWORD_ONLY]
    write = f"; write {' or '.join(names[:4])}" if names else ""
    most = f"at most {len(by_place)} ({', '.join(by_place)})" if by_place else "none"
    return f"{n} argument{'s' if n > 1 else ''} without a name; expected {most}{write}"
