"""Model text split into tokens that keep their line and column.

Text that was copied from a document may contain look-alikes of plain characters: other tildes,
minus signs, quotes and blanks. They are read as the plain characters. The length of the text is
limited, so that parsing takes bounded time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from valuealign.errors import ModelSyntaxError

FORMULAS = ("=~", "<~", "~*~", "~~", "~", "|")
CONSTRAINTS = (":=", "==", "<", ">")
GLUE = frozenset("+*,(") | frozenset((*FORMULAS, *CONSTRAINTS))
"""Tokens after which a line has not ended."""

LONGEST = 250_000
"""Characters of a model."""
DEEPEST = 50
"""Brackets, calls and exponents within one another."""

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r]+|[#!][^\n]*)
      | (?P<end>[\n;])
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<name>[^\W\d]\w*(?:\.\w+)*\.?|\.\w+\.?(?:\w+\.?)*)
      | (?P<string>"[^"\n]*"|'[^'\n]*')
      | (?P<op>=~|<~|~\*~|~~|:=|==|~|\||<|>|\*\*|[-+*/^(),:?])""",
    re.VERBOSE,
)
_LOOK_ALIKES = str.maketrans(
    dict.fromkeys("\u02dc\u223c\uff5e\u301c\u02f7\u2053", "~")
    | dict.fromkeys("\u2212\u2013\u2010\u2011\ufe63\uff0d", "-")
    | dict.fromkeys("\u201c\u201d\u201e\u2033\uff02", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u2032\uff07", "'")
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\u3000\ufeff\u200b\u2060\f\v", " ")
    | dict.fromkeys("\u2028\u2029\u0085", "\n")
    | {"\uff1d": "=", "\uff0b": "+", "\uff0a": "*", "\u2217": "*", "\uff5c": "|"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the model text and its place, both counted from 1."""

    kind: str
    text: str
    line: int
    column: int

    def error(self, message: str) -> ModelSyntaxError:
        """Return the error that this token is in the wrong place."""
        return ModelSyntaxError(message, line=self.line, column=self.column)


def tokenize(text: str) -> list[Token]:
    """Cut model text into tokens; line ends inside brackets are left out.

    Raises
    ------
    ModelSyntaxError
        If a character has no meaning in a model, or the text is longer than `LONGEST`.
    """
    if len(text) > LONGEST:
        raise ModelSyntaxError(
            f"the model has {len(text):,} characters; expected at most {LONGEST:,}",
            line=1,
            column=1,
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LOOK_ALIKES)
    tokens: list[Token] = []
    line, line_start, position, depth = 1, 0, 0, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        column = position - line_start + 1
        if match is None:
            message = f"found {text[position]!r}, which lavaan's syntax has no use for"
            raise ModelSyntaxError(message, line=line, column=column)
        kind = str(match.lastgroup)
        position = match.end()
        token = Token(kind, match[0], line, column)
        if kind == "end":
            if not depth or match[0] == ";":
                tokens.append(token)
            if match[0] == "\n":
                line, line_start = line + 1, position
        elif kind != "skip":
            depth += (match[0] == "(") - (match[0] == ")")
            tokens.append(token)
    return tokens


def spelled(tokens: list[Token] | tuple[Token, ...]) -> str:
    """Return tokens as text, shortened where it is long."""
    text = "".join(token.text for token in tokens)
    return text if len(text) <= 60 else f"{text[:57]}..."
