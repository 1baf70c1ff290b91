"""Plans: instrument x respondents x forms x occasions, expanded lazily into cells."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from valuealign.administration.plan.about import check_about
from valuealign.administration.plan.elicitation import WAYS, Elicitation, Way, checked_elicitation
from valuealign.administration.plan.form import Form
from valuealign.administration.plan.form_pictures import (
    check_pictures_can_be_sent,
    item_pictures,
)
from valuealign.administration.plan.sheet import Sheet
from valuealign.content import content_id
from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument, StemForm
from valuealign.instrument.pictures.picture import Picture
from valuealign.instrument.presented import Presented
from valuealign.instrument.response_scale import Numeric, Open, VisualAnalogue
from valuealign.instrument.slots import filled, quoted
from valuealign.respondent import Respondent
from valuealign.stimulus.stimulus import About, Stimulus

_GENDERED: dict[str, StemForm] = {"female": "she", "f": "she", "male": "he", "m": "he"}


def derived_seed(seed: int, *what: object) -> int:
    """Derive a seed from another and a place; the same on every machine, below 2**31.

    Examples
    --------
    >>> derived_seed(0, "pvq01") == derived_seed(0, "pvq01") != derived_seed(1, "pvq01")
    True
    """
    text = "\n".join(str(part) for part in (seed, *what))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


@dataclass(frozen=True)
class Administration:
    """One instrument given once to one respondent.

    Parameters
    ----------
    sheet : Sheet
        The instrument in the form it is given in.
    form_name : str
        What the form was called when it was asked for.
    respondent : Respondent
    occasion : int
        Counted from 1.
    elicitation : str
        One of :data:`~valuealign.administration.plan.elicitation.ELICITATIONS`.
    seed : int
        Derived from the plan's one recorded seed and this administration's content.
    stimulus : Stimulus, optional
        What it is about.
    """

    sheet: Sheet
    form_name: str
    respondent: Respondent
    occasion: int
    elicitation: Elicitation
    seed: int
    stimulus: Stimulus | None = None

    @property
    def instrument(self) -> Instrument:
        """The instrument that is administered."""
        return self.sheet.instrument

    @property
    def way(self) -> Way:
        """The facts of its elicitation."""
        return WAYS[self.elicitation]

    @property
    def form(self) -> Form:
        """The form in which it is administered."""
        return self.sheet.form

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """The items in the order of this form."""
        instrument = self.instrument
        return item_order(
            instrument.item_ids, self.form, self.occasion, self.seed, blocks=instrument.blocks
        )

    @property
    def n_cells(self) -> int:
        """Number of requests."""
        return 1 if self.form.context == "whole" else len(self.instrument.items)

    def cell(self, position: int) -> Cell:
        """One of its requests, by position counted from 0."""
        whole = self.form.context == "whole"
        return Cell(self, position, self.item_ids if whole else (self.item_ids[position],))

    def worded(self, text: str) -> str:
        """A stem or an instruction with the stimulus in its slots."""
        return text if self.stimulus is None else filled(text, self._words)

    @cached_property
    def _words(self) -> dict[str, str]:
        """The words of each slot; those of a reply are quoted."""
        shown = self.stimulus.shown if self.stimulus else {}
        kinds = self.instrument.about
        return {n: quoted(text) if kinds.get(n) == "reply" else text for n, text in shown.items()}

    def pictures(self, item_id: str, *, first: bool = True) -> tuple[Picture, ...]:
        """The pictures shown with an item: the stimulus at the beginning, then the item's own."""
        own = item_pictures(self.instrument, item_id, self.form.pictures)
        return (*(self.stimulus.pictures.values() if self.stimulus and first else ()), *own)

    def presented(self, item_id: str) -> Presented:
        """The options one item offers under this form."""
        keyed = self.sheet.keyed
        return self.sheet.presented(
            item_id, seed=derived_seed(self.seed, item_id, "options") if keyed else 0
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One request of an administration.

    Parameters
    ----------
    administration : Administration
    position : int
        Which request of the administration, counted from 0.
    item_ids : tuple of str
        The item asked, or all items if the whole form is one request.
    """

    administration: Administration
    position: int
    item_ids: tuple[str, ...]

    @property
    def seed(self) -> int:
        """The seed sent with the request, unless the respondent has one of their own."""
        return derived_seed(self.administration.seed, *self.item_ids)

    @property
    def id(self) -> str:
        """Sixteen hex digits made from what identifies the cell."""
        administration = self.administration
        return content_id(
            {
                "instrument": administration.instrument.hash,
                "wording": administration.sheet.wording_hash,
                "items": list(self.item_ids),
                "form": administration.form.id,
                "respondent": administration.respondent.id,
                "occasion": administration.occasion,
                "elicitation": administration.elicitation,
                **({"stimulus": administration.stimulus.hash} if administration.stimulus else {}),
            }
        )


@dataclass(frozen=True)
class Plan:
    """The instrument, respondents, forms and occasions of a run.

    Parameters
    ----------
    instrument : Instrument
    respondents : tuple of Respondent
    forms : tuple of Form
    occasions : int
        How often each respondent is given each form.
    elicitation : str
        One of :data:`~valuealign.administration.plan.elicitation.ELICITATIONS`.
    seed : int
        The one recorded seed everything random is derived from.
    about : About, optional
        The stimuli that the instrument is asked about, each in an administration of its own.

    Raises
    ------
    PlanError
        A plan that cannot be carried out: says which part, and what would do.
    """

    instrument: Instrument
    respondents: tuple[Respondent, ...]
    forms: tuple[Form, ...] = (Form(),)
    occasions: int = 1
    elicitation: Elicitation = "choice"
    seed: int = 0
    about: About | None = None

    def __post_init__(self) -> None:
        if self.occasions < 1:
            raise PlanError(f"occasions is {self.occasions}; expected 1 or more")
        if not 0 <= self.seed < 2**63:
            raise PlanError(f"seed is {self.seed}; expected 0 to 2**63 - 1")
        if not self.respondents:
            raise PlanError("no respondent; name a model with --model")
        if len({respondent.id for respondent in self.respondents}) < len(self.respondents):
            raise PlanError("the same respondent stands in the plan twice; name each model once")
        for form in self.forms:
            for resolved in dict.fromkeys(self._resolved(who, form) for who in self.respondents):
                resolved.check(self.instrument)
            self._check_elicitation(form)
        check_about(self.instrument, self.about, [form.language for form in self.forms])

    def _check_elicitation(self, form: Form) -> None:
        scale = self.instrument.response_scale
        whole = self._context(form) == "whole"
        check_pictures_can_be_sent(self.instrument, form, self.elicitation, whole=whole)
        way = WAYS[checked_elicitation(self.elicitation)]
        for arises, why in (
            (whole, way.whole_form),
            (isinstance(scale, Open), way.open_text),
            (isinstance(scale, Numeric | VisualAnalogue), way.free_number),
        ):
            if arises and why:
                raise PlanError(why.format(instrument=self.instrument.id))

    @property
    def n_administrations(self) -> int:
        """How many administrations there are."""
        return len(self.respondents) * len(self.forms) * self.occasions * self.n_stimuli

    @property
    def n_stimuli(self) -> int:
        """How many stimuli there are; 1 where the instrument is asked about none."""
        return 1 if self.about is None else len(self.about)

    @property
    def n_cells(self) -> int:
        """Number of requests, without retries."""
        per_form = sum(
            1 if self._context(form) == "whole" else len(self.instrument.items)
            for form in self.forms
        )
        return len(self.respondents) * self.occasions * per_form * self.n_stimuli

    def administrations(self) -> Iterator[Administration]:
        """The administrations, one after another.

        An occasion gives every stimulus, and each of them to all respondents in all forms. A
        stimulus is made when its turn comes.
        """
        for occasion in range(1, self.occasions + 1):
            for by_language in self._stimuli():
                for respondent in self.respondents:
                    for form in self.forms:
                        stimulus = by_language.get(form.language)
                        yield self._administration(respondent, form, occasion, stimulus)

    def _stimuli(self) -> Iterator[dict[str, Stimulus]]:
        """Each stimulus in the languages of the forms; one empty mapping where there is none."""
        if self.about is None:
            yield {}
            return
        languages = dict.fromkeys(form.language for form in self.forms)
        for k in range(len(self.about)):
            yield {language: self.about.stimulus(k, language) for language in languages}

    def _administration(
        self, respondent: Respondent, form: Form, occasion: int, stimulus: Stimulus | None
    ) -> Administration:
        sheet = self._sheet(self._resolved(respondent, form))
        seed = derived_seed(
            self.seed,
            self.instrument.hash,
            respondent.id,
            sheet.form_id,
            occasion,
            self.elicitation,
            *([stimulus.hash] if stimulus else []),
        )
        return Administration(
            sheet, form.name, respondent, occasion, self.elicitation, seed, stimulus
        )

    def _resolved(self, respondent: Respondent, form: Form) -> Form:
        return replace(form, stem=self._stem(respondent, form), context=self._context(form))

    def _sheet(self, form: Form) -> Sheet:
        if form not in self._sheets:
            self._sheets[form] = Sheet(self.instrument, form)
        return self._sheets[form]

    @cached_property
    def _sheets(self) -> dict[Form, Sheet]:
        return {}

    def _context(self, form: Form) -> Literal["item", "whole", "growing"]:
        return form.context or self.instrument.administration.context

    def _stem(self, respondent: Respondent, form: Form) -> StemForm:
        """The form asked for; the respondent's sex where the instrument matches it; its advice."""
        if form.stem is not None:
            return form.stem
        advice = self.instrument.administration
        persona = respondent.persona
        sex = str((persona.attributes if persona else {}).get("sex", "")).lower()
        return _GENDERED.get(sex, advice.stem) if advice.sex_matched else advice.stem

    def content(self) -> dict[str, Any]:
        """The plan as plain values, respondents by id."""
        return {
            "instrument": self.instrument.id,
            "instrument_hash": self.instrument.hash,
            "respondents": [respondent.id for respondent in self.respondents],
            "forms": [form.content_on_record for form in self.forms],
            "occasions": self.occasions,
            "elicitation": self.elicitation,
            "seed": self.seed,
            **({} if self.about is None else {"about": self.about.content()}),
        }


def item_order(
    item_ids: tuple[str, ...],
    form: Form,
    occasion: int,
    seed: int,
    *,
    blocks: Sequence[Sequence[str]] = (),
) -> tuple[str, ...]:
    """The items in the order of a form.

    "latin" rotates the published order from occasion to occasion: over as many occasions as
    there are items each item stands once in every place. The step is near the golden section
    of the number of items, so that a few occasions are far apart already.

    Examples
    --------
    >>> item_order(("a", "b", "c"), Form(order="reversed"), 1, 0)
    ('c', 'b', 'a')
    >>> [item_order(("a", "b", "c"), Form(order="latin"), k, 0)[0] for k in (1, 2, 3)]
    ['a', 'c', 'b']

    "blocks" draws the order within each block; other items keep their places.

    >>> item_order(("a", "b", "c", "d"), Form(order="blocks"), 1, 1, blocks=[("b", "d")])
    ('a', 'd', 'c', 'b')
    """
    if form.order == "reversed":
        return item_ids[::-1]
    if form.order == "random":
        shuffled = list(item_ids)
        random.Random(seed).shuffle(shuffled)  # noqa: S311  # an order, not a secret
        return tuple(shuffled)
    if form.order == "blocks":
        return _within_blocks(item_ids, blocks, random.Random(seed))  # noqa: S311
    if form.order == "latin":
        start = (occasion - 1) * _stride(len(item_ids)) % len(item_ids)
        return item_ids[start:] + item_ids[:start]
    return item_ids


def _within_blocks(
    item_ids: tuple[str, ...], blocks: Sequence[Sequence[str]], draw: random.Random
) -> tuple[str, ...]:
    """Shuffle the items of each block among the places that they have."""
    ordered = list(item_ids)
    for block in blocks:
        places = [k for k, item_id in enumerate(item_ids) if item_id in block]
        items = [item_ids[k] for k in places]
        draw.shuffle(items)
        for k, item_id in zip(places, items, strict=True):
            ordered[k] = item_id
    return tuple(ordered)


def _stride(n: int) -> int:
    near = max(1, round(n * 0.618))
    return next(step for step in range(near, 2 * n + 2) if math.gcd(step, n) == 1)
