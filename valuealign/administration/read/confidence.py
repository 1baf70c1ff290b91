"""Yes or no with a confidence in per cent."""

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
    """Read yes or no and the stated confidence, if any.

    Parameters
    ----------
    text : str
        In one spelling, yes and no as signs.
    names : Names
    """
    sure: list[str] = []

    def keep(match: re.Match[str]) -> str:
        sure.append(next(group for group in match.groups() if group))
        return CONFIDENCE_SIGN

    def keep_after(match: re.Match[str]) -> str:
        sure.append(match[2])
        return f"{match[1]}{CONFIDENCE_SIGN}"

    text = _STATED.sub(keep, text)
    text = _AFTER.sub(keep_after, text)
    answer = decide(text, names)
    if isinstance(answer, Answer) and _LEFT.search(text):
        return Unreadable("no plain confidence")
    if not isinstance(answer, Answer) or not sure:
        return answer
    numbers = {float(number) for number in sure}
    if len(numbers) > 1:
        return Unreadable("two confidences")
    return with_confidence(answer, numbers.pop())


def with_confidence(answer: Reading, number: float) -> Reading:
    """An answer with its confidence, which must lie between 0 and 100.

    Examples
    --------
    >>> with_confidence(Answer("label", 1.0), 80).confidence
    80.0
    """
    if not 0 <= number <= 100:
        return Unreadable("confidence out of range")
    return replace(answer, confidence=float(number))


def confidence_field(fields: dict[str, Any]) -> float | None:
    """Return the confidence among the fields of a reply; a fraction (0.8) is not a percentage."""
    sure = fields.get("confidence")
    if isinstance(sure, str) and re.fullmatch(r"\d{1,3}(?:\.\d+)? ?%?", sure):
        sure = float(sure.rstrip(" %"))
    if isinstance(sure, bool) or not isinstance(sure, int | float):
        return None
    return None if 0 < sure < 1 else float(sure)
