"""Instruments as data: the format of files under ``instruments/`` and their queries.

Every part forbids what it does not know, so a misspelt field is an error with a line,
and :mod:`valuealign.instrument.load` turns validation errors into sentences with a place.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from valuealign.content import content_id
from valuealign.instrument.human_data import HumanData, identifying
from valuealign.instrument.instruction import Advice, Instruction
from valuealign.instrument.item import Item, ItemOption, Media
from valuealign.instrument.model_syntax import lavaan_text
from valuealign.instrument.named_part import named_part
from valuealign.instrument.presented import Direction, Labels, Presented
from valuealign.instrument.provenance import Citation, Rights, WordingNotice
from valuealign.instrument.references import check_references
from valuealign.instrument.response_scale import Keyed, ResponseScale, with_points
from valuealign.instrument.scale import (
    CircleOrder,
    Composite,
    MeasurementModel,
    MissingRule,
    Norm,
    Scale,
    Scoring,
)
from valuealign.instrument.scale_key import scale_key
from valuealign.instrument.slots import FieldKind
from valuealign.instrument.stem_variants import ORIGINAL, in_variant
from valuealign.instrument.strict_model import (
    ID_SHAPE,
    Identifier,
    Language,
    LanguageText,
    StemForm,
    Stems,
    Strict,
    Text,
    added,
)
from valuealign.instrument.words import in_form, words_hash

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Advice",
    "CircleOrder",
    "Citation",
    "Composite",
    "Instruction",
    "Instrument",
    "Item",
    "ItemOption",
    "MeasurementModel",
    "Media",
    "MissingRule",
    "Norm",
    "Rights",
    "Scale",
    "Scoring",
    "StemForm",
    "WordingNotice",
]


class Instrument(Strict):
    """A published set of items with its keys, as data.

    Made by :func:`valuealign.load_instrument`; the fields are those of the file.

    Attributes
    ----------
    items : tuple of Item
    scales : tuple of Scale
    response_scale : ResponseScale
    model : str
        lavaan syntax derived from the scales, one factor a scale.
    default_lavaan : dict of str to str
        The models fitted unless another is named.
    hash : str
        Sixteen hex digits made from the whole content.

    Examples
    --------
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> pvq.scale("HE").items
    ('pvq10', 'pvq21')
    >>> pvq.model.splitlines()[0]
    'SD =~ pvq01 + pvq11'
    """

    model_config = ConfigDict(populate_by_name=True)

    id: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The name it is loaded by ("pvq-rr")."""
    version: Text
    """The version of this file, in quotes ("1.0")."""
    title: LanguageText
    """Its full name."""
    measures: LanguageText = Field(alias="construct")
    """What it measures."""
    citations: tuple[Citation, ...]
    """Where it was published."""
    rights: dict[Literal["wording", "media"], Rights]
    """Who holds the wording and the media."""
    wording_notice: WordingNotice = Field(alias="wording")
    """Whose sentences this file carries."""
    languages: tuple[Language, ...] = Field(min_length=1)
    """The languages it can be given in."""
    instructions: tuple[Instruction, ...] = Field(min_length=1)
    """Equivalent instructions; the first is used unless another is asked for."""
    response_scale: ResponseScale
    """The options its items offer."""
    items: tuple[Item, ...] = Field(min_length=1, max_length=5000)
    """Its items in the published order."""
    scales: tuple[Scale, ...] = ()
    """Items scored together."""
    composites: tuple[Composite, ...] = ()
    """Scales scored together."""
    circle: tuple[CircleOrder, ...] = ()
    """Published circular orders."""
    scoring: Scoring
    """How responses become scores."""
    models: tuple[MeasurementModel, ...] = ()
    """Named measurement models beside the one derived from the scales."""
    default_models: tuple[str, ...] = ()
    """The models fitted unless another is named."""
    norms: tuple[Norm, ...] = ()
    """Human samples it can be compared with."""
    people: HumanData | None = added(None)
    """What human samples it has, by what they are for; no part of its hash."""
    administration: Advice = Field(default_factory=Advice)
    """How it is meant to be given."""
    about: dict[Identifier, FieldKind] = added({})
    """The fields of a stimulus that it is asked about; slots of its texts name them."""
    content_note: LanguageText | None = added(None)
    """What a person may find hard to read or to answer; no part of its hash."""
    not_for: tuple[Text, ...] = added(())
    """Uses that its answers do not support; no part of its hash."""

    variants: dict[Identifier, dict[Identifier, Stems]] = added({})
    """Other ways of writing the stems: variant -> item -> stem in each language and form."""
    blocks: tuple[tuple[Identifier, ...], ...] = added(())
    """Items whose order is drawn within their block under ``order=blocks``."""

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        check_references(self)
        return self

    def content(self) -> dict[str, Any]:
        """The instrument as plain values, without fields that do not identify it."""
        return self.model_dump(mode="json", by_alias=True)

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits made from the content; comments in the file do not count."""
        return content_id(identifying(self.content()))

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of the items in the published order."""
        return tuple(self._items)

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    def item(self, item_id: str) -> Item:
        """The item of that id.

        Raises
        ------
        InstrumentError
            There is none; the error says which it might be.
        """
        return named_part(self._items, item_id, f"{self.id} has no item")

    def scale(self, scale_id: str) -> Scale:
        """The scale of that id.

        Raises
        ------
        InstrumentError
            There is none; the error says which it might be.
        """
        scales = {scale.id: scale for scale in self.scales}
        return named_part(scales, scale_id, f"{self.id} has no scale")

    def instruction(
        self,
        instruction_id: str | None = None,
        *,
        language: str = "en",
        form: StemForm | None = None,
    ) -> str:
        """An instruction in a language and grammatical form.

        Parameters
        ----------
        instruction_id : str, optional
            Which of the equivalent ones; by default the first that has this language.
        language : str
        form : {"he", "she", "they", "first", "plain"}, optional
            By default the form the instrument advises.

        Raises
        ------
        InstrumentError
            No such instruction, or not in this language and form.
        """
        written = {each.id: each for each in self.instructions}
        if instruction_id is None:
            chosen = next((each for each in self.instructions if language in each.text), None)
            chosen = chosen or self.instructions[0]
        else:
            chosen = named_part(written, instruction_id, f"{self.id} has no instruction")
        what = f"{self.id}: instruction {chosen.id!r}"
        return in_form(chosen.text, language, form or self.administration.stem, what)

    def wording(
        self,
        language: str = "en",
        form: StemForm | None = None,
        *,
        content: Literal["stem", "opposed"] = "stem",
        variant: str = ORIGINAL,
    ) -> dict[str, str]:
        """Return the text of every item.

        Parameters
        ----------
        language : str
        form : {"he", "she", "they", "first", "plain"}, optional
            By default the form the instrument advises. A ``plain`` stem, which names no
            person, serves for every form.
        content : {"stem", "opposed"}
            The stem itself, or the stem of opposed content.
        variant : str
            "original", a variant that the instrument has, or a rule that makes one ("misspelt").

        Returns
        -------
        dict
            Item id to stem, in the published order. An item that is only a picture has "".

        Raises
        ------
        InstrumentError
            An item has no stem in this language, form or variant.

        Examples
        --------
        >>> import valuealign as va
        >>> len(va.load_instrument("pvq-21").wording("en", "they"))
        21
        """
        form = form or self.administration.stem
        stems = {item.id: self._stem(item, language, form, content) for item in self.items}
        if variant == ORIGINAL:
            return stems
        return in_variant(self, stems, variant, language=language, form=form, content=content)

    def _stem(self, item: Item, language: str, form: StemForm, content: str) -> str:
        stems = item.stem if content == "stem" else item.opposed
        if not stems and item.media and content == "stem":
            return ""
        return in_form(stems, language, form, f"{self.id}: item {item.id!r} ({content})")

    def wording_hash(
        self,
        language: str = "en",
        form: StemForm | None = None,
        *,
        content: Literal["stem", "opposed"] = "stem",
        variant: str = ORIGINAL,
    ) -> str:
        """Sixteen hex digits made from the stems and the option labels of one form.

        Two samples may be compared item by item only where this is the same. White space and
        the case of labels do not count.
        """
        stems = self.wording(language, form, content=content, variant=variant)
        own = {item.id: self.scale_of(item.id) for item in self.items if item.points}
        return words_hash(stems, self.response_scale, language, own)

    def presented(
        self,
        item_id: str,
        *,
        direction: Direction = "published",
        labels: Labels = "numbers",
        language: str = "en",
        seed: int | None = None,
    ) -> Presented:
        """The options one item offers, as a respondent sees them.

        Parameters
        ----------
        item_id : str
        direction, labels, language : str
            As in :class:`valuealign.Form`.
        seed : int, optional
            Shuffles the options of a keyed item; other scales have an order of their own.

        Raises
        ------
        InstrumentError
            No such item, or an option without words where words are to be shown.
        """
        shown: dict[str, Any] = {"direction": direction, "labels": labels, "language": language}
        scale = self.scale_of(item_id)
        if isinstance(scale, Keyed):
            return scale.presented(self.item(item_id).options, seed=seed, **shown)
        return scale.presented(**shown)

    def scale_of(self, item_id: str) -> ResponseScale:
        """The response scale of one item: its own points, or the instrument's scale."""
        return with_points(self.response_scale, self.item(item_id).points)

    @property
    def model(self) -> str:
        """lavaan syntax with one factor a scale, derived from the scales.

        A scale made up of smaller scales is a sum of them and no factor of its own.

        Raises
        ------
        InstrumentError
            The instrument has no scales.
        """
        return lavaan_text(self)

    def lavaan(self, name: str | None = None) -> str:
        """lavaan syntax of one measurement model.

        Parameters
        ----------
        name : str, optional
            One of ``models``; by default the model derived from the scales.

        Raises
        ------
        InstrumentError
            No model of that name.
        """
        if name is None:
            return lavaan_text(self)
        models = {model.id: model for model in self.models}
        return lavaan_text(self, named_part(models, name, f"{self.id} has no model"))

    @property
    def default_lavaan(self) -> dict[str, str]:
        """The models fitted unless another is named: name to lavaan syntax.

        For the PVQ family these are the four magnifying-glass models, because full models
        have improper optima in real people; where a file names none it is the one derived
        from the scales, under the name "scales".
        """
        if not self.default_models:
            return {"scales": self.model}
        return {name: self.lavaan(name) for name in self.default_models}

    def key(self) -> pd.DataFrame:
        """The key: one row for each item of each scale.

        Returns
        -------
        DataFrame
            Columns ``item``, ``scale``, ``keyed`` (+1 or -1). An item in no scale has none.
        """
        return scale_key(self)

    def title_in(self, language: str = "en") -> str:
        """The title in a language, or in the first one there is."""
        return self.title.get(language) or next(iter(self.title.values()), self.id)

    def _repr_html_(self) -> str:
        from valuealign.instrument.instrument_display import instrument_html

        return instrument_html(self)

    def __repr__(self) -> str:
        """One line; the items have too many sentences for a screen."""
        return (
            f"<Instrument {self.id} {self.version}: {len(self.items)} items, "
            f"{len(self.scales)} scales, {self.wording_notice.notice}>"
        )

    __str__ = __repr__
