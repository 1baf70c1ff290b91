"""Rules that write a text in another way. Each is pure: the same seed gives the same text.

A rule never touches a phrase that has to be kept.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from valuealign.errors import StimulusError

Rule = Literal["misspelt", "unpunctuated", "fragmented", "hesitant", "slow", "colloquial", "aside"]
_WORD = re.compile(r"[^\W\d_]{5,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")
_PAUSES = {
    "en": ("Um ... ", "I mean ... ", "Well ... ", "How do I put it ... "),
    "de": ("Ähm ... ", "Ich meine ... ", "Na ja ... ", "Wie soll ich sagen ... "),
}
_ASIDES = {
    "en": (
        "The bus was late this morning.",
        "A new bakery has opened around the corner.",
        "The radio says that it may rain at the weekend.",
    ),
    "de": (
        "Der Bus kam heute Morgen zu spät.",
        "Um die Ecke hat eine neue Bäckerei eröffnet.",
        "Im Radio heißt es, am Wochenende könne es regnen.",
    ),
}
_COLLOQUIAL = {
    "en": {
        "do not": "don't",
        "does not": "doesn't",
        "did not": "didn't",
        "cannot": "can't",
        "is not": "isn't",
        "are not": "aren't",
        "was not": "wasn't",
        "have not": "haven't",
        "has not": "hasn't",
        "will not": "won't",
        "would not": "wouldn't",
        "i am": "I'm",
        "i have been": "I've been",
        "i would": "I'd",
        "it is": "it's",
        "there is": "there's",
        "about": "'bout",
        "nothing": "nothin'",
        "something": "somethin'",
        "everything": "everythin'",
        "everybody": "ev'rybody",
        "telephone": "phone",
        "that is": "that's",
        "because": "'cause",
        "very": "really",
        "children": "kids",
        "want to": "wanna",
        "going to": "gonna",
    },
    "de": {
        "ich habe": "ich hab",
        "ich bin so": "bin so",
        "es ist": "'s ist",
        "nicht": "nich",
        "etwas": "was",
        "eine": "'ne",
        "einen": "'nen",
        "sehr": "echt",
    },
}
_Change = Callable[[str, random.Random, str], str]
_Words = TypeVar("_Words")


def varied(
    text: str, rule: Rule, *, seed: str, language: str = "en", keeps: Sequence[str] = ()
) -> str:
    """A text as a rule writes it.

    Parameters
    ----------
    text : str
    rule : {"misspelt", "unpunctuated", "fragmented", "hesitant", "slow", "colloquial", "aside"}
        Two letters of some words exchanged; no capitals and no punctuation; commas become full
        stops; words of hesitation before sentences; dots between clauses and sentences, as slow
        speech is written down; short and spoken forms; a sentence that has nothing to do with it.
    seed : str
        Any text; the same one gives the same result on every machine.
    language : str
        "hesitant", "colloquial" and "aside" have words in English and German.
    keeps : sequence of str
        Phrases that are left as they are.

    Returns
    -------
    str

    Raises
    ------
    StimulusError
        The rule has no words in this language.

    Examples
    --------
    >>> varied("Nothing matters, says Kim.", "unpunctuated", seed="0", keeps=["Kim"])
    'nothing matters says Kim'
    """
    draw = random.Random(f"{rule}\n{seed}")  # noqa: S311  # a way of writing, not a secret
    change = _RULES[rule]
    kept = [re.escape(phrase) for phrase in sorted(keeps, key=len, reverse=True)]
    if rule in _BY_SENTENCE or not kept:
        return change(text, draw, language)
    parts = re.split(f"({'|'.join(kept)})", text, flags=re.IGNORECASE)
    return "".join(part if k % 2 else change(part, draw, language) for k, part in enumerate(parts))


def _misspelt(text: str, draw: random.Random, _language: str) -> str:
    """Exchange two inner letters of about one long word in six, and of one at least."""
    places = [found.span() for found in _WORD.finditer(text)]
    chosen = draw.sample(places, k=max(1, len(places) // 6)) if places else []
    letters = list(text)
    for start, end in chosen:
        pairs = [k for k in range(start + 1, end - 2) if letters[k] != letters[k + 1]]
        if pairs:
            k = draw.choice(pairs)
            letters[k], letters[k + 1] = letters[k + 1], letters[k]
    return "".join(letters)


def _unpunctuated(text: str, _draw: random.Random, _language: str) -> str:
    return re.sub(r"(?<!\d)[.,;:!?]+|[.,;:!?]+(?!\d)", "", text).lower()


def _fragmented(text: str, _draw: random.Random, _language: str) -> str:
    """Turn commas and semicolons between words into full stops."""
    return re.sub(r"[,;]\s+(\w)", lambda found: f". {found[1].upper()}", text)


def _hesitant(text: str, draw: random.Random, language: str) -> str:
    pauses = _words(_PAUSES, "hesitant", language)
    sentences = _SENTENCE.split(text)
    chosen = draw.sample(range(len(sentences)), k=max(1, len(sentences) // 2))
    return " ".join(
        draw.choice(pauses) + sentence if k in chosen else sentence
        for k, sentence in enumerate(sentences)
    )


def _slow(text: str, _draw: random.Random, _language: str) -> str:
    """Put dots after commas, semicolons and sentences."""
    return re.sub(r"[,;]\s+|(?<=[.!?])\s+(?=\S)", " ... ", text)


def _colloquial(text: str, _draw: random.Random, language: str) -> str:
    """Write short and spoken forms; a capital stays a capital."""
    spoken = _words(_COLLOQUIAL, "colloquial", language)
    forms = "|".join(re.escape(form) for form in sorted(spoken, key=len, reverse=True))

    def short(at: re.Match[str]) -> str:
        words = spoken[at[0].lower()]
        return words[0].upper() + words[1:] if at[0][0].isupper() else words

    return re.sub(rf"\b(?:{forms})\b", short, text, flags=re.IGNORECASE)


def _aside(text: str, draw: random.Random, language: str) -> str:
    sentences = _SENTENCE.split(text)
    sentences.insert(
        draw.randint(1, len(sentences)), draw.choice(_words(_ASIDES, "aside", language))
    )
    return " ".join(sentences)


def _words(of: Mapping[str, _Words], rule: str, language: str) -> _Words:
    found = of.get(language.partition("-")[0])
    if found is None:
        raise StimulusError(
            f"the rule {rule!r} has no words in language {language!r}",
            hint=f"it has {', '.join(of)}; write the variant under 'written', or use another rule",
        )
    return found


_RULES: dict[str, _Change] = {
    "misspelt": _misspelt,
    "unpunctuated": _unpunctuated,
    "fragmented": _fragmented,
    "hesitant": _hesitant,
    "slow": _slow,
    "colloquial": _colloquial,
    "aside": _aside,
}
_BY_SENTENCE = ("hesitant", "aside")
"""Rules that put words between sentences and change none of those that stand there."""
