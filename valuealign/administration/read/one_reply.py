"""Reading of one reply to one item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from valuealign.administration.outcome import Answer, Reading, Refusal, Unreadable
from valuealign.administration.read.confidence import (
    json_confidence,
    with_confidence,
    yes_no_reading,
)
from valuealign.administration.read.grammar import EXAMPLE
from valuealign.administration.read.json_reply import (
    TwiceError,
    json_in,
    json_reading,
    spoken_answer,
)
from valuealign.administration.read.normalise import one_spelling
from valuealign.administration.read.options import Names, names_of
from valuealign.administration.read.plain_answer import LISTED, decide
from valuealign.administration.read.reasoning import after_thinking
from valuealign.administration.read.refusal import declines, is_refusal, opens_with_refusal
from valuealign.instrument.presented import Presented

LONGEST = 60_000
"""No plain answer is longer than this, in characters without white space."""
_UNANSWERED = ("no option stated plainly", LISTED, "answers and declines")


@dataclass(frozen=True, slots=True)
class Said:
    """The spoken part of a reply, or why there is nothing to read."""

    text: str
    fault: str | None = None


def said_in(reply: str) -> Said:
    """Return a reply without its reasoning.

    Examples
    --------
    >>> said_in("<think>3? No.</think>4").text
    '4'
    >>> said_in("<think>It could be 4").fault
    'cut while thinking'
    """
    if not reply.strip():
        return Said("", "empty")
    text = after_thinking(reply)
    if text is None:
        return Said("", "cut while thinking")
    text = text.strip()
    if not text:
        return Said("", "nothing after the thinking")
    return Said("", "longer than an answer") if len(text) > LONGEST else Said(text)


def reading(text: str, presented: Presented) -> Reading:
    """Read a text about one item.

    Parameters
    ----------
    text : str
        Without thinking.
    presented : Presented
    """
    plain = one_spelling(text)
    if not plain:
        return Unreadable("empty")
    if presented.kind == "open":
        return Refusal("declines") if opens_with_refusal(plain) else Answer("open text")
    names = names_of(presented)
    answer = _from_json(text, names) or _from_words(plain, names)
    # Two answers are two answers, whatever else is said; no answer may be a refusal.
    unanswered = isinstance(answer, Unreadable) and answer.how in _UNANSWERED
    return Refusal("declines") if unanswered and is_refusal(plain) else answer


def _from_words(plain: str, names: Names) -> Reading:
    marked = names.marked(plain)
    if names.presented.kind == "yes_no_confidence":
        return yes_no_reading(marked, names)
    return decide(marked, names)


def _beside(before: str, value: Any, after: str, names: Names) -> str | None:
    """Return why the words around a JSON answer contradict it."""
    if not (before.strip() or after.strip()):
        return None
    announced = before.strip(" `").endswith(("\n", ":")) or not before.strip()
    if not announced or EXAMPLE.search(before) or declines(one_spelling(before)):
        return "JSON within a sentence"
    # The answer said in words in its place: then what stands around it can be weighed.
    said = f"{before}\n\nAnswer: {spoken_answer(value)}\n\n{after}"
    in_words = _from_words(one_spelling(said), names)
    return None if isinstance(in_words, Answer) else in_words.how


def _from_json(text: str, names: Names) -> Reading | None:
    try:
        parsed = json_in(text)
    except TwiceError:
        return Unreadable("a JSON field stands twice")
    if parsed is None or not isinstance(parsed[0], dict):
        return None
    value, (before, after) = parsed
    answer = json_reading(value, names)
    fault = _beside(before, value, after, names) if isinstance(answer, Answer) else None
    if fault:
        return Unreadable(fault)
    sure = json_confidence(value) if isinstance(answer, Answer) else None
    if sure is None or names.presented.kind != "yes_no_confidence":
        return answer
    return with_confidence(answer, sure)
