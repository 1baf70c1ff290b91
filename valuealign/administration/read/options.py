"""Names of options: words, tokens, number words. Each set of words becomes one sign.

Before anything else is looked at, the words of the options are replaced in the text by one
private character each, the longest first: "not like me at all" is never read as "not like me",
and the grammar of answers can be the same for every scale.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

from valuealign.administration.read.normalise import one_spelling
from valuealign.instrument.presented import Option, Presented

FIRST_SIGN = 0xE000
N_SIGNS = 0x400
SIGN = f"[{chr(FIRST_SIGN)}-{chr(FIRST_SIGN + N_SIGNS - 1)}]"
"""Any option's words, as a pattern."""

_WORDS = {
    "en": "zero one two three four five six seven eight nine ten",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn",
}
NUMBER_WORDS = {
    word: number
    for language in _WORDS
    for number, word in enumerate(_WORDS[language].split())
    # A German zero is JSON's nothing.
    if word != "null"
}
"""Number words, and what they count."""


_AGREES = re.compile(
    r"(?:(?:strongly|somewhat|slightly|moderately|completely|totally|fully|mostly|partly|mildly"
    r"|tend to|neither) )?(?:agree|disagree)\b|(?:stimme|lehne|bin)\b",
    re.IGNORECASE,
)


def says_agree(label: str) -> bool:
    """Whether an option's words go with "I": "I agree", but not "I like me".

    Examples
    --------
    >>> says_agree("Strongly disagree"), says_agree("like me")
    (True, False)
    """
    return _AGREES.match(label) is not None


@dataclass(frozen=True)
class Names:
    """The names of the options of one presentation.

    Parameters
    ----------
    presented : Presented
    words : re.Pattern or None
        Any option's words.
    keys : dict of str to int
        Words in lower case to the place of the option; -1 where two options share them.
    tokens : dict of str to Option
    weak : frozenset of int
        Options whose words are part of another option's words, and so may be part of a
        sentence that means something else.
    """

    presented: Presented
    words: re.Pattern[str] | None
    keys: dict[str, int]
    tokens: dict[str, Option]
    weak: frozenset[int]
    vocabulary: frozenset[str] = field(default_factory=frozenset)

    @property
    def has_letters(self) -> bool:
        """Whether the options are labelled with letters."""
        return bool(self.tokens) and all(token.isalpha() for token in self.tokens)

    @property
    def is_number(self) -> bool:
        """Whether the answer is a free number or a position on a line."""
        return self.presented.kind in ("numeric", "visual_analogue")

    @property
    def ends(self) -> tuple[Option, ...]:
        """The first and the last point of the scale."""
        points = [option for option in self.presented.options if option.code is not None]
        return (points[0], points[-1]) if points else ()

    def marked(self, text: str) -> str:
        """The text with the words of every option as one sign."""
        return self.words.sub(self._sign, text) if self.words else text

    def _sign(self, match: re.Match[str]) -> str:
        place = self.keys.get(_key(match[0]))
        return match[0] if place is None else chr(FIRST_SIGN + max(place, -1) + 1)

    def by_sign(self, sign: str) -> Option | str:
        """Return the option that a sign replaces, or why there is none."""
        place = ord(sign) - FIRST_SIGN - 1
        return self.presented.options[place] if place >= 0 else "two options have these words"

    def is_weak(self, sign: str) -> bool:
        """Whether a sign's words are part of other words."""
        return ord(sign) - FIRST_SIGN - 1 in self.weak

    def is_phrase(self, sign: str) -> bool:
        """Whether a sign's words are several and make no sentence with "I"."""
        option = self.by_sign(sign)
        label = option.label if isinstance(option, Option) else ""
        return " " in label and not says_agree(label)

    def by_token(self, text: str) -> Option | float | str:
        """The option under a token, or the number itself where any number may be given."""
        plain = str(NUMBER_WORDS.get(text.casefold(), text))
        if self.is_number:
            return _number(plain, self.presented)
        plain = re.sub(r"[.]0{1,4}$", "", plain)
        option = self.tokens.get(plain.casefold())
        if option is not None:
            return option
        return "names no option" if self.tokens and not self.has_letters else "no such token"

    def is_top(self, text: str) -> bool:
        """Whether "out of 5" counts to the top of this scale."""
        if self.is_number:
            return text.isdecimal() and float(text) == self.presented.maximum
        counted = [int(token) for token in self.tokens if token.isdecimal()]
        top = str(NUMBER_WORDS.get(text.casefold(), text))
        return bool(counted) and top == str(max(counted))

    def spans(self, low: str, high: str) -> bool:
        """Whether "from 1 to 5" is the span of this scale."""
        ends = {float(low), float(high)}
        if self.is_number:
            return ends == {self.presented.minimum, self.presented.maximum}
        counted = [int(o.token) for o in self.tokens.values() if o.token.isdecimal()]
        # A scale in words or letters has as many points as it has, wherever one begins to count.
        points = counted or list(range(1, len(self.presented.options) + 1))
        return ends <= set(map(float, points)) and ends >= {points[0], _last_point(points, self)}


def _last_point(points: list[int], names: Names) -> float:
    """The highest point of the scale proper: an undefined option is not a point of it."""
    undefined = sum(option.code is None for option in names.presented.options)
    return float(points[-1 - undefined]) if undefined < len(points) else float(points[-1])


@lru_cache(maxsize=512)
def names_of(presented: Presented) -> Names:
    """Return the names of the options; computed once for each presentation."""
    keys: dict[str, int] = {}
    # The words at the ends of a line are not answers; a number is.
    named = () if presented.kind == "visual_analogue" else presented.options[: N_SIGNS - 1]
    for place, option in enumerate(named):
        key = _key(option.label)
        if key:
            keys[key] = -1 if key in keys else place
    # Under Roman numerals "I" is not a letter: one of "II" says so.
    roman = any(
        option.token.isalpha() and not _is_token(option) and option.token != option.label
        for option in presented.options
    )
    tokens = {
        option.token.casefold(): option
        for option in presented.options
        if presented.kind != "visual_analogue"
        and _is_token(option)
        and not (roman and option.token.isalpha())
    }
    weak = frozenset(
        place
        for key, place in keys.items()
        if presented.kind == "yes_no_confidence"
        or any(re.search(rf"\b{re.escape(key)}\b", other) for other in keys if other != key)
    )
    vocabulary = frozenset(word for key in keys for word in re.findall(r"\w+", key))
    return Names(presented, _pattern(keys), keys, tokens, weak, vocabulary)


def _is_token(option: Option) -> bool:
    short = option.token.isdecimal() or (len(option.token) == 1 and option.token.isalpha())
    return option.token != option.label and short


def _pattern(keys: dict[str, int]) -> re.Pattern[str] | None:
    if not keys:
        return None
    longest = sorted(keys, key=len, reverse=True)
    each = "|".join(re.escape(key).replace(r"\ ", r"[ \n]") for key in longest)
    return re.compile(rf"(?<![\w\-])(?<!\d[.,/:])(?:{each})(?![\w\-%]|'\w|[.,/:]\d)", re.IGNORECASE)


def _key(text: str) -> str:
    return " ".join(one_spelling(text).casefold().split()).strip(" .!:;,")


def _number(text: str, presented: Presented) -> float | str:
    """A number that may be given, in the instrument's direction, or why it may not."""
    plain = text.replace(",", ".") if _is_german_decimal(text, presented) else text
    # 1.000 is a thousand to some.
    thousand = re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", plain)
    if thousand or not re.fullmatch(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{1,9})?", plain):
        return "no plain number"
    number = float(plain)
    low, high = presented.minimum, presented.maximum
    if low is None or high is None or not low <= number <= high:
        return "out of range"
    steps = (number - low) / presented.step if presented.step else 0.0
    if not math.isclose(steps, round(steps), abs_tol=1e-9):
        return "between the permitted numbers"
    return _in_direction(number, presented)


def _is_german_decimal(text: str, presented: Presented) -> bool:
    german = presented.language.partition("-")[0] == "de"
    return german and re.fullmatch(r"-?\d{1,9},\d{1,2}", text) is not None


def _in_direction(number: float, presented: Presented) -> float:
    """A place on a line that may run the other way, in the instrument's direction."""
    low, high = presented.minimum, presented.maximum
    codes = [option.code for option in presented.options]
    if len(codes) != 2 or codes[0] is None or codes[1] is None or low is None or high is None:
        return number
    return codes[0] + (number - low) * (codes[1] - codes[0]) / (high - low)
