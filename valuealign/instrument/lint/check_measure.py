"""Linter rules for measurement: scales, keys, models, scoring, norms."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from valuealign.instrument.lint.finding import Remark
from valuealign.instrument.lint.identification import degrees_short
from valuealign.instrument.model_syntax import factors
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.instrument.references import Place
    from valuealign.instrument.scale import MeasurementModel

_MANY = 400
"""Items of a model beyond which identification would take minutes."""


def scales(instrument: Instrument) -> Iterator[Remark]:
    """Scales have at least three items, and items at least one scale."""
    # A judgement of stimuli is compared with their truth, a text about stimuli with references,
    # and ratings of replies are scored with the instrument that was answered.
    kinds = ("yes_no_confidence", "open")
    judges = bool(instrument.about) and instrument.response_scale.kind in kinds
    rates = "reply" in instrument.about.values()
    if not instrument.scales and not judges and not rates:
        hint = "add 'scales', or its responses cannot be scored"
        yield Remark("error", ("scales",), "there are no scales", hint)
    for k, scale in enumerate(instrument.scales):
        if len(scale.items) < 3:
            hint = {
                1: "one item has no reliability of its own; add items",
                2: "reliability is Spearman-Brown's, and invariance is all or nothing",
            }[len(scale.items)]
            problem = f"scale {scale.id!r} has {len(scale.items)} items"
            yield Remark("warning", ("scales", k, "items"), problem, hint)
    scored = {item for scale in instrument.scales for item in scale.items}
    for k, item in enumerate(instrument.items):
        if instrument.scales and item.id not in scored:
            hint = "add it to a scale, if it is not a filler or a practice item"
            yield Remark("warning", ("items", k), f"item {item.id!r} is in no scale", hint)


def keying(instrument: Instrument) -> Iterator[Remark]:
    """One-way keying does not separate agreement from acquiescence."""
    labelled = instrument.response_scale.kind == "labelled"
    one_way = labelled and len({item.keyed for item in instrument.items}) == 1
    if one_way and len(instrument.items) > 1:
        opposed = all(item.opposed for item in instrument.items)
        hint = (
            "its stems of opposed content can: --form content=stem,opposed"
            if opposed
            else "write stems of opposed content ('opposed') to tell them apart"
        )
        problem = "all items are keyed one way: agreement and acquiescence look the same"
        yield Remark("note", ("items",), problem, hint)


def models(instrument: Instrument) -> Iterator[Remark]:
    """Every model has a unique solution."""
    for k, model in enumerate(instrument.models):
        spelt = factors(instrument, model)
        place: Place = ("models", k)
        yield from _identified(spelt, model, place)
    if instrument.scales and instrument.scoring.additive:
        yield from _derived(instrument)


def _identified(
    spelt: dict[str, tuple[str, ...]], model: MeasurementModel, place: Place
) -> Iterator[Remark]:
    if sum(map(len, spelt.values())) > _MANY:
        problem = f"model {model.id!r} is too large for its identification to be checked"
        yield Remark("note", place, problem, "")
        return
    short = degrees_short(spelt, model.higher)
    if short:
        problem = f"model {model.id!r} cannot be identified: {short} parameters too many"
        hint = "a factor alone needs three indicators, two that correlate need two each"
        yield Remark("error", place, problem, hint)


def _derived(instrument: Instrument) -> Iterator[Remark]:
    if instrument.default_models or len(instrument.items) > _MANY:
        return
    short = degrees_short(factors(instrument))
    if short:
        problem = (
            f"the model derived from the scales cannot be identified: {short} parameters too many"
        )
        hint = "it can be scored, not fitted; or name an identified one under 'default_models'"
        yield Remark("warning", ("scales",), problem, hint)


def keys(instrument: Instrument) -> Iterator[Remark]:
    """Keyed choice has answers or stands for scales, and has a chance to be tested against."""
    if instrument.response_scale.kind != "keyed":
        return
    if instrument.scoring.rule == "choices":
        yield from _chance(instrument)
        return
    scored = {item for scale in instrument.scales for item in scale.items}
    for k, item in enumerate(instrument.items):
        if item.answer is None and item.id in scored:
            problem = f"item {item.id!r} is scored and has no right answer"
            yield Remark("error", ("items", k), problem, "add 'answer: CODE'")
    if instrument.scoring.rule != "accuracy":
        problem = f"a keyed choice is scored by {instrument.scoring.method!r}"
        yield Remark("warning", ("scoring", "method"), problem, "use 'accuracy' or 'choices'")
    yield from _chance(instrument)


def _chance(instrument: Instrument) -> Iterator[Remark]:
    chances = {1 / len(item.options) for item in instrument.items if item.options}
    stated = instrument.scoring.chance
    if stated is None:
        problem = "the share right by guessing is not stated"
        yield Remark("warning", ("scoring",), problem, "add 'chance: 0.25' for four options")
    elif all(abs(stated - chance) > 0.005 for chance in chances):
        problem = f"chance is {stated:g}, and the items have other numbers of options"
        yield Remark("error", ("scoring", "chance"), problem, "it is 1 / the number of options")


def circle(instrument: Instrument) -> Iterator[Remark]:
    """A circular order names every scale, or some are outside it."""
    known = {scale.id for scale in instrument.scales}
    for k, each in enumerate(instrument.circle):
        placed = {name for tied in each.order for name in tied}
        if placed <= known and (left := sorted(known - placed)):
            problem = f"circle {each.id!r} has no place for {', '.join(left)}"
            yield Remark("note", ("circle", k), problem, "intended?")
        if each.citation is None:
            problem = f"circle {each.id!r} has no citation"
            yield Remark("warning", ("circle", k), problem, "say where this order was published")


def norms(instrument: Instrument, populations: Collection[str] | None) -> Iterator[Remark]:
    """Every norm refers to a population, or says why there is none."""
    for k, norm in enumerate(instrument.norms):
        place: Place = ("norms", k)
        if norm.population is None and norm.reason is None:
            hint = "name a population, or say under 'reason' why there is none"
            yield Remark("error", place, "a norm that refers to nothing", hint)
        elif norm.population and populations is not None and norm.population not in populations:
            problem = f"the norm refers to population {norm.population!r}, which is not known"
            yield Remark("error", place, problem, did_you_mean(norm.population, populations))


def people(instrument: Instrument, populations: Collection[str] | None) -> Iterator[Remark]:
    """Every sample that stands for people is known."""
    if instrument.people is None or populations is None:
        return
    for place, name in instrument.people.populations.items():
        if name not in populations:
            problem = f"people name population {name!r}, which is not known"
            yield Remark("error", ("people", *place), problem, did_you_mean(name, populations))


CHECKS = (scales, keying, models, keys, circle)
