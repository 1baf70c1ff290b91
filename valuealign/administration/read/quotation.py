"""Quotations: quoted words are the item or other people's, unless they are an option."""

from __future__ import annotations

import re

from valuealign.administration.read.grammar import QUOTE_SIGN, only
from valuealign.administration.read.options import Names

_LONGEST_OPTION = 120
_QUOTED = re.compile(
    r"\"(?P<double>(?:[^\"\n]|\n(?!\n)){1,1200})\""
    r"|(?<!\w)'(?=\S)(?P<single>(?:[^'\n]|'(?=\w)){1,600})(?<=\S)'(?!\w)"
    r"|\"(?P<open>[^\"\n]{1,1200})$",
    re.MULTILINE,
)
_SENTENCE_BEGINS = re.compile(r" ?(?:[^\W\d_a-z]|\n|$)")
_WHOLE = re.compile(r"\"([^\"]{1,2000})\"[.!]?")


def without_quotations(text: str, names: Names) -> str:
    """The text with one sign for every quotation that is more than an option.

    Parameters
    ----------
    text : str
        In one spelling, the words of options as signs. Quotation marks around all of it say
        nothing and are taken away.
    names : Names
    """
    whole = _WHOLE.fullmatch(text)
    text = whole[1] if whole else text
    option = only(letters=names.has_letters)

    def kept(match: re.Match[str]) -> str:
        inner = next(filter(None, match.groups()))
        if len(inner) <= _LONGEST_OPTION and option.fullmatch(inner.strip(" ,.")):
            return match[0]
        ends = inner.endswith((".", "!", "?")) and _SENTENCE_BEGINS.match(text, match.end())
        return f"{QUOTE_SIGN}." if ends else QUOTE_SIGN

    return _QUOTED.sub(kept, text)
