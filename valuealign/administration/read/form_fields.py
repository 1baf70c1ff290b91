"""Whole forms with named fields: by number, a list of answers, or numbered entries."""

from __future__ import annotations

import re
from typing import Any

from valuealign.administration.read.answer_fields import Fields, is_answer_field

_NUMBER_KEYS = (
    "number",
    "id",
    "item",
    "statement",
    "question",
    "n",
    "no",
    "nr",
    "item_number",
    "statement_number",
    "question_number",
    "nummer",
)
_NUMBERED = re.compile(
    r"(?:q|item|statement|question|aussage|frage|no|nr|#|s)?[ ._#-]{0,2}0{0,3}(\d{1,4})[.:]?",
    re.IGNORECASE,
)
_OTHERWISE = 0
"""No item has this number: a name that could mean two items is nobody's."""


def numbered_values(fields: Fields, item_ids: list[str]) -> dict[int, list[Any]]:
    """Return the values of a form by item number.

    Parameters
    ----------
    fields : Fields
    item_ids : list of str
        In the order shown.

    Examples
    --------
    >>> numbered_values(Fields("JSON", {"1": 4, "2": 5}), ["a", "b"])
    {1: [4], 2: [5]}
    """
    value = fields.value
    while isinstance(value, dict) and len(value) == 1:
        (only,) = value.values()
        if not isinstance(only, dict | list) or _is_answer(only):
            break
        value = only
    if isinstance(value, list):
        return _from_list(value, item_ids)
    return _collected(value.items(), item_ids) if isinstance(value, dict) else {}


def _is_answer(value: Any) -> bool:
    return isinstance(value, dict) and any(map(is_answer_field, value))


def _from_list(values: list[Any], item_ids: list[str]) -> dict[int, list[Any]]:
    if values and all(isinstance(value, dict) for value in values):
        return _collected([(_name(value), value) for value in values], item_ids)
    if len(values) != len(item_ids):
        return {}
    return {number: [value] for number, value in enumerate(values, start=1)}


def _name(value: dict[str, Any]) -> str:
    known = {str(key).casefold(): inner for key, inner in value.items()}
    names = [str(known[key]) for key in _NUMBER_KEYS if key in known]
    numbers = [name for name in names if _NUMBERED.fullmatch(name)]
    return (numbers or names or [""])[0]


def _collected(pairs: Any, item_ids: list[str]) -> dict[int, list[Any]]:
    values: dict[int, list[Any]] = {}
    for name, value in pairs:
        number = _number_of(str(name), item_ids)
        if number is not None:
            values.setdefault(number, []).append(value)
    return values


def _number_of(name: str, item_ids: list[str]) -> int | None:
    """The item a field is about: by its number on the page, or by its id where that is clear."""
    by_id = item_ids.index(name) + 1 if name in item_ids else None
    numbered = _NUMBERED.fullmatch(name.strip())
    by_number = int(numbered[1]) if numbered else None
    if by_id is None or by_number is None or name.strip().isdecimal():
        return by_id if by_number is None else by_number
    return by_id if by_id == by_number else _OTHERWISE
