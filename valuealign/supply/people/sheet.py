"""A sheet for people: what its rows ask, frozen in the store under codes that tell a rater nothing.

A row is one item about one stimulus. Its code is made from the sheet and the row, so that a sheet
comes back in any order, and nobody who fills it in sees which stimulus is which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, select

from valuealign.administration.plan.form import Form
from valuealign.administration.plan.plan import Administration, derived_seed
from valuealign.content import canonical, content_id
from valuealign.errors import StoreError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.slots import FieldKind
from valuealign.stimulus.stimulus import Stimulus
from valuealign.store.database.contents import keep, loaded
from valuealign.store.database.tables import contents
from valuealign.supply.people.person import person
from valuealign.supply.people.questionnaire import Questionnaire

_KIND = "sheet"


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet.

    Parameters
    ----------
    code : str
    administration : Administration
        Of whoever answers; :meth:`SheetOfItems.given_to` gives a rater's own.
    item_id : str
    """

    code: str
    administration: Administration
    item_id: str


class FrozenStimuli:
    """The stimuli of a sheet as they were when it was prepared.

    Parameters
    ----------
    set_id : str
    stimuli : sequence of Stimulus
        In one language.
    fields : mapping of str to str
    language : str
    """

    def __init__(
        self,
        set_id: str,
        stimuli: Sequence[Stimulus],
        fields: Mapping[str, FieldKind],
        language: str,
    ) -> None:
        self.id = set_id
        self.fields = fields
        self.languages = (language,)
        self._stimuli = stimuli

    def __len__(self) -> int:
        return len(self._stimuli)

    def stimulus(self, k: int, language: str) -> Stimulus:  # noqa: ARG002  # there is one
        """One of them, counted from 0."""
        return self._stimuli[k]

    def check(self, language: str) -> None:
        """They are written in their one language."""

    def content(self) -> dict[str, Any]:
        """What a plan records."""
        return {"set": self.id, "n": len(self), "hashes": [s.hash for s in self._stimuli]}


@dataclass(frozen=True)
class SheetOfItems:
    """A questionnaire as rows.

    Parameters
    ----------
    questionnaire : Questionnaire
    """

    questionnaire: Questionnaire

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything that a returned sheet needs to be understood, as plain values."""
        asked = self.questionnaire
        language = asked.form.language
        about = asked.about
        stimuli = [about.stimulus(k, language) for k in range(len(about))] if about else []
        return {
            "instrument": asked.instrument.content(),
            "form": asdict(asked.form),
            "seed": asked.seed,
            "each": asked.each,
            "set": about.id if about else None,
            "fields": dict(about.fields) if about else {},
            "stimuli": [stimulus.content for stimulus in stimuli],
        }

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits made from the content."""
        return content_id(self.content)

    def code(self, stimulus: Stimulus | None, item_id: str) -> str:
        """The code of one row."""
        about = "" if stimulus is None else stimulus.hash
        return content_id({"sheet": self.id, "stimulus": about, "item": item_id})[:12]

    def rows(self, rater: str | None = None, *, number: int = 0) -> list[SheetRow]:
        """The rows in the seeded order of a rater; without one, in that of the sheet."""
        who = person(rater or "anyone")
        given = self.questionnaire.administrations(who, number=number if rater else None)
        return [
            SheetRow(self.code(each.stimulus, item_id), each, item_id)
            for each in map(self._as_on_paper, given)
            for item_id in each.item_ids
        ]

    def given_to(self, rater: str, group: str) -> dict[str, SheetRow]:
        """Every row by its code, as a rater of a group answers it."""
        asked = self.questionnaire
        made = map(self._as_on_paper, asked.plan(person(rater, group)).administrations())
        rows = [
            SheetRow(self.code(a.stimulus, item_id), a, item_id)
            for a in made
            for item_id in a.item_ids
        ]
        return {row.code: row for row in rows}

    def _as_on_paper(self, administration: Administration) -> Administration:
        """The same orders of items and options for all, whoever fills the sheet in."""
        about = administration.stimulus.hash if administration.stimulus else ""
        return replace(administration, seed=derived_seed(self.questionnaire.seed, "sheet", about))

    def keep(self, connection: Connection) -> None:
        """Freeze the sheet in the store."""
        keep(connection, _KIND, [canonical(self.content)])


def kept_sheets(connection: Connection) -> list[SheetOfItems]:
    """The sheets that were prepared from a store.

    Raises
    ------
    StoreError
        One that this version cannot read.
    """
    query = select(contents.c.text).where(contents.c.kind == _KIND).order_by(contents.c.id)
    try:
        return [_sheet(loaded(text)) for (text,) in connection.execute(query)]
    except (ValidationError, TypeError, KeyError) as error:
        raise StoreError(f"a sheet in the store cannot be read by this version: {error}") from None


def _sheet(content: Mapping[str, Any]) -> SheetOfItems:
    form = Form(**content["form"])
    stimuli = [_stimulus(each) for each in content["stimuli"]]
    about = (
        FrozenStimuli(content["set"], stimuli, content["fields"], form.language)
        if content["set"]
        else None
    )
    instrument = Instrument.model_validate(content["instrument"])
    return SheetOfItems(Questionnaire(instrument, form, about, content["seed"], content["each"]))


def _stimulus(content: Mapping[str, Any]) -> Stimulus:
    names = {field.name for field in fields(Stimulus)}
    return Stimulus(content["set"], **{n: part for n, part in content.items() if n in names})
