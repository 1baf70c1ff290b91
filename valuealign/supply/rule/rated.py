"""What a rule finds in a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from valuealign.supply.rule.rule_file import Checklist, Words


@dataclass(frozen=True, slots=True)
class Rated:
    """The code that a rule gives to one item, and what it was found by.

    Parameters
    ----------
    code : int
    why : str
        The words or the pattern.
    """

    code: int
    why: str


class Rates(Protocol):
    """A rule that can be asked."""

    @property
    def file(self) -> Words | Checklist:
        """What its file says."""

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items of the rubric that it answers."""

    @property
    def codes(self) -> Mapping[str, tuple[int, ...]]:
        """Item -> every code that it may give."""

    def rate(self, shown: Mapping[str, str]) -> Mapping[str, Rated]:
        """Rate a reply, given the fields of its stimulus."""
