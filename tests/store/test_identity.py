"""A store that an earlier version wrote is resumed with no request, and reads unchanged."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from pathlib import Path

import pytest

import valuealign as va
from valuealign.administration.plan.form import Form
from valuealign.administration.plan.plan import Plan
from valuealign.content import content_id
from valuealign.instrument.strict_model import Strict, added
from valuealign.respondent import Persona, Respondent
from valuealign.sampling_settings import Sampling
from valuealign.supply.preparation import done_already, prepare

KEPT = Path(__file__).parent / "second_edition.sqlite"
TESTS = Path(__file__).parents[1]
TWO = [
    Persona("nurse", "You are a retired nurse.", attributes={"sex": "female", "age": 70}),
    Persona("student", "You study law.", attributes={"sex": "male", "age": 21}),
]
GIVEN = {
    "forms": (
        "moods.yaml",
        "sim:factor",
        {"occasions": 2, "forms": "direction=published,reversed content=stem,opposed", "seed": 3},
    ),
    "personas and sampling": (
        "moods.yaml",
        "sim:factor",
        {"personas": TWO, "elicitation": "json", "sampling": Sampling(temperature=0.5), "seed": 3},
    ),
    "the whole form": (
        "moods.yaml",
        "sim:yes",
        {"forms": "context=whole order=latin", "elicitation": "text"},
    ),
    "a keyed test": ("words.yaml", "sim:yes", {"elicitation": "choice", "occasions": 2}),
    "a shipped instrument": ("pvq-21", "sim:human", {"elicitation": "logprobs"}),
}
"""What was administered: see tests/store/second_edition.md."""


@pytest.fixture
def store(tmp_path):
    """A copy of the store."""
    return Path(shutil.copy(KEPT, tmp_path / "study.db"))


@pytest.mark.parametrize("case", GIVEN)
def test_the_same_command_asks_nothing_again(store, case):
    name, model, options = GIVEN[case]
    instrument = TESTS / name if name.endswith(".yaml") else name
    prepared = prepare(instrument, model, store=store, **options)
    assert done_already(prepared) == prepared.plan.n_cells


def test_it_reads_as_it_did(store):
    long = va.responses(store).long.sort_values(["administration_id", "position"])
    columns = [
        "administration_id",
        "respondent_id",
        "instrument",
        "item_id",
        "form",
        "occasion",
        "elicitation",
        "outcome",
        "value",
        "raw",
        "seed",
        "wording_hash",
    ]
    text = long[columns].astype(object).where(long[columns].notna(), None).to_csv(index=False)
    assert len(long) == 93
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "cd33cc38d868ae3d"


def test_a_new_factor_of_a_form_counts_only_where_it_is_not_at_its_default():
    newer = dataclasses.make_dataclass(
        "Newer", [("mood", str, "plain")], bases=(Form,), frozen=True
    )
    newer.id = Form.id
    assert newer().id == Form().id
    assert newer(mood="grim").id != Form().id


def test_a_new_field_of_an_instrument_counts_only_where_it_is_not_at_its_default():
    class Old(Strict):
        name: str

    class New(Strict):
        name: str
        tone: str | None = added(None)

    def hashed(part):
        return content_id(part.model_dump(mode="json"))

    assert hashed(New(name="a")) == hashed(Old(name="a"))
    assert hashed(New(name="a", tone="b")) != hashed(Old(name="a"))


def test_ids_and_seeds_are_those_of_the_second_edition():
    who = Respondent("gpt-4o", "https://api.openai.com/v1", TWO[0], Sampling(temperature=0.5))
    plan = Plan(va.load_instrument(TESTS / "moods.yaml"), (who,), (Form(direction="reversed"),))
    given = next(plan.administrations())
    assert (who.id, given.form.id, given.seed, given.cell(0).id) == (
        "a23ee3c628dc11cf",
        "1a39f43fa6740559",
        1699173300,
        "07d219acddc68771",
    )
    assert given.cell(0).seed == 445630246
