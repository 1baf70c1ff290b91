"""Human instruments put to language models, and what the numbers mean.

Every public name is imported when it is first used, so that ``import valuealign`` and
``valuealign --help`` load no pandas, scipy, openai or semopy.

Examples
--------
>>> import valuealign as va
>>> va.load_instrument("pvq-21").id
'pvq-21'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from valuealign.administration.form import Form as Form
    from valuealign.administration.personas import load_personas as load_personas
    from valuealign.administration.read import read as read
    from valuealign.instrument.instrument import Instrument as Instrument
    from valuealign.instrument.load import list_instruments as list_instruments
    from valuealign.instrument.load import load_instrument as load_instrument
    from valuealign.respondent import Persona as Persona
    from valuealign.respondent import Respondent as Respondent
    from valuealign.respondent import Sampling as Sampling
    from valuealign.scoring.score import score as score
    from valuealign.store.responses import Responses as Responses
    from valuealign.store.responses import responses as responses
    from valuealign.supply.administer import administer as administer

_HOME = {
    "Form": "valuealign.administration.form",
    "Instrument": "valuealign.instrument.instrument",
    "Persona": "valuealign.respondent",
    "Respondent": "valuealign.respondent",
    "Responses": "valuealign.store.responses",
    "Sampling": "valuealign.respondent",
    "administer": "valuealign.supply.administer",
    "list_instruments": "valuealign.instrument.load",
    "load_instrument": "valuealign.instrument.load",
    "load_personas": "valuealign.administration.personas",
    "read": "valuealign.administration.read",
    "responses": "valuealign.store.responses",
    "score": "valuealign.scoring.score",
}
"""Public name -> the module it lives in."""

__all__ = sorted(_HOME)  # noqa: PLE0605  # the lazy table is the one list of public names


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'valuealign' has no attribute {name!r}")
    value = getattr(_imported(_HOME[name]), name)
    globals()[name] = value
    return value


def _imported(module: str) -> Any:
    """Import a module without collecting garbage meanwhile: a third of the time goes there."""
    import gc

    collecting = gc.isenabled()
    gc.disable()
    try:
        return import_module(module)
    finally:
        if collecting:
            gc.enable()


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
