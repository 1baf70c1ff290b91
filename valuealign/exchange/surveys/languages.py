"""Selection of a survey's languages; by default its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.survey import Option, Question, Survey, Words
from valuealign.instrument.strict_model import LANGUAGE_SHAPE

DEFAULT = "en"
_CHINESE = {"zh-s": "zh-Hans", "zh-t": "zh-Hant", "zh-chs": "zh-Hans", "zh-cht": "zh-Hant"}


def language_code(name: str) -> str:
    """Return a program's name of a language as instrument files write it.

    Examples
    --------
    >>> language_code("EN"), language_code("PT-BR"), language_code("ZH-S")
    ('en', 'pt-BR', 'zh-Hans')
    """
    text = name.strip().replace("_", "-")
    if text.casefold() in _CHINESE:
        return _CHINESE[text.casefold()]
    first, *rest = text.split("-")
    code = "-".join([first.lower(), *rest])
    return code if re.fullmatch(LANGUAGE_SHAPE, code) else first.lower()


def in_languages(survey: Survey, wanted: Sequence[str], path: Path) -> tuple[Survey, list[str]]:
    """Return the survey with the words of these languages only, and remarks.

    Raises
    ------
    InstrumentError
        The file has no words in a language that was asked for.
    """
    if not survey.languages:
        return _stated(survey, wanted, path)
    kept = [_match(name, survey.languages, path) for name in dict.fromkeys(wanted)]
    if not kept:
        kept = [survey.languages[0]]
    left = [name for name in survey.languages if name not in kept]
    notes = (
        [
            f"the file is in {', '.join(survey.languages)}; {', '.join(left)} left out "
            "(--language, repeatable)"
        ]
        if left
        else []
    )
    names = {name: name for name in kept}
    return _renamed(survey, names), notes


def _match(name: str, known: Sequence[str], path: Path) -> str:
    for test in (str.__eq__, str.startswith):
        matches = [each for each in known if test(each.casefold(), name.casefold())]
        if matches:
            return matches[0]
    raise InstrumentError(
        f"the file has no language {name!r}", expected=f"one of {', '.join(known)}", path=path
    )


def _stated(survey: Survey, wanted: Sequence[str], path: Path) -> tuple[Survey, list[str]]:
    if len(wanted) > 1:
        raise InstrumentError(
            "the file does not state its language", expected="a single --language", path=path
        )
    name = wanted[0] if wanted else DEFAULT
    notes = [] if wanted else [f"the file does not state its language; {name!r} is assumed"]
    return _renamed(survey, {"": name}), notes


def _renamed(survey: Survey, names: Mapping[str, str]) -> Survey:
    def words(text: Words) -> dict[str, str]:
        return {new: text[old] for old, new in names.items() if text.get(old)}

    def options(listed: Sequence[Option]) -> tuple[Option, ...]:
        return tuple(replace(each, label=words(each.label)) for each in listed)

    def question(each: Question) -> Question:
        return replace(
            each,
            text=words(each.text),
            lead=words(each.lead),
            options=options(each.options),
            missing=options(each.missing),
        )

    return replace(
        survey,
        title=words(survey.title),
        languages=tuple(names.values()),
        questions=tuple(map(question, survey.questions)),
    )
