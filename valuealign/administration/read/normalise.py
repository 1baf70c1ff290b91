"""Normalisation of replies: digits, dashes, quotes and spaces, without decoration.

Words are never changed or put in another order. What is taken away is white space, emphasis,
and the marks that chat templates leave behind. A stroke through words stays, because it says
that they are not meant.
"""

from __future__ import annotations

import re
import unicodedata

_SPELLINGS = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2039": "'",
        "\u203a": "'",
        "\u300c": '"',
        "\u300d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": " - ",
        "\u2212": "-",
        "\u3002": ". ",
        "\uff0c": ", ",
        "\uff1a": ": ",
        "\u3001": ", ",
        "\u2028": "\n",
        "\u2029": "\n\n",
        "\x85": "\n",
    }
)
# Invisible characters, and the frame that makes a keycap of a digit.
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u20e3\ufe00-\ufe0f\ufeff]")
# Faces and ticks decorate; a cross or a thumb may mean the opposite and stays.
_FACES = re.compile("[\U0001f600-\U0001f64f\u2705\u2713\u2714\u2728]")
_SURPLUS_MARKS = 4
_BREAKS = re.compile(r"\r\n|[\r\f\v]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_TEMPLATE = re.compile(r"<\|[\w-]{1,40}\|>|</?s>|\[/?INST\]")
_ANSWER_TAG = re.compile(
    r"<(?:final[_ ]?)?(?:answer|response|rating|choice|output)>", re.IGNORECASE
)
_END_TAG = re.compile(r"</(?:final[_ ]?)?(?:answer|response|rating|choice|output)>", re.IGNORECASE)
_HTML = re.compile(r"</?(?:b|strong|i|em|u|span|code|mark)>", re.IGNORECASE)
_HTML_LINE = re.compile(r"</?(?:p|div|br|h[1-6]) ?/?>", re.IGNORECASE)
_LATEX = re.compile(r"\\(?:boxed|text|mathbf|textbf|mathrm)\{([^{}\n]{0,120})\}")
_MATHS = re.compile(r"\$(?=\S)([^$\n]{1,80})(?<=\S)\$(?!\d)|\\[()\[\]]")
_FENCE = re.compile(r"^[ \t]*```[\w-]*[ \t]*$", re.MULTILINE)
_HEADER = re.compile(r"^[ \t]*(?:(?:#{1,6}|>|[-+*\u2022\u25cf\u25aa])[ \t]+){1,4}", re.MULTILINE)
# "*smiling* I would say 4": what somebody does while answering.
_GESTURE = re.compile(r"(?:^|(?<=[.!?] ))\*(?!\*)([a-z][^*\n]{1,60})\*(?= I[ '])", re.MULTILINE)
# Emphasis opens after no word and closes before none: "4*5" is not emphasis.
_EMPHASIS = re.compile(r"(?<![\w*_`])[*_`]{1,6}(?=[^\s*_`])|(?<=[^\s*_`])[*_`]{1,6}(?![\w*_`])")
# Scripts without spaces: a digit is a word of its own.
_LETTER = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_UNSPACED = re.compile(f"(?<={_LETTER})(?=[0-9])|(?<=[0-9])(?={_LETTER})")
_TABLE_RULE = re.compile(r"^\| ?:?-{2,}:? ?(?:\| ?:?-{2,}:? ?){0,40}\|?$", re.MULTILINE)
_TABLE_EDGE = re.compile(r"^\| ?| ?\|$", re.MULTILINE)
_SPACES = re.compile(r"[^\S\n]+")
_EDGES = re.compile(r" ?\n ?")
_GAPS = re.compile(r"\n{3,}")


def one_spelling(text: str) -> str:
    """Normalise a text; lines and blank lines are kept, with one space between words.

    Examples
    --------
    >>> one_spelling("**Answer:**\\u00a0\\uff14")
    'Answer: 4'
    """
    text = _CONTROL.sub(" ", _BREAKS.sub("\n", text))
    if not text.isascii():
        text = _UNSPACED.sub(" ", _plain_characters(text))
    text = _TEMPLATE.sub("\n", text)
    text = _END_TAG.sub("\n", _ANSWER_TAG.sub("\nAnswer: ", text))
    text = _HTML_LINE.sub("\n", _HTML.sub("", text))
    for _ in range(2):
        text = _LATEX.sub(r"\1", text)
    text = _MATHS.sub(lambda match: match[1] or "", text)
    text = _HEADER.sub("", _FENCE.sub("", text))
    text = _GESTURE.sub(r"\1.", text)
    for _ in range(2):
        text = _HEADER.sub("", _EMPHASIS.sub("", text))
    text = _EDGES.sub("\n", _SPACES.sub(" ", text)).strip()
    if _TABLE_RULE.search(text):
        text = _TABLE_EDGE.sub("", _TABLE_RULE.sub("", text))
    return _GAPS.sub("\n\n", text).strip()


def _plain_characters(text: str) -> str:
    text = _FACES.sub(" ", _HIDDEN.sub("", text)).translate(_SPELLINGS)
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        # A long run of marks is decoration, and sorting it would take quadratic time.
        if marks <= _SURPLUS_MARKS:
            kept.append(character if character.isascii() else _plain(character))
    return unicodedata.normalize("NFKC", "".join(kept))


def _plain(character: str) -> str:
    """A decimal digit as 0-9; fractions, powers and circled numbers as no number at all."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    # Private characters stand for options further on; nobody may write one.
    return "\ufffd" if category in ("No", "Nl", "Co") else character
