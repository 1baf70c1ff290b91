"""Categories of people: words, or ranges of whole numbers such as ages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_RANGE = re.compile(r"(\d{1,6})\s*-\s*(\d{1,6})")


def bounds_of(category: str) -> tuple[int, int] | None:
    """Return both ends of a range, inclusive; None if the category is not a range.

    Examples
    --------
    >>> bounds_of("15-34"), bounds_of("female")
    ((15, 34), None)
    """
    match = _RANGE.fullmatch(category.strip())
    return None if match is None else (int(match[1]), int(match[2]))


def category_of(value: Any, categories: Iterable[str]) -> str | None:
    """Return a value's category: the one with its name, or the range that contains it.

    Parameters
    ----------
    value : object
        A word or a number.
    categories : iterable of str

    Returns
    -------
    str or None

    Examples
    --------
    >>> category_of(27, ["15-34", "35-54"]), category_of("female", ["male", "female"])
    ('15-34', 'female')
    >>> category_of(90, ["15-34", "35-54"]) is None
    True
    """
    number = _number(value)
    for category in categories:
        ends = bounds_of(category)
        if str(value).strip() == category:
            return category
        if number is not None and ends and ends[0] <= number < ends[1] + 1:
            return category
    return None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if number == number else None  # noqa: PLR0124  # NaN is not a number
