"""The tokens of a reply with their alternatives, from every format that endpoints use.

Chat completions list one object a token; the older completions API has parallel lists; some servers
give objects of token and number, probabilities instead of their logarithms, or tokens as their
vocabulary spells them. All of them become places: a token and what else could have stood there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MOST_PLACES, _MOST_TOKENS = 64, 200
_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_TOKEN_ID = re.compile(r"token_id:\d+")
_SPELLED = str.maketrans({"\u2581": " ", "\u0120": " ", "\u010a": "\n", "\u0109": "\t"})
"""How SentencePiece and byte-level vocabularies spell a space, a line end and a tab."""


@dataclass(frozen=True, slots=True)
class Place:
    """One token of a reply.

    Parameters
    ----------
    token : str
        As text.
    logprobs : dict of str to float
        The logarithm of the probability of each token that could have stood here, this one
        included where its own is known.
    """

    token: str
    logprobs: dict[str, float]


def token_places(choice: Any) -> tuple[Place, ...]:
    """The tokens of one choice; none where the endpoint gave no log-probabilities.

    Parameters
    ----------
    choice : object
        A choice of a completion, or a part of the responses API, as the endpoint gave it.

    Examples
    --------
    >>> legacy = {"tokens": ["4"], "token_logprobs": [-0.3]}
    >>> token_places({"logprobs": {**legacy, "top_logprobs": [{"4": -0.3, "5": -1.6}]}})
    (Place(token='4', logprobs={'4': -0.3, '5': -1.6}),)
    """
    if not isinstance(choice, Mapping):
        return ()
    for name in ("logprobs", "log_probs", "completion_probabilities", "logprobs_result"):
        places = _of(choice.get(name))
        if places:
            return places
    return ()


def _of(value: Any) -> tuple[Place, ...]:
    if isinstance(value, list):
        return _places(value)
    if not isinstance(value, Mapping):
        return ()
    for name in ("content", "completion_probabilities"):
        if isinstance(value.get(name), list) and (places := _places(value[name])):
            return places
    if isinstance(value.get("tokens"), list):
        return _parallel(value)
    chosen = value.get("chosen_candidates", value.get("chosenCandidates"))
    return _candidates(chosen, value.get("top_candidates", value.get("topCandidates")))


def _places(values: Sequence[Any]) -> tuple[Place, ...]:
    places = [_place(value) for value in values[:_MOST_PLACES] if isinstance(value, Mapping)]
    return tuple(place for place in places if place is not None)


def _place(value: Mapping[str, Any]) -> Place | None:
    """A place that is an object of its own."""
    top = next(
        (
            value[name]
            for name in ("top_logprobs", "top_probs", "probs", "top_tokens", "alternatives")
            if value.get(name)
        ),
        None,
    )
    logprobs = _alternatives(top)
    token = _token(value)
    own = _logprob(value)
    if token is not None and own is not None:
        logprobs.setdefault(token, own)
    if token is None:
        return None if not logprobs else Place("", logprobs)
    return Place(token, logprobs) if logprobs else None


def _parallel(value: Mapping[str, Any]) -> tuple[Place, ...]:
    """The lists of the older completions API."""
    tokens = value["tokens"][:_MOST_PLACES]
    own = _listed(value.get("token_logprobs"), len(tokens))
    top = _listed(value.get("top_logprobs"), len(tokens))
    places = []
    for token, logprob, others in zip(tokens, own, top, strict=True):
        logprobs = _alternatives(others)
        known = _number(logprob)
        if isinstance(token, str):
            if known is not None:
                logprobs.setdefault(_spelled(token), known)
            if logprobs:
                places.append(Place(_spelled(token), logprobs))
    return tuple(places)


def _candidates(chosen: Any, top: Any) -> tuple[Place, ...]:
    """Gemini's own lists of candidates."""
    own = chosen if isinstance(chosen, list) else []
    steps = _listed(top, len(own))
    places = []
    for value, step in zip(own[:_MOST_PLACES], steps, strict=False):
        listed = step.get("candidates") if isinstance(step, Mapping) else None
        if isinstance(value, Mapping):
            places.append(_place({**value, "top_logprobs": listed}))
    return tuple(place for place in places if place is not None)


def _listed(value: Any, n: int) -> list[Any]:
    """A list of exactly so many entries."""
    entries = value if isinstance(value, list) else []
    return [*entries, *[None] * n][:n]


def _alternatives(value: Any) -> dict[str, float]:
    """Tokens and their log-probabilities: a list of objects, of pairs, or one object of all."""
    alternatives: dict[str, float] = {}
    pairs: list[tuple[str | None, float | None]]
    if isinstance(value, Mapping):
        pairs = [(_spelled(str(token)), _number(number)) for token, number in value.items()]
    elif isinstance(value, list):
        pairs = [_pair(each) for each in value[:_MOST_TOKENS]]
    else:
        return alternatives
    for token, logprob in pairs[:_MOST_TOKENS]:
        if token is not None and logprob is not None:
            # Two spellings of one text are two tokens: their probabilities add up.
            before = alternatives.get(token)
            if before is None:
                alternatives[token] = logprob
            elif not math.isclose(before, logprob, abs_tol=1e-9):  # else it is listed twice
                alternatives[token] = _sum(before, logprob)
    return alternatives


def _pair(value: Any) -> tuple[str | None, float | None]:
    if isinstance(value, Mapping):
        return _token(value), _logprob(value)
    if isinstance(value, list) and len(value) >= 2:
        texts = [each for each in value if isinstance(each, str)]
        numbers = [number for each in value if (number := _number(each)) is not None]
        return (_spelled(texts[0]) if texts else None), (numbers[0] if numbers else None)
    return None, None


def _token(value: Mapping[str, Any]) -> str | None:
    """The token as text; from its bytes where the spelling does not say it."""
    for name in ("token", "tok_str", "content", "text", "token_str", "decoded_token"):
        token = value.get(name)
        if isinstance(token, str):
            if _TOKEN_ID.fullmatch(token) or "\ufffd" in token:
                return _from_bytes(value.get("bytes")) or token
            return _spelled(token)
    return _from_bytes(value.get("bytes"))


def _from_bytes(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(byte, int) and 0 <= byte < 256 for byte in value):
        return None
    return bytes(value).decode("utf-8", "replace")


def _spelled(token: str) -> str:
    """A vocabulary's spelling as the text that it encodes.

    Examples
    --------
    >>> _spelled("\u25814"), _spelled("<0x34>"), _spelled("\u01204")
    (' 4', '4', ' 4')
    """
    match = _BYTE.fullmatch(token)
    return chr(int(match[1], 16)) if match else token.translate(_SPELLED)


def _logprob(value: Mapping[str, Any]) -> float | None:
    for name in ("logprob", "log_prob", "log_probability", "logProbability"):
        if name in value:
            return _number(value[name])
    for name in ("prob", "probability"):
        p = value.get(name)
        if isinstance(p, int | float) and not isinstance(p, bool) and 0 < p <= 1:
            return math.log(p)
    return None


def _number(value: Any) -> float | None:
    """A log-probability: a number of at most 0, and not the "minus infinity" of some servers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(min(value, 0.0)) if -1e4 < value <= 1e-6 else None


def _sum(a: float, b: float) -> float:
    most = max(a, b)
    return min(0.0, most + math.log(math.exp(a - most) + math.exp(b - most)))
