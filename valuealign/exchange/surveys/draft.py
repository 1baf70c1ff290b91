"""Drafts of instruments from survey files: the statements that share options."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys import question_selection as choose
from valuealign.exchange.surveys.languages import in_languages
from valuealign.exchange.surveys.question_selection import Candidate, listed
from valuealign.exchange.surveys.survey import Option, Question, Survey, Words
from valuealign.instrument.lint.check_words import same_sentence
from valuealign.instrument.write_instrument import identifier, unique


@dataclass(frozen=True, slots=True)
class Choice:
    """The user's selection from a survey file.

    Parameters
    ----------
    only, sections : tuple of str
        Names of questions, and of forms, tables or sections, with ``*`` and ``?``.
    scale : str
        One scale for all items; by default each table or section is one.
    languages : tuple of str
        By default the survey's own.
    labels : tuple of str
        Words of the points, lowest code first, where the file has none or others are wanted.
    headings : bool
        Put the text above each table before its statements.
    undefined : str
        Code or words of a set-apart option that is kept as an answer outside the scale.
    renumber : bool
        Number the points from 1 in place of the file's codes.
    """

    only: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    scale: str = ""
    languages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    headings: bool = False
    undefined: str = ""
    renumber: bool = False


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One item of a draft."""

    id: str
    text: Words
    scale: str
    keyed: int = 1
    aliases: tuple[str, ...] = ()
    heading: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """The part of a survey that becomes an instrument.

    Parameters
    ----------
    title : mapping of str to str
    items : tuple of DraftItem
    points : tuple of Option
        Lowest code first; empty where the file has none.
    undefined : mapping of str to str
        The words of the option kept outside the scale.
    instruction : mapping of str to str
        Empty where the items share none.
    languages : tuple of str
    notes : tuple of str
        Omissions, changes, and facts that the file does not state.
    exclusions : tuple of (str, str)
        Every question that is not an item, with the reason.
    """

    title: Words
    items: tuple[DraftItem, ...]
    points: tuple[Option, ...]
    undefined: Words
    instruction: Words
    languages: tuple[str, ...]
    notes: tuple[str, ...]
    exclusions: tuple[tuple[str, str], ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The words of the points in the first language, lowest first."""
        return tuple(point.label.get(self.languages[0], "") for point in self.points)


EVERYTHING = Choice()


def drafted(survey: Survey, path: Path, choice: Choice = EVERYTHING) -> Draft:
    """Return the statements that share one set of options, as items.

    Parameters
    ----------
    survey : Survey
    path : Path
        For errors.
    choice : Choice

    Raises
    ------
    InstrumentError
        Nothing is left, or what was named has different options.

    Examples
    --------
    >>> yes_no = (Option(0, {"en": "no"}), Option(1, {"en": "yes"}))
    >>> asked = [Question(f"q{k}", {"en": f"Item {k}."}, yes_no, section="S") for k in (1, 2)]
    >>> age = Question("age", {"en": "Age?"}, excluded="they are answered with a number")
    >>> draft = drafted(Survey({}, (*asked, age), ("en",)), Path("a.csv"))
    >>> [point.code for point in draft.points], draft.notes[0]
    ([0, 1], '1 of 3 questions left out, for they are answered with a number: age')
    """
    survey, notes = in_languages(survey, choice.languages, path)
    named = _named(survey.questions)
    wanted = [q for q in named if _is_wanted(q, choice)]
    if not wanted:
        raise InstrumentError(f"none of {len(named)} questions is chosen", path=path)
    chosen, reasons = _shared(wanted, survey, choice, path)
    chosen, again = _without_repeats(chosen, choice.headings)
    if not chosen:
        first = "; ".join(list(choose.notes_by_reason(reasons, len(wanted)))[:4])
        raise InstrumentError(f"no question can become an item: {first}", path=path)
    points, undefined, remarks = _points(chosen, choice, path)
    instruction, headed = _instruction(chosen, choice)
    return Draft(
        survey.title,
        _items(chosen, choice, headings=bool(headed) and not choice.headings),
        points,
        undefined,
        instruction,
        survey.languages,
        (
            *choose.notes_by_reason(reasons, len(wanted)),
            *_repeated(again),
            *remarks,
            *_renamed(chosen, named),
            *headed,
            *_remarks(chosen),
            *notes,
            *survey.notes,
            *_directions(chosen),
        ),
        (*reasons, *((name, f"it repeats {first}") for name, first in again)),
    )


def _is_wanted(question: Question, choice: Choice) -> bool:
    names = (question.id, question.name, *question.aliases)
    by_name = not choice.only or any(fnmatchcase(n, p) for n in names for p in choice.only)
    by_section = not choice.sections or any(
        fnmatchcase(question.section, pattern) for pattern in choice.sections
    )
    return by_name and by_section


def _named(questions: Sequence[Question]) -> list[Question]:
    """Give every question its own id, with its name in the file as an alias."""
    plain = [q.id or identifier(q.name, "q") for q in questions]
    counts = Counter(plain)
    tabled = [
        identifier(f"{q.table}_{q.name}", "q") if counts[name] > 1 and q.table else name
        for q, name in zip(questions, plain, strict=True)
    ]
    once = Counter(q.name for q in questions)
    named = []
    for question, made in zip(questions, unique(tabled), strict=True):
        alias = (question.name,) if once[question.name] == 1 else ()
        aliases = tuple(dict.fromkeys(a for a in (*alias, *question.aliases) if a and a != made))
        named.append(replace(question, id=made, aliases=aliases))
    return named


def _renamed(chosen: Sequence[Candidate], every: Sequence[Question]) -> Iterator[str]:
    """Return the items whose id differs from the file's name."""
    counts = Counter(q.name for q in every)
    pairs = [
        (q.name, q.id)
        for q in (c.question for c in chosen)
        if q.name != q.id and q.parting != "none"
    ]
    twice = [f"{name} -> {made}" for name, made in pairs if counts[name] > 1]
    other = [f"{name} -> {made}" for name, made in pairs if counts[name] == 1]
    if twice:
        yield f"names that stand twice in the file were made unique: {listed(twice)}"
    if other:
        yield f"names that cannot be ids were changed: {listed(other)}"


def _shared(
    wanted: Sequence[Question], survey: Survey, choice: Choice, path: Path
) -> tuple[list[Candidate], list[tuple[str, str]]]:
    """Return the questions with the most frequent options, and why each other is left out."""
    language = survey.languages[0]
    candidates: list[Candidate] = []
    reasons: list[tuple[str, str]] = []
    for question in wanted:
        reason = choose.reason_against(question, survey.languages)
        made = reason or choose.candidate(question, language)
        if isinstance(made, str):
            reasons.append((question.name, made))
        else:
            candidates.append(made)
    shared = choose.most_shared(candidates)
    alike = [c for c in candidates if c.key == shared or choose.turned(c, shared)]
    others = [c for c in candidates if c not in alike]
    if choice.only and others:
        names = listed((c.question.name for c in others), 5)
        raise InstrumentError(
            f"the questions named have different options: {names}",
            hint="name fewer with --only",
            path=path,
        )
    sets: dict[choose.Key, list[Candidate]] = defaultdict(list)
    for each in others:
        sets[each.key].append(each)
    for same in sets.values():
        why = f"they have other options ({same[0].labels or 'none'})"
        reasons += [(each.question.name, why) for each in same]
    return [choose.as_shared(c) if choose.turned(c, shared) else c for c in alike], reasons


def _without_repeats(
    chosen: Sequence[Candidate], headings: bool
) -> tuple[list[Candidate], list[tuple[str, str]]]:
    """Return each statement once, and which question repeats which."""
    seen: dict[tuple[str, str], str] = {}
    kept, again = [], []
    for each in chosen:
        asked = _under_heading(each) if headings else each
        question = asked.question
        sentences = [(lang, same_sentence(text)) for lang, text in question.text.items()]
        first = next((seen[s] for s in sentences if s in seen), None)
        if first is None:
            kept.append(asked)
            seen.update(dict.fromkeys(sentences, question.name))
        else:
            again.append((question.name, first))
    return kept, again


def _repeated(again: Sequence[tuple[str, str]]) -> Iterator[str]:
    if again:
        names = listed(f"{name} (as {first})" for name, first in again)
        yield (
            f"{len(again)} questions repeat a statement and are left out: {names}; --headings "
            "puts the text above a table before its statements"
        )


def _under_heading(candidate: Candidate) -> Candidate:
    question = candidate.question
    text = {
        lang: f"{question.lead.get(lang, '')} {words}".strip()
        for lang, words in question.text.items()
    }
    return replace(candidate, question=replace(question, text=text))


def _points(
    chosen: Sequence[Candidate], choice: Choice, path: Path
) -> tuple[tuple[Option, ...], Words, list[str]]:
    """Return the points, the option outside the scale, and remarks on excluded options."""
    points, notes = chosen[0].parts.points, []
    by_code = _distinct(o for c in chosen for o in c.parts.by_code)
    by_words = _distinct(o for c in chosen for o in c.parts.by_words)
    marked = _distinct(o for c in chosen for o in c.question.missing)
    language = chosen[0].language
    kept = next(
        (
            o
            for o in (*by_code, *by_words, *marked)
            if choice.undefined in (str(o.code), o.label.get(language, ""))
        ),
        None,
    )
    if choice.undefined and kept is None:
        raise InstrumentError(
            f"no option that is left out is coded or called {choice.undefined!r}", path=path
        )
    for options, why in (
        (by_code, "their codes stand apart"),
        (by_words, "their words are not a point of the scale"),
        (marked, "the file marks them as no answer"),
    ):
        shown = [f"{o.code} = {o.label.get(language, '')}" for o in options if o != kept]
        if shown:
            notes.append(f"options left out, for {why}: {', '.join(shown)}")
    if choice.labels and points:
        if len(choice.labels) != len(points):
            problem = (
                f"the file has {len(points)} points, and {len(choice.labels)} labels were given"
            )
            raise InstrumentError(problem, hint="give one a point, lowest first", path=path)
        points = tuple(
            replace(p, label={**p.label, language: words})
            for p, words in zip(points, choice.labels, strict=True)
        )
    if choice.renumber and points:
        was = ", ".join(str(p.code) for p in points)
        points = tuple(replace(p, code=k) for k, p in enumerate(points, start=1))
        notes.append(f"the file's codes {was} were numbered 1 to {len(points)}, as you asked")
    return points, kept.label if kept else {}, notes


def _distinct(options: Iterator[Option]) -> list[Option]:
    distinct: dict[tuple[int | str, str], Option] = {}
    for option in options:
        distinct.setdefault((option.code, "|".join(option.label.values()).casefold()), option)
    return list(distinct.values())


def _instruction(chosen: Sequence[Candidate], choice: Choice) -> tuple[Words, list[str]]:
    """Return the text above the table if all items share it, and a remark otherwise."""
    leads = [dict(c.question.lead) for c in chosen]
    distinct = [lead for k, lead in enumerate(leads) if lead not in leads[:k]]
    if len(distinct) == 1:
        return ({} if choice.headings else distinct[0]), []
    note = (
        "now stand before the statements"
        if choice.headings
        else "are kept as the items' attribute 'heading'; --headings puts them before the sentences"
    )
    return {}, [f"the statements stand under {len(distinct)} different headings, which {note}"]


def _items(chosen: Sequence[Candidate], choice: Choice, *, headings: bool) -> tuple[DraftItem, ...]:
    return tuple(
        DraftItem(
            q.id,
            q.text,
            choice.scale or q.scale or q.section or "SCALE",
            q.keyed,
            q.aliases,
            q.lead if headings else {},
        )
        for q in (c.question for c in chosen)
    )


def _remarks(chosen: Sequence[Candidate]) -> Iterator[str]:
    """Return each change or loss once, with the items it concerns."""
    by_remark: dict[str, list[str]] = defaultdict(list)
    for each in chosen:
        question = each.question
        shown = [f"is shown only where {question.condition}"] if question.condition else []
        for remark in (*each.parts.remarks, *question.remarks, *shown):
            by_remark[remark].append(question.name)
    for remark, names in by_remark.items():
        yield f"{remark}: {listed(names)}"


def _directions(chosen: Sequence[Candidate]) -> Iterator[str]:
    """Return the remark about reversed items, or that the file states none."""
    if all(c.question.parting == "none" for c in chosen):
        yield "valuealign wrote this file: ids, scales and keys are those that it states"
        return
    turned = [c.question.name for c in chosen if c.question.keyed == -1]
    if turned:
        yield (
            f"reversed in the file, and keyed -1 here: {listed(turned)}; answers that the file's "
            "program exports may be turned already"
        )
    else:
        yield "the file does not say which items are reversed: set 'keyed: -1' on those"
