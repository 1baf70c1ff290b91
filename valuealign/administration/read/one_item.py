"""Reading of one reply to one item."""

from __future__ import annotations

from dataclasses import dataclass

from valuealign.administration.outcome import Answer, Reading, Refusal, Unreadable
from valuealign.administration.read.answer_fields import Fields, TwiceError
from valuealign.administration.read.confidence import (
    confidence_field,
    with_confidence,
    yes_no_reading,
)
from valuealign.administration.read.grammar import EXAMPLE
from valuealign.administration.read.normalise import one_spelling
from valuealign.administration.read.options import Names, names_of
from valuealign.administration.read.plain_answer import LISTED, decide
from valuealign.administration.read.reasoning import after_thinking
from valuealign.administration.read.refusal import declines, is_refusal, opens_with_refusal
from valuealign.administration.read.reply_formats import fields_in
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
    answer = _from_fields(text, names) or _from_words(plain, names)
    # Two answers are two answers, whatever else is said; no answer may be a refusal.
    unanswered = isinstance(answer, Unreadable) and answer.how in _UNANSWERED
    return Refusal("declines") if unanswered and is_refusal(plain) else answer


def _from_words(plain: str, names: Names) -> Reading:
    marked = names.marked(plain)
    if names.presented.kind == "yes_no_confidence":
        return yes_no_reading(marked, names)
    return decide(marked, names)


def _contradiction(fields: Fields, names: Names) -> str | None:
    """Return why the words around the fields contradict the answer in them."""
    before, after = fields.before, fields.after
    if not (before.strip() or after.strip()):
        return None
    announced = before.strip(" `").endswith(("\n", ":")) or not before.strip()
    if not announced or EXAMPLE.search(before) or declines(one_spelling(before)):
        return f"{fields.format} within a sentence"
    # The answer said in words in its place: then what stands around it can be weighed.
    said = f"{before}\n\nAnswer: {fields.stated()}\n\n{after}"
    in_words = _from_words(one_spelling(said), names)
    return None if isinstance(in_words, Answer) else in_words.how


def _from_fields(text: str, names: Names) -> Reading | None:
    try:
        fields = fields_in(text)
    except TwiceError as error:
        return Unreadable(f"a field stands twice in {error}")
    if fields is None or not isinstance(fields.value, dict):
        return None
    answer = fields.reading(names)
    if not isinstance(answer, Answer):
        return answer
    if fault := _contradiction(fields, names):
        return Unreadable(fault)
    sure = confidence_field(fields.value)
    if sure is None or names.presented.kind != "yes_no_confidence":
        return answer
    return with_confidence(answer, sure)
