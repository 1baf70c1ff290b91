"""The options as patterns: what names one of them, and which words may stand around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from valuealign.instrument.presented import Option, Presented

_WORDS = {
    "en": "zero one two three four five six seven eight nine ten",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci",
}
_SEPARATOR = r"\s*(?:[-:=.,/|)\]]{1,2}|\s-\s)?\s*[(\"'\[]?\s*"
_END = r"[)\"'\]]?"


@dataclass(frozen=True)
class Options:
    """What names an option.

    Parameters
    ----------
    presented : Presented
    named : re.Pattern
        One option: its token, its words, or both; groups "token", "words", "also".
    any_token, any_words : re.Pattern
        Every place in a text that names one.
    """

    presented: Presented
    named: str
    any_token: re.Pattern[str]
    any_words: re.Pattern[str]
    by_token: dict[str, Option]
    by_words: dict[str, Option]


@lru_cache(maxsize=512)
def options(presented: Presented) -> Options:
    """The patterns of what was presented; made once for each."""
    by_token: dict[str, Option] = {}
    by_words: dict[str, Option] = {}
    for option in presented.options:
        if option.token != option.label:
            by_token[_key(option.token)] = option
        if option.label:
            by_words[_key(option.label)] = option
    by_token |= _number_words(presented)
    token = _alternatives(by_token) or r"(?!)"
    words = _alternatives(by_words) or r"(?!)"
    # A number may be written 4.0; it may not be part of 4.5, 45, 4 %, 4th or -4.
    number = r"(?:\.0+)?(?![\w%]|[.,]\d|\s?%)"
    one_token = rf"(?<![\w.,/#-])(?:{token}){number}"
    one_words = rf"(?<!\w)(?:{words})(?!\w)"
    named = (
        rf"(?:[(\[\"']?\s*(?P<token>{one_token})(?P<of>\s?/\s?\d+|\s(?:out\s)?(?:of|von)\s(?:\d+|\w+))?{_END}"
        rf"(?:{_SEPARATOR}(?P<also>{one_words}){_END})?"
        rf"|[(\[\"']?\s*(?P<words>{one_words}){_END}"
        rf"(?:{_SEPARATOR}(?P<then>{one_token}){_END})?)"
    )
    return Options(
        presented,
        named,
        # In running text "a" is an article and "one" a pronoun: only tokens as they are written.
        re.compile(rf"(?<![\w.,/#-])(?:{_as_shown(presented) or '(?!)'}){number}"),
        re.compile(one_words, re.IGNORECASE),
        by_token,
        by_words,
    )


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split())


def _alternatives(names: dict[str, Option]) -> str:
    """Longest first, so that "not like me at all" is never read as "not like me"."""
    longest = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest)


def _as_shown(presented: Presented) -> str:
    tokens = [o.token for o in presented.options if o.token != o.label]
    return "|".join(re.escape(token) for token in sorted(tokens, key=len, reverse=True))


def _number_words(presented: Presented) -> dict[str, Option]:
    """Four for 4, in the languages models answer in, where the token is a small number."""
    found: dict[str, Option] = {}
    language = presented.language.partition("-")[0]
    lists = {language, "en", "de"} & _WORDS.keys()
    for option in presented.options:
        if option.token.isdecimal() and int(option.token) <= 10 and option.token != option.label:
            for name in lists:
                found.setdefault(_WORDS[name].split()[int(option.token)], option)
    return found


def option_of(found: re.Match[str], named: Options) -> Option | str:
    """The option a match names, or why it names none.

    Parameters
    ----------
    found : re.Match
        Of ``named.named``.
    named : Options
    """
    group = found.groupdict()
    token, words = group["token"] or group["then"], group["words"] or group["also"]
    by_token = named.by_token.get(_token(token)) if token else None
    by_words = named.by_words.get(_key(words)) if words else None
    if by_token is not None and by_words is not None and by_token != by_words:
        return "number and words disagree"
    if group["of"] and not _of_this_scale(group["of"], named):
        return "another scale"
    chosen = by_token or by_words
    return chosen if chosen is not None else "names no option"


def _token(text: str) -> str:
    return re.sub(r"\.0+$", "", _key(text))


def _of_this_scale(of: str, named: Options) -> bool:
    """Whether "out of 6" is about this scale."""
    top = re.sub(r"\D", "", of)
    numbers = [int(o.token) for o in named.presented.options if o.token.isdecimal()]
    return not top or int(top) == max(numbers, default=0)
