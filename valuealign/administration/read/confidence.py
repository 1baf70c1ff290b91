"""Yes or no, with how sure the respondent is, in per cent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from valuealign.administration.outcome import Answer, Reading, Unreadable
from valuealign.administration.read.grammar import CONFIDENCE_SIGN
from valuealign.administration.read.options import SIGN, Names
from valuealign.administration.read.plain_answer import decide

_SURE = r"(?:sure|certain|confident|certainty|confidence|sicher|sicherheit)"
_PER_CENT = r"(?:%|percent|per cent|prozent|/ ?100|out of 100|von 100)"
_NUMBER = r"(?<![\w.,/-])(\d{1,4}(?:\.\d{1,4})?)(?!\w|[.,/]\d|-)"
_OPTION = rf"(?:{SIGN}|(?<![\w'])[ABab](?![\w']))[\"')\]]{{0,2}}"
# The number may stand alone only right after the option; elsewhere words say what it is.
_STATED = re.compile(
    rf"(?<=[\s,;:(.\-])(?:(?:with|at|and|i am|i'm|my|a|mit) ){{0,3}}"
    rf"(?:{_SURE}(?: level| of| is|:| =){{0,2}} ?{_NUMBER} ?{_PER_CENT}?"
    rf"|{_NUMBER} ?{_PER_CENT} ?{_SURE}(?: (?:in|of|about|with) (?:this|that|it|my answer))?"
    rf"|{_NUMBER} ?{_PER_CENT})",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"({_OPTION} ?[,;:.(-]? ?\n{{0,2}}\(?){_NUMBER}(?! ?[%/]|\w| \w)", re.IGNORECASE
)

_LEFT = re.compile(r"\d ?%|\d ?(?:to|-) ?[\d\ue7f2]")


def yes_no_reading(text: str, names: Names) -> Reading:
    """Yes or no and the confidence that goes with it, where one is stated.

    Parameters
    ----------
    text : str
        In one spelling, yes and no as signs.
    names : Names
    """
    sure: list[str] = []

    def keep(found: re.Match[str]) -> str:
        sure.append(next(group for group in found.groups()[-3:] if group))
        return CONFIDENCE_SIGN

    def keep_after(found: re.Match[str]) -> str:
        sure.append(found[2])
        return f"{found[1]}{CONFIDENCE_SIGN}"

    text = _STATED.sub(keep, text)
    text = _AFTER.sub(keep_after, text)
    found = decide(text, names)
    if isinstance(found, Answer) and _LEFT.search(text):
        return Unreadable("no plain confidence")
    if not isinstance(found, Answer) or not sure:
        return found
    numbers = {float(number) for number in sure}
    if len(numbers) > 1:
        return Unreadable("two confidences")
    return with_confidence(found, numbers.pop())


def with_confidence(found: Reading, number: float) -> Reading:
    """An answer with its confidence, which must lie between 0 and 100.

    Examples
    --------
    >>> with_confidence(Answer("label", 1.0), 80).confidence
    80.0
    """
    if not 0 <= number <= 100:
        return Unreadable("confidence out of range")
    return replace(found, confidence=float(number))


def json_confidence(value: Any) -> float | None:
    """The confidence in a JSON object; a part of one (0.8) is no per cent and is left out."""
    sure = value.get("confidence") if isinstance(value, dict) else None
    if isinstance(sure, str) and re.fullmatch(r"\d{1,3}(?:\.\d+)? ?%?", sure):
        sure = float(sure.rstrip(" %"))
    if isinstance(sure, bool) or not isinstance(sure, int | float):
        return None
    return None if 0 < sure < 1 else float(sure)
