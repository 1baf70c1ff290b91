"""A text as sentences and clauses, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from valuealign.administration.read.grammar import FILLER, LEAD_ALONE, LIST_SIGN
from valuealign.administration.read.options import SIGN

_SENTENCE_END = re.compile(r"(?<=[.!?;\u2026])[\"')\]]{0,2} +")
_CLAUSE = re.compile(
    r",? (?=(?:but|yet|however|aber|jedoch) )"
    r"|, (?=(?:so|and|therefore|thus|hence|daher|also|dann)[ ,])",
    re.IGNORECASE,
)

_LIST_ALONE = re.compile(
    rf"(?:(?:the )?(?:scale|options)(?: is| are)?:? ?)?{LIST_SIGN}[.:]?", re.IGNORECASE
)
_NAMES_ONE = re.compile(rf"\d|{SIGN}")
_FIRST_POINT = re.compile(r"^(?:1|A|a)\. ", re.MULTILINE)
_POINT = re.compile(r"(?:\d{1,2}|[A-Za-z])\.")


@dataclass(frozen=True, slots=True)
class Segment:
    """A clause and where it stands.

    Parameters
    ----------
    text : str
    sentence : int
        Which sentence it is part of.
    alone : bool
        Whether it is the whole of its line.
    opens_line, after_gap : bool
        Whether it begins a line; whether that line follows a blank one or an announcement.
    quoted : bool
        Whether it begins inside a quotation.
    """

    text: str
    sentence: int
    alone: bool
    opens_line: bool
    after_gap: bool
    quoted: bool


def segments(text: str) -> list[Segment]:
    """The clauses of a text in order, without sentences that say nothing yet.

    Examples
    --------
    >>> [segment.text for segment in segments("Hard to say, but 4. It varies.")]
    ['Hard to say', 'but 4.', 'It varies.']
    """
    found: list[Segment] = []
    sentence, quotes, gap = 0, 0, True
    in_list = _FIRST_POINT.search(text) is not None
    for line in _joined(text.split("\n")):
        if not line:
            gap = True
            continue
        sentences = _sentences(line, in_list=in_list and bool(found))
        for place, part in enumerate(sentences):
            sentence += 1
            clauses = [clause for clause in _CLAUSE.split(part) if clause]
            for number, clause in enumerate(clauses):
                alone = len(sentences) == len(clauses) == 1
                opens = place == number == 0
                found.append(Segment(clause, sentence, alone, opens, gap, quotes % 2 == 1))
                quotes += clause.count('"')
        gap = line.endswith(":")
    return _without_filler(found)


def _sentences(line: str, *, in_list: bool) -> list[str]:
    """The sentences of a line; the number of a point in a list of reasons is no sentence."""
    parts = [part for part in _SENTENCE_END.split(line) if part]
    if in_list and len(parts) > 1 and _POINT.fullmatch(parts[0]):
        return [f"{parts[0]} {parts[1]}", *parts[2:]]
    return parts


def _joined(lines: list[str]) -> list[str]:
    """Lines, where one that only announces the answer is joined with the next that says it."""
    kept: list[str] = []
    announced = ""
    for line in lines:
        stripped = line.strip()
        if announced and stripped:
            stripped, announced = f"{announced.rstrip(' :')}: {stripped}", ""
        elif not announced and stripped and LEAD_ALONE.fullmatch(stripped):
            announced = stripped
            continue
        elif announced:
            continue
        kept.append(stripped)
    return [*kept, announced] if announced else kept


def _without_filler(found: list[Segment]) -> list[Segment]:
    """Without what comes before any answer: "let me think", the question and its options."""
    start = 0
    for place, segment in enumerate(found[:-1]):
        names_one = _NAMES_ONE.search(segment.text)
        if _LIST_ALONE.fullmatch(segment.text):
            start = place + 1
        elif names_one:
            break
        elif FILLER.fullmatch(segment.text):
            start = place + 1
        elif not segment.text.endswith(("?", ":")):
            break
    return found[start:]
