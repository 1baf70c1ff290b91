"""Free numbers, places on a line, and yes or no with a confidence."""

from __future__ import annotations

import json
import math
import re

from valuealign.administration.outcome import Answer, Reading, Unreadable
from valuealign.administration.read.options import option_of, options
from valuealign.instrument.presented import Option, Presented

_NUMBER = r"-?\d{1,12}(?:\.\d{1,9})?"
_LEAD = (
    r"(?:(?:so|therefore|thus|overall)[,]?\s+)?(?:(?:my|the)\s+)?(?:final\s+)?"
    r"(?:answer|rating|response|number|estimate|score)?\s*(?:is|would\s+be|:|=)?\s*"
    r"(?:i(?:'d|\s+would)?\s+(?:say|choose|pick|rate\s+(?:it|this)|give\s+it|estimate)\s*(?:a|an|about)?\s*:?\s*)?"
)
_PLAIN = re.compile(
    rf"{_LEAD}(?P<number>{_NUMBER})(?P<of>\s?/\s?\d+|\s+out\s+of\s+\d+)?\s*%?\s*[.!]?",
    re.IGNORECASE,
)
_CONFIDENCE = re.compile(
    r"[\s,;.:(\-]*(?:(?:with\s+)?(?:a\s+)?(?:confidence|certainty|sure|confident|certain)?"
    r"(?:\s+(?:of|level|is))?\s*[:=]?\s*(?:about\s+|at\s+)?)(?P<number>\d{1,3}(?:\.\d+)?)\s*"
    r"(?:%|percent|per\s+cent|/\s?100|out\s+of\s+100)?\s*(?:confiden(?:t|ce)|sure|certain(?:ty)?)?\s*[).!]*",
    re.IGNORECASE,
)


def numeric_reading(text: str, presented: Presented) -> Reading:
    """A number within bounds, stated alone or in an answering phrase.

    Parameters
    ----------
    text : str
    presented : Presented
        With ``minimum`` and ``maximum``; on a line between two ends the codes of the ends say
        which way it runs.
    """
    text = _json_text(text)
    lines = text.split("\n")
    found = [m for line in (lines[0], lines[-1]) if (m := _PLAIN.fullmatch(line.strip()))]
    numbers = {float(m["number"]) for m in found}
    if len(numbers) != 1:
        return Unreadable("two numbers stated" if numbers else "no number stated plainly")
    (number,) = numbers
    low, high = presented.minimum, presented.maximum
    if low is None or high is None or not low <= number <= high:
        return Unreadable(f"{number:g} is out of range")
    of = found[0]["of"]
    if of and float(re.sub(r"\D", "", of)) != high:
        return Unreadable("another scale")
    if presented.step and not math.isclose(
        (number - low) / presented.step, round((number - low) / presented.step), abs_tol=1e-9
    ):
        return Unreadable(f"{number:g} is between the permitted numbers")
    return Answer("number", _in_direction(number, presented))


def _in_direction(number: float, presented: Presented) -> float:
    """A place on a line that may run the other way, in the instrument's direction."""
    low, high = presented.minimum, presented.maximum
    codes = [option.code for option in presented.options]
    if len(codes) != 2 or codes[0] is None or codes[1] is None or low is None or high is None:
        return number
    return codes[0] + (number - low) * (codes[1] - codes[0]) / (high - low)


def _json_text(text: str) -> str:
    """The number in a JSON object with one field, or the text as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, dict):
        value = value.get("answer", next(iter(value.values()), None) if len(value) == 1 else None)
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return repr(value) if plain else (value if isinstance(value, str) else text)


def yes_no_reading(text: str, presented: Presented) -> Reading:
    """Yes or no, and a confidence from 0 to 100 where one is stated."""
    named = options(presented)
    text, confidence = _from_object(text)
    opening = re.match(rf"\s*(?:answer\s*:\s*)?(?:{named.named})", text, re.IGNORECASE)
    if opening is None:
        return Unreadable("neither yes nor no stated plainly")
    option = option_of(opening, named)
    if not isinstance(option, Option) or option.code is None:
        return Unreadable(option if isinstance(option, str) else "undefined option")
    rest = text[opening.end() :].strip(" ")
    if not rest.strip(" .!\n"):
        return Answer("words", option.code, confidence)
    first, _, explained = rest.lstrip("\n").partition("\n")
    stated = _CONFIDENCE.fullmatch(first.strip())
    if stated is None:
        # Yes, and then an explanation on a line of its own.
        alone = rest.lstrip(" .!").startswith("\n") or (not first.strip(" .!") and explained)
        return Answer("words", option.code) if alone else Unreadable("more than yes or no is said")
    number = float(stated["number"])
    if number > 100:
        return Unreadable(f"a confidence of {number:g} is out of range")
    return Answer("words", option.code, number)


def _from_object(text: str) -> tuple[str, float | None]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text, None
    if not isinstance(value, dict):
        return text, None
    said, sure = value.get("answer"), value.get("confidence")
    text = said if isinstance(said, str) else text
    if isinstance(sure, int | float) and not isinstance(sure, bool) and 0 <= sure <= 100:
        return text, float(sure)
    return text, None
