"""A text as sentences and clauses with their positions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from valuealign.administration.read.grammar import ANNOUNCEMENT, EXAMPLE, FILLER, LIST_SIGN
from valuealign.administration.read.options import SIGN

_SENTENCE_END = re.compile(r"(?<=[.!?;\u2026])[\"')\]]{0,2} +")
_CLAUSE = re.compile(
    r",? (?=(?:and yet|but|yet|however|aber|jedoch)\b)"
    r"|, (?=(?:so|and|therefore|thus|hence|daher|also|dann)[ ,])",
    re.IGNORECASE,
)
_LIST_ALONE = re.compile(
    rf"(?:(?:the )?(?:scale|options)(?: is| are)?:? ?)?{LIST_SIGN}[.:]?", re.IGNORECASE
)
_NAMES_ONE = re.compile(rf"\d|{SIGN}")
# An option's words after its token are not a point: "1. Strongly disagree."
_ITS_WORDS = rf"(?!{SIGN}[ \"')]{{0,3}}(?:[.,;:!?(-]|because\b|$))"
_POINT = re.compile(rf"(?P<token>\d{{1,2}}|[A-Za-z])[.)] {_ITS_WORDS}(?=\w|{SIGN})")
_POINT_OF_A_LIST = re.compile(rf"[1Aa][.)] {_ITS_WORDS}")
_FIRST_POINT = re.compile(r"[1Aa]\b")
_LIST_BEGINS = re.compile(r"^(?:1|A|a)[.)] ", re.MULTILINE)
_ONLY_TOKEN = re.compile(r"(?:\d{1,2}|[A-Za-z])\.")
_LONGEST_ANNOUNCEMENT = 600
# In German a number with a full stop is an ordinal: "4. Juli".
_GERMAN = re.compile(r"\b(?:ist|und|der|das|ein|eine|nicht|sich|für|sagt)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A clause and its position.

    Parameters
    ----------
    text : str
    sentence, line : int
        Which sentence and which line it is part of.
    alone : bool
        Whether it is the whole of its line.
    after_gap : bool
        Whether its line follows a blank one or an announcement.
    """

    text: str
    sentence: int
    line: int
    alone: bool
    after_gap: bool


def segments(text: str, *, ordinals: bool = False) -> list[Segment]:
    """Return the clauses of a text in order, without introductory sentences.

    Parameters
    ----------
    text : str
    ordinals : bool
        Whether a number with a full stop before a word may be an ordinal, as in German.

    Examples
    --------
    >>> [segment.text for segment in segments("Hard to say, but 4. It varies.")]
    ['Hard to say', 'but 4.', 'It varies.']
    """
    clauses_so_far: list[Segment] = []
    sentence, gap = 0, True
    in_list = _LIST_BEGINS.search(text) is not None
    for number, line in enumerate(_joined(text.split("\n"))):
        if not line:
            gap = True
            continue
        sentences = _sentences(line, ordinals=ordinals or (in_list and bool(clauses_so_far)))
        for part in sentences:
            sentence += 1
            clauses = [clause for clause in _CLAUSE.split(part) if clause]
            alone = len(sentences) == len(clauses) == 1
            clauses_so_far += [Segment(clause, sentence, number, alone, gap) for clause in clauses]
        gap = line.endswith(":")
    return _without_filler(clauses_so_far)


def _sentences(line: str, *, ordinals: bool) -> list[str]:
    """The sentences of a line; the number of a point or an ordinal is not a sentence of its own.

    A first line that begins with "4. " is an answer and its reason, since no list begins with 4.
    """
    point = _POINT.match(line)
    if point:
        line = f"{point['token']}. {line[point.end() :]}"
    parts = [part for part in _SENTENCE_END.split(line) if part]
    numbered = len(parts) > 1 and _ONLY_TOKEN.fullmatch(parts[0])
    if numbered and (ordinals or _FIRST_POINT.match(line) or _GERMAN.search(line)):
        return [f"{parts[0]} {parts[1]}", *parts[2:]] if point else parts
    return parts


def _joined(lines: list[str]) -> list[str]:
    """Lines, where a sentence that only announces the answer goes to the next line with it."""
    kept: list[str] = []
    announced = ""
    for line in lines:
        said = line.strip()
        if announced and not said:
            continue
        if announced and _POINT_OF_A_LIST.match(said):
            # What is announced is a list.
            kept.append(announced)
            announced = ""
        said = f"{announced.rstrip(' :')}: {said}" if announced else said
        last = max((match.end() for match in _SENTENCE_END.finditer(said)), default=0)
        short = len(said) - last < _LONGEST_ANNOUNCEMENT
        announced = said[last:] if short and ANNOUNCEMENT.fullmatch(said[last:]) else ""
        before = said[:last].strip() if announced else said
        if before or not announced:
            kept.append(before)
    return [*kept, announced] if announced else kept


def _without_filler(clauses: list[Segment]) -> list[Segment]:
    """Remove text before an answer: "let me think", the question and its options."""
    start = 0
    for place, segment in enumerate(clauses[:-1]):
        names_one = _NAMES_ONE.search(segment.text)
        if _LIST_ALONE.fullmatch(segment.text):
            start = place + 1
        elif names_one:
            break
        elif FILLER.fullmatch(segment.text):
            start = place + 1
        elif EXAMPLE.search(segment.text) or not segment.text.endswith(("?", ":")):
            break
    return clauses[start:]
