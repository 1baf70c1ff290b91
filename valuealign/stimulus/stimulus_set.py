"""A set of stimuli: every one is made when it is asked for, so that a large set costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from valuealign.content import content_id
from valuealign.errors import StimulusError
from valuealign.escape import for_html
from valuealign.instrument.pictures.picture import Picture, picture_in
from valuealign.instrument.slots import TEXTS, FieldKind, filled, slots
from valuealign.instrument.variant_rules import Rule, varied
from valuealign.stimulus.crossing import Cell, cells_of
from valuealign.stimulus.picture_variants import PICTURE_RULES, changed_picture, exchange_order
from valuealign.stimulus.set_file import Row, SetFile, Turn, Variant
from valuealign.stimulus.stimulus import ORIGINAL, Stimulus
from valuealign.suggestion import did_you_mean

_NO_CELL: tuple[Cell, ...] = ({},)
_MOST_PASSES = 8


class StimulusSet:
    """A set of stimuli with its provenance.

    Made by :func:`valuealign.load_stimuli`.

    Attributes
    ----------
    file : SetFile
        What its file says.
    ids : sequence of str
        The name of every stimulus.

    Examples
    --------
    >>> import valuealign as va
    >>> stimuli = va.load_stimuli("burden-belonging")
    >>> len(stimuli), stimuli.factors["burden"]
    (12, ('high', 'low'))
    """

    def __init__(self, file: SetFile, rows: Sequence[Row], path: Path) -> None:
        self.file = file
        self.path = path
        self._rows = rows
        self._cells = cells_of(file.template) if file.template else _NO_CELL

    @property
    def id(self) -> str:
        """Its name."""
        return self.file.id

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """Field -> its kind."""
        return self.file.fields

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that its texts are written in."""
        return self.file.languages

    @property
    def factors(self) -> dict[str, tuple[str, ...]]:
        """Factor -> its levels; empty where nothing is varied by design."""
        template = self.file.template
        return {n: tuple(f.levels) for n, f in template.factors.items()} if template else {}

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the design; one without factors where there is no template."""
        return self._cells

    @property
    def bases(self) -> tuple[str, ...]:
        """The names of the base texts, or of the rows."""
        return tuple(row.id for row in self._rows)

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its variants, the stimulus itself first."""
        return (ORIGINAL, *self.file.variants)

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits made from the content, a table's rows included."""
        rows = [row.model_dump(mode="json", exclude_defaults=True) for row in self._rows]
        content = {"file": self.file.content(), "rows": rows}
        if self.has_pictures:
            content["pictures"] = sorted({p.sha256 for p in self.pictures()})
        return content_id(content)

    @cached_property
    def ids(self) -> Sequence[str]:
        """The name of every stimulus, in order."""
        return [self._id(k) for k in range(len(self))]

    @property
    def has_pictures(self) -> bool:
        """Whether a field is a picture."""
        return "picture" in self.fields.values()

    def pictures(self) -> Iterator[Picture]:
        """Every picture of the stimuli themselves, in order; one may come more than once.

        Raises
        ------
        StimulusError
            A file that is not there, or is not a picture.
        """
        for k in range(len(self)):
            yield from self.stimulus(k, self.languages[0]).pictures.values()

    def __len__(self) -> int:
        return len(self._rows) * len(self._cells)

    def _id(self, k: int) -> str:
        row, cell = divmod(k, len(self._cells))
        return ".".join([self._rows[row].id, *self._cells[cell].values()])

    def place(self, stimulus_id: str) -> int:
        """The place of a stimulus, counted from 0.

        Raises
        ------
        StimulusError
            There is none of that name; the error says which it might be.
        """
        try:
            return self.ids.index(stimulus_id)
        except ValueError:
            hint = did_you_mean(stimulus_id, self.ids)
            raise StimulusError(f"{self.id} has no stimulus {stimulus_id!r}", hint=hint) from None

    def check_variant(self, name: str) -> None:
        """Refuse a variant that the set does not have.

        Raises
        ------
        StimulusError
            The error says which it might be, or which stimuli it is not written for.
        """
        if name == ORIGINAL:
            return
        if name not in self.file.variants:
            hint = did_you_mean(name, self.variants)
            raise StimulusError(f"{self.id} has no variant {name!r}", hint=hint)
        written = self.file.variants[name].written
        missing = [each for each in self.ids if each not in written] if written else []
        if missing:
            found = f"the variant {name!r} is written for {len(written)} of {len(self)} stimuli"
            raise StimulusError(found, hint=f"write {missing[0]!r} too", path=self.path)

    def stimulus(self, k: int, language: str, variant: str = ORIGINAL) -> Stimulus:
        """One stimulus in a language.

        Parameters
        ----------
        k : int
            Its place, counted from 0.
        language : str
        variant : str
            "original" is the stimulus itself.

        Raises
        ------
        StimulusError
            It is not written in this language.

        Examples
        --------
        >>> import valuealign as va
        >>> one = va.load_stimuli("burden-belonging").stimulus(0, "en")
        >>> one.id, one.conditions
        ('dana.high.low', {'burden': 'high', 'belonging': 'low'})
        """
        place, at = divmod(k, len(self._cells))
        row, cell = self._rows[place], self._cells[at]
        words = self._words(row, cell, language)
        values = {name: self._value(name, row, words, language) for name in row.values}
        name = self._id(k)
        files = {n: v for n, v in values.items() if self.fields[n] == "picture"}
        values = {n: v for n, v in values.items() if n not in files}
        if variant != ORIGINAL:
            values |= self._rewritten(name, row, values, self.file.variants[variant], language)
        of = {
            kind: {n: v for n, v in values.items() if self.fields[n] == kind}
            for kind in ("category", "number", "truth", "reference")
        }
        return Stimulus(
            self.id,
            name,
            row.id,
            None if variant == ORIGINAL else variant,
            shown={
                n: _shown(v) for n, v in values.items() if n not in of["truth"] | of["reference"]
            },
            conditions={**cell, **{n: str(v) for n, v in of["category"].items()}},
            numbers=of["number"],
            truth=of["truth"],
            reference=of["reference"],
            pictures=self._pictures(k, files, language, variant),
            files=files,
        )

    def _pictures(
        self, k: int, files: Mapping[str, str], language: str, variant: str
    ) -> dict[str, Picture]:
        """The pictures of a stimulus, as a variant shows them."""
        written = self.file.variants.get(variant)
        rule = None if written is None else written.rule
        folder = self.path.parent
        if rule == "exchanged":
            order = f"{written.seed if written else 0}\n{self.id}"
            other = exchange_order(len(self), order)[k]
            return dict(self.stimulus(other, language).pictures)
        return {
            name: changed_picture(
                picture_in(folder, file, error=StimulusError),
                rule,
                seed=f"{written.seed if written else 0}\n{self.id}\n{self._id(k)}\n{name}",
            )
            for name, file in files.items()
            if rule != "absent"
        }

    def _words(self, row: Row, cell: Cell, language: str) -> dict[str, str]:
        found = dict(row.words)
        if self.file.template:
            for factor, level in cell.items():
                found |= self.file.template.factors[factor].levels[level]
        return {slot: self._in(words, language, f"slot {slot!r}") for slot, words in found.items()}

    def _value(self, name: str, row: Row, words: Mapping[str, str], language: str) -> Any:
        value, kind = row.values[name], self.fields[name]
        what = f"{row.id!r}: {name}"
        if kind == "turns" and isinstance(value, tuple):
            said = [(t.speaker, _filled(self._in(t.text, language, what), words)) for t in value]
            return tuple(Turn(speaker=who, text=text) for who, text in said)
        if kind in (*TEXTS, "reference"):
            text = self._in(value, language, what)
            return _filled(text, words) if kind in TEXTS else text
        return _filled(str(value), words) if kind == "picture" else value

    def _in(self, words: Any, language: str, what: str) -> str:
        if isinstance(words, str):
            return words
        if language not in words:
            found = f"{self.id}: {what} has no words in language {language!r}"
            raise StimulusError(found, hint=f"it has {', '.join(words)}", path=self.path)
        return str(words[language])

    def _rewritten(
        self, name: str, row: Row, values: Mapping[str, Any], variant: Variant, language: str
    ) -> dict[str, Any]:
        """The texts of a variant: written, or by its rule."""
        if variant.written:
            texts = variant.written.get(name, {})
            return {n: self._in(text, language, f"{name!r}: {n}") for n, text in texts.items()}
        keeps = (*self.file.keeps, *row.keeps)
        rule = variant.rule
        if rule in PICTURE_RULES:
            return {}
        assert rule is not None  # noqa: S101  # a variant without texts of its own has a rule

        def changed(text: str, field: str) -> str:
            seed = "\n".join((str(variant.seed), self.id, name, field))
            return varied(text, cast(Rule, rule), seed=seed, language=language, keeps=keeps)

        found: dict[str, Any] = {}
        for field, value in values.items():
            if self.fields[field] in TEXTS:
                found[field] = changed(value, field)
            elif self.fields[field] == "turns":
                said = [(t.speaker, changed(t.text, f"{field} {j}")) for j, t in enumerate(value)]
                found[field] = tuple(Turn(speaker=who, text=text) for who, text in said)
        return found

    def keeps(self, k: int) -> tuple[str, ...]:
        """The phrases that every variant of a stimulus must keep."""
        return (*self.file.keeps, *self._rows[k // len(self._cells)].keeps)

    def __repr__(self) -> str:
        """One line; the texts are too long for a screen."""
        return f"<StimulusSet {self.id} {self.file.version}: {len(self):,} stimuli>"

    def _repr_html_(self) -> str:
        from valuealign.stimulus.display_set import set_facts

        rows = "".join(
            f"<tr><th>{for_html(name)}</th><td>{for_html(text)}</td></tr>"
            for name, text in set_facts(self)
        )
        return f"<table>{rows}</table>"


def _filled(text: str, words: Mapping[str, str]) -> str:
    """A text with its slots filled, and those that the words of a slot name."""
    for _ in range(_MOST_PASSES):
        if not any(slot in words for slot in slots(text)):
            break
        text = filled(text, words)
    return re.sub(r" +(?=[.,;:!?\n])", "", re.sub(r" {2,}", " ", text)).strip()


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(f"{turn.speaker}: {turn.text}" for turn in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
