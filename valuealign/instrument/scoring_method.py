"""Scoring methods by name, and the facts that depend on the method: one table, as data."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import yaml

Rule = Literal["mean", "sum", "accuracy", "choices", "levels"]
Answers = Literal["graded", "keyed", "open"]


@dataclass(frozen=True, slots=True)
class ScoringMethod:
    """What a method does.

    Parameters
    ----------
    rule : {"mean", "sum", "accuracy", "choices", "levels"}
        Mean or sum of a scale's items, share right, share of choices for a scale, or levels that
        raters gave.
    answers : {"graded", "keyed", "open"}
        On a response scale, right or wrong, or text that is rated.
    words : str
        The rule as the methods of a report say it.
    """

    rule: Rule
    answers: Answers
    words: str


METHODS: dict[str, ScoringMethod] = {
    name: ScoringMethod(**facts)
    for name, facts in yaml.safe_load(
        (files("valuealign.instrument") / "scoring_methods.yaml").read_text(encoding="utf-8")
    ).items()
}
"""The name in an instrument's file -> what the method does."""

if TYPE_CHECKING:
    Method = str
else:
    Method = Literal[tuple(METHODS)]
