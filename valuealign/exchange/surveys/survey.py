"""What a survey file holds, and which of it is an instrument: the statements that share options."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from valuealign.errors import InstrumentError
from valuealign.instrument.new import NewItem
from valuealign.instrument.strict import NAME_SHAPE

_BLOCK = re.compile(r"<\s*/?\s*(?:br|p|div|li|tr|td|h[1-6])\b[^>]{0,400}>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Question:
    """One statement, or one question, with the options it offers.

    Parameters
    ----------
    name : str
        What the file calls it.
    text : str
    options : tuple of (int, str)
        Code and words, lowest code first; empty where it is answered otherwise.
    group : str
        The form, section or table it stands in.
    lead : str
        What is said above the whole table, if anything.
    """

    name: str
    text: str
    options: tuple[tuple[int, str], ...]
    group: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey file as it was read.

    Parameters
    ----------
    title : str
        "" where the file does not say.
    questions : tuple of Question
        In the order of the file.
    """

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a survey becomes an instrument.

    Parameters
    ----------
    items : tuple of NewItem
    labels : tuple of str
        Option labels, lowest first; empty where the file has none.
    instruction : str
        "" where the items share none.
    notes : tuple of str
        What was left out, and what the file cannot say.
    """

    items: tuple[NewItem, ...]
    labels: tuple[str, ...]
    instruction: str
    notes: tuple[str, ...]


def drafted(survey: Survey, path: Path, *, only: Sequence[str] = (), scale: str = "") -> Draft:
    """The statements that share one set of options, as items.

    Parameters
    ----------
    survey : Survey
    path : Path
        For errors.
    only : sequence of str
        Names of questions, with ``*`` and ``?``; by default the options that most of them share
        decide.
    scale : str
        One scale for all; by default each table or section is one.

    Raises
    ------
    InstrumentError
        Nothing is left, or what was named has different options.

    Examples
    --------
    >>> yes_no = ((1, "no"), (2, "yes"))
    >>> asked = tuple(Question(f"q{k}", f"Item {k}.", yes_no, "S") for k in (1, 2))
    >>> found = drafted(Survey("", (*asked, Question("age", "Age?", (), "S"))), Path("a.csv"))
    >>> found.labels, found.notes[0]
    (('no', 'yes'), '1 of 3 questions left out, for they have other options: age')
    """
    wanted = [q for q in survey.questions if _is_wanted(q.name, only)]
    if not wanted:
        raise InstrumentError(f"none of {len(survey.questions)} questions is chosen", path=path)
    options = _shared(wanted)
    chosen = [q for q in wanted if _key(q) == options]
    others = [q.name for q in wanted if _key(q) != options]
    if only and others:
        found = f"the questions named have different options: {', '.join(others[:5])}"
        raise InstrumentError(found, hint="name fewer with --only", path=path)
    notes = []
    if others:
        shown = ", ".join(others[:8]) + (" ..." if len(others) > 8 else "")
        notes.append(
            f"{len(others)} of {len(wanted)} questions left out, for they have other options: "
            f"{shown}"
        )
    kept, missing = _run(chosen[0].options)
    if missing:
        notes.append(f"options left out, for their codes stand apart: {', '.join(missing)}")
    notes.append("the file does not say which items are reversed: set 'keyed: -1' on those")
    leads = {q.lead for q in chosen}
    return Draft(
        tuple(_item(q, scale or q.group or "SCALE") for q in chosen),
        kept,
        leads.pop() if len(leads) == 1 else "",
        tuple(notes),
    )


def plain(text: str) -> str:
    """Words without their HTML, on one line.

    Examples
    --------
    >>> plain("I <b>like</b>&nbsp;rain.<br>Often.")
    'I like rain. Often.'
    """
    return " ".join(html.unescape(_TAG.sub("", _BLOCK.sub(" ", text))).split())


def _is_wanted(name: str, only: Sequence[str]) -> bool:
    return not only or any(fnmatchcase(name, pattern) for pattern in only)


def _key(question: Question) -> tuple[tuple[int, str], ...]:
    return tuple((code, label.casefold()) for code, label in question.options)


def _shared(questions: Sequence[Question]) -> tuple[tuple[int, str], ...]:
    """The options that most questions share; none count only where no question has any."""
    counts = Counter(key for q in questions if len(key := _key(q)) > 1)
    return counts.most_common(1)[0][0] if counts else ()


def _run(options: Sequence[tuple[int, str]]) -> tuple[tuple[str, ...], list[str]]:
    """Labels whose codes follow one another from the lowest; 99 for "no answer" stands apart."""
    kept: list[tuple[int, str]] = []
    missing: list[str] = []
    for code, label in sorted(options, key=lambda pair: (pair[0] < 0, pair[0])):
        follows = not kept or code == kept[-1][0] + 1
        if code >= 0 and follows:
            kept.append((code, label))
        else:
            missing.append(f"{code} = {label}")
    return tuple(label for _, label in kept), missing


def _item(question: Question, scale: str) -> NewItem:
    name = question.name if re.fullmatch(NAME_SHAPE, question.name) else ""
    return NewItem(question.text, scale, 1, name[:64])
