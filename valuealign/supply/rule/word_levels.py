"""Levels of feeling by the words of a reply, and the person whose feelings they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from valuealign.supply.rule.rated import Rated
from valuealign.supply.rule.rule_file import Answer, Person, Words

HIGHEST = 3
SEVERAL = 4
"""The level of two or more kinds of feeling of the highest listed level."""
_LISTED = 6
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SMALL = frozenset(("a", "an", "the", "your", "who", "in", "of", "you", "whose", "with"))
_CODES: dict[Answer, tuple[int, ...]] = {
    "own": (0, 1, 2, HIGHEST, SEVERAL),
    "other": (0, 1, 2, HIGHEST, SEVERAL),
    "distinct": (0, 1),
}


@dataclass
class Feelings:
    """The words of feeling of one person.

    Parameters
    ----------
    levels : dict of int to dict of str to str
        Level -> kind of feeling -> the word that was found first.
    """

    levels: dict[int, dict[str, str]] = field(default_factory=dict)

    def add(self, level: int, kind: str, word: str) -> None:
        """Note a word."""
        self.levels.setdefault(level, {}).setdefault(kind, word)

    @property
    def kinds(self) -> set[str]:
        """Its distinct feelings."""
        return set(self.levels.get(HIGHEST, {}))

    def rated(self) -> Rated:
        """Its level: the highest of its words, one more where these are of several kinds."""
        highest = max(self.levels, default=0)
        level = SEVERAL if highest == HIGHEST and len(self.kinds) > 1 else highest
        words = list(self.levels.get(highest, {}).values())
        return Rated(level, ", ".join(words[:_LISTED]) or "no word of feeling")


class WordRule:
    """Rates by a list of words.

    Parameters
    ----------
    file : Words
    """

    def __init__(self, file: Words) -> None:
        self.file = file

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items of the rubric that it answers."""
        return tuple(self.file.items)

    @property
    def codes(self) -> Mapping[str, tuple[int, ...]]:
        """Item -> every code that it may give."""
        return {name: _CODES[answer] for name, answer in self.file.items.items()}

    def rate(self, shown: Mapping[str, str]) -> Mapping[str, Rated]:
        """Rate a reply, given the fields of its stimulus."""
        own, other = self._feelings(shown)
        found: dict[Answer, Rated] = {
            "own": own.rated(),
            "other": other.rated(),
            "distinct": _distinct(own, other),
        }
        return {name: found[answer] for name, answer in self.file.items.items()}

    def _feelings(self, shown: Mapping[str, str]) -> tuple[Feelings, Feelings]:
        """The feelings of the person who answers, and of the other."""
        tokens = [m[0].casefold() for m in _TOKEN.finditer(shown["reply"].replace("\u2019", "'"))]
        persons = self._persons(shown)
        people: dict[Person, Feelings] = {"own": Feelings(), "other": Feelings()}
        whose: tuple[Person, ...] = ("own",)
        negated = -1
        for k, phrase in self._phrases(tokens, persons):
            if phrase in persons:
                person = persons[phrase]
                whose = ("own", "other") if person == "both" else (person,)
            elif phrase in self._negations:
                negated = k + self.file.negation_reach
            elif phrase in self._feeling and k > negated:
                for each in whose:
                    people[each].add(*self._feeling[phrase], phrase)
        return people["own"], people["other"]

    def _persons(self, shown: Mapping[str, str]) -> dict[str, Person]:
        """Words that say whose feelings follow, with those that name the other in this scene."""
        name = shown.get(self.file.other_from or "", "")
        named = [m[0].casefold() for m in _TOKEN.finditer(name)]
        said: dict[str, Person] = {word: "other" for word in named if word not in _SMALL}
        return said | self._markers

    @cached_property
    def _markers(self) -> dict[str, Person]:
        return {_plain(w): person for person, words in self.file.persons.items() for w in words}

    @cached_property
    def _negations(self) -> frozenset[str]:
        return frozenset(map(_plain, self.file.negations))

    @cached_property
    def _feeling(self) -> dict[str, tuple[int, str]]:
        """Word -> its level and its kind of feeling."""
        return {
            _plain(word): (level, kind)
            for level, kinds in self.file.levels.items()
            for kind, words in kinds.items()
            for word in words
        }

    @cached_property
    def _known(self) -> dict[str, tuple[str, ...]]:
        """First word -> the phrases that begin with it, longest first."""
        found: dict[str, list[str]] = {}
        for phrase in {*self._markers, *self._negations, *self._feeling}:
            found.setdefault(phrase.split()[0], []).append(phrase)
        return {w: tuple(sorted(p, key=_length, reverse=True)) for w, p in found.items()}

    def _phrases(
        self, tokens: Sequence[str], persons: Mapping[str, Person]
    ) -> Iterator[tuple[int, str]]:
        """Each phrase that means something, with the place of its first word."""
        k = 0
        while k < len(tokens):
            listed = (p for p in self._known.get(tokens[k], ()) if _at(tokens, k, p))
            phrase = next(listed, tokens[k])
            if phrase in persons or phrase in self._negations or phrase in self._feeling:
                yield k, phrase
            k += _length(phrase)


def _length(phrase: str) -> int:
    return phrase.count(" ") + 1


def _at(tokens: Sequence[str], k: int, phrase: str) -> bool:
    return " ".join(tokens[k : k + _length(phrase)]) == phrase


def _distinct(own: Feelings, other: Feelings) -> Rated:
    """Whether each of the two has a feeling that the other has not."""
    mine, theirs = own.kinds - other.kinds, other.kinds - own.kinds
    differ = bool(mine and theirs)
    return Rated(int(differ), f"{', '.join(sorted(mine))} / {', '.join(sorted(theirs))}")


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("\u2019", "'").split())
