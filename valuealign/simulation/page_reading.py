"""Reading of a rendered page: its statements and its options."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from valuealign.errors import InstrumentError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.item import Item
from valuealign.instrument.response_scale import Keyed, Labelled, VisualAnalogue, YesNoConfidence
from valuealign.instrument.stem_variants import variant_names
from valuealign.instrument.strict_model import StemForm
from valuealign.simulation.simulated_sight import pictures_of
from valuealign.simulation.slot_reading import SlotReader
from valuealign.stimulus.stimulus import Stimulus
from valuealign.stimulus.stimulus_set import StimulusSet

_NUMBERED = re.compile(r"(\d{1,4})\. (.+)")
_OPTION = re.compile(r"(-?\d{1,4}|[A-Z]) = (.+)|(-?\d{1,4}|[A-Z])|- (.+)")
_ENDS = re.compile(r"(\S+) = (.+), (\S+) = (.+)")


FORMS = get_args(StemForm)
_CONTENTS: tuple[Literal["stem", "opposed"], ...] = ("stem", "opposed")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement on the page, with its options.

    Parameters
    ----------
    number : str or None
        Its number where the whole form stands there.
    instrument : Instrument
    item : Item
    opposed : bool
        Whether the stem of opposed content stands there.
    options : tuple of (str, float or None)
        What each option is called, and its code in the instrument's direction.
    """

    number: str | None
    instrument: Instrument
    item: Item
    opposed: bool
    options: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The contents of a request.

    Parameters
    ----------
    person : str
        The system messages.
    statements : tuple of Statement
    wants_schema : mapping or None
        The JSON schema the reply has to fit.
    stimulus : Stimulus or None
        What the page is about.
    pictures : tuple of bytes
        What the page shows beside its text.
    """

    person: str
    statements: tuple[Statement, ...]
    wants_schema: Mapping[str, Any] | None
    stimulus: Stimulus | None = None
    pictures: tuple[bytes, ...] = ()


class Reader:
    """A reader that recognises the statements of some instruments, in every language and form.

    Parameters
    ----------
    instruments : sequence of Instrument
    stimuli : StimulusSet, optional
        What may stand in the slots of their texts.
    """

    def __init__(
        self, instruments: Sequence[Instrument], stimuli: StimulusSet | None = None
    ) -> None:
        self._slots = SlotReader(instruments, stimuli)
        self._stems: dict[str, tuple[Instrument, Item, bool]] = {}
        self._instruments = tuple(instruments)
        self._knows_variants = False
        for instrument in instruments:
            for item in instrument.items:
                for opposed, stems in ((False, item.stem), (True, item.opposed)):
                    for text in _texts(stems):
                        self._stems[_plain(text)] = (instrument, item, opposed)

    def read(self, body: Mapping[str, Any]) -> Page:
        """Read a request's body; a page without a known statement is empty."""
        messages = body.get("messages") or body.get("input") or []
        messages = messages if isinstance(messages, list) else [messages]
        said = [m for m in messages if isinstance(m, Mapping)]
        person = "\n".join(_text(m.get("content")) for m in said if m.get("role") == "system")
        asked = [m for m in said if m.get("role") == "user"]
        first = _text(asked[0].get("content")) if asked else ""
        shown, stimulus = self._slots.read(_text(asked[-1].get("content")) if asked else "")
        if stimulus is None and len(asked) > 1:  # a conversation shows it at its beginning
            _, stimulus = self._slots.read(first)
        pictures = pictures_of(asked[-1].get("content")) if asked else ()
        return Page(person, tuple(self._statements(shown)), _schema(body), stimulus, pictures)

    def _statements(self, shown: str) -> Iterator[Statement]:
        lines = [line.strip() for line in shown.splitlines()]
        statements = self._found(lines)
        if not statements and not self._knows_variants:
            self._learn_variants()
            statements = self._found(lines)
        if not statements and (keyed := self._by_options(lines)):
            statements = [(0, None, *keyed)]
        shared = lines[statements[-1][0] + 1 :] if statements else []
        for here, (k, number, instrument, item, opposed) in enumerate(statements):
            end = statements[here + 1][0] if here + 1 < len(statements) else len(lines)
            own = [line for line in lines[k + 1 : end] if _OPTION.fullmatch(line)]
            options = _options(own or shared, instrument, item)
            yield Statement(number, instrument, item, opposed, options)

    def _found(self, lines: Sequence[str]) -> list[tuple[int, str | None, Instrument, Item, bool]]:
        return [(k, *place) for k, line in enumerate(lines) if (place := self._stem(line))]

    def _learn_variants(self) -> None:
        """Learn the variants of all stems; only once a page shows none that is known."""
        self._knows_variants = True
        for instrument in self._instruments:
            for variant, language, form, content in itertools.product(
                variant_names(instrument)[1:], instrument.languages, FORMS, _CONTENTS
            ):
                try:
                    texts = instrument.wording(language, form, content=content, variant=variant)
                except InstrumentError:  # not written so
                    continue
                for item_id, text in texts.items():
                    if not text:  # an item that is only a picture
                        continue
                    known = (instrument, instrument.item(item_id), content == "opposed")
                    self._stems.setdefault(_plain(text), known)

    def _stem(self, line: str) -> tuple[str | None, Instrument, Item, bool] | None:
        if stem := self._stems.get(_plain(line)):
            return None, *stem
        numbered = _NUMBERED.fullmatch(line)
        if numbered and (stem := self._stems.get(_plain(numbered[2]))):
            return numbered[1], *stem
        return None

    def _by_options(self, lines: Sequence[str]) -> tuple[Instrument, Item, bool] | None:
        """Recognise an item that is only a picture by the words of its options."""
        words = {
            _plain(m[2] or m[4])
            for line in lines
            if (m := _OPTION.fullmatch(line)) and (m[2] or m[4])
        }
        for instrument in self._instruments:
            for item in instrument.items:
                own = {_plain(text) for o in item.options for text in o.label.values()}
                if words and words <= own:
                    return instrument, item, False
        return None


def _options(
    lines: Sequence[str], instrument: Instrument, item: Item
) -> tuple[tuple[str, float | None], ...]:
    codes = _codes(instrument, item)
    options: list[tuple[str, float | None]] = []
    for line in lines:
        if ends := _ENDS.fullmatch(line):
            return tuple((ends[k], codes.get(_plain(ends[k + 1]))) for k in (1, 3))
        option = _OPTION.fullmatch(line)
        if option is None:
            continue
        token = option[1] or option[3] or option[4]
        words = option[2] or option[4] or ""
        options.append((token, codes.get(_plain(words))))
    return _filled(options, instrument, item)


def _filled(
    options: list[tuple[str, float | None]], instrument: Instrument, item: Item
) -> tuple[tuple[str, float | None], ...]:
    """Give options between labelled ends their codes by position, because they have no words."""
    scale = instrument.scale_of(item.id)
    if not isinstance(scale, Labelled) or all(code is not None for _, code in options):
        return tuple(options)
    codes = [float(point.code) for point in scale.points]
    known = [code for _, code in options[: len(codes)] if code is not None]
    if len(known) > 1 and known[0] > known[-1]:
        codes.reverse()
    listed = zip(options, [*codes, *[None] * len(options)], strict=False)
    return tuple((token, place) for (token, _), place in listed)


def _codes(instrument: Instrument, item: Item) -> dict[str, float]:
    scale = instrument.scale_of(item.id)
    if isinstance(scale, Labelled):
        pairs = [(point.label, float(point.code)) for point in scale.points]
    elif isinstance(scale, Keyed):
        pairs = [(option.label, float(option.code)) for option in item.options]
    elif isinstance(scale, YesNoConfidence):
        pairs = [(scale.yes, 1.0), (scale.no, 0.0)]
    elif isinstance(scale, VisualAnalogue):
        pairs = [(scale.low, scale.minimum), (scale.high, scale.maximum)]
    else:
        pairs = []
    return {_plain(text): code for label, code in pairs for text in label.values()}


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted = body.get("response_format")
    if isinstance(wanted, Mapping) and isinstance(wanted.get("json_schema"), Mapping):
        schema = wanted["json_schema"].get("schema")
        return schema if isinstance(schema, Mapping) else None
    return None


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [part.get("text") for part in content if isinstance(part, Mapping)]
    return "\n".join(part for part in parts if isinstance(part, str))


def _texts(stems: Mapping[str, Mapping[Any, str]]) -> Iterator[str]:
    for forms in stems.values():
        yield from forms.values()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
