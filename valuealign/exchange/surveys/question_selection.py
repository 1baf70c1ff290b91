"""Selection of questions that share their options, with reasons against the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from valuealign.exchange.surveys.codes import Points, parted
from valuealign.exchange.surveys.survey import Option, Question
from valuealign.instrument.lint.check_words import same_sentence

MOST_OPTIONS = 26
"""As many options as a labelled scale may have."""
Key = tuple[tuple[int | str, str], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that can be an item.

    Parameters
    ----------
    question : Question
    parts : Points
        Its options, parted; without points where the file states none.
    language : str
    """

    question: Question
    parts: Points
    language: str

    @property
    def key(self) -> Key:
        """Codes and words of its points; questions with equal keys share a scale."""
        words = [p.label.get(self.language, "").casefold() for p in self.parts.points]
        return tuple(zip([p.code for p in self.parts.points], words, strict=True))

    @property
    def labels(self) -> str:
        """Its points in a few words."""
        words = [p.label.get(self.language, "") or str(p.code) for p in self.parts.points]
        shown = words if len(words) <= 4 else [*words[:2], "...", words[-1]]
        return " | ".join(shown)[:80]


def reason_against(question: Question, languages: Sequence[str]) -> str:
    """Return why a question cannot be an item; "" if it can.

    Examples
    --------
    >>> reason_against(Question("q1", {"en": ""}), ["en"])
    "they have no words in 'en'"
    """
    if question.excluded:
        return question.excluded
    for language in languages:
        if not question.text.get(language):
            return f"they have no words in {language!r}"
        worded = [o for o in question.options if o.label]
        if any(language not in o.label for o in worded):
            return f"their options are not translated into {language!r}"
    for place, option in enumerate(question.options, start=1):
        if option.picture:
            return f"option {place} has no words (a picture)"
    return _reason_against_options(question.options)


def _reason_against_options(options: Sequence[Option]) -> str:
    if len(options) == 1:
        return "they offer a single option"
    if len(options) > MOST_OPTIONS:
        return f"they offer more than {MOST_OPTIONS} options"
    return ""


def candidate(question: Question, language: str) -> Candidate | str:
    """Return a question with its options separated, or why it cannot be an item."""
    parts = parted(question.options, language=language, parting=question.parting)
    if question.options:
        if len(parts.points) < 2:
            return "they offer a single point"
        for option in (parts.points[0], parts.points[-1]):
            if not option.label.get(language):
                return f"option {option.code}, an end of their scale, has no words"
    return Candidate(question, parts, language)


def mirrored(key: Key) -> Key:
    """The same words with the codes the other way round.

    Examples
    --------
    >>> mirrored(((1, "no"), (2, "yes")))
    ((1, 'yes'), (2, 'no'))
    """
    codes, words = [code for code, _ in key], [word for _, word in key]
    return tuple(zip(codes, words[::-1], strict=True))


def most_shared(candidates: Sequence[Candidate]) -> Key:
    """Return the options that most statements share, in their most frequent direction.

    A statement that is asked again counts once.
    """
    statements: dict[Key, set[str]] = defaultdict(set)
    for each in candidates:
        if each.key:
            text = same_sentence(each.question.text[each.language])
            statements[min(each.key, mirrored(each.key))].add(text)
    if not statements:
        return ()
    best = max(statements, key=lambda key: len(statements[key]))
    ways = Counter(c.key for c in candidates if c.key and min(c.key, mirrored(c.key)) == best)
    return ways.most_common(1)[0][0]


def turned(candidate: Candidate, shared: Key) -> bool:
    """Whether a question's codes run against the others, which means that it is reversed."""
    return candidate.key != shared and candidate.key == mirrored(shared)


def as_shared(candidate: Candidate) -> Candidate:
    """Return a reversed question under the codes of the others."""
    points = candidate.parts.points
    codes = [p.code for p in points]
    labelled = tuple(replace(p, code=code) for p, code in zip(points[::-1], codes, strict=True))
    question = replace(candidate.question, keyed=-candidate.question.keyed)
    return replace(candidate, question=question, parts=replace(candidate.parts, points=labelled))


def listed(names: Iterable[str], most: int = 8) -> str:
    """Return names as a sentence shows them: the first few and the number of the rest."""
    every = list(names)
    return ", ".join(every[:most]) + (" ..." if len(every) > most else "")


def notes_by_reason(reasons: Sequence[tuple[str, str]], total: int) -> Iterator[str]:
    """Return one note for each reason: how many questions it excludes, and which."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name, reason in reasons:
        by_reason[reason].append(name)
    for reason, names in by_reason.items():
        yield f"{len(names)} of {total} questions left out, for {reason}: {listed(names)}"
