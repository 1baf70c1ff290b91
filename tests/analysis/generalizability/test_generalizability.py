"""Variance components are lme4's, Brennan's algebra holds, and planted truth comes back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.reliability.generalizability.design import RESIDUAL
from valuealign.errors import DataError

ORACLE = Path(__file__).parents[2] / "oracle"
LME4 = json.loads((ORACLE / "lme4" / "gstudy.json").read_text())
CASES = {
    "crossed": {"facets": ["item", "form"]},
    "nested": {"facets": ["stem", "item", "form"], "nested": {"item": "stem"}},
    "replicated": {"facets": ["form"]},
}


@pytest.fixture(scope="module")
def rows():
    frame = pd.read_csv(ORACLE / "data" / "gstudy.csv.gz")
    return frame.assign(item=frame["stem"] + frame["item"])


def as_lme4(effect: str) -> str:
    """A name of ours as lme4's formula in the oracle's script has it."""
    if "residual" in effect:
        return "Residual"
    return effect.replace("stem:item", "item")


@pytest.mark.parametrize("case", CASES)
def test_reml_is_lme4s_also_where_a_variance_is_zero(rows, case):
    """4,470 unbalanced responses; lme4's optimum, tightened, is good to about 1e-5."""
    found = va.generalizability(rows, "respondent", **CASES[case])
    expected = LME4[case]
    for effect, variance in zip(
        found.components["effect"], found.components["variance"], strict=True
    ):
        wanted = expected["variance"][as_lme4(effect)]
        assert variance == pytest.approx(wanted, rel=1e-4, abs=2e-6), effect
    assert -2 * found.log_likelihood == pytest.approx(expected["deviance"], abs=2e-5)


def balanced(seed=0, shape=(12, 15, 4), sds=(0.8, 0.5, 0.3, 0.4, 0.2, 0.1, 0.6)):
    """Persons x items x forms, one response a cell, every effect with a known variance."""
    rng = np.random.default_rng(seed)
    p, i, f = (a.ravel() for a in np.meshgrid(*map(np.arange, shape), indexing="ij"))
    y = np.zeros(len(p))
    for sd, keys in zip(sds, ["p", "i", "f", "pi", "pf", "if", "pif"], strict=True):
        code = pd.MultiIndex.from_arrays([{"p": p, "i": i, "f": f}[k] for k in keys]).factorize()[0]
        y += rng.normal(0, sd, code.max() + 1)[code]
    return pd.DataFrame({"person": p, "item": i, "form": f, "value": y})


def test_with_equal_cells_both_methods_agree():
    data = balanced(shape=(20, 30, 8))
    reml = va.generalizability(data, "person").components["variance"]
    ems = va.generalizability(data, "person", method="ems").components["variance"]
    assert (ems > 0).all()
    assert reml.to_numpy() == pytest.approx(ems.to_numpy(), rel=1e-6)


def test_ems_is_the_textbooks_two_way_solution():
    data = balanced(shape=(10, 8, 1)).drop(columns="form")
    table = data.pivot_table(index="person", columns="item", values="value").to_numpy()
    n, k = table.shape
    ms_p = k * table.mean(axis=1).var(ddof=1)
    ms_i = n * table.mean(axis=0).var(ddof=1)
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    ms_e = (rest**2).sum() / ((n - 1) * (k - 1))
    found = va.generalizability(data, "person", ["item"], method="ems")
    expected = [(ms_p - ms_e) / k, (ms_i - ms_e) / n, ms_e]
    assert found.components["variance"].to_numpy() == pytest.approx(expected, rel=1e-10)
    assert found.coefficients.loc[0, "g"] == pytest.approx(va.alpha(table).raw, rel=1e-10)


@pytest.mark.parametrize("method", ["reml", "ems"])
def test_planted_variances_come_back(method):
    found = va.generalizability(balanced(3, (60, 60, 12)), "person", method=method).components
    truth = np.array([0.8, 0.5, 0.3, 0.4, 0.2, 0.1, 0.6]) ** 2
    # A mean square has the relative standard error sqrt(2 / df); it is of the component and of the
    # interactions above it, which are divided by how many of them are averaged.
    df = np.array([59, 59, 11, 59 * 59, 59 * 11, 59 * 11, 59 * 59 * 11])
    pi, pf, fi, rest = truth[3:]
    above = np.array(
        [
            pi / 60 + pf / 12,
            pi / 60 + fi / 12,
            pf / 60 + fi / 60,
            rest / 12,
            rest / 60,
            rest / 60,
            0,
        ]
    )
    error = np.sqrt(2 / df) * (truth + above)
    assert (np.abs(found["variance"].to_numpy() - truth) < 4 * error).all()


def test_missing_cells_do_not_bias_the_components():
    data = balanced(5, (40, 30, 8))
    kept = data.sample(frac=0.8, random_state=1)
    for method in ("reml", "ems"):
        whole = va.generalizability(data, "person", method=method).components["variance"]
        part = va.generalizability(kept, "person", method=method).components["variance"]
        assert part.to_numpy() == pytest.approx(whole.to_numpy(), abs=0.03)


def test_the_level_and_each_shape_have_their_own_coefficients():
    found = va.generalizability(balanced(shape=(20, 30, 8)), "person", method="ems")
    v = {tuple(sorted(e)): x for e, x in found.variances.items()}
    p, pi, pf, pif = v[("person",)], v[("item", "person")], v[("form", "person")], v[()]
    i, f, fi = v[("item",)], v[("form",)], v[("form", "item")]
    level, item, form = found.coefficients.to_dict("records")
    relative = pi / 30 + pf / 8 + pif / 240
    assert level["g"] == pytest.approx(p / (p + relative))
    assert level["phi"] == pytest.approx(p / (p + relative + i / 30 + f / 8 + fi / 240))
    assert item["g"] == pytest.approx(pi / (pi + pif / 8))
    assert item["phi"] == pytest.approx(pi / (pi + pif / 8 + fi / 8))
    assert form["g"] == pytest.approx(pf / (pf + pif / 30))


def test_a_fixed_facet_is_part_of_what_is_measured():
    data = balanced(shape=(20, 30, 8))
    free = va.generalizability(data, "person", method="ems")
    fixed = va.generalizability(data, "person", method="ems", fixed=["form"])
    v = free.variances
    universe = v[frozenset({"person"})] + v[frozenset({"person", "form"})] / 8
    assert fixed.coefficients.loc[0, "universe"] == pytest.approx(universe)
    assert fixed.coefficients.loc[0, "g"] > free.coefficients.loc[0, "g"]
    with pytest.raises(DataError, match="fixed at its 8 levels"):
        fixed.design(form=2)


def test_a_d_study_at_the_datas_sizes_is_the_data_and_more_is_better():
    found = va.generalizability(balanced(shape=(20, 30, 8)), "person")
    table = found.design(form=[1, 8, 50])
    assert table["g"].is_monotonic_increasing
    assert table["sem_absolute"].is_monotonic_decreasing
    assert table.loc[1, "g"] == pytest.approx(found.coefficients.loc[0, "g"])
    shape = found.design(over="item", form=[8])
    assert shape.loc[0, "g"] == pytest.approx(found.coefficients.loc[1, "g"])


def test_occasions_nested_in_forms_are_told_from_forms():
    data = balanced(7, (15, 10, 6)).rename(columns={"form": "occasion"})
    data["form"] = data["occasion"] // 3
    found = va.generalizability(
        data, "person", ["item", "form", "occasion"], nested={"occasion": "form"}
    )
    assert "form:occasion" in set(found.components["effect"])
    assert "occasion" not in set(found.components["effect"])
    assert found.sizes["occasion"] == 3
    assert any("form has 2 levels" in flag for flag in found.flags)


def test_the_long_responses_item_id_is_an_item():
    data = balanced(shape=(6, 8, 3)).rename(columns={"item": "item_id"})
    assert va.generalizability(data, "person").sizes == {"item": 8, "form": 3}


def test_a_negative_estimate_is_shown_and_counts_as_zero():
    data = balanced(2, (8, 8, 3), (0.8, 0.5, 0, 0.4, 0, 0, 0.6))
    found = va.generalizability(data, "person", method="ems")
    assert (found.components["variance"] < 0).any()
    assert (found.components["share"] >= 0).all()
    assert any("negative estimate" in flag for flag in found.flags)
    assert (va.generalizability(data, "person").components["variance"] >= 0).all()


def test_adding_a_constant_changes_nothing_and_scaling_scales_the_variances():
    data = balanced(shape=(10, 12, 4))
    one = va.generalizability(data, "person").components["variance"].to_numpy()
    moved = data.assign(value=3 * data["value"] + 100)
    other = va.generalizability(moved, "person").components["variance"].to_numpy()
    assert other == pytest.approx(9 * one, rel=1e-5)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (lambda d: d, {"facets": ["item", "persona"]}, "no column 'persona'"),
        (lambda d: d.assign(form=1), {}, "form has one level"),
        (lambda d: d.assign(value="often"), {}, "is not numeric"),
        (lambda d: d.assign(value=np.nan), {}, "0 responses"),
        (lambda d: d.assign(item=d["item"].where(d["item"] > 2)), {}, "have no item"),
        (lambda d: d.assign(stem=d["item"] // 2), {"facets": ["item", "stem"]}, "nested="),
        (lambda d: d, {"facets": ["item", "item"]}, "expected an object"),
        (lambda d: d, {"fixed": ["stem"]}, "not a facet"),
        (lambda d: d, {"nested": {"item": "item"}}, "nested in itself"),
        (lambda d: d, {"nested": {"item": "stem"}}, "neither object nor facet"),
        (lambda d: d, {"method": "anova"}, "expected 'reml' or 'ems'"),
    ],
)
def test_what_cannot_be_split_is_refused_with_what_to_do(change, options, words):
    with pytest.raises(DataError, match=words):
        va.generalizability(change(balanced(shape=(6, 8, 3))), "person", **options)


def test_missing_values_are_counted():
    data = balanced(shape=(8, 8, 3))
    data.loc[:9, "value"] = np.nan
    found = va.generalizability(data, "person")
    assert found.n_missing == 10
    assert any("10 responses without a value" in flag for flag in found.flags)
    assert RESIDUAL in found.variances


def test_responses_of_a_cell_are_averaged_as_any_facets_levels_are():
    data = balanced(shape=(15, 10, 4)).rename(columns={"form": "time"})
    found = va.generalizability(data, "person", ["item"], method="ems")
    assert found.sizes == {"item": 10, "replicates": 4}
    v = found.variances
    pi, e = v[frozenset({"person", "item"})], v[RESIDUAL]
    p = v[frozenset({"person"})]
    assert found.coefficients.loc[0, "g"] == pytest.approx(p / (p + pi / 10 + e / 40))
    assert found.design(replicates=[1, 4, 16])["g"].is_monotonic_increasing


def two_models(seed, *, level=0.0, exactly=False, n_items=30, n_forms=4):
    """Two models whose items differ, and whose means over these items are `level` apart."""
    rng = np.random.default_rng(seed)
    by_item = rng.normal(0, 0.6, size=(2, n_items))
    by_item -= by_item.mean(axis=1, keepdims=True)
    error = rng.normal(0, 0.2, size=(2, n_items, n_forms))
    error -= error.mean(axis=(1, 2), keepdims=True) * exactly
    y = rng.normal(size=n_items)[None, :, None] + by_item[:, :, None] + error
    y[1] += level
    index = pd.MultiIndex.from_product(
        [["m1", "m2"], range(n_items), range(n_forms)], names=["model", "item", "form"]
    )
    return pd.Series(y.ravel(), index=index, name="value").reset_index()


@pytest.mark.parametrize("method", ["reml", "ems"])
def test_two_models_of_equal_level_have_no_dependable_difference(method):
    """By chance one pair in twenty may differ; the interval says how little two models tell."""
    found = [
        va.generalizability(two_models(seed), fixed=["item"], method=method).coefficients.loc[0]
        for seed in range(20)
    ]
    assert np.median([level["phi"] for level in found]) < 0.2
    assert sum(level["phi_lower"] > 0 for level in found) <= 3
    assert np.median([level["phi_upper"] for level in found]) > 0.9


@pytest.mark.parametrize("fixed", ["item", "form"])
def test_means_that_are_exactly_equal_are_flagged_and_not_dependable(fixed):
    found = va.generalizability(two_models(3, exactly=True), fixed=[fixed])
    assert found.coefficients.loc[0, "phi"] == 0
    assert any("means of model are all the same" in flag for flag in found.flags)
    assert not any("all the same" in f for f in va.generalizability(two_models(3)).flags)


def test_a_difference_of_level_is_found_where_items_are_fixed():
    level = va.generalizability(two_models(1, level=2.0), fixed=["item"]).coefficients.loc[0]
    assert level["phi"] > 0.95
    assert level["phi_lower"] > 0.8


def test_the_interval_of_a_crossed_g_is_feldts():
    data = balanced(shape=(25, 8, 1)).drop(columns="form")
    table = data.pivot_table(index="person", columns="item", values="value")
    found = va.generalizability(data, "person", ["item"]).coefficients.loc[0]
    theirs = va.alpha(table, interval="feldt")
    assert found["g_lower"] == pytest.approx(theirs.ci_lower, abs=0.02)
    assert found["g_upper"] == pytest.approx(theirs.ci_upper, abs=0.005)


def test_every_coefficient_and_component_has_an_interval_that_is_no_point():
    found = va.generalizability(balanced(2, (8, 8, 3), (0.8, 0.5, 0, 0.4, 0, 0, 0.6)), "person")
    assert (found.components["variance"] == 0).any()
    for name in ("g", "phi"):
        low, high = found.coefficients[f"{name}_lower"], found.coefficients[f"{name}_upper"]
        assert (low < high).all()
        assert ((low <= found.coefficients[name]) & (found.coefficients[name] <= high)).all()
    assert (found.components["ci_lower"] < found.components["ci_upper"]).all()
    design = found.design(form=[1, 6])
    assert (design["g_lower"] < design["g_upper"]).all()
