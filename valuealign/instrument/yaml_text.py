"""YAML of unknown origin as plain values, with the line of every value.

The parser's events are turned into values here, one by one, without recursion: anchors and
tags are refused, a repeated key is an error, and only ``true``, ``false``, ``null`` and
numbers are other than text (so the language ``no`` and the option ``yes`` stay words).
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from valuealign.bounded import read_bounded
from valuealign.errors import InstrumentError

Place = tuple[str | int, ...]
MAX_BYTES = 4_000_000
MAX_VALUES = 200_000
MAX_DEPTH = 40
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.?[0-9]+)([eE][-+]?[0-9]{1,3})?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class YamlText:
    """Plain values and their lines.

    Parameters
    ----------
    value : object
        Mappings, lists, text, numbers, booleans and nulls.
    lines : dict
        Place (keys and indices from the root) to line, counted from 1.
    path : str
        What the file is called in errors.
    """

    value: Any
    lines: dict[Place, int]
    path: str

    def line(self, place: Place) -> int:
        """The line of a place; of the nearest part above it where it is not in the file."""
        known: Place = ()
        for part in place:
            if (*known, part) in self.lines:
                known = (*known, part)
        return self.lines.get(known, 1)


@dataclass(slots=True)
class _Level:
    """A mapping or a list that is being read."""

    value: Any
    place: Place | None
    """``None`` above the root."""
    key: str | None = None
    seen: dict[str, int] = field(default_factory=dict)


def read_yaml_file(path: Path, *, name: str | None = None) -> YamlText:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
    name : str, optional
        What the file is called in errors; by default its path.

    Raises
    ------
    InstrumentError
        The file cannot be read, is too large, is not UTF-8, or is not YAML of the kind above.
    """
    shown = name or str(path)
    try:
        data = read_bounded(path, MAX_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise InstrumentError(
                "the file is too large", expected="at most 4 MB", path=shown
            ) from error
        problem = f"the file cannot be read: {error.strerror}"
        raise InstrumentError(problem, path=shown) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InstrumentError(
            "the file is not UTF-8", hint="save it as UTF-8", path=shown, line=line
        ) from error
    return read_yaml(text, name=shown)


def read_yaml(text: str, *, name: str = "<text>") -> YamlText:
    """Read YAML text.

    Raises
    ------
    InstrumentError
        Not YAML, or with anchors, tags, repeated keys, several documents or deep nesting.

    Examples
    --------
    >>> read_yaml("id: mine\\nitems:\\n- no\\n").value
    {'id': 'mine', 'items': ['no']}
    >>> read_yaml("id: mine\\nitems:\\n- no\\n").line(("items", 0))
    3
    """
    try:
        return _build(yaml.parse(text, Loader=_LOADER), name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else _bad_line(text, error)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InstrumentError(f"this is not YAML: {problem}", path=name, line=line) from error


def _bad_line(text: str, error: yaml.YAMLError) -> int:
    position = getattr(error, "position", None)
    return text[:position].count("\n") + 1 if isinstance(position, int) else 1


def _build(events: Iterator[Any], name: str) -> YamlText:
    lines: dict[Place, int] = {}
    root = _Level([], None)
    stack = [root]
    for event in events:
        line = event.start_mark.line + 1
        _refuse(event, len(stack), name, line)
        if len(lines) > MAX_VALUES:
            raise InstrumentError(f"more than {MAX_VALUES:,} values", path=name, line=line)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            stack.append(_Level(value, _put(stack[-1], value, lines, name, line)))
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.ScalarEvent):
            _scalar(stack[-1], event, lines, name, line)
    if len(root.value) != 1:
        problem = "the file is empty" if not root.value else "the file holds several documents"
        raise InstrumentError(problem, expected="one YAML mapping", path=name)
    return YamlText(root.value[0], lines, name)


def _refuse(event: Any, depth: int, name: str, line: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise InstrumentError(
            "an anchor or alias (& or *)",
            hint="write the text out where it is used, or quote it",
            path=name,
            line=line,
        )
    if getattr(event, "tag", None):
        raise InstrumentError(
            f"a tag ({event.tag[:40]})", expected="plain values", path=name, line=line
        )
    if depth > MAX_DEPTH:
        raise InstrumentError("values nested too deeply", path=name, line=line)


def _scalar(level: _Level, event: Any, lines: dict[Place, int], name: str, line: int) -> None:
    if isinstance(level.value, dict) and level.key is None:
        first = level.seen.setdefault(event.value, line)
        if event.value in level.value:
            problem = f"{event.value[:60]!r} stands twice, first on line {first}"
            raise InstrumentError(problem, hint="remove one of them", path=name, line=line)
        level.key = event.value
        return
    plain = not event.style
    _put(level, _plain(event.value) if plain else event.value, lines, name, line)


def _put(level: _Level, value: Any, lines: dict[Place, int], name: str, line: int) -> Place:
    """Put a value where the level is; the line of a keyed value is that of its key."""
    if isinstance(level.value, list):
        place = () if level.place is None else (*level.place, len(level.value))
        level.value.append(value)
        lines[place] = line
        return place
    if level.key is None:
        raise InstrumentError("a key that is not plain text", path=name, line=line)
    place = (*(level.place or ()), level.key)
    lines[place] = level.seen[level.key]
    level.value[level.key] = value
    level.key = None
    return place


def _plain(text: str) -> Any:
    """An unquoted scalar: a number, a boolean, null, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
