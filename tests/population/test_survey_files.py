"""A survey's names and codes are a file of data: shipped, or a user's own."""

from __future__ import annotations

import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError
from valuealign.population.readers.survey_files import load_survey, weight_parts
from valuealign.shipped import shipped_names

NAMES = shipped_names("populations/surveys")
OWN = """\
id: mine
title: the survey of my town
instrument: ipip-bfi-25
direction: reversed
missing: [9]
missing_range: [-3, -1]
columns:
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_survey_names_items_of_its_instrument_each_once(name):
    survey = load_survey(name)
    assert survey.id == name
    survey.check_instrument(va.load_instrument(survey.instrument))
    assert len({column.lower() for column in survey.columns.values()}) == len(survey.columns)
    assert survey.variant_of in (None, *NAMES)


def test_codes_without_an_answer_are_listed_or_a_run():
    assert load_survey("ess").no_answer == (7, 8, 9, 66, 77, 88, 99)
    assert load_survey("gss").no_answer == ()
    run = load_survey("wvs").no_answer
    assert (min(run), max(run), len(run)) == (-99, -1, 99)


def test_a_weight_that_a_file_lacks_is_the_product_its_survey_says():
    assert weight_parts("anweight") == ("pspwght", "pweight")
    assert weight_parts("wtssall") is None


@pytest.fixture
def rows():
    """Answers of 60 people to the 25 items, under a survey's own names."""
    items = va.load_instrument("ipip-bfi-25").item_ids
    source = va.load_population("bfi25-sapa").moments
    import numpy as np

    rng = np.random.default_rng(1)
    x = rng.multivariate_normal(source.mean, source.covariance, 400, method="cholesky")
    return pd.DataFrame(
        np.clip(np.round(x), 1, 6), columns=[f"Q{k + 1}" for k in range(len(items))]
    )


@pytest.fixture
def survey(tmp_path, rows):
    """Write a survey's file."""

    def write(**changes):
        items = va.load_instrument("ipip-bfi-25").item_ids
        text = OWN + "".join(f"  {i}: {c}\n" for i, c in zip(items, rows, strict=True))
        for old, new in changes.items():
            text = text.replace(old, new)
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_of_ones_own_says_names_direction_and_codes(rows, survey, tmp_path):
    path = tmp_path / "rows.csv"
    turned = 7 - rows
    turned.iloc[0, 0], turned.iloc[1, 1] = 9, -3
    turned.to_csv(path, index=False)
    mine = va.read_population(path, "ipip-bfi-25", file_format=survey())
    assert mine.n == len(rows) - 2
    assert mine.moments.mean == pytest.approx(rows.iloc[2:].mean().to_numpy())
    assert str(survey()) not in str(mine.source)
    with pytest.raises(DataError, match="my town gave ipip-bfi-25, not pvq-21"):
        va.read_population(path, "pvq-21", file_format=str(survey()))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("missing: [9]", "mising: [9]", r"mine\.yaml:5: .*did you mean 'missing'"),
        ("direction: reversed", "direction: upwards", r"mine\.yaml:4"),
        ("[-3, -1]", "[-1, -3]", "lowest first"),
        ("title: the survey of my town\n", "", "title"),
        ("columns:", "labels: {having: a, columns: {zz: b}}\ncolumns:", "labels name item 'zz'"),
    ],
)
def test_a_mistake_is_an_error_with_its_place(survey, old, new, says):
    with pytest.raises(DataError, match=says):
        load_survey(survey(**{old: new}))


def test_an_item_that_the_instrument_does_not_have_is_named(survey):
    item = va.load_instrument("ipip-bfi-25").item_ids[0]
    with pytest.raises(DataError, match=r"columns name item 'zz1', which ipip-bfi-25 does not"):
        load_survey(survey(**{f"  {item}:": "  zz1:"})).check_instrument(
            va.load_instrument("ipip-bfi-25")
        )


def test_a_name_that_no_survey_has_suggests_one_and_a_lacking_file_says_so(tmp_path, rows):
    with pytest.raises(DataError, match=r"no format 'ess12'; did you mean 'ess11'"):
        va.read_population(rows, "pvq-21", file_format="ess12")
    with pytest.raises(DataError, match=r"absent\.yaml"):
        va.read_population(rows, "pvq-21", file_format=tmp_path / "absent.yaml")
