"""One row of a study's findings."""

from __future__ import annotations

from typing import Any

YES, NO, UNKNOWN = "yes", "no", "inconclusive"
ALPHA = 0.05
Row = dict[str, Any]
NONE = (float("nan"),) * 3


def p_value(p: float) -> str:
    """Format a p-value.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.031)
    ('p < .001', 'p .031')
    """
    return "p < .001" if p < 0.001 else f"p {p:.3f}".replace("0.", ".")


def finding_row(
    who: str,
    people: str | None,
    yours: str | None,
    agrees: str,
    because: str,
    *,
    numbers: tuple[float, float, float] = NONE,
) -> Row:
    """Return what people and a respondent gave, and whether that agrees.

    Parameters
    ----------
    who : str
        The respondent.
    people, yours : str or None
        As they are printed; None where there is nothing.
    agrees : {"yes", "no", "inconclusive"}
    because : str
        Why it is inconclusive, or what qualifies it.
    numbers : tuple of float
        The value in `yours` and its interval.
    """
    return {
        "respondent": who,
        "people": people,
        "yours": yours,
        "agrees": agrees,
        "because": because,
        "value": numbers[0],
        "ci_lower": numbers[1],
        "ci_upper": numbers[2],
    }
