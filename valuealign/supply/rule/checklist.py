"""A checklist of regular expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from valuealign.supply.rule.rated import Rated
from valuealign.supply.rule.rule_file import Checklist

_LONGEST = 60


class ChecklistRule:
    """Answers each item by whether one of its patterns is in the reply.

    Parameters
    ----------
    file : Checklist
    """

    def __init__(self, file: Checklist) -> None:
        self.file = file

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items of the rubric that it answers."""
        return tuple(self.file.checks)

    @property
    def codes(self) -> Mapping[str, tuple[int, ...]]:
        """Item -> every code that it may give."""
        return {name: (check.present, check.absent) for name, check in self.file.checks.items()}

    @cached_property
    def _patterns(self) -> dict[str, tuple[re.Pattern[str], ...]]:
        return {
            name: tuple(re.compile(each, re.IGNORECASE) for each in check.any)
            for name, check in self.file.checks.items()
        }

    def rate(self, shown: Mapping[str, str]) -> Mapping[str, Rated]:
        """Rate a reply, given the fields of its stimulus."""
        return {name: self._rated(name, shown["reply"]) for name in self.item_ids}

    def _rated(self, name: str, reply: str) -> Rated:
        check = self.file.checks[name]
        for pattern in self._patterns[name]:
            if match := pattern.search(reply):
                return Rated(check.present, match[0][:_LONGEST])
        return Rated(check.absent, "no pattern")
