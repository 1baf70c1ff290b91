"""Personas drawn from margins, people and joint tables are like them, and say what cannot be."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import valuealign as va
from valuealign.administration.plan.personas_sampled import persona_shares
from valuealign.errors import ArgumentError, PersonaError

MARGINS = {
    "sex": {"female": 0.511, "male": 0.489},
    "age": {"18-34": 0.31, "35-54": 0.42, "55-90": 0.27},
    "country": {"Germany": 0.7, "Italy": 0.3},
}


def people(n=400, seed=3):
    """Made-up people in whom age and schooling go together."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, n)
    long = rng.random(n) < 0.7 - age / 150
    return pd.DataFrame(
        {
            "sex": rng.choice(["female", "male"], n),
            "age": age,
            "schooling": np.where(long, "long", "short"),
            "w": rng.uniform(0.5, 2, n),
        }
    )


@given(n=st.integers(1, 300), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_each_category_has_its_share_to_within_one_persona(n, seed):
    drawn = va.sample_personas(MARGINS, n, seed=seed)
    assert len(drawn) == len({p.id for p in drawn}) == n
    for name, shares in persona_shares(drawn, MARGINS).items():
        for category, share in shares.items():
            assert abs(share * n - MARGINS[name][category] * n) < 1 + 1e-9


def test_attributes_of_margins_are_drawn_independently():
    drawn = va.sample_personas({"a": {"x": 0.5, "y": 0.5}, "b": {"x": 0.5, "y": 0.5}}, 4000)
    both = sum(p.attributes["a"] == "x" == p.attributes["b"] for p in drawn)
    assert abs(both / 4000 - 0.25) < 0.03


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert va.sample_personas(MARGINS, 30, seed=1) == va.sample_personas(MARGINS, 30, seed=1)
    assert va.sample_personas(MARGINS, 30, seed=1) != va.sample_personas(MARGINS, 30, seed=2)


def test_ages_are_years_within_their_range_and_stand_in_the_text():
    drawn = va.sample_personas(MARGINS, 200)
    ages = [p.attributes["age"] for p in drawn]
    assert all(isinstance(age, int) and 18 <= age <= 90 for age in ages)
    assert len(set(ages)) > 40
    first = drawn[0]
    noun = {"female": "woman", "male": "man"}[first.attributes["sex"]]
    assert first.text == (
        f"You are a {first.attributes['age']}-year-old {noun} from {first.attributes['country']}."
    )
    assert first.kind == "demographic"


def test_a_template_of_ones_own_is_filled_and_other_attributes_get_a_sentence():
    drawn = va.sample_personas(
        {"sex": {"female": 1.0}, "years_of_school": {"12": 1}}, 1, constant={"country": "Peru"}
    )
    assert drawn[0].text == "You are a woman from Peru. Your years of school: 12."
    (one,) = va.sample_personas({"sex": {"female": 1}}, 1, template="Answer as a {sex} adult.")
    assert one.text == "Answer as a female adult."
    with pytest.raises(
        PersonaError, match="names 'sexx', which no persona has; did you mean 'sex'"
    ):
        va.sample_personas({"sex": {"female": 1}}, 1, template="a {sexx}")
    with pytest.raises(PersonaError, match=r"names 'sex\.__class__'"):
        va.sample_personas({"sex": {"female": 1}}, 1, template="{sex.__class__}")


def test_people_are_resampled_by_their_weights_with_what_goes_together_kept():
    frame = people()
    drawn = va.sample_personas(frame, 2000, weight="w")
    assert set(drawn[0].attributes) == {"sex", "age", "schooling"}
    weights = frame["w"] / frame["w"].sum()
    long = frame["schooling"] == "long"
    ages = pd.Series([p.attributes["age"] for p in drawn])
    mine = pd.Series([p.attributes["schooling"] for p in drawn]) == "long"
    assert mine.mean() == pytest.approx(weights[long].sum(), abs=0.01)
    gap = frame["age"][long].mean() - frame["age"][~long].mean()
    assert ages[mine].mean() - ages[~mine].mean() == pytest.approx(gap, rel=0.2)


def test_raking_meets_every_margin_and_keeps_the_odds_ratios():
    frame = people()
    wanted = {"sex": {"female": 0.6, "male": 0.4}, "schooling": {"long": 0.2, "short": 0.8}}
    weights = va.raking_weights(frame, wanted, weight="w")
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    for name, shares in wanted.items():
        for category, share in shares.items():
            assert weights[frame[name] == category].sum() == pytest.approx(share, abs=1e-8)

    def odds(w):
        cell = w.groupby([frame["sex"], frame["schooling"]]).sum()
        return (cell["female", "long"] * cell["male", "short"]) / (
            cell["female", "short"] * cell["male", "long"]
        )

    assert odds(weights) == pytest.approx(odds(frame["w"]), rel=1e-8)


def test_raked_personas_have_the_margins_asked_for():
    wanted = {"sex": {"female": 0.8, "male": 0.2}, "age": {"18-34": 0.5, "35-89": 0.5}}
    drawn = va.sample_personas(people(), 500, rake=wanted)
    for name, shares in persona_shares(drawn, wanted).items():
        for category, share in shares.items():
            assert share == pytest.approx(wanted[name][category], abs=0.02)


def test_a_joint_table_is_drawn_from_cell_by_cell():
    index = pd.MultiIndex.from_tuples(
        [("female", "18-29"), ("female", "30-40"), ("male", "18-29")], names=["sex", "age"]
    )
    drawn = va.sample_personas(pd.Series([0.5, 0.2, 0.3], index=index), 100)
    cells = Counter((p.attributes["sex"], p.attributes["age"] < 30) for p in drawn)
    assert cells == {("female", True): 50, ("female", False): 20, ("male", True): 30}
    raked = va.sample_personas(
        pd.Series([0.5, 0.2, 0.3], index=index), 100, rake={"sex": {"female": 0.5, "male": 0.5}}
    )
    assert Counter(p.attributes["sex"] for p in raked) == {"female": 50, "male": 50}


@pytest.mark.parametrize(
    ("margins", "told"),
    [
        ({"sex": {"female": 0.5, "male": 0.6}}, "the shares of 'sex' add up to 1.1; expected 1"),
        ({"sex": {"female": 51, "male": 49}}, "write shares, not percentages"),
        ({"sex": {"female": -0.1, "male": 1.1}}, "the share of 'female' in 'sex' is -0.1"),
        ({"sex": {"female": float("nan")}}, "is nan; expected 0 to 1"),
        ({"sex": {}}, "'sex' has no categories"),
        ({}, "there are no margins"),
        ({"age": {"old": 1.0}}, "the age 'old' is neither a range"),
        ({"age": {"40-30": 1.0}}, "run backwards"),
        (pd.DataFrame({"sex": []}), "there are no people"),
        (pd.DataFrame({"sex": ["a", None]}), "1 of 2 people have no 'sex'"),
        (pd.Series([1.0], index=pd.Index(["a"])), "no name"),
    ],
)
def test_margins_that_are_none_are_named_with_what_is_wrong(margins, told):
    with pytest.raises(PersonaError, match=told):
        va.sample_personas(margins, 10)


@pytest.mark.parametrize(
    "margins", [{"sex": {"female": "half"}}, {"sex": {"female": True}}, {"sex": 1}, [1]]
)
def test_margins_of_another_type_are_refused(margins):
    with pytest.raises(ArgumentError, match="margins is"):
        va.sample_personas(margins, 10)


@pytest.mark.parametrize("n", [0, -1, 10**9])
def test_a_number_of_personas_that_is_none_is_refused(n):
    with pytest.raises(PersonaError, match="expected a whole number"):
        va.sample_personas(MARGINS, n)


@pytest.mark.parametrize(
    ("rake", "told"),
    [
        ({"sexe": {"female": 1}}, "no attribute 'sexe'; did you mean 'sex'"),
        ({"sex": {"female": 1}}, "people are in no category of 'sex'"),
        ({"sex": {"female": 0.4, "male": 0.4, "other": 0.2}}, "none of the people is 'other'"),
        ({"age": {"18-30": 1}}, "people are in no category of 'age'"),
    ],
)
def test_margins_nobody_can_meet_are_refused_with_the_attribute(rake, told):
    with pytest.raises(PersonaError, match=told):
        va.sample_personas(people(), 10, rake=rake)


def test_margins_that_no_weights_meet_are_refused():
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["x", "y"]})
    with pytest.raises(PersonaError, match="no weights of these 2 people meet the margins"):
        va.raking_weights(frame, {"a": {"x": 0.5, "y": 0.5}, "b": {"x": 0.9, "y": 0.1}})
    with pytest.raises(PersonaError, match="have no weight in 'w'"):
        va.raking_weights(frame.assign(w=[1, -1]), {"a": {"x": 0.5, "y": 0.5}}, weight="w")
    with pytest.raises(PersonaError, match="nothing to rake"):
        va.sample_personas(MARGINS, 3, rake=MARGINS)
