"""Numbered sentences among lines of text: "1. ...", "2) ...", or a number on its own line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from valuealign.instrument.wording.file_contents import FileItem

_NUMBERED = re.compile(
    r"\s*(?:item\s+)?(\d{1,3})\s*(?:[.):\]](?!\d)|[-–—]\s|\t)\s*(.*)", re.IGNORECASE
)
_BARE = re.compile(r"\s*(\d{1,3})(?:\s+(\S.*))?\s*")
_LABEL = re.compile(r"\s*\(?(\d{1,2})\)?\s*=\s*(\S.*?)\s*")
_BROKEN = re.compile(r"([^\W\d_]+)-\n([a-zß-öø-ÿа-яα-ω][^\W\d_]*)")
_TICK = r"(?:[☐☑□▢○◯❏❑oO_]|\[\s*\]|\(\s*\)|\d)"
_TICKS = re.compile(rf"(?:(?<=\s)|^){_TICK}(?:\s+{_TICK}){{2,}}\s*$|(?:\s*[☐☑□▢○◯❏❑])+\s*$")


@dataclass(slots=True)
class _Item:
    number: int
    where: str
    words: list[str] = field(default_factory=list)
    closed: bool = False


@dataclass(slots=True)
class NumberedText:
    """The numbered sentences of some lines.

    Parameters
    ----------
    items : list of FileItem
    labels : list of (int, str)
        Lines like "1 = not like me at all".
    preface : list of str
        Lines before the first item.
    ignored : list of str
        Places of lines that belong to no item.
    joined : list of str
        Words that were put together where a line ended in a hyphen.
    """

    items: list[FileItem] = field(default_factory=list)
    labels: list[tuple[int, str]] = field(default_factory=list)
    preface: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the user about the reading."""
        notes = [f"{where} belongs to no item and was left out" for where in self.ignored]
        if self.joined:
            words = ", ".join(self.joined)
            notes.append(f"hyphens at a line's end were taken for breaks; look at: {words}")
        return tuple(notes)


def numbered_text(lines: Iterable[tuple[str, str]], n_points: int) -> NumberedText:
    """Find the numbered sentences.

    A number with punctuation begins an item; a number without it does only where it is the
    next one, so that a wrapped line that begins with a number stays with its sentence. An
    item ends at a blank line. Tick boxes and runs of the scale's numbers are not wording.

    Parameters
    ----------
    lines : iterable of (text, where)
    n_points : int
        How many points the response scale has.

    Returns
    -------
    NumberedText

    Examples
    --------
    >>> found = numbered_text([("1. Rain is", "line 1"), ("wet.", "line 2")], 6)
    >>> found.items[0].text
    'Rain is wet.'
    """
    out = NumberedText()
    items: list[_Item] = []
    for text, where in _without_scale_numbers(list(lines), n_points):
        stripped = _TICKS.sub("", text).strip()
        if not stripped:
            if items and items[-1].words and not text.strip():
                items[-1].closed = True
            continue
        if label := _LABEL.fullmatch(stripped):
            out.labels.append((int(label[1]), label[2]))
        elif begun := _begins(stripped, where, items):
            items.append(begun)
        elif not items:
            out.preface.append(stripped)
        elif items[-1].closed:
            out.ignored.append(where)
        else:
            items[-1].words.append(stripped)
    for item in items:
        text, together = _joined(item.words)
        out.items.append(FileItem(str(item.number), text, item.where))
        out.joined += [f"{word!r} ({item.where})" for word in together]
    return out


def _begins(text: str, where: str, items: Sequence[_Item]) -> _Item | None:
    following = items[-1].number + 1 if items else 1
    match = _NUMBERED.fullmatch(text)
    if match is None:
        match = _BARE.fullmatch(text)
        if match is None or int(match[1]) != following:
            return None
    rest = (match[2] or "").strip()
    return _Item(int(match[1]), where, [rest] if rest else [])


def _without_scale_numbers(
    lines: Sequence[tuple[str, str]], n_points: int
) -> list[tuple[str, str]]:
    """Lines without runs 1, 2, ..., k (or k, ..., 1) of single numbers: empty tick cells."""
    runs = [[str(k) for k in range(1, n_points + 1)]]
    runs.append(runs[0][::-1])
    kept: list[tuple[str, str]] = []
    at = 0
    while at < len(lines):
        ahead = [text.strip() for text, _ in lines[at : at + n_points]]
        if n_points > 2 and ahead in runs:
            at += n_points
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _joined(words: Sequence[str]) -> tuple[str, list[str]]:
    """Wrapped lines as one, and the words that were put together at a line's end."""
    text = "\n".join(words).replace("\u00ad\n", "").replace("\u00ad", "")
    together = ["".join(pair) for pair in _BROKEN.findall(text)]
    text = re.sub(r"-\n(?=[^\W\d_])", "-", _BROKEN.sub(r"\1\2", text))
    return " ".join(text.split()), together
