"""Mixed models are lme4's, their tests lmerTest's, their means emmeans', and truth comes back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, NotSupported

ORACLE = Path(__file__).parents[2] / "oracle"
R = json.loads((ORACLE / "lme4" / "mixed.json").read_text())
CASES = {
    "crossed": {},
    "sum": {"coding": "sum"},
    "ml": {"method": "ml"},
    "few": {},
    "interacting": {},
    "nested": {},
    "singular": {},
    "all_zero": {},
    "slope": {},
    "independent": {},
    "covariate": {},
}
FACTORIAL = "rating ~ burden * belonging * diagnosis + (1|vignette) + (1|form) + (1|model)"


@pytest.fixture(scope="module")
def rows():
    return pd.read_csv(ORACLE / "data" / "vignettes.csv")


def of_case(rows, case):
    """The rows that the R script fitted."""
    if case == "few":
        return rows[rows["vignette"].isin(sorted(rows["vignette"].unique())[:6])]
    return rows[rows["noise_kept"] == 1] if case == "all_zero" else rows


@pytest.fixture(scope="module")
def fits(rows):
    return {c: va.mixed(R[c]["formula"], of_case(rows, c), **kw) for c, kw in CASES.items()}


@pytest.mark.parametrize("case", CASES)
def test_coefficients_and_their_errors_are_lme4s(fits, case):
    expected = R[case]["coef"]
    assert fits[case].fixed["estimate"].to_numpy() == pytest.approx(expected["Estimate"], rel=1e-5)
    assert fits[case].fixed["se"].to_numpy() == pytest.approx(expected["Std. Error"], rel=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_degrees_of_freedom_are_lmertests(fits, case):
    table, expected = fits[case].fixed, R[case]["coef"]
    assert table["df"].to_numpy() == pytest.approx(expected["df"], rel=1e-3)
    assert table["t"].to_numpy() == pytest.approx(expected["t value"], rel=1e-5)
    assert table["pvalue"].to_numpy() == pytest.approx(expected["Pr(>|t|)"], rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_type_three_tests_are_lmertests(fits, case):
    table, expected = fits[case].tests, R[case]["anova"]
    assert table["term"].tolist() == np.atleast_1d(R[case]["terms"]).tolist()
    assert table["df1"].tolist() == np.atleast_1d(expected["NumDF"]).tolist()
    assert table["F"].to_numpy() == pytest.approx(np.atleast_1d(expected["F value"]), rel=1e-4)
    assert table["df2"].to_numpy() == pytest.approx(np.atleast_1d(expected["DenDF"]), rel=1e-3)


@pytest.mark.parametrize("case", CASES)
def test_variances_and_likelihood_are_lme4s(fits, case):
    def key(group, slope):
        name = ":".join(sorted(group.split(".")[0].split(":"))).lower()
        return name if slope in (None, "(Intercept)") else f"{slope} | {name}"

    def own(term):
        slope, bar, group = term.rpartition(" | ")
        return slope + bar + ":".join(sorted(group.split(":")))

    oracle = R[case]
    expected = dict(
        zip(map(key, oracle["group"], oracle["slope"]), oracle["variance"], strict=True)
    )
    table = fits[case].random
    assert {own(t) for t in table["term"]} == set(expected)
    for term, variance in zip(table["term"], table["variance"], strict=True):
        assert variance == pytest.approx(expected[own(term)], rel=1e-5, abs=1e-7), term
    assert fits[case].log_likelihood == pytest.approx(oracle["loglik"], abs=1e-6)
    assert fits[case].aic == pytest.approx(oracle["aic"], abs=1e-6)
    assert fits[case].bic == pytest.approx(oracle["bic"], abs=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_a_zero_variance_is_flagged_and_only_that(fits, case):
    fit = fits[case]
    assert fit.singular == R[case]["singular"]
    zero = fit.random.loc[fit.random["variance"] == 0, "term"]
    for term in fit.random["term"]:
        flagged = any(f"variance of {term} is estimated as zero" in flag for flag in fit.flags)
        assert flagged == (term in set(zero))
    assert fit.random.loc[fit.random["variance"] == 0, "se"].isna().all()


def test_predicted_effects_are_lme4s(fits):
    effects = fits["crossed"].effects
    for term, expected in R["crossed"]["blup"].items():
        mine = effects[effects["term"] == term].set_index("level")["value"]
        for level, value in expected.items():
            assert mine[level] == pytest.approx(value, abs=1e-5)


def test_marginal_means_are_emmeans(fits):
    table, expected = fits["crossed"].means("burden", by="diagnosis"), R["means"]
    assert table["burden"].tolist() == expected["burden"]
    for mine, theirs in {"mean": "emmean", "se": "SE", "ci_lower": "lower.CL"}.items():
        assert table[mine].to_numpy() == pytest.approx(expected[theirs], rel=1e-5)
    assert table["df"].to_numpy() == pytest.approx(expected["df"], rel=1e-3)
    table, expected = fits["covariate"].means("diagnosis"), R["means_covariate"]
    assert table["mean"].to_numpy() == pytest.approx(expected["emmean"], rel=1e-5)
    assert table["se"].to_numpy() == pytest.approx(expected["SE"], rel=1e-5)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("pairs_holm", {"of": "diagnosis"}),
        ("pairs_tukey", {"of": "diagnosis", "adjust": "tukey"}),
        ("pairs_by", {"of": "diagnosis", "by": "burden", "adjust": "bonferroni"}),
        (
            "differences",
            {"of": ["burden", "diagnosis"], "interaction": True, "adjust": "none"},
        ),
    ],
)
def test_comparisons_are_emmeans(fits, name, options):
    table, expected = fits["crossed"].contrasts(**options), R[name]
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-5)
    assert table["se"].to_numpy() == pytest.approx(expected["SE"], rel=1e-5)
    assert table["df"].to_numpy() == pytest.approx(expected["df"], rel=1e-3)
    assert table["pvalue"].to_numpy() == pytest.approx(expected["p.value"], rel=1e-3, abs=1e-10)


def test_a_term_test_does_not_depend_on_the_coding(fits):
    for column in ("F", "df2"):
        treatment, summed = (fits[c].tests[column].to_numpy() for c in ("crossed", "sum"))
        assert treatment == pytest.approx(summed, rel=1e-6)


def test_a_weighted_sum_of_coefficients_is_the_contrast_it_spells_out(fits):
    fit = fits["crossed"]
    single = fit.test({"burden[low]": 1.0})
    assert single["estimate"][0] == pytest.approx(fit.fixed["estimate"][1])
    assert single["df"][0] == pytest.approx(fit.fixed["df"][1])
    with pytest.raises(DataError, match="the coefficients are intercept"):
        fit.test({"burden": 1.0})
    with pytest.raises(DataError, match="all zero"):
        fit.test({"burden[low]": 0.0})


def with_difference(rows, difference):
    """A fit whose estimated difference (high - low) is exactly as planted."""
    formula = "rating ~ burden + (1|vignette) + (1|model)"
    estimate = va.mixed(formula, rows).contrasts("burden")["estimate"][0]
    low = rows["burden"] == "low"
    return va.mixed(formula, rows.assign(rating=rows["rating"] + low * (estimate - difference)))


@pytest.mark.parametrize(("share", "standing"), [(1.01, "equivalent"), (0.99, "inconclusive")])
def test_equivalent_is_a_90_percent_interval_inside_the_margin(rows, share, standing):
    fit = with_difference(rows, 0.0)
    upper = fit.contrasts("burden", level=0.90)["ci_upper"][0]
    row = fit.contrasts("burden", margin=share * upper).iloc[0]
    assert (row["estimate"], row["standing"]) == (pytest.approx(0.0, abs=1e-8), standing)


@pytest.mark.parametrize(("share", "standing"), [(0.99, "different"), (1.01, "inconclusive")])
def test_different_is_a_90_percent_interval_beyond_the_margin(rows, share, standing):
    fit = with_difference(rows, 1.0)
    lower = fit.contrasts("burden", level=0.90)["ci_lower"][0]
    assert fit.contrasts("burden", margin=share * lower)["standing"][0] == standing


def test_declared_factors_are_the_formula(rows, fits):
    declared = va.mixed(
        "rating",
        rows,
        fixed=["burden", "belonging", "diagnosis"],
        random=["vignette", "form", "model"],
    )
    assert declared.fixed["estimate"].tolist() == fits["crossed"].fixed["estimate"].tolist()
    with pytest.raises(DataError, match="both given"):
        va.mixed("rating ~ burden + (1|form)", rows, random=["model"])


def test_the_order_of_rows_and_the_unit_change_nothing(rows, fits):
    moved = rows.sample(frac=1, random_state=3).assign(rating=lambda d: 1e6 + 100 * d["rating"])
    fit = va.mixed(FACTORIAL, moved)
    base = fits["crossed"]
    assert fit.fixed["t"][1:].to_numpy() == pytest.approx(base.fixed["t"][1:].to_numpy(), rel=1e-6)
    assert fit.fixed["df"].to_numpy() == pytest.approx(base.fixed["df"].to_numpy(), rel=1e-4)
    assert fit.random["share"].tolist() == pytest.approx(base.random["share"].tolist(), rel=1e-6)


def test_a_covariate_far_from_zero_is_estimated_as_well(rows):
    near = va.mixed("rating ~ age + (1|vignette) + (1|model)", rows)
    far = va.mixed("rating ~ age + (1|vignette) + (1|model)", rows.assign(age=rows["age"] + 1e6))
    assert far.fixed["estimate"][1] == pytest.approx(near.fixed["estimate"][1], rel=1e-6)
    assert far.fixed["se"][1] == pytest.approx(near.fixed["se"][1], rel=1e-6)


def test_rows_with_holes_are_left_out_and_counted(rows):
    holes = rows.copy()
    holes.loc[holes.index[:10], "rating"] = np.nan
    holes.loc[holes.index[10:15], "form"] = None
    fit = va.mixed(FACTORIAL, holes)
    assert (fit.n, fit.n_missing) == (len(rows) - 15, 15)
    assert any("15 rows" in flag for flag in fit.flags)
    whole = va.mixed(FACTORIAL, rows.drop(rows.index[:15]))
    assert fit.fixed["estimate"].tolist() == pytest.approx(whole.fixed["estimate"].tolist())


@pytest.mark.parametrize(("levels", "flagged"), [(4, True), (5, False)])
def test_fewer_than_five_levels_are_flagged(rows, levels, flagged):
    kept = rows[rows["model"].isin([f"m{k}" for k in range(1, levels + 1)])]
    fit = va.mixed("rating ~ burden + (1|vignette) + (1|model)", kept)
    assert any(f"model has {levels} levels" in flag for flag in fit.flags) == flagged


def test_what_the_rows_cannot_tell_is_an_error(rows):
    twin = rows.assign(copy=rows["vignette"].str.upper(), id=np.arange(len(rows)), one="a")
    with pytest.raises(DataError, match="form the same groups"):
        va.mixed("rating ~ burden + (1|vignette) + (1|copy)", twin)
    with pytest.raises(DataError, match="as many levels as there are rows"):
        va.mixed("rating ~ burden + (1|id)", twin)
    with pytest.raises(DataError, match="has one level"):
        va.mixed("rating ~ burden + (1|one)", twin)
    with pytest.raises(DataError, match="one level 'a'"):
        va.mixed("rating ~ one + (1|form)", twin)
    with pytest.raises(DataError, match="determines the grouping vignette"):
        va.mixed("rating ~ copy + (1|vignette)", twin)
    with pytest.raises(DataError, match="no random term"):
        va.mixed("rating ~ burden", twin)
    with pytest.raises(DataError, match="no column 'typo'"):
        va.mixed("rating ~ typo + (1|form)", twin)
    with pytest.raises(DataError, match="outcome 'form' is not numeric"):
        va.mixed("form ~ burden + (1|vignette)", twin)
    with pytest.raises(DataError, match="reproduces the outcome exactly"):
        va.mixed("age ~ vignette + (1|form)", twin)


def test_an_empty_cell_is_named(rows):
    without = rows[~((rows["burden"] == "low") & (rows["diagnosis"] == "bulimia"))]
    with pytest.raises(DataError, match="no row has burden 'low' with diagnosis 'bulimia'"):
        va.mixed("rating ~ burden * diagnosis + (1|vignette)", without)


def test_doubled_rows_without_error_are_refused(rows):
    cells = rows.drop_duplicates(["vignette", "model"])[["vignette", "model", "rating", "burden"]]
    doubled = pd.concat([cells, cells])
    with pytest.raises(DataError, match="repeat each other"):
        va.mixed("rating ~ 1 + (1|vignette) + (1|model) + (1|vignette:model)", doubled)


def test_means_and_contrasts_want_factors(fits):
    with pytest.raises(DataError, match="'age' is not a factor"):
        fits["covariate"].means("age")
    with pytest.raises(DataError, match="named twice"):
        fits["crossed"].contrasts("burden", by="burden")
    with pytest.raises(DataError, match="at least two factors"):
        fits["crossed"].contrasts("burden", interaction=True)
    with pytest.raises(DataError, match="margin"):
        fits["crossed"].contrasts("burden", margin=-1.0)


def test_correlated_slopes_are_refused_with_the_way_out(rows):
    with pytest.raises(NotSupported, match=r"write \|\|"):
        va.mixed("rating ~ age + (age | model)", rows)


def test_planted_effects_and_variances_come_back():
    rng = np.random.default_rng(5)
    vignette, model, form, _ = (
        a.ravel() for a in np.meshgrid(range(60), range(40), range(30), range(2))
    )
    high = rng.random(len(vignette)) < 0.5
    rating = (
        3
        + 0.25 * high
        + rng.normal(0, 0.6, 60)[vignette]
        + rng.normal(0, 0.8, 40)[model]
        + rng.normal(0, 0.3, 30)[form]
        + rng.normal(size=len(vignette))
    )
    frame = pd.DataFrame(
        {"vignette": vignette, "model": model, "form": form, "high": high, "rating": rating}
    )
    fit = va.mixed("rating ~ high + (1|vignette) + (1|model) + (1|form)", frame)
    effect = fit.fixed.set_index("term").loc["high[True]"]
    assert abs(effect["estimate"] - 0.25) < 4 * effect["se"]
    assert effect["se"] == pytest.approx(2 / np.sqrt(len(frame)), rel=0.02)
    truth = np.array([0.36, 0.64, 0.09, 1.0])
    error = truth * np.sqrt(2 / np.array([59, 39, 29, len(frame)]))
    assert (np.abs(fit.random["variance"].to_numpy() - truth) < 4 * error).all()


def test_level_means_that_are_all_the_same_have_a_variance_of_zero(rows):
    """The average information about such a variance is zero, so no step of it would move."""
    balanced = rows.drop_duplicates(["vignette", "burden", "model", "form"])
    formula = "even ~ burden + (1|form) + (1|vignette)"
    means = balanced.groupby("form")["rating"].transform("mean")
    even = balanced.assign(even=balanced["rating"] - means)
    counts = even.groupby("form")["rating"].transform("size")
    kept = even[even.groupby("form").cumcount() < counts.min()]
    kept = kept.assign(even=kept["even"] - kept.groupby("form")["even"].transform("mean"))
    fit = va.mixed(formula, kept)
    assert fit.random.set_index("term").loc["form", "variance"] == 0
