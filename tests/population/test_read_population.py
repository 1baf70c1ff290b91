"""People read from files are the people in the files: coded, turned, counted, weighted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from survey_files import csv, ess, same

import valuealign as va
from valuealign.errors import DataError, TooFewRows

ORACLE = Path(__file__).parents[1] / "oracle"
LABELS = {
    1.0: "Very much like me",
    2.0: "Like me",
    3.0: "Somewhat like me",
    4.0: "A little like me",
    5.0: "Not like me",
    6.0: "Not like me at all",
    7.0: "Refusal",
    8.0: "Don't know",
    9.0: "No answer",
}
WVS = ["A189", "A190", "A191", "A192", "A193", "A194", "A195", "A196", "A197", "A198"]
WVS_ITEMS = [
    "pvq01",
    "pvq02",
    "pvq05",
    "pvq10",
    "pvq12",
    "pvq13",
    "pvq15",
    "pvq16",
    "pvq19",
    "pvq20",
]


def test_a_csv_of_item_names_gives_the_moments_of_its_rows_in_any_chunks(people, tmp_path):
    path = csv(people, tmp_path)
    whole = va.read_population(path, "pvq-21", keep_rows=True)
    same(whole, people)
    assert whole.rows.equals(people)
    for chunk in (50, 99, 700):
        small = va.read_population(path, "pvq-21", chunk=chunk)
        assert small.source == whole.source
        assert all(np.array_equal(a, b) for a, b in zip(small.tables, whole.tables, strict=True))
    assert whole.source.flags == ()
    assert whole.rows is not None
    assert small.rows is None


@pytest.mark.parametrize("ending", ["", "a"])
@pytest.mark.parametrize("kind", ["sav", "dta", "csv", "csv.gz"])
def test_ess_files_are_turned_and_their_missing_codes_left_out(people, pvq, tmp_path, kind, ending):
    frame = ess(people, pvq, ending)
    frame.iloc[0, 0], frame.iloc[1, 5], frame.iloc[2, 20] = 7, 8, 9
    frame["cntry"] = "DE"
    path = tmp_path / f"ESS9.{kind}"
    if kind == "sav":
        pyreadstat = pytest.importorskip("pyreadstat")
        names = list(frame.columns[:-1])
        pyreadstat.write_sav(
            frame,
            str(path),
            variable_value_labels=dict.fromkeys(names, LABELS),
            missing_ranges={n: [7, 8, 9] for n in names},
        )
    elif kind == "dta":
        pytest.importorskip("pyreadstat").write_dta(frame, str(path))
    else:
        frame.to_csv(path, index=False)
    found = va.read_population(path, "pvq-21")
    same(found, people.iloc[3:])
    assert found.source.n_rows == 700
    assert found.source.excluded == {"incomplete": 3}
    assert found.source.wording.kind == "official"
    who = "the file's value labels" if kind == "sav" else "the survey's known coding"
    assert who in found.source.direction


def test_old_and_new_names_of_the_ess_side_by_side_are_asked_about(people, pvq, tmp_path):
    both = pd.concat([ess(people, pvq), ess(people, pvq, "a")], axis=1)
    path = csv(both, tmp_path)
    with pytest.raises(DataError, match="ess or ess11"):
        va.read_population(path, "pvq-21")
    found = va.read_population(path, "pvq-21", file_format="ess11")
    same(found, people)


def test_gss_names_are_known(people, tmp_path):
    from valuealign.population.readers.survey_files import load_survey

    path = csv(people.set_axis(list(load_survey("gss").columns.values()), axis=1), tmp_path)
    same(va.read_population(path, "pvq-21"), people)


def test_the_world_values_survey_gives_ten_items_and_refuses_the_eleventh(people, tmp_path):
    frame = (7 - people[WVS_ITEMS]).set_axis(WVS, axis=1).assign(A199=2)
    frame.iloc[0, 0] = -4
    found = va.read_population(csv(frame, tmp_path), "pvq-21")
    assert found.source.items == tuple(WVS_ITEMS)
    same(found, people[WVS_ITEMS].iloc[1:])
    assert "good of society" in found.source.note
    assert found.source.wording.kind == "other"
    with pytest.raises(DataError, match=r"lacks A195.*name them with columns"):
        va.read_population(
            csv(frame.drop(columns="A195"), tmp_path, "b.csv"), "pvq-21", file_format="wvs"
        )
    with pytest.raises(DataError, match="gave pvq-21, not pvq-rr"):
        va.read_population(csv(frame, tmp_path), "pvq-rr", file_format="wvs")


def test_the_world_values_survey_is_known_by_its_labels_too(people, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    titles = [
        "to think up new ideas and be creative",
        "to be rich",
        "living in secure surroundings",
        "to have a good time",
        "to help the people nearby",
        "being very successful",
        "adventure and taking risks",
        "to always behave properly",
        "looking after the environment",
        "tradition",
    ]
    frame = (7 - people[WVS_ITEMS]).set_axis([f"V{k}" for k in range(70, 80)], axis=1)
    path = tmp_path / "wvs.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=[f"Schwartz: It is important to this person {t}" for t in titles],
    )
    same(va.read_population(path, "pvq-21"), people[WVS_ITEMS])


def test_the_long_format_of_the_response_warehouse(people, tmp_path):
    long = (
        people.iloc[:300]
        .rename_axis("id")
        .reset_index()
        .melt("id", var_name="item", value_name="resp")
        .sample(frac=1, random_state=2)
    )
    path = csv(long.iloc[:-1], tmp_path)
    found = va.read_population(path, "pvq-21", file_format="irw")
    assert found.n == 299
    assert found.source.n_rows == 300
    again = pd.concat([long, long.iloc[:1]])
    with pytest.raises(DataError, match="answers an item twice"):
        va.read_population(csv(again, tmp_path), "pvq-21", file_format="irw")


def test_value_labels_say_which_way_a_file_counts(people, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    way = {k: {c: LABELS[7 - c] for c in range(1, 7)} for k in people}
    for name, frame, labels in (
        ("up.sav", people, way),
        ("down.sav", 7 - people, dict.fromkeys(people, LABELS)),
    ):
        path = tmp_path / name
        pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
        same(va.read_population(path, "pvq-21"), people)


def test_labels_that_lie_are_found_out_by_the_direction_test(people, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    path = tmp_path / "lie.sav"
    pyreadstat.write_sav(people, str(path), variable_value_labels=dict.fromkeys(people, LABELS))
    with pytest.raises(DataError, match=r"direction looks reversed: .*by the file's value labels"):
        va.read_population(path, "pvq-21")
    same(va.read_population(path, "pvq-21", direction="as coded"), people)


def test_a_file_the_wrong_way_round_is_refused_or_taken_with_a_flag(people, tmp_path):
    path = csv(7 - people, tmp_path)
    with pytest.raises(DataError, match=r"direction looks reversed.*give direction='reversed'"):
        va.read_population(path, "pvq-21")
    taken = va.read_population(path, "pvq-21", accept="saints of power")
    assert "saints of power" in taken.source.flags[0]
    assert "direction looks reversed" in taken.source.flags[0]
    same(va.read_population(path, "pvq-21", direction="reversed"), people)


def test_one_country_with_a_recode_bug_is_named(people, tmp_path):
    frame = people.assign(cntry=np.repeat(list("ABCDEFG"), 100))
    frame.loc[frame["cntry"] == "C", list(people)] = 7 - people.iloc[200:300]
    with pytest.raises(DataError, match=r"people\.csv, C: the direction looks reversed") as caught:
        va.read_population(csv(frame, tmp_path), "pvq-21", group="cntry")
    assert ", B:" not in str(caught.value)


def test_columns_in_another_order_are_found_out(people, tmp_path):
    shuffled = people.iloc[:, np.random.default_rng(1).permutation(21)]
    path = csv(shuffled.set_axis([f"q{k}" for k in range(21)], axis=1), tmp_path)
    with pytest.raises(DataError, match="items look like those of another order"):
        va.read_population(path, "pvq-21", columns="q0:q20")
    straight = csv(people.set_axis([f"q{k}" for k in range(21)], axis=1), tmp_path, "b.csv")
    same(va.read_population(straight, "pvq-21", columns="q0:q20"), people)
    named = {item: f"q{k}" for k, item in enumerate(people.columns[:19])}
    few = va.read_population(straight, "pvq-21", columns=named)
    same(few, people.iloc[:, :19])
    assert "19 of 21 items" in few.source.note


def test_items_turned_in_the_file_already_are_found_out(tmp_path):
    m = va.load_population("bfi25-sapa").moments
    rng = np.random.default_rng(7)
    drawn = rng.multivariate_normal(m.mean, m.covariance, 400, method="cholesky")
    frame = pd.DataFrame(drawn.round().clip(1, 6), columns=list(m.names))
    path = csv(frame, tmp_path)
    assert "direction not tested" in va.read_population(path, "ipip-bfi-25").source.flags[0]
    bfi = va.load_instrument("ipip-bfi-25")
    turned = [item.id for item in bfi.items if item.keyed == -1]
    frame[turned] = 7 - frame[turned]
    with pytest.raises(DataError, match="turned in the file already"):
        va.read_population(csv(frame, tmp_path), "ipip-bfi-25")


def test_groups_are_split_by_country_and_round(people, tmp_path):
    frame = people.assign(cntry=np.repeat(["DE", "SE"], 350), essround=np.tile([9.0, 10.0], 350))
    frame.loc[0, "cntry"] = None
    found = va.read_population(csv(frame, tmp_path), "pvq-21", group=["cntry", "essround"])
    assert list(found) == ["DE 9", "DE 10", "SE 9", "SE 10"]
    chosen = frame[(frame["cntry"] == "SE") & (frame["essround"] == 9)]
    same(found["SE 9"], chosen[list(people)])
    assert found["SE 9"].id == "people-se-9"
    assert found.exclusions == {"(no group)": "1 people whose group is missing"}
    fit = va.cfa("BE =~ pvq12 + pvq18 + pvq03 + pvq19", found.moments)
    assert fit.n == 699
    with pytest.raises(DataError, match=r"no group 'DE 7': did you mean"):
        _ = found["DE 7"]


def test_groups_too_small_for_a_covariance_are_left_out_and_named(people, tmp_path):
    frame = people.assign(g=["big"] * 680 + ["small"] * 20)
    found = va.read_population(csv(frame, tmp_path), "pvq-21", group="g")
    assert list(found) == ["big"]
    assert "20 of 20 people are complete; 22 are needed" in found.exclusions["small"]
    assert "left out" in found.table.set_index("group").loc["small", "flags"]
    with pytest.raises(TooFewRows, match="22 are needed"):
        va.read_population(csv(people.iloc[:21], tmp_path), "pvq-21")
    with pytest.raises(DataError, match=r"is .* an id"):
        va.read_population(
            csv(pd.concat([people] * 3).assign(k=range(2100)), tmp_path), "pvq-21", group="k"
        )


def test_rules_of_exclusion_are_tried_in_order_and_counted(people, tmp_path):
    frame = people.copy()
    frame.iloc[0] = 4.0
    frame.iloc[1, :20] = np.nan
    frame.iloc[2, 0] = np.nan
    frame.iloc[3] = 3.0
    frame.iloc[3, 0] = 4.0
    rules = va.Exclusion(missing_share=0.2, identical_share=0.99, within_sd=0.5)
    found = va.read_population(csv(frame, tmp_path), "pvq-21", exclude=rules)
    counts = list(found.source.excluded.values())
    assert counts[:2] == [1, 1]
    assert counts[3] == 1
    spread = frame.drop(index=[0, 1]).std(axis=1)
    assert counts[2] == (spread < 0.5).sum() > 0
    assert found.n == 700 - sum(counts)
    assert "left out before: more than 20 % of the items missing" in found.source.cases
    alike = rules.apply(frame.to_numpy())
    assert np.bincount(alike, minlength=4)[1:].tolist() == counts[:3]


def test_weighted_moments_are_those_of_cov_wt_and_of_lavaan(tmp_path):
    """Oracle: tests/oracle/R/95_weighted_moments.R (lavaan 0.6-14, sampling.weights), 1e-10."""
    told = json.loads((ORACLE / "stats" / "weighted_moments.json").read_text())
    path = ORACLE / "data" / "weighted21.csv"
    found = va.read_population(path, "pvq-21", weight="w", accept="made up", chunk=50)
    assert np.allclose(found.source.mean, told["center"], atol=1e-10)
    assert np.allclose(found.source.covariance, told["cov"], atol=1e-10)
    assert np.allclose(found.source.covariance, told["lavaan_cov"], atol=1e-10)
    assert np.allclose(found.source.mean, told["lavaan_mean"], atol=1e-10)
    assert found.source.covariance_divisor == "n"
    assert np.allclose(found.moments.ml_covariance, told["cov"], atol=1e-10)
    assert found.n == told["nobs"]
    assert found.source.n_effective == pytest.approx(told["n_effective"], abs=1e-9)
    assert found.tables is None
    plain = va.read_population(path, "pvq-21", accept="made up")
    assert np.allclose(plain.source.covariance, told["unweighted"], atol=1e-10)


def test_the_analysis_weight_of_the_ess_is_made_where_it_lacks(people, pvq, tmp_path):
    rng = np.random.default_rng(1)
    frame = ess(people, pvq).assign(pspwght=rng.gamma(4, 0.25, 700), pweight=2.0)
    frame.loc[0, "pspwght"] = 0.0
    frame.loc[1, "pspwght"] = np.nan
    path = csv(frame, tmp_path)
    made = va.read_population(path, "pvq-21", weight="anweight")
    assert made.source.weights == "pspwght x pweight"
    assert made.source.excluded["no weight, or a weight of 0"] == 2
    assert made.n == 698
    assert made.source.mean == pytest.approx(
        va.read_population(path, "pvq-21", weight="pspwght").source.mean
    )
    frame.loc[1, "pspwght"] = -1
    with pytest.raises(DataError, match="negative or infinite"):
        va.read_population(csv(frame, tmp_path), "pvq-21", weight="pspwght")


def test_groups_that_are_numbers_with_labels_bear_their_labels(people, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    frame = people.assign(S003=np.repeat([276.0, 752.0], 350))
    path = tmp_path / "labels.sav"
    labels = {"S003": {276.0: "Germany", 752.0: "Sweden"}}
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    found = va.read_population(path, "pvq-21", group="S003")
    assert list(found) == ["Germany", "Sweden"]
    assert found["Sweden"].source.population.endswith("; Sweden")


def test_groups_whose_names_become_one_in_small_letters_keep_their_own_ids(people, tmp_path):
    names = ["Österreich", "österreich", "Германия", "Италия"]
    frame = people.assign(g=np.repeat(names, 175))
    found = va.read_population(csv(frame, tmp_path), "pvq-21", group="g")
    assert len({one.id for one in found.values()}) == 4


def test_semicolons_tabs_and_byte_order_marks_are_read(people, tmp_path):
    for mark in ";\t":
        path = csv(people, tmp_path, f"m{ord(mark)}.csv", sep=mark, encoding="utf-8-sig")
        same(va.read_population(path, "pvq-21"), people)


def test_what_was_read_is_written_added_and_read_again_without_a_row(people, tmp_path):
    about = va.Provenance(
        name="ours-2026",
        people="made up",
        source="ours",
        language="en",
        wording="official",
        licence="CC0",
    )
    found = va.read_population(csv(people, tmp_path), "pvq-21", about=about, keep_rows=True)
    kept = va.add_population(found)
    assert kept.source == found.source
    assert kept.rows is None
    assert np.array_equal(kept.tables[-1], found.tables[-1])
    fit = va.cfa(
        "PO =~ pvq02 + pvq17 + pvq04 + pvq13", kept.moments, ordered=True, estimator="DWLS"
    )
    assert fit.measures["df"] == 2
    assert va.load_population("ours-2026").describe()["licence"] == "CC0"
    written = va.write_population(found, tmp_path / "out.json")
    assert [p.name for p in written] == ["out.json", "out.tables.json.gz"]


def test_the_shipped_moments_come_back_from_the_rows_they_were_made_of(shared):
    """Shipped to eight decimals."""
    for file, instrument, shipped, how in (
        ("gss2012_us/gss2012_values.csv", "pvq-21", "pvq21-us-gss2012", {}),
        ("pvqrr_de_crypto/pvqrr_de.csv", "pvq-rr", "pvqrr-de-2022", {}),
        (
            "pvqrr_de_crypto/pvqrr_de.csv",
            "pvq-rr",
            "pvqrr-de-2022-attentive",
            {"exclude": va.Exclusion(within_sd=0.5)},
        ),
        (
            "pvq40_us_smacof/pvq40_us.csv",
            "pvq-40",
            "pvq40-us-borg2017",
            {"columns": "sd1:un6", "missing": [0], "direction": "reversed"},
        ),
    ):
        found = va.read_population(shared(f"humans/{file}"), instrument, **how)
        known = va.load_population(shipped)
        assert found.n == known.n
        assert np.abs(np.array(found.source.covariance) - known.source.covariance).max() < 6e-9
        assert np.abs(np.array(found.source.mean) - known.source.mean).max() < 6e-9
        if known.tables is not None:
            assert all(
                np.array_equal(a, b) for a, b in zip(found.tables, known.tables, strict=True)
            )


def test_the_help_page_that_has_it_backwards_is_found_out(shared):
    """The data of smacof's PVQ40 count the other way than their help page says."""
    path = shared("humans/pvq40_us_smacof/pvq40_us.csv")
    with pytest.raises(DataError, match=r"benevolence 2\.50, universalism 2\.31, power 3\.89"):
        va.read_population(path, "pvq-40", columns="sd1:un6", missing=[0])
