"""Sampling settings: each is declared here once, with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from valuealign.arguments import checked_class

__all__ = ["SETTINGS", "SETTING_FACTS", "Sampling", "Setting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known of a sampling setting by all that send, store, ask for or show it.

    Parameters
    ----------
    help : str
        Of its option on the command line.
    spellings : tuple of str
        Regular expressions by which an endpoint's error names it; by default its name.
    ge, gt, le : float, optional
        Its bounds in a study file.
    sent : bool
        Whether a request holds it as it is. The output limit and the seed are worked out.
    condition : bool
        Whether another value makes another respondent of a model, with a column of its own.
    place : tuple of str
        Where the responses API takes it; by default under its name.
    """

    help: str = ""
    spellings: tuple[str, ...] = ()
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    sent: bool = True
    condition: bool = True
    place: tuple[str, ...] = ()


def _setting(help: str = "", **facts: Any) -> Any:  # noqa: A002  # the word of the command line
    return field(default=None, metadata={"setting": Setting(help=help, **facts)})


@checked_class
@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling settings sent with every request; ``None`` leaves the endpoint's default.

    Parameters
    ----------
    temperature, top_p : float, optional
        As the endpoint defines them.
    max_tokens : int, optional
        The most output tokens of one reply, reasoning tokens included.
    seed : int, optional
        A fixed seed for every request. ``None`` derives one for each cell from the plan's seed.
    reasoning_effort : str, optional
        As the endpoint names it ("low", "high").

    Examples
    --------
    >>> Sampling(temperature=0.7).content()
    {'temperature': 0.7}
    """

    temperature: float | None = _setting(ge=0, le=10)
    top_p: float | None = _setting(spellings=("top_p", "topp"), gt=0, le=1)
    max_tokens: int | None = _setting(
        "Most output tokens of one reply.",
        spellings=("max_tokens", "maxtokens", "max_output_tokens", "maxoutputtokens"),
        ge=1,
        sent=False,
    )
    seed: int | None = _setting(
        spellings=("seed", "random_seed", "randomseed"), sent=False, condition=False
    )
    reasoning_effort: str | None = _setting(
        "As the endpoint names it (low, high).",
        spellings=("reasoning_effort", r"reasoning\.effort", "reasoning effort"),
        place=("reasoning", "effort"),
    )

    def content(self) -> dict[str, Any]:
        """The settings that are set, as plain values."""
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def sent(self) -> dict[str, Any]:
        """The settings that a request holds as they are, where they are set."""
        return {name: v for name, v in self.content().items() if SETTING_FACTS[name].sent}


SETTING_FACTS: Mapping[str, Setting] = MappingProxyType(
    {each.name: each.metadata["setting"] for each in fields(Sampling)}
)
"""Every sampling setting, and what is known of it."""
SETTINGS = tuple(name for name, facts in SETTING_FACTS.items() if facts.condition)
"""Settings that make another respondent: columns of the design, and options of the same name."""
