"""Who a respondent is: a model under its conditions, and pooled only by declaration."""

from __future__ import annotations

import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.sampling_settings import Sampling
from valuealign.store.responses.respondent_names import CONDITIONS, with_respondents

ROW = {
    "model": "m",
    "instrument": "pvq-21",
    "base_url": "http://a/v1",
    "temperature": None,
    "top_p": None,
    "max_tokens": None,
    "reasoning_effort": None,
    "extra": None,
    "elicitation": "choice",
    "language": "en",
    "wording": "open",
    "instrument_hash": "h1",
    "pictures": "shown",
}


def names(*changes, pool=()):
    return with_respondents(pd.DataFrame([ROW | c for c in changes]), pool)["respondent"].tolist()


def test_a_model_under_one_condition_bears_its_own_name():
    assert names({}, {}) == ["m", "m"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base_url": "http://b/v1"}, "at http://b/v1"),
        ({"temperature": 0.5}, "temperature 0.5"),
        ({"top_p": 0.9}, "top_p 0.9"),
        ({"max_tokens": 5.0}, "max_tokens 5"),
        ({"reasoning_effort": "low"}, "reasoning_effort low"),
        ({"extra": '{"think":false}'}, 'extra {"think":false}'),
        ({"elicitation": "json"}, "elicitation json"),
        ({"language": "de"}, "language de"),
        ({"wording": "official"}, "wording official"),
        ({"instrument_hash": "h2"}, "version h2"),
        ({"pictures": "inverted"}, "pictures inverted"),
    ],
)
def test_every_condition_makes_another_respondent_until_it_is_pooled(change, said):
    first, second = names({}, change)
    assert first != second
    assert said in second
    pooled = names({}, change, pool=tuple(change))
    assert pooled[0] == pooled[1]
    assert "pooled" in pooled[0]


def test_every_condition_is_tested_above():
    assert set(CONDITIONS) == set(ROW) - {"model", "instrument"}


@pytest.mark.parametrize(
    "change", [{"direction": "reversed"}, {"content": "opposed"}, {"persona": "p"}, {"occasion": 2}]
)
def test_forms_personas_and_occasions_are_of_one_respondent(change):
    assert names({}, change) == ["m", "m"]


def test_only_the_model_whose_conditions_differ_is_told_apart():
    assert names({}, {"temperature": 1.0}, {"model": "n"})[2] == "n"


def test_two_instruments_of_two_languages_are_one_respondent():
    assert names({}, {"instrument": "leas", "language": "de", "wording": "other"}) == ["m", "m"]


def test_a_wording_says_what_a_version_says():
    assert "version" not in names({}, {"wording": "official", "instrument_hash": "h2"})[1]


def test_what_is_no_condition_cannot_be_pooled():
    with pytest.raises(DataError, match=r"'tempreature' is not a condition.*temperature"):
        names({}, pool=("tempreature",))


@pytest.fixture(scope="module")
def two_temperatures(tmp_path_factory):
    """One simulated person, asked at two temperatures."""
    store = tmp_path_factory.mktemp("two") / "s.db"
    for temperature in (0.0, 1.0):
        va.administer(
            "pvq-21",
            "sim:human",
            occasions=2,
            store=store,
            forms="direction=published,reversed",
            sampling=Sampling(temperature=temperature),
        )
    return store


def test_every_analysis_sees_the_same_respondents(two_temperatures):
    given = va.responses(two_temperatures)
    both = {"sim:human (temperature 0)", "sim:human (temperature 1)"}
    assert set(given.long["respondent"]) == both
    assert set(va.verdict(given).headline) == both
    assert set(va.compare(given, "pvq21-de-ess9", draws=10, among=()).scales["respondent"]) == both
    assert set(va.response_style(given).indices.index) == both
    within = va.reliability(given).table.query("view == 'within one model over occasions'")
    assert set(within["model"]) == both


def test_a_declared_pool_is_one_respondent_and_says_so(two_temperatures):
    given = va.responses(two_temperatures, pool=["temperature"])
    (name,) = va.verdict(given).headline
    assert name == "sim:human (temperature 0 and 1 pooled)"
    one = va.compare(given, "pvq21-de-ess9", draws=10, among=()).scales["respondent"].unique()
    assert one.tolist() == [name]
