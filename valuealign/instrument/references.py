"""Checks of an instrument's cross-references: items, scales, factors, options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valuealign.instrument.slots import HIDDEN, slots
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.instrument.item import Item
    from valuealign.instrument.scale import MeasurementModel

Place = tuple[str | int, ...]
"""Where in the file: ``("scales", 5, "items", 2)``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A reference to something that does not exist."""

    place: Place
    found: str
    hint: str


class ReferenceProblems(ValueError):  # noqa: N818  # it holds a list of them
    """Every problem of an instrument's cross-references."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.found} ({p.hint})" for p in problems))


def check_references(instrument: Instrument) -> None:
    """Raise :class:`ReferenceProblems` if a part names something that does not exist."""
    problems = list(_problems(instrument))
    if problems:
        raise ReferenceProblems(problems)


def _problems(instrument: Instrument) -> Iterator[Problem]:
    yield from _repeated_ids(instrument)
    yield from _keys(instrument)
    yield from _scales(instrument)
    yield from _choices(instrument)
    yield from _circle(instrument)
    for k, model in enumerate(instrument.models):
        yield from _model(instrument, model, ("models", k))
    models = [model.id for model in instrument.models]
    names = enumerate(instrument.default_models)
    places = [(("default_models", k), name) for k, name in names]
    yield from _unknown(places, models, "default_models names model")
    yield from _undeclared_languages(instrument)
    yield from _direction(instrument)
    if instrument.about:
        yield from _slots(instrument)


def texts_with_slots(instrument: Instrument) -> Iterator[tuple[Place, str]]:
    """The instructions and stems of an instrument, with their places."""
    for k, each in enumerate(instrument.instructions):
        for language, forms in each.text.items():
            for form, text in forms.items():
                yield ("instructions", k, "text", language, form), text
    for k, item in enumerate(instrument.items):
        for part in ("stem", "opposed"):
            for language, forms in getattr(item, part).items():
                for form, text in forms.items():
                    yield ("items", k, part, language, form), text


def _slots(instrument: Instrument) -> Iterator[Problem]:
    """Slots name fields, and never one that a respondent may not see."""
    shown = [n for n, kind in instrument.about.items() if kind not in (*HIDDEN, "picture")]
    for place, text in texts_with_slots(instrument):
        for name in slots(text):
            if name in shown:
                continue
            if instrument.about.get(name) == "picture":
                found = f"the slot {name!r} is in a text, and a picture has no words"
                yield Problem(place, found, "pictures are shown before the text; remove the slot")
            elif name in instrument.about:
                found = f"the slot {name!r} would show the {instrument.about[name]}"
                yield Problem(place, found, "a respondent never sees it; remove the slot")
            else:
                found = f"the slot {name!r} is not a field of 'about'"
                yield Problem(place, found, did_you_mean(name, shown))


def _repeated_ids(instrument: Instrument) -> Iterator[Problem]:
    parts = ("items", "instructions", "circle", "models")
    for part in parts:
        each_id = enumerate(each.id for each in getattr(instrument, part))
        places: list[tuple[Place, str]] = [((part, k, "id"), name) for k, name in each_id]
        yield from _repeated(places, f"in {part}")
    scored = [
        ((part, k, "id"), each.id)
        for part in ("scales", "composites")
        for k, each in enumerate(getattr(instrument, part))
    ]
    yield from _repeated(scored, "among scales and composites (each is a column of the scores)")
    for j, item in enumerate(instrument.items):
        codes = [(("items", j, "options", k, "code"), o.code) for k, o in enumerate(item.options)]
        yield from _repeated(codes, f"among the options of item {item.id!r}")


def _keys(instrument: Instrument) -> Iterator[Problem]:
    keyed = instrument.response_scale.kind == "keyed"
    for k, item in enumerate(instrument.items):
        place: Place = ("items", k)
        if keyed and len(item.options) < 2:
            problem = f"item {item.id!r} has {len(item.options)} options"
            yield Problem(place, problem, "a keyed item needs at least two under 'options'")
        yield from _key(item, place, keyed=keyed)
        if item.points:
            yield from _points(item, (*place, "points"), instrument.response_scale.kind)


def _key(item: Item, place: Place, *, keyed: bool) -> Iterator[Problem]:
    if not keyed and (item.options or item.answer is not None):
        problem = f"item {item.id!r} has options or an answer of its own"
        yield Problem(place, problem, "these belong to a response scale of kind 'keyed'")
    elif item.answer is not None and item.answer not in [o.code for o in item.options]:
        codes = ", ".join(str(option.code) for option in item.options)
        problem = f"item {item.id!r} has answer {item.answer}"
        yield Problem((*place, "answer"), problem, f"its options are coded {codes or 'nothing'}")


def _points(item: Item, place: Place, kind: str) -> Iterator[Problem]:
    codes = [point.code for point in item.points]
    if kind != "labelled":
        problem = f"item {item.id!r} has points of its own"
        yield Problem(place, problem, "these belong to a response scale of kind 'labelled'")
    elif len(codes) < 2 or codes != sorted(set(codes)):
        problem = f"the points of item {item.id!r} are coded {codes}"
        yield Problem(place, problem, "list two or more, lowest code first, each once")


def _choices(instrument: Instrument) -> Iterator[Problem]:
    """Options stand for scales, and a scale's items have an option that stands for it."""
    scales = [scale.id for scale in instrument.scales]
    places = [
        (("items", k, "options", j, "stands_for"), option.stands_for)
        for k, item in enumerate(instrument.items)
        for j, option in enumerate(item.options)
        if option.stands_for is not None
    ]
    yield from _unknown(places, scales, "an option stands for scale")
    if instrument.scoring.rule != "choices":
        return
    offered = {item.id: {o.stands_for for o in item.options} for item in instrument.items}
    for k, scale in enumerate(instrument.scales):
        for j, name in enumerate(scale.items):
            if scale.id not in offered.get(name, {scale.id}):
                problem = f"scale {scale.id!r} names item {name!r}, whose options do not offer it"
                yield Problem(("scales", k, "items", j), problem, "add 'stands_for' to an option")


def _scales(instrument: Instrument) -> Iterator[Problem]:
    items = [item.id for item in instrument.items]
    scales = [scale.id for scale in instrument.scales]
    for k, scale in enumerate(instrument.scales):
        places = [(("scales", k, "items", j), name) for j, name in enumerate(scale.items)]
        yield from _unknown(places, items, f"scale {scale.id!r} names item")
        yield from _repeated(places, f"in scale {scale.id!r}")
    for k, composite in enumerate(instrument.composites):
        places = [(("composites", k, "scales", j), name) for j, name in enumerate(composite.scales)]
        yield from _unknown(places, scales, f"composite {composite.id!r} names scale")
        yield from _repeated(places, f"in composite {composite.id!r}")


def _circle(instrument: Instrument) -> Iterator[Problem]:
    scored = [*(s.id for s in instrument.scales), *(c.id for c in instrument.composites)]
    for k, circle in enumerate(instrument.circle):
        places = [
            (("circle", k, "order", i, j), name)
            for i, tied in enumerate(circle.order)
            for j, name in enumerate(tied)
        ]
        yield from _unknown(places, scored, f"circle {circle.id!r} names scale")
        yield from _repeated(places, f"in circle {circle.id!r}")


def _model(instrument: Instrument, model: MeasurementModel, place: Place) -> Iterator[Problem]:
    items = {item.id for item in instrument.items}
    known = [*(scale.id for scale in instrument.scales), *items]
    for factor, parts in model.factors.items():
        places = [((*place, "factors", factor, j), name) for j, name in enumerate(parts)]
        yield from _unknown(places, known, f"factor {factor!r} names scale or item")
        if not parts:
            problem = f"factor {factor!r} has no indicators"
            yield Problem((*place, "factors", factor), problem, "list scales or items")
    for factor, parts in model.higher.items():
        places = [((*place, "higher", factor, j), name) for j, name in enumerate(parts)]
        yield from _unknown(places, model.factors, f"higher factor {factor!r} names factor")
    for part in ("factors", "higher"):
        for factor in getattr(model, part):
            if factor in items or (part == "higher" and factor in model.factors):
                problem = f"{factor!r} is the name of two variables in model {model.id!r}"
                yield Problem((*place, part, factor), problem, "give the factor another name")


def _direction(instrument: Instrument) -> Iterator[Problem]:
    """Scales that people rate highest and lowest are scales, and no scale is both."""
    direction = instrument.people.direction if instrument.people else None
    if direction is None:
        return
    scales = [scale.id for scale in instrument.scales]
    places = [
        (("people", "direction", part, name, k), scale)
        for part in ("higher", "lower")
        for name, members in getattr(direction, part).items()
        for k, scale in enumerate(members)
    ]
    yield from _unknown(places, scales, "direction names scale")
    yield from _repeated(places, "in direction")


def _undeclared_languages(instrument: Instrument) -> Iterator[Problem]:
    declared = instrument.languages
    for k, item in enumerate(instrument.items):
        for part in ("stem", "opposed"):
            places = [(("items", k, part, name), name) for name in getattr(item, part)]
            yield from _unknown(places, declared, f"item {item.id!r} has a {part} in language")
    for k, each in enumerate(instrument.instructions):
        places = [(("instructions", k, "text", name), name) for name in each.text]
        yield from _unknown(places, declared, f"instruction {each.id!r} is in language")


def _unknown(
    places: Iterable[tuple[Place, str]], known: Iterable[str], what: str
) -> Iterator[Problem]:
    have = list(known)
    for place, name in places:
        if name not in have:
            problem = f"{what} {name!r}, which the instrument does not have"
            yield Problem(place, problem, did_you_mean(name, have))


def _repeated(places: Iterable[tuple[Place, object]], where: str) -> Iterator[Problem]:
    seen: set[object] = set()
    for place, name in places:
        if name in seen:
            yield Problem(place, f"{name!r} stands twice {where}", "each may stand there once")
        seen.add(name)
