"""An instrument file says which human samples stand for what, and nothing else knows."""

from __future__ import annotations

import numpy as np
import pytest

import valuealign as va
from valuealign.errors import InstrumentError, PlanError
from valuealign.inquiry.comparison.yardsticks import margins_of
from valuealign.instrument.human_data import HumanData
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.lint.check import check_file
from valuealign.instrument.load import human_data_of, load_instrument, names, parse_instrument
from valuealign.population.sample_check import look_at
from valuealign.shipped import shipped
from valuealign.simulation.simulated_people import simulated_people
from valuealign.store.responses.administered_instrument import differing_parts

DIRECTION = "people: {direction: {higher: {cheer: [CHEER]}, lower: {calm: [CALM]}}}\n"


@pytest.mark.parametrize("name", names())
def test_every_sample_that_a_shipped_instrument_names_is_shipped(name):
    people = load_instrument(name).people or HumanData()
    here = {p.stem for p in shipped("populations").rglob("*.json")}
    assert set(people.populations.values()) <= here
    if people.profile_from is not None:
        assert people.profile_from in names()


def test_samples_change_neither_hash_nor_version_of_an_instrument(moods_text):
    plain, more = parse_instrument(moods_text), parse_instrument(moods_text + DIRECTION)
    assert more.people is not None
    assert plain.hash == more.hash
    assert differing_parts(plain, more) == []
    assert Instrument.model_validate(more.content()).people == more.people


def test_an_older_copy_of_a_shipped_instrument_has_the_samples_of_today():
    pvq = load_instrument("pvq-21")
    older = Instrument.model_validate({k: v for k, v in pvq.content().items() if k != "people"})
    assert older.people is None
    assert human_data_of(older) == pvq.people
    assert human_data_of(older.model_copy(update={"id": "another"})) == HumanData()


def test_the_own_samples_of_a_file_go_before_those_of_the_shipped_instrument():
    pvq = load_instrument("pvq-21")
    own = pvq.model_copy(update={"people": HumanData(margins="pvq21-europe-ess11-between-country")})
    assert margins_of(None, own).values != margins_of(None, pvq).values
    without = pvq.model_copy(update={"people": HumanData(yardstick=("a", "b"))})
    assert "no margin from people is known" in margins_of(None, without).source


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (DIRECTION.replace("[CHEER]", "[CHER]"), "did you mean 'CHEER'"),
        (DIRECTION.replace("[CALM]", "[CHEER]"), "'CHEER' stands twice in direction"),
        ("people: {yardstick: [a]}\n", "yardstick"),
        ("people: {simulated: {}}\n", "population"),
        ("people: {margin: a}\n", "did you mean 'margins'"),
        ("people: {profile_from: My File}\n", "small letters"),
        ("people: {direction: {higher: {}, lower: {calm: [CALM]}}}\n", "at least 1"),
    ],
)
def test_a_mistake_is_an_error_with_its_line(moods_text, line, says):
    with pytest.raises(InstrumentError, match=says) as caught:
        parse_instrument(moods_text + line)
    assert caught.value.line == moods_text.count("\n") + 1


def test_the_linter_names_a_sample_that_is_not_known(tmp_path, moods_text):
    path = tmp_path / "moods.yaml"
    path.write_text(moods_text + "people: {yardstick: [de-2020, de-2021]}\n", encoding="utf-8")
    (finding,) = check_file(path, populations=["de-2021", "de-2022"])
    assert "'de-2020', which is not known" in finding.found


def test_simulated_people_are_of_a_shipped_sample_of_the_same_items(moods_text):
    def of(people):
        return parse_instrument(moods_text + f"people: {people}\n")

    with pytest.raises(PlanError, match="use sim:factor"):
        simulated_people(of("{}"))
    with pytest.raises(PlanError, match="no human sample 'nobody' is shipped"):
        simulated_people(of("{simulated: {population: nobody}}"))
    with pytest.raises(PlanError, match="whose items are others"):
        simulated_people(of("{simulated: {population: pvq21-de-ess9}}"))


@pytest.mark.parametrize(
    ("cheer", "calm", "says"),
    [
        (3.0, 2.0, ""),
        (2.0, 3.0, "the direction looks reversed: cheer 2.00, calm 3.00, where people rate calm"),
        (2.0, 2.0, "the direction is unclear"),
    ],
)
def test_direction_is_tested_as_the_file_says(moods_text, cheer, calm, says):
    instrument = parse_instrument(moods_text + DIRECTION)
    scale_of = {item: s.id for s in instrument.scales for item in s.items}
    mean = np.array([cheer if scale_of[i] == "CHEER" else calm for i in instrument.item_ids])
    look = look_at(mean, np.eye(len(mean)), instrument.item_ids, instrument)
    assert any(says in text for text in look.wrong) if says else not _about(look.wrong)


def test_direction_is_not_tested_where_the_file_does_not_say(moods_text):
    instrument = parse_instrument(moods_text)
    look = look_at(np.ones(6), np.eye(6), instrument.item_ids, instrument)
    assert "moods does not say which scales" in _about(look.untested)[0]
    told = parse_instrument(moods_text + DIRECTION)
    calm = tuple(i for s in told.scales if s.id == "CALM" for i in s.items)
    look = look_at(np.ones(len(calm)), np.eye(len(calm)), calm, told)
    assert _about(look.untested) == ["direction not tested: no items of cheer beside calm"]


def test_a_persona_of_a_group_answers_like_its_sample():
    people = load_instrument("pvq-rr").people.simulated
    whole, men = (
        np.array(va.load_population(name).moments.mean)
        for name in (people.population, people.groups["man"])
    )
    from valuealign.simulation.simulated_people import group_shift

    np.testing.assert_allclose(group_shift(people, "You are a man."), men - whole, atol=1e-9)
    assert not group_shift(people, "You are a nurse.").any()


def _about(texts):
    return [text for text in texts if "direction" in text]
