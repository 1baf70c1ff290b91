"""Dilemmas between values: what the file holds, how it is scored, and what choices tell."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, InstrumentError
from valuealign.instrument.lint.check import check_file
from valuealign.instrument.load import find_instrument, parse_instrument

DILEMMAS = va.load_instrument("value-dilemmas")
HIGHER = {c.id: set(c.scales) for c in va.load_instrument("pvq-21").composites}
OPPOSED = [("OPENNESS", "CONSERVATION"), ("ENHANCEMENT", "TRANSCENDENCE")]


def pairs():
    """The two values of each dilemma."""
    return [tuple(o.stands_for for o in item.options) for item in DILEMMAS.items]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Portraits and dilemmas put to one who follows a profile, and to one who chooses blindly."""
    path = tmp_path_factory.mktemp("dilemmas") / "a.db"
    for name in ("pvq-rr", "value-dilemmas"):
        va.administer(name, ["sim:human", "sim:random"], occasions=6, store=path)
    return path


def test_the_linter_has_nothing_to_say_of_the_dilemmas():
    assert check_file(find_instrument("value-dilemmas")) == []


def test_there_are_thirty_dilemmas_no_pair_of_values_twice_and_each_value_in_six():
    assert len(pairs()) == 30
    assert len({frozenset(pair) for pair in pairs()}) == 30
    assert set(Counter(value for pair in pairs() for value in pair).values()) == {6}
    assert set(Counter(first for first, _ in pairs()).values()) == {3}


@pytest.mark.parametrize(("one", "other"), OPPOSED)
def test_each_opposition_of_higher_order_values_has_several_dilemmas(one, other):
    across = [
        p
        for p in pairs()
        if any({a} <= HIGHER[one] and {b} <= HIGHER[other] for a, b in (p, p[::-1]))
    ]
    assert len(across) >= 4


def test_several_dilemmas_stand_within_a_higher_order_value():
    within = [p for p in pairs() if any(set(p) <= values for values in HIGHER.values())]
    assert len(within) >= 5


def test_both_options_of_a_dilemma_are_of_one_length():
    for item in DILEMMAS.items:
        n, m = (len(option.label["en"].split()) for option in item.options)
        assert abs(n - m) <= 1, item.id
    total = [sum(len(i.options[k].label["en"]) for i in DILEMMAS.items) for k in (0, 1)]
    assert abs(total[0] - total[1]) < 0.05 * sum(total)


def test_a_third_of_the_dilemmas_is_about_supporting_somebody_in_distress():
    settings = Counter(item.attributes["setting"] for item in DILEMMAS.items)
    assert set(settings) == {"everyday", "support"}
    assert settings["support"] >= 10


def test_no_option_names_the_value_it_stands_for():
    for item in DILEMMAS.items:
        for option in item.options:
            title = DILEMMAS.scale(option.stands_for).title["en"]
            assert title not in option.label["en"].casefold()


def test_options_are_shown_in_an_order_that_does_not_depend_on_the_value(store):
    shown = {
        item_id: Counter(
            DILEMMAS.presented(item_id, seed=seed).options[0].code for seed in range(40)
        )
        for item_id in DILEMMAS.item_ids
    }
    assert all(min(count[1.0], count[2.0]) >= 8 for count in shown.values())


def test_a_score_is_the_share_of_dilemmas_in_which_a_value_was_chosen():
    first = pd.DataFrame([dict.fromkeys(DILEMMAS.item_ids, 1)])
    scores = va.score(first, DILEMMAS)
    for value, n in Counter(a for a, _ in pairs()).items():
        assert scores[value].item() == pytest.approx(n / 6)
    first.loc[0, ["vd01", "vd06", "vd13", "vd19"]] = np.nan  # four of the six of self-direction
    assert va.score(first, DILEMMAS)["SD"].isna().item()


def test_choices_of_one_who_follows_a_profile_are_predicted_and_random_ones_are_not(store):
    given = va.responses(store)
    chosen = va.choices(given, "value-dilemmas")
    assert list(chosen.columns) == [
        "model",
        "persona",
        "form",
        "occasion",
        "dilemma",
        "first",
        "second",
        "chosen",
    ]
    assert len(chosen) == 2 * 6 * 30
    found = va.choice_accuracy(chosen, va.score(given, "pvq-rr")).set_index("model")
    human, blind = found.loc["sim:human"], found.loc["sim:random"]
    assert human["accuracy"] > 0.9
    assert human["pvalue"] < 0.01
    assert human["slope"] > 0
    assert 0.3 < blind["accuracy"] < 0.7
    assert blind["ci_lower"] < 0.5 < blind["ci_upper"]
    assert found["n_dilemmas"].tolist() == [30, 30]


def test_centring_changes_no_prediction(store):
    given = va.responses(store)
    chosen = va.choices(given, DILEMMAS)
    raw, centred = (
        va.choice_accuracy(chosen, va.score(given, "pvq-rr", centre=how), draws=20)["accuracy"]
        for how in (None, "mrat")
    )
    assert np.allclose(raw, centred)


def test_each_persona_is_predicted_from_its_own_profile(tmp_path):
    people = [va.Persona(f"p{k}", f"You are person number {k}.") for k in range(3)]
    for name in ("pvq-rr", "value-dilemmas"):
        va.administer(name, "sim:human", personas=people, occasions=4, store=tmp_path / "a.db")
    given = va.responses(tmp_path / "a.db")
    scores = va.score(given, "pvq-rr")
    chosen = va.choices(given, DILEMMAS)
    own = va.choice_accuracy(chosen, scores, draws=20)
    assert own["persona"].tolist() == ["p0", "p1", "p2"]
    turned = scores.assign(persona=scores["persona"].map({"p0": "p1", "p1": "p2", "p2": "p0"}))
    others = va.choice_accuracy(chosen, turned, draws=20)
    assert own["accuracy"].mean() > 0.85
    assert others["accuracy"].mean() < own["accuracy"].mean() - 0.05


def test_unanswered_dilemmas_are_counted_and_a_missing_profile_is_said(store):
    given = va.responses(store)
    chosen = va.choices(given, DILEMMAS)
    chosen.loc[chosen["occasion"] == 1, "chosen"] = None
    scores = va.score(given, "pvq-rr")
    only = scores[scores["model"] == "sim:human"]
    found = va.choice_accuracy(chosen, only, draws=20).set_index("model")
    assert found["unanswered"].tolist() == pytest.approx([1 / 6, 1 / 6])
    assert found.loc["sim:random", "reason"] == "no profile of this respondent"
    with pytest.raises(DataError, match="no respondent has both"):
        va.choice_accuracy(chosen, only.assign(model="another", respondent="another"))
    with pytest.raises(DataError, match="no column 'SD'"):
        va.choice_accuracy(chosen, only.drop(columns="SD"))


def test_an_instrument_without_choices_between_scales_is_refused(store):
    with pytest.raises(DataError, match="does not set two scales against each other"):
        va.choices(va.responses(store), "pvq-rr")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("stands_for: SD,", "stands_for: SDD,", r":\d+: an option stands for scale 'SDD'"),
        ("{code: 1, stands_for: SD, label", "{code: 1, label", "whose options do not offer it"),
    ],
)
def test_an_option_that_stands_for_nothing_known_is_named_with_its_line(old, new, told):
    text = find_instrument("value-dilemmas").read_text(encoding="utf-8").replace(old, new, 1)
    with pytest.raises(InstrumentError, match=told):
        parse_instrument(text)
