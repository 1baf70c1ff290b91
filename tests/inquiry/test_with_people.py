"""A model beside people: what is compared, what is refused, and what is said about it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.wording_match import wording_match

GERMANY = "pvq21-de-ess9"
ENHANCEMENT = {"enhancement": "AC_PO =~ pvq04 + pvq13 + pvq02 + pvq17"}
DECLARED = {"declared": "drawn from the sample's own moments"}


def answers(n=300, seed=2, sample=GERMANY):
    """Return codes of people drawn from a shipped sample's moments."""
    people = va.load_population(sample).moments
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal(people.mean, people.covariance, n, method="cholesky")
    return pd.DataFrame(np.clip(np.round(x), 1, 6), columns=people.names)


def compared(rows, people=GERMANY, **more):
    options = {"unit": "personas", "models": ENHANCEMENT, "draws": 0} | DECLARED | more
    return va.invariance_with_people(rows, people, **options)


@pytest.fixture(scope="module")
def alike():
    return va.invariance_with_people(answers(), GERMANY, unit="personas", draws=60, **DECLARED)


def test_people_drawn_from_people_cost_less_than_countries_do(alike):
    table = alike.table.set_index(["model", "level"])
    assert set(table.index.get_level_values(0)) == set(va.load_instrument("pvq-21").default_lavaan)
    scalar = table.xs("scalar", level="level")
    assert (scalar["rmsea_d"] < scalar["human_rmsea_d"]).all()
    assert scalar.loc["openness", "beside"] == "less than between people"
    assert scalar.loc["openness", "human_delta_cfi"] == pytest.approx(-0.198, abs=0.001)
    assert (table["n"] == 300).all()


def test_the_ladder_is_that_of_va_invariance(alike):
    pvq = va.load_instrument("pvq-21")
    text = pvq.lavaan("conservation")
    items = [i for i in pvq.item_ids if i in text.replace("+", " ").split()]
    groups = {GERMANY: va.load_population(GERMANY).of(items), "rows": answers()}
    plain = va.invariance(text, groups, estimator="MLM").table
    found = alike.table.query("model == 'conservation'").reset_index(drop=True)
    pd.testing.assert_frame_equal(found[plain.columns], plain)
    assert {"srmr_people", "srmr_rows"} <= set(found)


def test_misfit_is_placed_among_samples_of_the_rows_size(alike):
    bands = alike.bands.set_index(["model", "measure"])
    assert bands.loc[("openness", "cfi"), "low"] < bands.loc[("openness", "cfi"), "median"]
    assert bands["share_worse"].between(0, 1).all()
    assert bands.loc[("conservation", "rmsea"), "share_worse"] > 0.01


def test_what_is_a_row_is_said_and_must_be_said(alike):
    assert alike.unit.startswith("personas of a model") or "personas" in alike.unit
    assert alike.rows[0].startswith("rows: 300 rows")
    assert "Words of rows and pvq21-de-ess9" in str(alike)
    assert "Between people (pvq21-us-gss2012 and pvq21-de-ess9)" in str(alike)
    with pytest.raises(TypeError, match="unit"):
        va.invariance_with_people(answers(), GERMANY)
    with pytest.raises(DataError, match="'personas' or 'models'"):
        compared(answers(), unit="people")


def test_a_shift_of_one_item_is_found_and_more_than_between_people():
    rows = answers(600)
    rows["pvq02"] = np.clip(rows["pvq02"] + 2, 1, 6)
    found = compared(rows)
    scalar = found.table.set_index("level").loc["scalar"]
    assert scalar["standing"] == "fails"
    assert scalar["beside"] == "more than between people"
    assert found.ladders[0].ladder.effects.set_index("item")["dmacs"].idxmax() == "pvq02"


def test_rows_without_a_record_of_their_words_are_compared_as_constructs_only():
    found = compared(answers(), declared=None)
    assert not found.ladders
    table = found.constructs[0].table.set_index("statistic")
    assert table.loc["congruence total", "value"] > table.loc["congruence total", "chance"]
    assert table.loc["correlation of intercorrelations, raw", "value"] > 0.8
    assert table.loc["circle order", "value"] > 0.5
    assert "instruments wording pvq-21" in next(iter(found.refused.values()))


def test_an_open_form_cannot_be_declared_official():
    rows = answers().assign(wording="open form, not the official text", language="en")
    found = compared(rows, declared="they mean the same")
    assert not found.ladders
    assert found.constructs[0].label.startswith("open form")


def test_people_of_several_languages_need_a_declaration():
    europe = va.load_population("pvq21-europe-ess11")
    sheets = pd.DataFrame({"wording": ["official"], "language": ["en"]})
    same, told = wording_match(sheets, europe)
    assert not same
    assert "several languages" in told
    assert wording_match(sheets, europe, declared="the ESS's translations")[0]
    assert not wording_match(sheets, europe, declared="  ")[0]


def test_rows_without_a_record_of_the_wording_are_the_same_only_by_declaration():
    europe = va.load_population(GERMANY)
    sheets = pd.DataFrame({"wording": ["official", "official"], "language": ["de", "de"]})
    none, some = sheets.assign(wording=None), sheets.assign(wording=["official", None])
    other = sheets.assign(wording=["an open form", None])
    assert wording_match(sheets, europe) == (True, "official wording in de")
    for given, which in ((none, "the rows"), (some, "1 of 2 rows")):
        told = f"{which} do not say which wording was given"
        assert wording_match(given, europe) == (False, told)
        assert wording_match(given, europe, declared="seen on screen")[0]
    assert not wording_match(other, europe, declared="seen on screen")[0]


def test_noise_is_not_people_s_structure():
    rng = np.random.default_rng(1)
    noise = pd.DataFrame(rng.integers(1, 7, size=(200, 21)), columns=answers(30).columns)
    table = compared(noise, declared=None, draws=60).constructs[0].table.set_index("statistic")
    r = "correlation of intercorrelations, raw"
    assert abs(table.loc[r, "value"]) < 0.4
    assert table.loc[r, "pvalue"] > 0.02
    assert table.loc["circle order", "pvalue"] > 0.01


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (answers(1), "covariance needs 5 at least"),
        (answers(4), "4 complete rows of 4 items"),
        (answers(50).assign(pvq04=3, pvq13=2), "2 of 4 items are answered alike in all 50 rows"),
    ],
)
def test_rows_that_carry_no_covariance_are_refused_with_what_would(rows, says):
    with pytest.raises(AnalysisError, match=says) as caught:
        compared(rows)
    assert "--design says how many rows would do" in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "people", "says"),
    [
        (answers(50), "pvqrr-de-2022", "is of pvq-rr, not of pvq-21"),
        (
            answers(50).rename(columns=lambda c: c.replace("pvq", "q")),
            GERMANY,
            "has 0 items|have 0",
        ),
        (answers(50).replace(6, 66), GERMANY, "codes from . to 66"),
        (answers(50).assign(instrument="pvq-rr"), GERMANY, "no responses to pvq-21"),
        (answers(50).assign(pvq04="x"), GERMANY, "not numeric"),
    ],
)
def test_rows_of_something_else_are_refused(rows, people, says):
    with pytest.raises(DataError, match=says):
        compared(rows, people, instrument="pvq-21")


def test_the_order_of_columns_does_not_matter():
    rows = answers(100)
    a, b = compared(rows), compared(rows[list(rows.columns)[::-1]])
    assert a.table["chisq"].to_numpy() == pytest.approx(b.table["chisq"].to_numpy(), rel=1e-9)


def test_an_item_that_is_not_there_is_named():
    with pytest.raises(AnalysisError, match="no pvq17, which the model names"):
        compared(answers(50).drop(columns="pvq17"))


def test_turned_codes_are_said():
    found = compared(7 - answers(100))
    assert any("codes turned (7 - x)" in flag for flag in found.flags)
    assert not any("codes turned" in flag for flag in compared(answers(100)).flags)


def test_weighted_people_are_said():
    people = va.load_population(GERMANY)
    told = people.source.model_copy(update={"weights": "design weight", "n_effective": 1800.0})
    found = compared(answers(60), dataclasses.replace(people, source=told))
    assert any("effective size is 1,800" in flag for flag in found.flags)


def test_rows_with_holes_are_counted():
    rows = answers(60)
    rows.loc[:4, "pvq04"] = np.nan
    found = compared(rows)
    assert found.ladders[0].n == 55
    assert any("5 of 60 rows" in flag for flag in found.flags)


def test_families_are_averaged_where_people_are_moments():
    rows = answers(40).assign(model=[f"m{k}" for k in range(40)])
    families = {f"m{k}": f"family {k // 2}" for k in range(40)}
    found = compared(rows, unit="models", families=families)
    assert found.ladders[0].n == 20
    assert "respect clusters need rows of people" in found.rows[0]
    plain = compared(rows, unit="models")
    assert any("no family was named" in flag for flag in plain.flags)
    with pytest.raises(DataError, match="has no rows"):
        compared(rows, unit="models", families={"gpt": "open"})


def test_families_are_clusters_where_people_are_rows():
    people = dataclasses.replace(va.load_population(GERMANY), rows=answers(400, seed=5))
    rows = answers(60).assign(model=[f"m{k}" for k in range(60)])
    families = {f"m{k}": f"family {k // 2}" for k in range(60)}
    found = compared(rows, people, unit="models", families=families)
    assert found.ladders[0].ladder.fits["metric"].measures["chisq_scaling_factor"] != 1
    assert "which are the clusters" in found.rows[0]


def test_a_cluster_test_beside_moments_is_refused_by_name():
    with pytest.raises(AnalysisError, match="MLR needs rows of people"):
        compared(answers(), estimator="MLR")


def test_ordinal_items_beside_tables_have_estimates_and_no_test():
    rows = answers(900)
    found = compared(rows, ordered=True)
    ladder = found.ladders[0].ladder
    assert found.ladders[0].estimator == "DWLS"
    assert set(ladder.verdict.standings.values()) == {"inconclusive"}
    assert ladder.table[["chisq_diff", "pvalue_diff", "rmsea_d"]].isna().all().all()
    assert ladder.effects["dmacs"].notna().all()
    assert "no test" in str(found)
    with pytest.raises(AnalysisError, match="another number of categories"):
        compared(rows.clip(upper=5), ordered=True)
    with pytest.raises(AnalysisError, match="without bivariate tables"):
        compared(answers(), "pvq21-de-ess9-women", ordered=True)


def test_scaled_tests_where_people_ship_a_gamma():
    found = compared(answers())
    assert found.ladders[0].estimator == "MLM"
    assert not any("as normal" in flag for flag in found.flags)
    assert any("as normal" in flag for flag in compared(answers(), estimator="ML").flags)


def test_each_construct_has_its_latent_means_judged_beside_the_ladder():
    table = compared(answers()).latent
    assert len(table) == len(compared(answers()).ladders)
    assert set(table["standing"]) <= {"permitted", "not permitted", "inconclusive"}
    assert (table["loading_ratio_upper"] >= table["loading_ratio"]).all()


def own_people(n=800):
    """A sample of one's own, read with its rows: it has no Gamma."""
    return va.read_population(answers(n, seed=1), "pvq-21", keep_rows=True)


@pytest.mark.parametrize("people", [GERMANY, own_people])
def test_the_verdict_judges_latent_means_by_the_same_numbers(people):
    people = people() if callable(people) else va.load_population(people)
    rows = answers(600).assign(model="m", persona=[f"p{i}" for i in range(600)])
    given = va.as_responses(rows, "pvq-21")
    latent = compared(given, people, declared="drawn", models=None).latent.set_index("model")
    evidence = Evidence(given, people=people)
    assert set(latent.index) == set(evidence.instrument.default_lavaan)
    for construct, row in latent.iterrows():
        ratio = evidence.number("loading_ratio", "m", construct=construct)
        size = evidence.number("scalar_rmsea_d", "m", construct=construct)
        assert np.isfinite([ratio.value, ratio.upper]).all()
        assert ratio.upper == pytest.approx(row["loading_ratio_upper"], rel=1e-12)
        assert size.upper == pytest.approx(row["scalar_rmsea_d_upper"], rel=1e-12, nan_ok=True)


def test_an_inconclusive_level_says_which_size_would_decide():
    levels = [one for ladder in compared(answers()).ladders for one in ladder.ladder.verdict.levels]
    reasons = [one.reason for one in levels if "no difference was found" in one.reason]
    said = "If nothing differed, these sizes would show it with probability"
    assert all(said in reason for reason in reasons)


def test_a_yardstick_of_one_s_own_and_of_two_named_samples():
    women, men = "pvq21-de-ess9-women", "pvq21-de-ess9-men"
    assert compared(answers(), yardstick=(women, men)).ladders[0].human_told == f"{women} and {men}"
    both = compared(answers(), [women, men])
    assert [one.population for one in both.ladders] == [women, men]
    assert both.ladders[0].human_told == f"{women} and {men}"
    with pytest.raises(DataError, match="not a yardstick"):
        compared(answers(), yardstick=[women])


def test_occasions_of_one_persona_are_no_rows(tmp_path):
    who = [va.Persona(id=f"p{k}", text=f"You are person {k}.") for k in range(3)]
    given = va.administer("pvq-21", "sim:human", personas=who, occasions=2, store=tmp_path / "a.db")
    with pytest.raises(DataError, match="choose personas as rows"):
        compared(given, unit="administrations")
    with pytest.raises(AnalysisError, match="3 complete rows of 10 items"):
        compared(given)


def test_a_design_says_how_many_rows_would_do():
    found = va.invariance_design(GERMANY, models=ENHANCEMENT, draws=40)
    table = found.table.set_index("level")
    assert (table["rows_covariance"] == 5).all()
    assert table.loc["metric", "rows_power"] == pytest.approx(1075, abs=5)
    assert table.loc["metric", "rows_equivalence"] >= table.loc["metric", "rows_power"]
    assert table.loc[["metric", "scalar", "strict"], "simulated"].min() >= 0.8
    few = va.invariance_design("pvq21-de-ess9-age15-34", models=ENHANCEMENT, draws=5)
    assert pd.isna(few.table.set_index("level").loc["metric", "rows_equivalence"])
    assert "too few" in few.table.set_index("level").loc["metric", "reason"]
    with pytest.raises(AnalysisError, match="is of pvq-21"):
        va.invariance_design(GERMANY, "pvq-rr")


def test_the_power_of_a_design_is_that_of_the_ladder():
    found = va.invariance_design(GERMANY, models=ENHANCEMENT, draws=5)
    n = int(found.table.set_index("level").loc["metric", "rows_power"])
    people = va.load_population(GERMANY).moments
    same = dataclasses.replace(people, n=n, gamma=None, tables=None)
    ladder = va.invariance(ENHANCEMENT["enhancement"], {"people": people, "model": same})
    assert ladder.table.set_index("level").loc["metric", "power"] == pytest.approx(0.8, abs=0.002)


def test_the_command_says_a_design_and_needs_people(tmp_path):
    words = ["analyze", "invariance", "--design"]
    none = CliRunner().invoke(valuealign, words)
    assert none.exit_code == 2
    assert "--with" in none.output
    said = CliRunner().invoke(
        valuealign,
        [
            *words,
            "--with",
            GERMANY,
            "--draws",
            "5",
            "--syntax",
            ENHANCEMENT["enhancement"],
            "--json",
        ],
    )
    assert said.exit_code == 0, said.output
    assert '"rows_power": 1075' in said.stdout
    path = tmp_path / "rows.csv"
    answers(60).to_csv(path, index=False)
    refused = CliRunner().invoke(
        valuealign,
        [
            "analyze",
            "invariance",
            "--data",
            str(path),
            "--with",
            GERMANY,
            "--rows",
            "personas",
            "--draws",
            "20",
        ],
    )
    assert refused.exit_code == 0, refused.output
    assert "constructs only" in refused.stdout
    assert "items are not compared" in refused.stdout
