"""Whole forms: one reply for many items, matched by number. Answers are never shifted."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from valuealign.administration.outcome import Answer, Reading, Unreadable
from valuealign.administration.read.answer_fields import Fields, TwiceError
from valuealign.administration.read.form_fields import numbered_values
from valuealign.administration.read.grammar import only
from valuealign.administration.read.normalise import one_spelling
from valuealign.administration.read.one_item import reading
from valuealign.administration.read.options import SIGN, names_of
from valuealign.administration.read.plain_answer import resolve
from valuealign.administration.read.refusal import takes_back
from valuealign.administration.read.reply_formats import fields_in
from valuealign.instrument.presented import Option, Presented

_LINE = re.compile(
    r"[|(\[\"' ]{0,4}(?:(?:q|item|statement|question|aussage|frage|no|nr"
    r"|#)\.? ?#?)?(?P<number>\d{1,4})"
    r"(?:[\])\"' ]{0,3}(?:[.:|=\t]|->|\u2192|=>)[)| ]{0,2}|[)\]] ?| - |-(?=\w))(?P<rest>\S.*)",
    re.IGNORECASE,
)
# Where a statement that is said again may end and its answer begin.
_ANSWER_BEGINS = re.compile(r" ?(?::| - |=|->|\u2192|\||\n)[ \n]*|[ \n](?=\([^()]{1,80}\)\.?$)")
_MOST_BEGINNINGS = 8
_UNANSWERED = re.compile(r"[|(\[ ]{0,3}(?P<number>\d{1,4})[\])]{0,2}[.:)|=][ |-]*")
_INLINE = re.compile(r"(?:^|[,;] ?| )(\d{1,4}) ?[.):=] ?([^\s,;]{1,20})(?=[,;]? |[,;.]?$)")
_COLUMNS = re.compile(r"(\d{1,4}) ?[ ,;] ?(\S{1,20})")
# What is said below a form of one of its answers, by number.
_CORRECTS = re.compile(
    r"\b(?:should (?:be|have been)|correction|oops|edit:|i meant|scratch|wait|sollte|müsste"
    r"|korrektur)\b[^.!?\n]{0,80}\d"
    r"|(?:^|[.!?\n]\W{0,3})actually\b[^.!?\n]{0,80}\d"
    r"|\bchange\b[^.!?\n]{0,40}\d|\d[^.!?\n]{0,60}\b(?:instead(?! of)|sollte|müsste)\b",
    re.IGNORECASE,
)
_PROSE = 6
"""Words from which a second mention of an item is a remark on it, and no answer."""
_FEWEST = 3
"""Lines in a row before a pattern in them is not an accident."""
# "I would not say: 4", but not "I do not lie: 4".
_DENIED = re.compile(
    r"(?:\b(?:not|no|never|none|nicht|kein\w*|nie)\b|n't\b)"
    r"(?:.*\b(?:say|choose|pick|select|answer|rate|give|call|with|for|is|be|as|an?|it|this|that"
    r"|sagen|wählen|ist|für))?\W*$",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_ITEM = 4000


def form_readings(text: str, presented: Mapping[str, Presented]) -> dict[str, Reading]:
    """One reading for each item of a form.

    Parameters
    ----------
    text : str
        As it came, without thinking.
    presented : mapping of str to Presented
        In the order shown; the first is number 1.

    Returns
    -------
    dict of str to Reading
    """
    try:
        fields = fields_in(text)
    except TwiceError as error:
        return dict.fromkeys(presented, Unreadable(f"a number stands twice in {error}"))
    plain = one_spelling(text)
    if fields is not None:
        readings = _of_fields(fields, presented)
    elif _corrected(plain, len(presented)):
        return dict.fromkeys(presented, Unreadable("taken back"))
    else:
        readings = _of_lines(plain, presented)
    outside = [n for n in readings if not 1 <= n <= len(presented)]
    if any(isinstance(each, Answer) for n in outside for each in readings[n]):
        # Numbered from 0, or from another form: which item is meant would be a guess.
        return dict.fromkeys(presented, Unreadable("numbered otherwise"))
    return {
        item_id: _one(readings.get(number, [])) for number, item_id in enumerate(presented, start=1)
    }


def _of_fields(fields: Fields, presented: Mapping[str, Presented]) -> dict[int, list[Reading]]:
    return {
        number: [fields.item_reading(each, names_of(_offered(presented, number))) for each in value]
        for number, value in numbered_values(fields, list(presented)).items()
    }


def _of_lines(plain: str, presented: Mapping[str, Presented]) -> dict[int, list[Reading]]:
    said = _said(plain, list(presented.values()))
    ends = max(said, default=0)
    return {
        number: _line_readings(texts, _offered(presented, number), ends=number == ends)
        for number, texts in said.items()
    }


def _corrected(text: str, last: int) -> bool:
    """Whether the text after a list withdraws one of its answers.

    Parameters
    ----------
    text : str
    last : int
        The number of the last item: what comes after it is said of the list.
    """
    lines = text.split("\n")
    matches = [(place, _LINE.fullmatch(line.strip())) for place, line in enumerate(lines)]
    numbered = [(place, int(match["number"])) for place, match in matches if match]
    ends = [place for place, number in numbered if number == last] or [p for p, _ in numbered[-1:]]
    after = "".join(f"\n{line}" for line in lines[ends[0] + 1 :]) if ends else ""
    return _CORRECTS.search(after.partition("\n\n")[2]) is not None


def _offered(presented: Mapping[str, Presented], number: int) -> Presented:
    """Return the options of the item with this number, else of the first item."""
    offered = list(presented.values())
    return offered[number - 1] if 1 <= number <= len(offered) else offered[0]


def _one(readings: Sequence[Reading]) -> Reading:
    if not readings:
        return Unreadable("not listed")
    if len({(each.outcome, each.value) for each in readings}) > 1:
        return Unreadable("listed twice and not alike")
    return readings[0]


def _line_readings(texts: Sequence[str], offered: Presented, *, ends: bool) -> list[Reading]:
    """What is said of one item, without remarks: on the form below it, or on the item later on.

    Parameters
    ----------
    texts : sequence of str
    offered : Presented
    ends : bool
        Whether no item has a higher number: the paragraphs below it are about the form.
    """
    first, *others = texts
    item, gap, _ = first.partition("\n\n")
    alone = _line_reading(item, offered) if ends and gap else None
    answer = alone if isinstance(alone, Answer) else _line_reading(first, offered)
    readings = [answer]
    for text in others:
        again = _line_reading(text, offered)
        silent = again.how in ("no option stated plainly", "declines") and not takes_back(text)
        remark = silent and len(text.split()) > _PROSE
        if not (remark and isinstance(answer, Answer)):
            readings.append(again)
    return readings


def _line_reading(text: str, offered: Presented) -> Reading:
    """The answer of one item: all that is said, or what follows the statement said again."""
    if len(text) > _LONGEST_ITEM:
        return Unreadable("longer than an answer")
    # The cells of a table's row stand apart as paragraphs do.
    text = text.replace(" | ", "\n\n")
    line_answer = reading(text, offered)
    if line_answer.how != "no option stated plainly":
        return line_answer
    for begins in itertools.islice(_ANSWER_BEGINS.finditer(text), _MOST_BEGINNINGS):
        if not _is_stem(text[: begins.start()]):
            continue
        answer = reading(text[begins.end() :], offered)
        if isinstance(answer, Answer):
            return answer
    return line_answer


def _is_stem(head: str) -> bool:
    """Whether what stands before an answer is a statement, and not the half of "4 - 5"."""
    words = re.findall(r"[^\W\d_]{2,}", head)
    if len(words) < 2 and not re.fullmatch(r"[a-z]+", head.strip(), re.IGNORECASE):
        return False
    return not _DENIED.search(head) and not re.match(r"\W*\d", head)


def _said(text: str, offered: Sequence[Presented]) -> dict[int, list[str]]:
    """Return the lines about each item, by item number."""
    lines = _without_scale(text.split("\n"), offered)
    said = [line for line in lines if line.strip()]
    inline = _inline(said, len(offered)) or _columns(said, len(offered))
    if inline:
        return inline
    lines_by_number: dict[int, list[str]] = {}
    number = None
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match:
            number = int(match["number"])
            lines_by_number.setdefault(number, []).append(match["rest"].strip(" |"))
        elif unanswered := _UNANSWERED.fullmatch(line.strip()):
            number = int(unanswered["number"])
            lines_by_number.setdefault(number, []).append("")
        elif number is not None and line.strip(" |-:"):
            # What goes on below a numbered line belongs to it.
            lines_by_number[number][-1] += f"\n{line.strip(' |')}"
        elif number is not None:
            lines_by_number[number][-1] += "\n"
    return lines_by_number or _bare(lines, offered)


def _bare(lines: Sequence[str], offered: Sequence[Presented]) -> dict[int, list[str]]:
    """As many lines as items, each one option and nothing else, and not the scale itself."""
    said = [line for line in lines if line.strip()]
    if len(said) != len(offered):
        return {}
    options = [_only(line, each) for line, each in zip(said, offered, strict=True)]
    if not all(isinstance(option, Option | float) for option in options):
        return {}
    scale = list(offered[0].options)
    if len(scale) > 2 and options in (scale, scale[::-1]):
        return {}
    return {number: [line] for number, line in enumerate(said, start=1)}


def _only(line: str, offered: Presented) -> Option | float | str:
    names = names_of(offered)
    match = only(letters=names.has_letters).fullmatch(names.marked(line.strip()))
    return resolve(match, names) if match else "more than one option"


def _inline(lines: Sequence[str], n: int) -> dict[int, list[str]] | None:
    """All numbers from 1 to n in order on one line: "1. 4, 2. 5, 3. 1"."""
    if len(lines) != 1 or n < 2:
        return None
    pairs = _INLINE.findall(lines[0])
    if [int(number) for number, _ in pairs] != list(range(1, n + 1)):
        return None
    rest = _INLINE.sub("", lines[0])
    return None if re.search(r"\w", rest) else {int(number): [said] for number, said in pairs}


def _columns(lines: Sequence[str], n: int) -> dict[int, list[str]] | None:
    """All numbers from 1 to n in order, each before its answer: "1 4" or "1,4" on every line."""
    pairs = [_COLUMNS.fullmatch(line.strip()) for line in lines]
    numbered_pairs = [(int(pair[1]), pair[2]) for pair in pairs if pair]
    if n < _FEWEST or [number for number, _ in numbered_pairs] != list(range(1, n + 1)):
        return None
    return (
        {number: [said] for number, said in numbered_pairs}
        if len(numbered_pairs) == len(lines)
        else None
    )


def _without_scale(lines: list[str], offered: Sequence[Presented]) -> list[str]:
    """The lines without a block that pairs the tokens of the scale with their own words.

    A block is every option once; or three and more in a row that say what a token means
    ("1 = never"), since a scale may be cut.
    """
    names = names_of(offered[0])
    n = len(offered[0].options)
    if not names.words or not names.tokens or n < 2:
        return lines
    pair = re.compile(rf"\W{{0,4}}(\w{{1,2}})([ \"'=:.)|-]{{1,6}})({SIGN})\W{{0,3}}")
    paired: list[Option | None] = []
    means: list[bool] = []
    for line in lines:
        match = pair.fullmatch(names.marked(line.strip())[:80])
        option = names.by_sign(match[3]) if match else None
        own = (
            match is not None
            and isinstance(option, Option)
            and (names.tokens.get(match[1].casefold()) == option)
        )
        paired.append(option if own and isinstance(option, Option) else None)
        means.append(own and match is not None and "=" in match[2])
    for start in range(len(lines) - n + 1):
        if None not in (block := paired[start : start + n]) and len(set(block)) == n:
            return [*lines[:start], "", *lines[start + n :]]
    return _without_meanings(lines, means)


def _without_meanings(lines: list[str], means: Sequence[bool]) -> list[str]:
    """The lines without the first run of at least three that say what a token means."""
    for start in range(len(means) - _FEWEST + 1):
        if all(means[start : start + _FEWEST]):
            run = len(list(itertools.takewhile(bool, means[start:])))
            return [*lines[:start], "", *lines[start + run :]]
    return lines
