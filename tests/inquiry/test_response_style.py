"""Respondents of known style are told apart by the probe that is theirs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError

FORMS = [
    va.Form(),
    va.Form(direction="reversed"),
    va.Form(content="opposed"),
    va.Form(labels="letters"),
]


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    store = tmp_path_factory.mktemp("style") / "a.db"
    who = ["sim:human", "sim:yes", "sim:token", "sim:extreme", "sim:refuser"]
    return va.administer("pvq-21", who, forms=FORMS, occasions=2, seed=1, store=store)


@pytest.fixture(scope="module")
def style(given):
    return va.response_style(given, "pvq-21")


def effect(style, model, factor):
    rows = style.effects[(style.effects["model"] == model) & (style.effects["factor"] == factor)]
    return rows.iloc[0]


def test_the_token_bias_shows_under_scale_reversal_and_only_there(style):
    """The third option, whatever it says: its code changes when the scale is turned."""
    assert abs(effect(style, "sim:token", "direction")["effect"]) >= 1
    assert abs(effect(style, "sim:human", "direction")["effect"]) < 0.4
    assert effect(style, "sim:human", "direction")["r"] > 0.3


def test_agreeing_with_everything_shows_with_opposed_stems_and_only_there(style):
    assert style.opposed.loc["sim:yes", "both_agreed"] == 1
    assert style.opposed.loc["sim:yes", "acquiescence"] == 2.5
    assert style.opposed.loc["sim:human", "r"] < -0.5
    assert effect(style, "sim:yes", "direction")["effect"] == 0


def test_extremes_refusals_and_sameness_are_counted(style):
    assert style.indices.loc["sim:extreme", "extremity"] == 1
    refused = style.missing.groupby("model", observed=True)["refusal"].mean()
    assert 0.1 < refused["sim:refuser"] < 0.5
    assert refused["sim:human"] == 0
    assert any("sim:yes gives every item the same" in flag for flag in style.flags)


def test_a_persons_variance_is_items_and_a_biased_ones_is_forms(style):
    assert style.variance.loc["sim:human", "items"] > 0.2
    assert style.variance.loc["sim:token", "bias"] > 0.9


def test_what_is_not_there_is_named_with_what_would_give_it(style):
    assert "keyed one way" in style.unavailable["directional share"]
    assert "logprobs" in style.unavailable["entropy and option mass"]
    assert "matched items" in style.unavailable["evaluative bias"]


def test_one_form_says_which_forms_to_give(tmp_path):
    one = va.administer("pvq-21", "sim:human", store=tmp_path / "a.db")
    found = va.response_style(one, "pvq-21")
    assert "direction=published,reversed" in found.unavailable["position and token bias"]
    assert "content=stem,opposed" in found.unavailable["acquiescence"]
    assert found.effects.empty


def test_elevation_stands_beside_peoples():
    """Between three models that differ in level alone, elevation is all there is."""
    pvq = va.load_instrument("pvq-21")
    people = va.Moments(np.full((21, 21), 0.3) + 0.7 * np.eye(21), n=500, names=pvq.item_ids)
    long = pd.DataFrame(
        [
            {"model": m, "item_id": i, "value": v}
            for m, v in (("a", 2), ("b", 4), ("c", 5))
            for i in pvq.item_ids
        ]
    )
    found = va.response_style(long, pvq, people=people).elevation
    assert found["models"] == pytest.approx(1)
    assert 0.3 < found["people"] < 0.8


def test_a_frame_without_an_instrument_needs_its_ends_and_its_columns():
    long = pd.DataFrame({"model": "m", "item": ["a", "b"], "value": [1.0, 2.0]})
    with pytest.raises(DataError, match=r"scale=\(1, 6\)"):
        va.response_style(long)
    with pytest.raises(DataError, match="no column 'persona'"):
        va.response_style(long, scale=(1, 6), unit="persona")
    with pytest.raises(DataError, match="no answer"):
        va.response_style(long.assign(value=np.nan), scale=(1, 6))
    assert va.response_style(long, scale=(1, 6)).indices.loc["m", "responses"] == 2


def test_every_index_has_an_interval_and_stands_beside_people(style):
    by = style.intervals.set_index(["model", "index"])
    own = by.loc[("sim:human", "elevation")]
    assert own["ci_lower"] < own["value"] < own["ci_upper"]
    assert set(style.intervals["over"]) == {"items", "sheets"}
    assert style.sample == "pvq21-de-ess9"
    counts = va.load_population("pvq21-de-ess9").frequencies
    ends = counts[[1, 6]].to_numpy().sum() / counts.to_numpy().sum()
    assert own["people"] == pytest.approx(
        float((counts.to_numpy() @ counts.columns.to_numpy(float)).sum() / counts.to_numpy().sum())
    )
    assert by.loc[("sim:human", "extremity"), "people"] == pytest.approx(ends)


def test_missing_answers_have_bounds_and_are_told_by_item(style):
    """Bounds are what the mean would be if every refusal were the lowest or the highest code."""
    row = style.missing[style.missing["model"] == "sim:refuser"].iloc[0]
    gone = row["refusal"]
    assert row["lowest"] == pytest.approx((1 - gone) * row["mean"] + gone * 1)
    assert row["highest"] == pytest.approx((1 - gone) * row["mean"] + gone * 6)
    assert row["missing_lower"] < gone < row["missing_upper"]
    assert set(style.missing_items["model"]) == {"sim:refuser"}


def test_the_prompt_moves_single_answers_of_one_that_reads_the_options_place(style):
    """Between forms the token respondent disagrees with itself; within one it never does."""
    token = style.sensitivity.loc["sim:token"]
    assert token["same_within"] == 1
    assert token["same_between"] < 0.7
    yes = style.sensitivity.loc["sim:yes"]
    assert yes["same_between"] == yes["same_within"] == 1
    assert yes["distance"] == 0


def test_agreement_between_forms_is_that_of_every_pair_of_answers():
    from itertools import combinations

    from valuealign.analysis.style.sensitivity import prompt_sensitivity

    rng = np.random.default_rng(3)
    long = pd.DataFrame(
        [
            (i, f, rng.integers(1, 9) / 2)
            for i in "abcd"
            for f in ("x" if i == "d" else "xyz")
            for _ in range(rng.integers(1, 4))
        ],
        columns=["item", "form", "value"],
    ).assign(model="m")
    found = prompt_sensitivity(long, "model", "item", "form").loc["m"]
    between, within, apart = [], [], []
    for _, part in long[long["item"] != "d"].groupby("item"):  # d has one form
        pairs = list(combinations(part[["form", "value"]].itertuples(index=False), 2))
        across = [(p.value, q.value) for p, q in pairs if p.form != q.form]
        inside = [p.value == q.value for p, q in pairs if p.form == q.form]
        between.append(np.mean([a == b for a, b in across]))
        apart.append(np.mean([abs(a - b) for a, b in across]))
        within.append(np.mean(inside) if inside else np.nan)
    assert found["same_between"] == pytest.approx(np.mean(between), abs=1e-12)
    assert found["same_within"] == pytest.approx(np.nanmean(within), abs=1e-12)
    assert found["distance"] == pytest.approx(np.mean(apart), abs=1e-12)
    assert found["n_items"] == 3


def test_text_among_the_values_is_refused_by_name():
    long = pd.DataFrame({"model": "m", "item": ["a", "b"], "value": ["1", "strongly"]})
    with pytest.raises(DataError, match="column 'value' is not numeric"):
        va.response_style(long, scale=(1, 6))
