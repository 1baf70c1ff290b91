"""What a response can be: the one list of outcomes."""

from __future__ import annotations

from typing import Literal, get_args

Outcome = Literal["answer", "refusal", "unreadable", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
WITHOUT_ANSWER: tuple[Outcome, ...] = tuple(each for each in OUTCOMES if each != "answer")
"""The outcomes that leave an item without an answer."""
