"""Option distributions: the probability that a respondent gives each option.

Three ways. Where options have one-token names, the first token of the reply carries the
alternatives. Where whole option texts are scored, each option's text is echoed after the
prompt and its tokens' log-probabilities are added up. Where there are no options, the stem itself
is scored: how likely the model finds it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from valuealign.administration.reply.token_places import Place
from valuealign.instrument.presented import Presented


@dataclass(frozen=True, slots=True)
class Distribution:
    """Probability over options.

    Parameters
    ----------
    mass : float
        Probability on the options together, before they are made to add up to 1: between
        0 and 1 for tokens; ``nan`` for whole texts, which no other text competes with.
    shares : dict of str to float
        Option token to probability given that one of the options is chosen.
    expected : float or None
        Mean code over options that have one, in the instrument's direction.
    entropy : float
        In nats; 0 where one option has everything.
    best : str
        The token of the most probable option.

    Notes
    -----
    Only the alternatives an endpoint lists are seen (at most 20), so ``mass`` is a lower bound.
    """

    mass: float
    shares: dict[str, float]
    expected: float | None
    entropy: float
    best: str


def from_tokens(places: Sequence[Place], presented: Presented) -> Distribution | None:
    """The distribution over one-token options, at the first token that names one.

    Parameters
    ----------
    places : sequence of Place
        The tokens of a reply with their alternatives.
    presented : Presented

    Returns
    -------
    Distribution or None
        ``None`` where no listed token names an option.

    Examples
    --------
    >>> from valuealign.instrument.presented import Option
    >>> offered = Presented("labelled", (Option("1", "no", 1.0), Option("2", "yes", 2.0)))
    >>> place = Place("2", {"1": math.log(0.2), " 2": math.log(0.6)})
    >>> distribution = from_tokens([place], offered)
    >>> round(distribution.mass, 3), round(distribution.expected, 3)
    (0.8, 1.75)
    """
    names = {option.token.casefold(): option.token for option in presented.options}
    for place in places[:4]:
        masses: dict[str, float] = {}
        for token, logprob in place.logprobs.items():
            name = names.get(token.strip().strip(".*'\"`").casefold())
            if name is not None:
                masses[name] = masses.get(name, 0.0) + math.exp(logprob)
        if masses:
            mass = min(1.0, math.fsum(masses.values()))
            return _distribution(masses, mass, presented)
        if place.token.strip(" \n*\"'`"):
            return None  # the reply began with something else
    return None


def from_sequences(
    choices: Sequence[Any], prompts: Sequence[str], presented: Presented
) -> Distribution | None:
    """The distribution over whole option texts, from an echoed completion of each.

    Parameters
    ----------
    choices : sequence
        The choices of a completions reply, one for each option, with echoed logprobs.
    prompts : sequence of str
        What was sent: the same head with each option's words after it.
    presented : Presented

    Returns
    -------
    Distribution or None
        ``None`` where the endpoint did not echo the log-probabilities of the prompt.
    """
    if len(choices) != len(presented.options) or len(prompts) != len(choices):
        return None
    by_index = _by_index(choices)
    totals: list[float] = []
    for k, (option, prompt) in enumerate(zip(presented.options, prompts, strict=True)):
        start = len(prompt) - len(option.label) - 1
        total = _echoed(by_index.get(k), start, len(prompt))
        if total is None:
            return None
        totals.append(total)
    most = max(totals)
    shares = [math.exp(total - most) for total in totals]
    masses = {o.token: share for o, share in zip(presented.options, shares, strict=True)}
    return _distribution(masses, math.nan, presented)


def _by_index(choices: Sequence[Any]) -> dict[int, Any]:
    by_index: dict[int, Any] = {}
    for k, choice in enumerate(choices):
        place = choice.get("index", k) if isinstance(choice, Mapping) else None
        if isinstance(place, int):
            by_index[place] = choice
    return by_index


def likelihood(choices: Sequence[Any], text: str) -> float | None:
    """The log-likelihood of an echoed text, in nats, after its first token.

    Parameters
    ----------
    choices : sequence
        The choices of a completions reply to one text, with echoed logprobs.
    text : str
        What was sent.

    Returns
    -------
    float or None
        ``None`` where the endpoint did not echo the log-probabilities. The first token has none.

    Examples
    --------
    >>> echoed = {"token_logprobs": [None, -1.0, -0.5], "text_offset": [0, 2, 5]}
    >>> likelihood([{"logprobs": echoed}], "I like rain.")
    -1.5
    """
    return _echoed(choices[0], 1, len(text)) if len(choices) == 1 else None


def _echoed(choice: Any, start: int, end: int) -> float | None:
    """Sum of the log-probabilities of the tokens that begin at one of these characters.

    A server that must generate a token to answer at all adds it after the end.
    """
    logprobs = choice.get("logprobs") if isinstance(choice, Mapping) else None
    if not isinstance(logprobs, Mapping):
        return None
    values, offsets = logprobs.get("token_logprobs"), logprobs.get("text_offset")
    if not isinstance(values, list) or not isinstance(offsets, list) or len(values) != len(offsets):
        return None
    mine = [
        value
        for value, offset in zip(values, offsets, strict=True)
        if isinstance(offset, int) and start <= offset < end
    ]
    if not mine or not all(_is_logprob(value) for value in mine):
        return None
    return math.fsum(mine)


def _is_logprob(value: Any) -> bool:
    """Whether it is a finite log-probability: a number of at most 0."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and -1e6 < value <= 1e-6


def _distribution(masses: dict[str, float], mass: float, presented: Presented) -> Distribution:
    total = math.fsum(masses.values())
    shares = {o.token: masses.get(o.token, 0.0) / total for o in presented.options}
    coded = [(o.code, shares[o.token]) for o in presented.options if o.code is not None]
    weight = math.fsum(share for _, share in coded)
    expected = math.fsum(c * share for c, share in coded) / weight if weight > 0 else None
    entropy = -math.fsum(share * math.log(share) for share in shares.values() if share > 0)
    return Distribution(
        mass, shares, expected, max(0.0, entropy), max(shares, key=shares.__getitem__)
    )
