"""The public names of a module: declared once, in its stub, and imported when they are first used.

``valuealign/__init__.pyi`` and ``valuealign/stats.pyi`` import every public name. Editors and mypy
read these stubs; at run time the same lines say where a name lives. To publish a function, add its
import to a stub.
"""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from valuealign.suggestion import nearest


class Home(NamedTuple):
    """Where a public name lives."""

    module: str
    attribute: str | None
    """None for a module that is public itself."""


def declared(stub: Path, module: str) -> dict[str, Home]:
    """Read the public names of a module from its stub.

    Parameters
    ----------
    stub : Path
        As type checkers read it: ``from M import name as name`` publishes a name, and
        ``plot = figures`` publishes an import under another name.
    module : str
        The module that the stub describes. What is imported from it is a module of its own.

    Returns
    -------
    dict of str to Home
        In the order of the stub.

    Examples
    --------
    >>> import valuealign
    >>> names = declared(Path(valuealign.__file__).with_suffix(".pyi"), "valuealign")
    >>> names["alpha"].module, names["plot"].module
    ('valuealign.analysis.reliability.alpha', 'valuealign.figures')
    """
    imported: dict[str, Home] = {}
    public: dict[str, Home] = {}
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                home = _home(node.module or "", alias.name, module)
                imported[alias.name] = home
                if alias.asname == alias.name:
                    public[alias.name] = home
        elif isinstance(node, ast.Assign):
            public[ast.unparse(node.targets[0])] = imported[ast.unparse(node.value)]
    return public


def _home(source: str, name: str, module: str) -> Home:
    return Home(f"{module}.{name}", None) if source == module else Home(source, name)


def publish(
    module: str, file: str, values: dict[str, Any], *, elsewhere: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Make the ``__getattr__``, ``__dir__`` and ``__all__`` of a module that has a stub.

    Parameters
    ----------
    module, file : str
        The module's ``__name__`` and ``__file__``; its stub has the same path, ending in ``.pyi``.
    values : dict
        The module's ``globals()``, where a name stays once it is imported.
    elsewhere : str
        Another module with public names; an error says if a name is public there.

    Returns
    -------
    __getattr__ : callable
        Raises AttributeError for a name that is not public, with the nearest public names.
    __dir__ : callable
        Lists the public names, and those that begin and end with two underscores.
    __all__ : list of str
        The public functions and classes, without the modules.

    Examples
    --------
    >>> import valuealign as va
    >>> va.reliabilty
    Traceback (most recent call last):
    AttributeError: module 'valuealign' has no attribute 'reliabilty'; did you mean 'reliability'?
    """
    homes = declared(Path(file).with_suffix(".pyi"), module)

    def get(name: str) -> Any:
        if name not in homes:
            hint = "" if name.startswith("_") else f"; {_advice(name, homes, elsewhere)}"
            message = f"module {module!r} has no attribute {name!r}{hint}"
            # With its name set, the interpreter adds no second suggestion to the message.
            raise AttributeError(message, name=name)
        values[name] = value = _imported(homes[name])
        return value

    def listed() -> list[str]:
        special = (name for name in values if name.startswith("__") and name.endswith("__"))
        return sorted({*homes, *special})

    return get, listed, sorted(name for name, home in homes.items() if home.attribute)


def _imported(home: Home) -> Any:
    """Import without collecting garbage meanwhile: a third of the time goes there."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        loaded = import_module(home.module)
    finally:
        if collecting:
            gc.enable()
    return getattr(loaded, home.attribute) if home.attribute else loaded


def _advice(name: str, homes: dict[str, Home], elsewhere: str) -> str:
    if name in dir(import_module(elsewhere)):
        return f"it is {elsewhere}.{name}"
    words = name.lower().split("_")
    if near := nearest(name, homes) or [public for public in homes if public in words]:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return "dir() of the module lists the public names"
