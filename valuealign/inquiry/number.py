"""Numbers about responses, with interval, unit and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from valuealign.errors import DataError

_T = TypeVar("_T")


@dataclass(frozen=True)
class Number:
    """A number with its interval, unit and reason.

    Attributes
    ----------
    value, lower, upper : float
        NaN where there is none.
    n : float
        How many of what the unit names; NaN where that says nothing.
    unit : str
        What is counted or averaged over ("items", "forms", "rows").
    reason : str
        Why there is no number, and what would give it; or where it comes from.
    remedy : str
        The command that would give it, where one would.
    """

    value: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    reason: str = ""
    n: float = float("nan")
    unit: str = ""
    remedy: str = ""

    def at(self, bound: str) -> float:
        """Return the value or an end of its interval."""
        return {"value": self.value, "lower": self.lower, "upper": self.upper}[bound]


def cause(reason: str, remedy: str) -> str:
    """Return a reason without the command that it ends with.

    Examples
    --------
    >>> cause("one form; add them: valuealign administer", "valuealign administer")
    'one form'
    """
    return reason.removesuffix(f"; add them: {remedy}") if remedy else reason


def unavailable(reason: str) -> Number:
    """Return a number that is not available, and why."""
    return Number(reason=reason)


@dataclass(frozen=True)
class Unavailable:
    """A result that is not available, and why.

    Parameters
    ----------
    reason : str
    """

    reason: str


def available(result: _T | Unavailable) -> _T:
    """Return a result.

    Raises
    ------
    DataError
        It is not available; the message says why.
    """
    if isinstance(result, Unavailable):
        raise DataError(result.reason)
    return result


def no_sample(instrument_id: str) -> str:
    """Return why an instrument has no human sample, and what to do."""
    return (
        f"no human sample of {instrument_id} is at hand; name one with --people, or add one: "
        "valuealign populations add FILE"
    )
