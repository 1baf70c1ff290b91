"""A text as sentences and clauses, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from valuealign.administration.read.grammar import FILLER, LEAD_ALONE

_SENTENCE_END = re.compile(r"(?<=[.!?;\u2026])[\"')\]]{0,2} +")
_CLAUSE = re.compile(
    r",? (?=(?:but|yet|however|aber|jedoch) )"
    r"|, (?=(?:so|and|therefore|thus|hence|daher|also|dann)[ ,])",
    re.IGNORECASE,
)


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
    for line in _joined(text.split("\n")):
        if not line:
            gap = True
            continue
        sentences = [part for part in _SENTENCE_END.split(line) if part]
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
    start = 0
    while start < len(found) - 1 and FILLER.fullmatch(found[start].text):
        start += 1
    return found[start:]
