"""A respondent's answers as the gate takes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.answers import answers_of, gate_numbers
from valuealign.inquiry.verdict.gate import gate_by
from valuealign.inquiry.verdict.rules import load_rules


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A simulated person and two that do not answer the items, in the forms of the gate."""
    return va.administer(
        "pvq-21",
        ["sim:human", "sim:token", "sim:yes"],
        occasions=3,
        seed=1,
        forms="direction=published,reversed content=stem,opposed",
        store=tmp_path_factory.mktemp("answers") / "s.db",
    )


def sheets(given, model):
    return given.wide[given.wide["respondent"].astype(str) == model]


def test_forms_are_told_by_direction_and_stem(given):
    answers = answers_of(sheets(given, "sim:human"), given.instrument)
    assert set(answers.occasions.values()) == {3}
    assert answers.n_items == 21


def gate(given, rows):
    return gate_by(load_rules(), gate_numbers(answers_of(rows, given.instrument)).get)


def test_who_answers_the_items_passes_and_who_does_not_fails(given):
    assert gate(given, sheets(given, "sim:human")).permitted
    for model in ("sim:token", "sim:yes"):
        assert gate(given, sheets(given, model)).standing == "not permitted"


def test_a_missing_form_is_no_pass(given):
    own = sheets(given, "sim:human")
    found = gate(given, own[own["content"] != "opposed"])
    assert found.standing == "inconclusive"
    assert "no opposed stems" in found.why_no_standing


def test_an_item_that_was_never_asked_counts_as_unanswered(given):
    own = sheets(given, "sim:human").drop(columns="pvq01")
    answers = answers_of(own, given.instrument)
    assert answers.answered[0] == 0
    assert np.isnan(answers.cells[:, 0]).all()


def test_open_answers_have_no_gate():
    leas = va.load_instrument("leas")
    with pytest.raises(DataError, match="no lowest and highest code"):
        answers_of(pd.DataFrame({"content": ["stem"]}), leas)
