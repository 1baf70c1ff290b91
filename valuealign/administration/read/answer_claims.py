"""Statements that a respondent makes in passing: "I agree", "I do not agree".

A clause that begins so states no answer by itself, since anything may follow, but an answer must
not contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from valuealign.administration.read.grammar import CLAIM, CLAIM_WITHIN
from valuealign.administration.read.options import SIGN, Names, says_agree
from valuealign.instrument.presented import Option

_TURNS_ROUND = frozenset(["not", "neither", "nor", "nicht", "kein"])
_OR_ANOTHER = re.compile(rf",? ?(?:or|nor|/)? ?{SIGN}", re.IGNORECASE)
_LOOKED_AT = 600


@dataclass(frozen=True, slots=True)
class Claims:
    """The options that a reply affirms or denies in passing.

    Parameters
    ----------
    claimed, denied : tuple of Option
    """

    claimed: tuple[Option, ...]
    denied: tuple[Option, ...]

    def against(self, answer: Option) -> str | None:
        """Why these statements contradict an answer; ``None`` if they do not."""
        if any(not _strengthens(answer, claimed) for claimed in self.claimed):
            return "two options stated"
        denied = any(_strengthens(answer, denied) for denied in self.denied)
        return "stated and denied" if denied else None


def claims_of(clauses: Sequence[str], reasons: Sequence[str], names: Names) -> Claims:
    """Return the options that are affirmed or denied in passing.

    Parameters
    ----------
    clauses, reasons : sequence of str
        Clauses may begin so, reasons of what is stated hold it anywhere ("4, as I agree").
    names : Names
    """
    claimed: list[Option] = []
    denied: list[Option] = []
    begun = [CLAIM.match(clause[:_LOOKED_AT]) for clause in clauses]
    held = [match for reason in reasons for match in CLAIM_WITHIN.finditer(reason[:_LOOKED_AT])]
    for match in [*begun, *held]:
        option = names.by_sign(match["words"]) if match else None
        if match is None or not isinstance(option, Option) or not says_agree(option.label):
            continue
        # "I cannot agree or disagree" denies neither.
        neither = _OR_ANOTHER.match(match.string, match.end())
        if match["not"] and not neither:
            denied.append(option)
        elif not match["not"]:
            claimed.append(option)
    return Claims(tuple(claimed), tuple(denied))


def _strengthens(answer: Option, said: Option) -> bool:
    """Whether an answer is what is said, or that with an adverb: "Strongly agree" of "agree"."""
    whole, part = (option.label.casefold().split() for option in (answer, said))
    adverbs = [word for word in whole if word not in part]
    longer = [word for word in whole if word in part] == part and len(adverbs) <= 1
    return longer and not _TURNS_ROUND.intersection(adverbs)
