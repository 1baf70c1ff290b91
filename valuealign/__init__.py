"""Human instruments put to language models, and what the numbers mean.

Every public name is imported when it is first used, so that ``import valuealign`` and
``valuealign --help`` load no pandas, scipy, openai or semopy. ``__init__.pyi`` lists the names.

Examples
--------
>>> import valuealign as va
>>> va.load_instrument("pvq-21").id
'pvq-21'
"""

from __future__ import annotations

from typing import Any

from valuealign.public_names import publish

_public, _listed, __all__ = publish(__name__, __file__, globals(), elsewhere="valuealign.stats")


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name == "__version__":
        from importlib.metadata import version

        return version("valuealign")
    return _public(name)


def __dir__() -> list[str]:
    return sorted([*_listed(), "__version__"])
