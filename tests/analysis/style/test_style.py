"""Biases that were planted are found, each by its own probe and by no other."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.style.cluster_mean import cluster_mean
from valuealign.analysis.style.form_effects import form_effects
from valuealign.analysis.style.opposed import opposed_stems
from valuealign.analysis.style.style_indices import elevation_share, style_indices
from valuealign.errors import DataError, NotSupported


def responses(seed=0, *, shift=0.0, n_queries=60, noise=0.5, query_sd=0.0):
    """One model, five items a query, two directions; the second shifted, by query if asked."""
    rng = np.random.default_rng(seed)
    item = np.arange(n_queries * 5)
    query = item // 5
    profile = rng.normal(0, 1, len(item))
    moved = shift + query_sd * rng.normal(size=n_queries)[query]
    parts = [
        pd.DataFrame(
            {
                "model": "m",
                "item": item,
                "query": query,
                "direction": name,
                "value": 3.5 + profile + add + noise * rng.normal(size=len(item)),
            }
        )
        for name, add in (("published", 0.0), ("reversed", moved))
    ]
    return pd.concat(parts, ignore_index=True)


def test_a_planted_shift_is_found_with_its_interval():
    found = form_effects(responses(shift=-0.4), "model", "item", "direction").iloc[0]
    assert found["ci_lower"] < -0.4 < found["ci_upper"]
    assert found["reference"] == "published"
    assert found["r"] > 0.7
    assert found["r_ci_lower"] < found["r"] < found["r_ci_upper"]


def test_clustered_errors_are_the_spread_over_new_queries_and_naive_ones_are_too_small():
    effects, errors, naive = [], [], []
    for seed in range(150):
        data = responses(seed, query_sd=0.5, n_queries=40)
        one = form_effects(data, "model", "item", "direction", cluster="query").iloc[0]
        effects.append(one["effect"])
        errors.append(one["se"])
        naive.append(one["naive_se"])
    assert np.mean(errors) == pytest.approx(np.std(effects), rel=0.15)
    assert np.mean(naive) < 0.75 * np.std(effects)


def test_the_clustered_error_of_even_clusters_is_that_of_their_means():
    data = responses(3, query_sd=0.4)
    found = form_effects(data, "model", "item", "direction", cluster="query").iloc[0]
    wide = data.pivot_table(index=["query", "item"], columns="direction", values="value")
    gaps = (wide["reversed"] - wide["published"]).groupby(level=0).mean()
    assert found["se"] == pytest.approx(gaps.std(ddof=1) / np.sqrt(len(gaps)))
    assert found["effect"] == pytest.approx(gaps.mean())


def test_opposite_effects_of_two_models_are_not_pooled():
    data = pd.concat([responses(shift=0.5), responses(1, shift=-0.8).assign(model="n")])
    found = form_effects(data, "model", "item", "direction").set_index("model")["effect"]
    assert found["m"] > 0.3
    assert found["n"] < -0.6


def test_levels_are_compared_where_the_rest_of_the_form_is_the_same():
    """Direction and labels confounded in part: the label's shift must not leak."""
    one = responses(noise=0.1).assign(labels="numbers")
    two = one[one["direction"] == "reversed"].assign(labels="letters")
    two["value"] += 2.0
    found = form_effects(
        pd.concat([one, two]), "model", "item", "direction", others=("labels",)
    ).iloc[0]
    assert abs(found["effect"]) < 0.1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d[d["direction"] == "published"], "one level"),
        (lambda d: d.assign(item=d["item"].astype(str) + d["direction"]), "no item was given"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, words):
    with pytest.raises(DataError, match=words):
        form_effects(change(responses()), "model", "item", "direction")


def test_indices_count_what_is_there():
    long = pd.DataFrame(
        {"model": "m", "sheet": [1] * 4 + [2] * 4, "value": [1, 6, 3, 4, 2] + [2] * 3}
    )
    found = style_indices(long, "model", "sheet", minimum=1, maximum=6).loc["m"]
    assert found["extremity"] == 0.25
    assert found["midpoint"] == 0.25
    assert found["agreement"] == 0.25
    assert found["non_differentiation"] == 0.5
    assert found["codes_used"] == 5
    with pytest.raises(DataError, match="found the value 6"):
        style_indices(long, "model", "sheet", minimum=1, maximum=5)


def test_elevation_is_all_where_scales_move_together_and_none_where_they_cancel():
    assert elevation_share(np.ones((4, 4))) == pytest.approx(1)
    assert elevation_share(np.eye(2) * 2 - 1) == pytest.approx(0)
    with pytest.raises(DataError, match="do not vary"):
        elevation_share(np.zeros((3, 3)))


def test_agreeing_with_both_is_acquiescence_and_mirroring_is_none():
    rng = np.random.default_rng(1)
    stem = rng.integers(1, 7, 30)
    long = pd.DataFrame(
        {
            "model": "m",
            "item": list(range(30)) * 2,
            "content": ["stem"] * 30 + ["opposed"] * 30,
            "value": [*stem, *(7 - stem)],
        }
    )
    mirrored = opposed_stems(long, "model", "item", minimum=1, maximum=6).loc["m"]
    assert mirrored["acquiescence"] == 0
    assert mirrored["r"] == pytest.approx(-1)
    always = opposed_stems(long.assign(value=5), "model", "item", minimum=1, maximum=6).loc["m"]
    assert always["acquiescence"] == 1.5
    assert always["both_agreed"] == 1
    assert np.isnan(always["r"])
    with pytest.raises(DataError, match="opposed stem"):
        opposed_stems(long[long["content"] == "stem"], "model", "item", minimum=1, maximum=6)


def keyed_data(lean_sd, trait_sd, n=400, k=12, seed=2):
    rng = np.random.default_rng(seed)
    sign = np.where(np.arange(k) % 3 == 0, -1, 1)
    x = (
        lean_sd * rng.normal(size=(n, 1))
        + trait_sd * rng.normal(size=(n, 1)) * sign
        + rng.normal(size=(n, k))
        + rng.normal(size=k)
    )
    names = [f"x{j}" for j in range(k)]
    return pd.DataFrame(x, columns=names), dict(zip(names, sign.tolist(), strict=True))


@pytest.mark.parametrize(("lean", "trait"), [(1.0, 0.5), (0.3, 0.9), (0.0, 0.8)])
def test_directional_share_is_the_planted_one(lean, trait):
    wide, key = keyed_data(lean, trait)
    found = va.directional_share(wide, {"f": key}, draws=300).loc["f"]
    truth = lean**2 / (lean**2 + trait**2)
    assert found["directional_share"] == pytest.approx(truth, abs=0.05)
    assert found["ci_lower"] - 0.02 <= truth <= found["ci_upper"] + 0.02
    assert found["orthogonality"] == pytest.approx(1 / 3)


def test_one_way_keys_have_no_directional_share():
    wide, key = keyed_data(1, 1)
    found = va.directional_share(wide, {"f": dict.fromkeys(key, 1)}).loc["f"]
    assert found["orthogonality"] == 0
    assert np.isnan(found["directional_share"])
    with pytest.raises(DataError, match="at least three"):
        va.directional_share(wide.head(2), {"f": key})
    with pytest.raises(DataError, match="not a column"):
        va.directional_share(wide, {"f": {"q": 1}})


def test_a_method_factor_is_found_where_keys_go_both_ways_and_refused_where_not():
    wide, key = keyed_data(0.6, 0.8, n=1500)
    found = va.method_factor(wide, {"f": list(key)}, key)
    assert found.variance == pytest.approx(0.36, abs=4 * found.se)
    assert found.test.pvalue < 1e-6
    assert found.share == pytest.approx(0.36 / wide.var().mean(), abs=0.05)
    with pytest.raises(NotSupported, match="content=stem,opposed"):
        va.method_factor(wide, {"f": list(key)}, {})
    with pytest.raises(DataError, match="no column 'q'"):
        va.method_factor(wide, {"f": ["q"]}, key)


def test_the_effect_with_missing_responses_is_lme4s():
    """The rows of tests/oracle/R/87_form_effects.R: two occasions, one of them with holes."""
    oracle = Path(__file__).parents[2] / "oracle"
    expected = json.loads((oracle / "lme4" / "form_effects.json").read_text())["effect"]
    frame = pd.read_csv(oracle / "data" / "gstudy.csv.gz")
    frame = frame.assign(item=frame["stem"] + " " + frame["item"])
    frame = frame[frame["form"].isin(["f0", "f1"])]
    for name, effect in expected.items():
        rows = frame[frame["respondent"] == name]
        both = rows.groupby("item")["form"].transform("nunique") == 2
        rows = rows[both].reset_index(drop=True)
        gap = (rows["form"] == "f1") & ((rows.index + 1) % 7 == 0)
        again = rows[~gap].assign(value=rows["value"] + 0.25)
        found = form_effects(pd.concat([rows, again]), "respondent", "item", "form", reference="f0")
        assert found["effect"].item() == pytest.approx(effect, abs=1e-6)


def test_without_missing_responses_it_is_the_mean_of_the_items_differences():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame(
        [("m", i, f"q{i // 3}", f) for i in range(12) for f in "xy"],
        columns=["model", "item", "query", "form"],
    ).assign(value=rng.normal(size=24))
    table = rows.pivot_table(index=["query", "item"], columns="form", values="value")
    gap = (table["y"] - table["x"]).to_numpy()
    groups = np.repeat(np.arange(4), 3)
    mean, se, lower, upper = cluster_mean(gap, groups)
    found = form_effects(rows, "model", "item", "form", cluster="query").iloc[0]
    assert found["effect"] == pytest.approx(mean, abs=1e-10)
    assert found["se"] == pytest.approx(se, abs=1e-7)
    assert found["ci_lower"] == pytest.approx(lower, abs=1e-6)
    assert found["ci_upper"] == pytest.approx(upper, abs=1e-6)


def test_a_condition_and_an_item_under_one_level_alone_are_left_out():
    rows = pd.DataFrame(
        [("m", i, f, labels) for i in range(6) for f in "xy" for labels in "ab"],
        columns=["model", "item", "form", "labels"],
    )
    rows["value"] = (rows["form"] == "y") * 1.0 + (rows["labels"] == "b") * 5.0 + rows["item"] % 2
    kept = rows[~((rows["labels"] == "b") & (rows["form"] == "x"))]
    lone = pd.DataFrame([("m", 9, "y", "a", 40.0)], columns=rows.columns)
    found = form_effects(pd.concat([kept, lone]), "model", "item", "form", others=("labels",)).iloc[
        0
    ]
    assert found["effect"] == pytest.approx(1.0)
    assert found["n_items"] == 6
