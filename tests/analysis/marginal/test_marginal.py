"""Marginal models are those of clubSandwich and geepack, and refuse what has no estimate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError, ModelSyntaxError, NotConverged, NotSupported

FOLDER = Path(__file__).parents[2] / "oracle"
ORACLE = json.loads((FOLDER / "clubSandwich" / "marginal.json").read_text())


@pytest.fixture(scope="module")
def vignettes():
    d = pd.read_csv(FOLDER / "data" / "vignettes.csv", keep_default_na=False)
    d["yes"] = (d["rating"] > 4) * 1
    d["count"] = d["rating"].round().clip(lower=0)
    return d.assign(category=np.digitize(d["rating"], [3, 4.2, 5.5]))


def few(d):
    return d[d["vignette"].isin(sorted(d["vignette"].unique())[:7])]


MODELS = {
    "binomial": ("yes ~ burden * belonging + diagnosis + age", "binomial", None, ["diagnosis"]),
    "few": ("yes ~ burden * belonging", "binomial", few, ["burden:belonging"]),
    "poisson": ("count ~ burden + diagnosis", "poisson", None, ["diagnosis"]),
    "gaussian": ("rating ~ burden + diagnosis", "gaussian", None, ["diagnosis"]),
    "ordinal": ("category ~ burden * belonging + diagnosis", "ordinal", None, ["diagnosis"]),
}


@pytest.mark.parametrize("name", MODELS)
def test_numbers_are_those_of_clubsandwich_and_geepack(vignettes, name):
    formula, family, chosen, terms = MODELS[name]
    rows = vignettes if chosen is None else chosen(vignettes)
    fit = va.marginal(formula, rows, cluster="vignette", family=family)
    expected = ORACLE[name]
    order = place(name, fit)
    table = fit.fixed.iloc[order]
    assert table["estimate"].to_numpy() == pytest.approx(expected["beta"], rel=1e-6, abs=1e-9)
    assert table["se"].to_numpy() == pytest.approx(np.array(expected["se"]), rel=1e-6)
    assert table["df"].to_numpy() == pytest.approx(np.array(expected["df"]), rel=1e-5)
    assert table["se"].to_numpy() == pytest.approx(np.array(list(expected["glm_se"])), rel=3e-3)
    if "gee" in expected:
        assert table["estimate"].to_numpy() == pytest.approx(expected["gee"], rel=1e-4, abs=1e-6)
    tests = fit.tests.set_index("term")
    for term, of_r in zip(terms, expected["terms"].values(), strict=True):
        assert tests.loc[term, "F"] == pytest.approx(of_r[0]["Fstat"], rel=1e-6)
        assert tests.loc[term, "df2"] == pytest.approx(of_r[0]["df_denom"], rel=1e-5)


def place(name, fit):
    """Return R's order of our coefficients: age before the interaction."""
    terms = fit.fixed["term"].tolist()
    last = [t for t in terms if ":" in t]
    return [terms.index(t) for t in [*(t for t in terms if ":" not in t), *last]]


def test_means_are_probabilities_and_contrasts_odds_ratios(vignettes):
    fit = va.marginal("yes ~ burden", vignettes, cluster="vignette")
    shares = vignettes.groupby("burden")["yes"].mean()
    means = fit.means("burden").set_index("burden")
    assert means["probability"].to_dict() == pytest.approx(shares.to_dict())
    assert ((means["ci_lower"] > 0) & (means["ci_upper"] < 1)).all()
    odds = shares / (1 - shares)
    contrast = fit.contrasts("burden")
    assert contrast["odds_ratio"].item() == pytest.approx(odds["high"] / odds["low"])
    counted = va.marginal("count ~ burden", vignettes, cluster="vignette", family="poisson")
    assert counted.means("burden")["count"].tolist() == pytest.approx(
        vignettes.groupby("burden")["count"].mean().tolist()
    )
    assert "rate_ratio" in counted.fixed


def test_an_ordered_outcome_has_cuts_and_one_effect(vignettes):
    fit = va.marginal("category ~ burden", vignettes, cluster="vignette", family="ordinal")
    assert fit.fixed["term"].tolist()[:3] == ["above 0", "above 1", "above 2"]
    assert fit.fixed["estimate"].iloc[:3].is_monotonic_decreasing
    higher = vignettes.groupby("burden")["category"].mean()
    expected = np.sign(higher["high"] - higher["low"])
    assert np.sign(fit.contrasts("burden")["estimate"].item()) == expected
    with pytest.raises(NotSupported, match="no single mean"):
        fit.means("burden")
    turned = vignettes.assign(category=10 * vignettes["category"] - 3)
    same = va.marginal("category ~ burden", turned, cluster="vignette", family="ordinal")
    assert same.fixed["se"].tolist() == pytest.approx(fit.fixed["se"].tolist())


def test_coding_does_not_change_tests(vignettes):
    one, other = (
        va.marginal("yes ~ burden * diagnosis", vignettes, cluster="vignette", coding=coding)
        for coding in ("treatment", "sum")
    )
    assert one.tests["F"].to_numpy() == pytest.approx(other.tests["F"].to_numpy(), rel=1e-6)
    assert one.tests["df2"].to_numpy() == pytest.approx(other.tests["df2"].to_numpy(), rel=1e-6)


def test_rows_in_any_order_and_any_names_of_clusters_give_the_same(vignettes):
    fit = va.marginal("yes ~ burden", vignettes, cluster="vignette")
    mixed = vignettes.sample(frac=1, random_state=1).rename(columns={"vignette": "a b"})
    again = va.marginal("yes ~ burden", mixed, cluster="a b")
    assert again.fixed["se"].tolist() == pytest.approx(fit.fixed["se"].tolist(), rel=1e-9)


@pytest.mark.parametrize(("clusters", "flagged"), [(9, True), (10, False)])
def test_few_clusters_are_flagged(vignettes, clusters, flagged):
    kept = sorted(vignettes["vignette"].unique())[:clusters]
    rows = vignettes[vignettes["vignette"].isin(kept)]
    fit = va.marginal("yes ~ burden", rows, cluster="vignette")
    assert any(f"{clusters} clusters" in flag for flag in fit.flags) == flagged


def test_too_few_clusters_for_a_term_say_so():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"v": np.repeat(range(4), 30)})
    rows["kind"] = np.array(["a", "b", "c", "c"])[rows["v"]]
    rows["yes"] = rng.integers(0, 2, 120)
    fit = va.marginal("yes ~ kind", rows, cluster="v")
    assert fit.tests["F"].isna().all()
    assert "too few clusters to test kind as a whole" in fit.flags
    assert any("degrees of freedom" in flag for flag in fit.flags)


@pytest.mark.parametrize(
    ("change", "arguments", "error", "message"),
    [
        ({"yes": 2}, {}, DataError, "every yes is 2"),
        ({"yes": [0, 1, 2] * 20}, {}, DataError, "holds 2; binomial expects 0 and 1"),
        ({"yes": [0, 1, -1] * 20}, {"family": "poisson"}, DataError, "holds -1; poisson"),
        ({"yes": [0, 1, 0.5] * 20}, {"family": "poisson"}, DataError, "holds 0.5; poisson"),
        ({}, {"family": "ordinal"}, DataError, "has 2 values; ordinal expects 3 to 20"),
        ({"yes": range(60)}, {"family": "ordinal"}, DataError, "has 60 values"),
        ({"v": 1}, {}, DataError, "v has one value; expected several clusters"),
        ({}, {"cluster": "w"}, DataError, "no column 'w'"),
        ({}, {"formula": "yes ~ x + (1 | v)"}, NotSupported, "a marginal model has none"),
        ({}, {"formula": "yes ~ x +"}, ModelSyntaxError, "expected a formula"),
        ({"x": ["a", "b"] * 30, "yes": [0, 1] * 30}, {}, NotConverged, "separation"),
        ({"x": "a"}, {}, DataError, "one level"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, arguments, error, message):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"v": np.repeat(range(6), 10), "x": rng.choice(["a", "b"], 60)})
    rows = rows.assign(yes=rng.integers(0, 2, 60)).assign(**change)
    formula = arguments.pop("formula", "yes ~ x")
    with pytest.raises(error, match=message):
        va.marginal(formula, rows, **({"cluster": "v"} | arguments))


def test_the_size_is_kept_with_six_vignettes():
    """Of 120 data sets without an effect about 5 % reject, within and between vignettes."""
    rng = np.random.default_rng(3)
    vignette = np.repeat(np.arange(6), 24)
    rows = pd.DataFrame({"v": vignette, "within": np.tile(["a", "b"], 72)})
    rows["between"] = np.array(["x", "y"])[vignette % 2]
    rejected = np.zeros(2)
    for _ in range(120):
        logit = 0.8 * rng.standard_normal(6)[vignette]
        rows["yes"] = (rng.random(144) < 1 / (1 + np.exp(-logit))) * 1
        p = va.marginal("yes ~ within + between", rows, cluster="v").tests["pvalue"]
        rejected += (p < 0.05).to_numpy()
    assert (rejected / 120 < 0.1).all()
    assert rejected[0] > 0


def test_the_command_shows_the_model(vignettes, tmp_path):
    vignettes.to_csv(tmp_path / "v.csv", index=False)
    words = ["analyze", "marginal", "yes ~ burden + diagnosis", "--data", str(tmp_path / "v.csv")]
    words += ["--cluster", "vignette", "--means", "burden", "--contrasts", "diagnosis"]
    figure = tmp_path / "m.png"
    done = CliRunner().invoke(valuealign, [*words, "--json", "--figure", str(figure)])
    assert done.exit_code == 0, done.output
    out = json.loads(done.stdout)
    fit = va.marginal("yes ~ burden + diagnosis", vignettes, cluster="vignette")
    assert out["fixed"][1]["df"] == pytest.approx(fit.fixed["df"].iloc[1])
    assert len(out["contrasts"]) == 3
    assert {"probability", "ci_lower"} <= set(out["means"][0])
    assert figure.read_bytes()[:4] == b"\x89PNG"
    assert "odds_ratio" in CliRunner().invoke(valuealign, words).stdout
