"""Restatements of the scale, which are checked and removed before an answer is sought.

A respondent that restates another scale than the one presented (its other direction, ten points
for five) answers that one, and its answer cannot be read.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from valuealign.administration.read.grammar import LIST_SIGN, SCALE_SIGN
from valuealign.administration.read.options import SIGN, Names
from valuealign.instrument.presented import Option

_MEANS = (
    r"[\"')\]]{0,2} ?(?:[-=:.)]{1,2}|means|is|being|represents|indicates|stands for|bedeutet"
    r"|heißt)?"
    r" ?[\"'(\[]{0,2}"
)
_PAIR = re.compile(
    rf"[\"'(\[]?(?<![\w.,/-])(?P<token>\d{{1,2}}|[a-z]){_MEANS}(?P<words>{SIGN})[\"')\]]{{0,2}}"
    rf"|(?P<first>{SIGN})[\"']? ?[(=:] ?(?P<second>\d{{1,2}}|[a-z])(?![\w.,/]\w"
    rf"|\w)[\"')\]]{{0,2}}",
    re.IGNORECASE,
)
_WORDS = re.compile(rf"[\"'(\[]?(?P<words>{SIGN})[\"')\]]?")
_BETWEEN = re.compile(
    r"[ ,;|/.]{0,3}\n{0,2}[ ,;|/]{0,2}(?:(?:and|or|to|through|bis|und|oder)(?= ))?[ ]?(?:where )?"
)
_BETWEEN_PAIRS = re.compile(
    r"[ ,;|/.]{0,3}\n{0,2}[ ,;|/]{0,2}(?:(?:and|to|through|bis|und)(?= ))?[ ]?(?:where )?"
)
_SPAN = r"(?P<low>\d{1,3}) ?(?:to|-|through|bis|and) ?(?P<high>\d{1,3})"
_SCALE = re.compile(
    r"(?:on|using|with|auf|given|considering) (?:a|an|the|this|your|einer|der"
    r"|ihrer) (?:[\w-]{1,20} ){0,3}?"
    r"(?:(?P<points>\d{1,2}|five|six|seven)[ -]?(?:point|points|stufigen)?[ -]?)?(?:scale|skala)"
    rf"(?:(?:,? (?:of|from|von|ranging from|going from))?"
    rf"(?: \(?(?:{_SPAN})(?![\w.]\w|\w)\)?| {LIST_SIGN}))?"
    rf"(?:,? \(?(?:where|with|wobei) {LIST_SIGN}\)?| ?\(?{LIST_SIGN}\)?)?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r" ?[(\[](?:from )?(?P<low>\d{1,3}) ?(?:-|to|bis) ?(?P<high>\d{1,3})[)\]]")
_COUNTS = {"five": "5", "six": "6", "seven": "7"}


@dataclass(frozen=True, slots=True)
class Remaining:
    """The text without the scale, and why an answer cannot be read, if so."""

    text: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    option: Option | str


def without_scale(text: str, names: Names) -> Remaining:
    """The text with every restated list and "on a scale from 1 to 5" as one sign each.

    Parameters
    ----------
    text : str
        With the words of the options as signs.
    names : Names
    """
    lists = [_paired(text, names), _listed(text, names)] if names.words else []
    for span in lists:
        if any(isinstance(piece.option, str) for run in span for piece in run):
            return Remaining(text, "restates another scale")
    if lists:
        text = _replaced(text, lists[0] or lists[1])
    fault = _other_span(text, names)
    if fault:
        return Remaining(text, fault)
    return Remaining(_BRACKETED.sub("", _SCALE.sub(SCALE_SIGN, text)))


def _paired(text: str, names: Names) -> list[list[_Piece]]:
    """Runs of tokens with their words; an option that is not rightly paired is a ``str``."""
    pieces = [
        _Piece(match.start(), match.end(), _pair(match, names))
        for match in _PAIR.finditer(text)
        if (match["token"] or match["second"]).casefold() in names.tokens
    ]
    runs = [_until_repeated(run, names) for run in _runs(text, pieces, _BETWEEN_PAIRS)]
    return [run for run in runs if len({str(piece.option) for piece in run}) > 1]


def _pair(match: re.Match[str], names: Names) -> Option | str:
    words = names.by_sign(match["words"] or match["first"])
    token = names.tokens[(match["token"] or match["second"]).casefold()]
    return words if words == token else f"{token.token} is not these words"


def _listed(text: str, names: Names) -> list[list[_Piece]]:
    """Runs that name every option once by its words."""
    pieces = [
        _Piece(match.start(), match.end(), names.by_sign(match["words"]))
        for match in _WORDS.finditer(text)
    ]
    pieces = [piece for piece in pieces if isinstance(piece.option, Option)]
    wanted = len(names.presented.options)
    runs = [_until_repeated(run, names) for run in _runs(text, pieces, _BETWEEN)]
    return [run for run in runs if len({p.option for p in run}) == wanted > 2]


def _runs(text: str, pieces: list[_Piece], between: re.Pattern[str]) -> list[list[_Piece]]:
    runs: list[list[_Piece]] = []
    for before, piece in zip([None, *pieces], pieces, strict=False):
        gap = text[before.end : piece.start] if before else "-" * 40
        if before and len(gap) < 30 and between.fullmatch(gap):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _until_repeated(run: list[_Piece], names: Names) -> list[_Piece]:
    """A run up to where every option has been named: what comes next is an answer."""
    n = len(names.presented.options)
    whole = len({piece.option for piece in run[:n]}) == n
    return run[:n] if whole else run


def _replaced(text: str, runs: list[list[_Piece]]) -> str:
    kept, at = [], 0
    for run in runs:
        kept += [text[at : run[0].start], LIST_SIGN]
        at = run[-1].end
    return "".join([*kept, text[at:]])


def _other_span(text: str, names: Names) -> str | None:
    for match in itertools.chain(_SCALE.finditer(text), _BRACKETED.finditer(text)):
        group = match.groupdict()
        if group["low"] and not names.spans(group["low"], group["high"]):
            return "another scale"
        points = group.get("points")
        n = sum(option.code is not None for option in names.presented.options)
        if points and not names.is_number and _COUNTS.get(points.casefold(), points) != str(n):
            return "another scale"
    return None
