"""Which rows, forms and people a judgement is about, decided on rows of a few lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.answers import answers_of, gate_numbers
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.exclusions import apply_exclusions
from valuealign.inquiry.human_sample import human_indices, human_sample
from valuealign.inquiry.verdict.gate import gates_by_evidence, gates_of
from valuealign.inquiry.verdict.rules import load_rules

PVQ = va.load_instrument("pvq-21")
ITEMS = list(PVQ.item_ids)


def rows(*values, **design):
    return pd.DataFrame([[float(v)] * 21 for v in values], columns=ITEMS).assign(**design)


def test_a_row_is_of_a_form_only_where_it_says_so():
    sheets = rows(1, 2, 3, 4)
    plain = answers_of(sheets, PVQ)
    assert not plain.reversed_scale.any()
    assert not plain.opposed.any()
    found = answers_of(
        sheets.assign(
            direction=["published", "reversed", "reversed", "published"],
            content=["stem", "stem", "opposed", "opposed"],
        ),
        PVQ,
    )
    assert found.reversed_scale.tolist() == [False, True, True, False]
    assert found.opposed.tolist() == [False, False, True, True]
    assert (found.low, found.high) == (1.0, 6.0)


def test_a_respondent_without_rows_or_a_scale_without_ends_is_refused():
    with pytest.raises(DataError, match="no administrations"):
        answers_of(rows(1).iloc[:0], PVQ)
    for end in ("minimum", "maximum"):
        scale = type("Scale", (), {"minimum": 1, "maximum": 6, end: None})()
        half = type("Half", (), {"response_scale": scale, "id": "half", "item_ids": ITEMS})()
        with pytest.raises(DataError, match="half has no lowest and highest code"):
            answers_of(rows(1), half)


def forms(*occasions):
    """Rows of the four forms, so many of each, by a person that answers the items."""
    each = [
        ("published", "stem"),
        ("published", "opposed"),
        ("reversed", "stem"),
        ("reversed", "opposed"),
    ]
    mean = np.arange(21) % 6 + 1.0
    lines = [
        dict(zip(ITEMS, 7 - mean if content == "opposed" else mean, strict=True))
        | {"direction": direction, "content": content}
        for (direction, content), n in zip(each, occasions, strict=True)
        for _ in range(n)
    ]
    return pd.DataFrame(lines)


def test_the_gate_is_the_same_of_stored_responses_and_of_evidence(tmp_path):
    given = va.administer("pvq-21", "sim:yes", store=tmp_path / "s.db")
    evidence, rules = Evidence(given), load_rules()
    (gate,) = gates_of(given, PVQ, rules).values()
    assert {"sim:yes": gate} == gates_by_evidence(evidence, rules)
    assert (gate.standing, "no reversed" in gate.why_no_standing) == ("inconclusive", True)
    frame = rows(1, 2)
    assert gates_by_evidence(Evidence(frame, PVQ), rules) == {}
    open_ = type("E", (), {"of_people": False, "instrument": va.load_instrument("leas")})()
    assert gates_by_evidence(open_, rules) == {}


def test_the_form_with_the_fewest_occasions_is_counted_and_fewer_than_three_are_said():
    for occasions, fewest, said in (
        ((3, 3, 3, 3), 3, ""),
        ((3, 3, 2, 3), 2, "2 occasions of the form reversed; expected at least 3 of each form"),
        ((3, 3, 1, 3), 1, "1 occasion of the form reversed; expected at least 3 of each form"),
        ((3, 3, 0, 0), 0, "no reversed response scale"),
    ):
        numbers = gate_numbers(answers_of(forms(*occasions), PVQ), draws=19)
        number = numbers["fewest_occasions"]
        assert numbers["profile_p"].reason == (said if fewest == 0 else "19 permutations")
        assert (number.value, number.n, number.reason) == (fewest, fewest, said)
        assert np.isnan(numbers["profile_p"].value) == (fewest == 0)


def test_a_p_is_of_999_permutations():
    assert gate_numbers(answers_of(forms(1, 1, 1, 1), PVQ))["profile_p"].value == 1 / 1000


RULES = va.Exclusion(missing_share=0.25, within_sd=0.5)


def test_rows_are_counted_by_respondent_and_rule():
    data = rows(3, 3, 3, 3, model=["a", "b", "a", "b"])
    data.loc[0, ITEMS] = [1.0, 6.0, 3.0] * 7
    data.loc[1, ITEMS] = np.nan
    kept, counts = apply_exclusions(data, PVQ, RULES)
    assert kept.tolist() == [True, False, False, False]
    assert counts.to_numpy().tolist() == [
        ["a", RULES.words[0], 0, 2],
        ["a", RULES.words[1], 1, 2],
        ["b", RULES.words[0], 1, 2],
        ["b", RULES.words[1], 1, 2],
    ]
    assert list(counts.columns) == ["respondent", "rule", "n", "of"]


def test_people_are_one_group_and_a_column_that_is_no_item_does_not_count():
    data = rows(3, 3, age=[1.0, 90.0])
    kept, counts = apply_exclusions(data[[*ITEMS[:20], "age"]], PVQ, RULES)
    assert not kept.any()
    assert set(counts["respondent"]) == {"people"}
    assert counts["n"].tolist() == [0, 2]


def test_without_rules_every_row_is_kept_and_none_is_counted():
    kept, counts = apply_exclusions(rows(3, 3), PVQ, None)
    assert (kept.tolist(), kept.dtype) == ([True, True], np.dtype(bool))
    assert counts.empty
    assert list(counts.columns) == ["respondent", "rule", "n", "of"]


def test_the_people_are_those_that_are_named_else_the_first_of_the_norms_else_nobody(moods):
    first = next(norm.population for norm in PVQ.norms if norm.population)
    assert human_sample(None, PVQ).id == first
    sample = va.load_population("pvq21-de-ess9")
    assert human_sample(sample, PVQ) is sample
    assert human_sample("pvq21-de-ess9", PVQ).id == "pvq21-de-ess9"
    assert human_sample(None, moods) is None
    for people in (sample, "pvq21-de-ess9"):
        with pytest.raises(DataError, match="pvq21-de-ess9 is of pvq-21, not of moods"):
            human_sample(people, moods)


def counted(counts, codes=(1, 2, 3, 4, 5)):
    frequencies = pd.DataFrame([counts], columns=list(codes), index=["a"])
    return type("Sample", (), {"frequencies": frequencies})()


def test_the_middle_is_half_a_point_wide_on_each_side_and_agreement_is_above_it():
    found = human_indices(counted([1, 2, 3, 4, 10]), (1, 5))
    assert found == {
        "elevation": pytest.approx((1 + 4 + 9 + 16 + 50) / 20),
        "extremity": pytest.approx(11 / 20),
        "midpoint": pytest.approx(3 / 20),
        "agreement": pytest.approx(14 / 20),
    }
    even = human_indices(counted([1, 2, 3, 4, 5, 5], range(1, 7)), (1, 6))
    assert even["midpoint"] == pytest.approx(7 / 20)
    assert even["agreement"] == pytest.approx(14 / 20)
    assert human_indices(counted([1, 1], (2.9, 3.6)), (1, 5))["midpoint"] == 0.5


def test_people_without_frequencies_have_no_indices():
    assert human_indices(None, (1, 5)) == {}
    assert human_indices(type("Sample", (), {"frequencies": None})(), (1, 5)) == {}
    empty = type("Sample", (), {"frequencies": pd.DataFrame(columns=[1, 2])})()
    assert human_indices(empty, (1, 2)) == {}
