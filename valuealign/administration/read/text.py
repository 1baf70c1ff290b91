"""From what came to what is said: one spelling of digits, dashes and spaces, no decoration.

The words are never changed: what is taken away is white space, emphasis, and thinking aloud
between the tags that mark it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_TAGS = r"(?:think|thinking|thought|reasoning|reflection|scratchpad|analysis)"
_OPEN = re.compile(rf"[<\[]{_TAGS}[>\]]", re.IGNORECASE)
_CLOSE = re.compile(rf"[<\[]/{_TAGS}[>\]]|<\|channel\|>final<\|message\|>", re.IGNORECASE)
_QUOTES = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u00ab": '"', "\u00bb": '"', "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-",
    "\u2014": " - ", "\u2212": "-", "\u00a0": " ", "\u3002": ". ", "\uff0c": ", ",
    "\uff1a": ": ", "\u3000": " ", "\u3001": ", ",
})  # fmt: skip
_HIDDEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufe0f\u20e3\U0001f300-\U0001faff]"
)
_EMPHASIS = re.compile(r"\*{1,3}|`{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)")
_FORMULA = re.compile(r"\${1,2}([^$\n]{1,80})\${1,2}")
_MARKS = re.compile(
    r"</?(?:answer|final|response|b|strong|em)>|<\|(?:im_end|eot_id|end|endoftext|return)\|>"
)
_BOXED = re.compile(r"\\(?:boxed|text|mathbf)\{([^{}]{0,200})\}")
_AFTER_IDEOGRAPH = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff])(?=\d)")
_HEADER = re.compile(r"^[ \t]*(?:#{1,6}|>|[-+•●▪])[ \t]+", re.MULTILINE)
_FENCE = re.compile(r"^\s*```[a-zA-Z]*[ \t]*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_LAST_FENCE = re.compile(r"```(?:json)?[ \t]*\n(\s*\{[^`]*\}\s*)\n?```\s*$")
_SPACES = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r" ?\n\s*")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said.

    Parameters
    ----------
    text : str
        In one spelling, lines kept.
    fault : str or None
        Why there is nothing to read.
    """

    text: str
    fault: str | None = None


def spoken(reply: str) -> Spoken:
    """What a reply says once its thinking is over.

    Examples
    --------
    >>> spoken("<think>3? No.</think>  **４**").text
    '4'
    >>> spoken("<think>It could be 4").fault
    'cut while thinking'
    """
    text, cut = _after_thinking(reply)
    if cut:
        return Spoken("", "cut while thinking")
    if fenced := _FENCE.match(text[:20_000]) or _LAST_FENCE.search(text[-2_000:]):
        text = fenced[1]
    text = one_spelling(text)
    return Spoken(text, None if text else "empty")


def _after_thinking(reply: str) -> tuple[str, bool]:
    """What follows the last closing tag; whether an opening one is left without its end."""
    end = 0
    for close in _CLOSE.finditer(reply):
        end = close.end()
    rest = reply[end:]
    return rest, _OPEN.search(rest) is not None


def one_spelling(text: str) -> str:
    """Digits of every script as 0-9, plain quotes and dashes, no emphasis, single spaces."""
    if not text.isascii():
        text = _HIDDEN.sub("", text).translate(_QUOTES)
        text = "".join(_digit(c) if c.isnumeric() else c for c in text)
        text = _AFTER_IDEOGRAPH.sub(" ", unicodedata.normalize("NFKC", text))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = _BOXED.sub(r"\1", _HEADER.sub("", text))
    text = _MARKS.sub("", _FORMULA.sub(r"\1", text))
    text = _EMPHASIS.sub("", text)
    text = _SPACES.sub(" ", text)
    return _BLANK_LINES.sub("\n", text).strip()


def _digit(character: str) -> str:
    """A decimal digit as 0-9; a fraction, a power or a circled number as no digit at all."""
    try:
        return str(unicodedata.decimal(character))
    except ValueError:
        kind = unicodedata.category(character)
        return "#" if kind in ("No", "Nl") else character
