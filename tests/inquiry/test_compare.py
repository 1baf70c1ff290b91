"""``va.compare``: truth comes back, people of one country are the same, and refusals say why."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from drawn_people import DE, PVQ, SCALES, as_population, people_like
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("compare") / "s.db"
    forms = [
        va.Form(direction=d, labels=n, content=c)
        for d in ("published", "reversed")
        for n in ("numbers", "letters")
        for c in ("stem", "opposed")
    ]
    va.administer("pvq-21", ["sim:human", "sim:token"], forms=forms, occasions=3, store=path)
    return path


@pytest.fixture(scope="module")
def found(store):
    return va.compare(va.responses(store), "pvq21-de-ess9")


# -- truth --------------------------------------------------------------------------------


def test_an_inattentive_model_is_no_match_on_any_scale(found):
    token = found.scales[(found.scales["respondent"] == "sim:token") & found.scales["centred"]]
    assert (token["mean"].abs() < 1e-12).all()
    assert (token["standing"] == "inconclusive").all()
    assert any("flat profile" in flag for flag in found.flags)
    profile = found.profiles.set_index("respondent").loc["sim:token"]
    assert np.isnan(profile["pearson"])
    assert np.isnan(profile["distinctive_r"])


def test_the_interval_of_a_model_is_over_forms(found, store):
    scores = va.score(va.responses(store, model="sim:human"), PVQ, centre="mrat")
    means = scores.query("content == 'stem'").groupby("form", observed=True)["HE"].mean()
    row = found.scales[
        (found.scales["respondent"] == "sim:human")
        & found.scales["centred"]
        & (found.scales["scale"] == "HE")
    ].iloc[0]
    assert row["mean"] == pytest.approx(means.mean())
    assert row["ci_upper"] - row["mean"] >= 3.182 * means.std() / 2 - 1e-3
    assert "over forms" in found.unit
    one = va.responses(store, model="sim:human").wide.query("form == 'published'")
    alone = va.compare(one, DE)
    assert "this form only" in alone.unit
    assert any("this form only" in flag for flag in alone.flags)


def test_a_profile_of_accidents_has_nothing_distinctive():
    """Forms that contradict one another leave hardly any profile; less the average it would be
    the average turned over, and correlate with people at -.7."""
    x = np.random.default_rng(3).integers(2, 6, size=(2, 21)).astype(float)
    rows = np.vstack([x[0], 7 - x[0], x[1], 7 - x[1]])
    rows[0] += np.arange(21) % 2
    given = pd.DataFrame(rows, columns=list(PVQ.item_ids)).assign(model="m", form=list("abcd"))
    found = va.compare(given, DE, draws=300, among=())
    row = found.profiles.iloc[0]
    assert np.isnan(row["distinctive_r"])
    assert row["pearson_ci_upper"] - row["pearson_ci_lower"] > 1
    assert any("no profile to compare" in flag for flag in found.flags)


def test_elevation_scatter_and_shape_add_up(found):
    parts = found.profiles[["elevation", "scatter", "shape"]].sum(axis=1)
    np.testing.assert_allclose(parts, found.profiles["distance_squared"], atol=1e-9)


def test_agreement_that_everyone_has_is_taken_off():
    """US people agree with Germans at .9; beyond the average of countries they agree less."""
    row = va.compare("pvq21-us-gss2012", DE).profiles.iloc[0]
    assert row["pearson"] > 0.9
    assert row["normative_r"] > 0.85
    assert row["distinctive_r"] < row["pearson"] - 0.2
    assert row["typical_r_median"] < row["pearson"]


# -- margins ------------------------------------------------------------------------------


def test_margins_come_from_between_countries_and_say_so(found):
    centred = found.scales[found.scales["centred"]].drop_duplicates("scale").set_index("scale")
    between = va.load_norms("pvq21-europe-between-country").between_country_sd
    assert centred["margin"].to_dict() == pytest.approx(between)
    assert centred["margin_source"].str.contains("pvq21-europe-between-country").all()
    raw = found.scales[~found.scales["centred"]]
    assert raw["margin"].isna().all()
    assert (raw["standing"] == "inconclusive").all()


def test_without_a_margin_nothing_is_equivalent_or_different():
    found = va.compare("pvqrr-de-2022-women", "pvqrr-de-2022-men", draws=10, among=())
    assert (found.scales["standing"] == "inconclusive").all()
    assert "margins=" in found.unavailable["equivalence"]
    assert found.scales["pvalue_fdr"].notna().all()
    given = va.compare("pvqrr-de-2022-women", "pvqrr-de-2022-men", margins=0.2, draws=10, among=())
    assert set(given.scales.query("centred")["standing"]) >= {"equivalent", "different"}


@pytest.mark.parametrize("margins", [{"XX": 0.2}, {"SD": 0.0}, {"SD": float("nan")}, -1])
def test_margins_that_are_none_are_refused(margins):
    with pytest.raises(DataError, match="margin"):
        va.compare("pvq21-us-gss2012", DE, margins=margins)


# -- items, matrices, distances, discriminants ---------------------------------------------


def test_items_are_compared_only_where_the_words_are_the_same(found):
    assert found.items.empty
    assert "open form" in found.unavailable["items"]
    assert not found.wording.same
    women = va.compare("pvq21-de-ess9-women", "pvq21-de-ess9", draws=10, among=())
    assert women.wording.same
    declared = va.compare(
        "pvq21-us-gss2012", DE, same_wording="ESS translation", draws=10, among=()
    )
    items = declared.items.set_index("item")
    US = va.load_population("pvq21-us-gss2012")
    p, q = (x.frequencies.loc["pvq01"] / x.frequencies.loc["pvq01"].sum() for x in (US, DE))
    assert items.loc["pvq01", "total_variation"] == pytest.approx((p - q).abs().sum() / 2)
    assert items.loc["pvq01", "total_variation_by_chance"] < items.loc["pvq01", "total_variation"]
    assert "declared the same by the user" in declared.wording.explanation


def test_an_open_form_is_never_declared_official(store):
    found = va.compare(va.responses(store, model="sim:human"), DE, same_wording="I say so")
    assert found.items.empty
    assert not found.wording.same


def test_matrices_are_compared_on_raw_scores_and_refused_on_few_rows(found):
    people = va.compare("pvq21-us-gss2012", DE, draws=10, among=()).correlations.iloc[0]
    assert people["df"] == 45
    assert people["jennrich_pvalue"] < 1e-6
    assert people["rmsr"] > people["rmsr_by_chance"]
    clone = as_population(people_like(2000, seed=4))
    assert va.compare(clone, DE, draws=10, among=()).correlations["jennrich_pvalue"].item() > 0.001
    token = found.correlations.set_index("respondent").loc["sim:token"]
    assert np.isnan(token["jennrich_chisq"])
    assert "singular" in token["reason"] or "never varies" in token["reason"]


def test_centred_scores_have_no_matrix_and_lose_a_scale_for_their_distance():
    rows = people_like(300, seed=5).round().clip(1, 6)
    scores = va.score(rows, PVQ, centre="mrat").drop(columns="MRAT")
    found = va.compare(scores, DE, instrument="pvq-21", draws=10, among=["pvq21-de-ess9"])
    assert "no inverse" in found.correlations["reason"].item()
    assert "no column MRAT" in found.unavailable["raw scores"]
    assert any("without UN" in kind for kind in found.nearest["kind"])
    whole = va.compare(va.score(rows, PVQ, centre="mrat"), DE, draws=10, among=())
    items = va.compare(rows, DE, instrument="pvq-21", draws=10, among=())
    raw = va.compare(va.score(rows, PVQ), DE, draws=10, among=())
    for other in (whole, raw):
        pd.testing.assert_series_equal(
            other.scales["difference"], items.scales["difference"], rtol=1e-10
        )


def test_people_are_nearest_to_themselves():
    among = ["pvq21-us-gss2012", "pvq21-de-ess9", "pvq21-se-ess", "pvq21-prolific-valueportrait"]
    rows = people_like(3000, seed=6)
    found = va.compare(as_population(rows), DE, among=among, draws=10).nearest
    first = found[found["rank"] == 1]
    assert (first["population"] == "pvq21-de-ess9").all()
    assert found["kind"].nunique() == 2
    by_means = found[~found["kind"].str.startswith("Mahalanobis")]
    assert set(by_means["population"]) == set(among)


def test_models_are_told_apart_on_forms_not_seen(tmp_path):
    forms = [
        va.Form(direction=d, labels=n, content=c)
        for d in ("published", "reversed")
        for n in ("numbers", "letters")
        for c in ("stem", "opposed")
    ]
    va.administer(
        "pvq-21",
        ["sim:human", "sim:random", "sim:extreme"],
        forms=forms,
        occasions=4,
        store=tmp_path / "s.db",
    )
    told = va.compare(va.responses(tmp_path / "s.db"), DE, draws=10, among=()).discriminant
    assert told is not None
    assert told.folds.startswith("a form")
    assert told.cross_validated > told.chance
    assert told.scaling.index.tolist() == SCALES
    assert told.smallest_p < 0.05


def test_what_cannot_be_discriminated_says_why(found):
    assert found.discriminant is not None
    one = va.compare("pvq21-us-gss2012", DE, draws=10, among=())
    assert one.discriminant is None
    assert "two or more models" in one.unavailable["discriminant"]


# -- units and bad input ------------------------------------------------------------------


def test_personas_are_rows_where_they_are_asked_for(tmp_path):
    personas = [va.Persona(f"p{k}", f"You are person {k}.") for k in range(12)]
    given = va.administer(
        "pvq-21", "sim:human", personas=personas, occasions=2, store=tmp_path / "s.db"
    )
    found = va.compare(given, DE, unit="personas", draws=10, among=())
    assert found.scales["n"].max() == 12
    assert "rows are personas" in found.unit
    assert found.correlations["n"].item() == 12
    models = va.compare(given, DE, unit="models", draws=10, among=())
    assert models.scales["ci_lower"].isna().all()
    assert "models" in models.unit


def test_refusals_leave_bounds_beside_the_mean(tmp_path):
    given = va.administer(
        "pvq-21",
        "sim:refuser",
        forms=[va.Form(), va.Form(direction="reversed")],
        occasions=3,
        store=tmp_path / "s.db",
    )
    found = va.compare(given, DE, draws=10, among=())
    raw = found.scales[~found.scales["centred"]]
    assert (raw["lowest"] < raw["highest"]).all()
    assert any("missing" in flag for flag in found.flags)


def test_two_conditions_of_one_model_are_two_respondents(tmp_path):
    path = tmp_path / "s.db"
    for temperature in (0.0, 1.0):
        sampling = va.Sampling(temperature=temperature)
        va.administer("pvq-21", "sim:human", sampling=sampling, store=path)
    found = va.compare(va.responses(path), DE, draws=10, among=())
    assert found.scales["respondent"].nunique() == 2
    assert "temperature" in found.scales["respondent"].iloc[0]


def test_other_instruments_and_other_items_are_refused(store):
    with pytest.raises(DataError, match="pvq-rr"):
        va.compare(va.responses(store), "pvqrr-de-2022")
    with pytest.raises(DataError, match=r"is of pvq-rr.*of pvq-21"):
        va.compare("pvqrr-de-2022", DE)
    with pytest.raises(DataError, match="say which"):
        va.compare(va.responses(store), ["pvq21-de-ess9", "pvqrr-de-2022"])
    with pytest.raises(DataError, match="no item of pvq-21"):
        va.compare(pd.DataFrame({"a": [1], "b": [2]}), DE)
    with pytest.raises(DataError, match="row 0: item pvq03 is 7"):
        va.compare(pd.DataFrame({"pvq03": [7], "pvq08": [3], "pvq19": [3]}), DE)
    with pytest.raises(DataError, match="named twice"):
        va.compare(va.responses(store), [DE, "pvq21-de-ess9"])
    with pytest.raises(DataError, match="did you mean 'pvq21-de-ess9'"):
        va.compare(va.responses(store), "pvq21-de-es9")
    with pytest.raises(DataError, match="expected a text"):
        va.compare(va.responses(store), [3])


def test_the_order_of_columns_does_not_matter_and_a_reversed_scale_is_noticed():
    rows = people_like(200, seed=7).round().clip(1, 6)
    plain = va.compare(rows, DE, draws=10, among=())
    mixed = va.compare(rows[sorted(rows, reverse=True)], DE, draws=10, among=())
    pd.testing.assert_frame_equal(plain.scales, mixed.scales)
    assert not any("reverse" in flag for flag in plain.flags)
    turned = va.compare(7 - rows, DE, draws=10, among=())
    assert any("nearly the reverse" in flag for flag in turned.flags)


def test_one_row_and_one_scale_are_taken_for_what_they_are():
    one = people_like(1, seed=8).round().clip(1, 6)
    found = va.compare(one, DE)
    assert found.scales["d"].notna().all()
    assert found.scales["ci_lower"].isna().all()
    assert (found.scales["standing"] == "inconclusive").all()
    assert "one row" in found.unavailable["intervals of rows"]
    alone = va.compare(people_like(50, seed=9)[["pvq10", "pvq21"]].round().clip(1, 6), DE)
    assert set(alone.scales["scale"]) == {"HE"}
    assert "a profile needs 3" in alone.unavailable["profiles"]
    empty = pd.DataFrame(np.nan, index=range(3), columns=list(PVQ.item_ids))
    with pytest.raises(DataError, match="every answer is missing"):
        va.compare(empty, DE)


def test_percentiles_are_counted_where_there_are_rows():
    rows = people_like(500, seed=10).round().clip(1, 6)
    people = replace(as_population(rows), rows=rows)
    found = va.compare(rows.iloc[:1], people, draws=10, among=())
    row = found.scales.query("centred and scale == 'HE'").iloc[0]
    scores = va.score(rows, PVQ, centre="mrat")["HE"]
    assert row["percentile"] == pytest.approx(
        100 * ((scores < row["mean"]).mean() + (scores == row["mean"]).mean() / 2)
    )


# -- the command and its figures ------------------------------------------------------------


def run(*words):
    return CliRunner().invoke(valuealign, ["analyze", "compare", *map(str, words)])


def test_the_command_prints_draws_and_gives_json(store, tmp_path):
    figure = tmp_path / "f.png"
    told = run("--store", store, "--to", "pvq21-de-ess9")
    assert told.exit_code == 0, told.output
    assert "sim:human compared with pvq21-de-ess9" in told.stdout
    assert "inconclusive" in told.stdout
    found = run("--store", store, "--to", "pvq21-de-ess9", "--json", "--figure", figure)
    assert found.exit_code == 0, found.output
    said = json.loads(found.stdout)
    assert {"scales", "profiles", "nearest", "wording", "unavailable"} <= set(said)
    assert figure.read_bytes()[:4] == b"\x89PNG"


def test_the_command_takes_people_and_margins_by_scale(tmp_path):
    margins = tmp_path / "m.json"
    margins.write_text('{"SD": 0.3}', encoding="utf-8")
    told = run("--people", "pvq21-us-gss2012", "--to", "pvq21-de-ess9", "--margins", margins)
    assert told.exit_code == 0, told.output
    assert "equivalent" in told.stdout
    margins.write_text("[[", encoding="utf-8")
    told = run("--people", "pvq21-us-gss2012", "--to", "pvq21-de-ess9", "--margins", margins)
    assert told.exit_code == 1
    assert "holds no margins" in str(told.exception)


def test_names_from_outside_reach_neither_markup_nor_the_terminal(tmp_path):
    rows = people_like(30, seed=11).round().clip(1, 6).assign(model="[red]x\x1b[31m")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    told = run("--data", tmp_path / "rows.csv", "--to", "pvq21-de-ess9")
    assert told.exit_code == 0, told.output
    assert "[red]x" in told.stdout
    assert "\x1b" not in told.stdout


def test_figures_show_every_respondent_and_every_people(found, tmp_path):
    (axes,) = va.plot.profile(found).axes
    shown = [label.get_text() for label in axes.get_xticklabels()]
    assert shown == [found.names[scale] for scale in found.order]
    (box,) = axes.figure.legends or [axes.get_legend()]
    legend = {text.get_text() for text in box.get_texts()}
    assert {"sim:human", "sim:token"} <= legend
    va.plot.nearest(found).savefig(tmp_path / "n.png")
    with pytest.raises(DataError, match="no raw scores"):
        va.plot.profile(replace(found, scales=found.scales.query("centred")), centred=False)
