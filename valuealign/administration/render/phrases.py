"""Our own sentences around an item: how to answer, in each language.

What is asked for is the same under every elicitation; only the shape of the reply differs.
A language that is not here cannot be planned: an instruction in another language than the
items would be a condition nobody chose.
"""

from __future__ import annotations

from dataclasses import dataclass

from valuealign.errors import PlanError


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of one language."""

    number: str
    letter: str
    words: str
    free: str
    json_one: str
    json_whole: str
    whole_number: str
    whole_letter: str
    whole_words: str
    numeric: str
    yes_no: str
    open: str
    open_limited: str
    line: str
    conversation: str
    answer: str


PHRASES = {
    "en": Phrases(
        number="Answer with the number of one option and nothing else.",
        letter="Answer with the letter of one option and nothing else.",
        words="Answer with the words of one option and nothing else.",
        free="Which option do you choose?",
        json_one='Answer with a JSON object: {"answer": "..."}, holding one of the options.',
        json_whole=(
            "Answer with a JSON object that holds, under the number of each statement, "
            'one of the options: {"1": "...", "2": "..."}.'
        ),
        whole_number=(
            "Answer every statement, one to a line: its number, a full stop, and the number "
            "of one option."
        ),
        whole_letter=(
            "Answer every statement, one to a line: its number, a full stop, and the letter "
            "of one option."
        ),
        whole_words=(
            "Answer every statement, one to a line: its number, a full stop, and the words "
            "of one option."
        ),
        numeric="Answer with one number from {minimum:g} to {maximum:g} and nothing else.",
        yes_no=(
            "Answer with one of the options, then a comma, then how sure you are in per cent "
            "(0 to 100)."
        ),
        open="Answer in your own words.",
        open_limited="Answer in your own words, in at most {max_words} words.",
        line="{minimum:g} = {low}, {maximum:g} = {high}",
        conversation="The next one:",
        answer="Answer:",
    ),
    "de": Phrases(
        number="Antworten Sie mit der Zahl einer Antwortmöglichkeit und sonst nichts.",
        letter="Antworten Sie mit dem Buchstaben einer Antwortmöglichkeit und sonst nichts.",
        words="Antworten Sie mit den Worten einer Antwortmöglichkeit und sonst nichts.",
        free="Welche Antwortmöglichkeit wählen Sie?",
        json_one=(
            'Antworten Sie mit einem JSON-Objekt: {"answer": "..."}, das eine der '
            "Antwortmöglichkeiten enthält."
        ),
        json_whole=(
            "Antworten Sie mit einem JSON-Objekt, das unter der Nummer jeder Aussage eine der "
            'Antwortmöglichkeiten enthält: {"1": "...", "2": "..."}.'
        ),
        whole_number=(
            "Beantworten Sie jede Aussage in einer eigenen Zeile: ihre Nummer, ein Punkt und die "
            "Zahl einer Antwortmöglichkeit."
        ),
        whole_letter=(
            "Beantworten Sie jede Aussage in einer eigenen Zeile: ihre Nummer, ein Punkt und der "
            "Buchstabe einer Antwortmöglichkeit."
        ),
        whole_words=(
            "Beantworten Sie jede Aussage in einer eigenen Zeile: ihre Nummer, ein Punkt und die "
            "Worte einer Antwortmöglichkeit."
        ),
        numeric="Antworten Sie mit einer Zahl von {minimum:g} bis {maximum:g} und sonst nichts.",
        yes_no=(
            "Antworten Sie mit einer der Antwortmöglichkeiten, dann ein Komma, dann wie sicher "
            "Sie sind in Prozent (0 bis 100)."
        ),
        open="Antworten Sie in eigenen Worten.",
        open_limited="Antworten Sie in eigenen Worten, in höchstens {max_words} Wörtern.",
        line="{minimum:g} = {low}, {maximum:g} = {high}",
        conversation="Die nächste Aussage:",
        answer="Antwort:",
    ),
}


def phrases(language: str) -> Phrases:
    """The sentences of a language, or of the language it is a variety of.

    Raises
    ------
    PlanError
        There are none in this language.

    Examples
    --------
    >>> phrases("en-GB").answer
    'Answer:'
    """
    sentences = PHRASES.get(language) or PHRASES.get(language.partition("-")[0])
    if sentences is None:
        raise PlanError(
            f"how to answer is not written in language {language!r}, only in "
            f"{', '.join(PHRASES)}; use --form language=en, or add the sentences to "
            "valuealign/administration/render/phrases.py"
        )
    return sentences
