"""The ladder of invariance: lavaan's and semTools' numbers, planted truths, and refusals."""

from __future__ import annotations

import math

import lavaan_oracle as oracle
import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.invariance.partial import PartialRule
from valuealign.analysis.invariance.restriction_misfit import (
    WANTED,
    chance_shown,
    n_needed,
    restriction_misfit,
)
from valuealign.analysis.sem.after.difference_test import LrTest
from valuealign.errors import AnalysisError, DataError, NotSupported

ITEMS = list("abcdef")
LOADINGS = np.array([0.9, 0.8, 1.0, 0.7, 0.8, 0.9])


@pytest.fixture(scope="module")
def holzinger():
    saved = oracle.read("after_modification")
    return saved["model"], oracle.frame("hs1939.csv")


def population(loadings=LOADINGS, intercepts=0.0, *, mean=0.0, variance=1.0, n=500):
    """The exact moments of one group of a one-factor model, residual variances 1."""
    loadings = np.asarray(loadings, dtype=float)
    return va.Moments(
        np.outer(loadings, loadings) * variance + np.eye(6),
        loadings * mean + np.asarray(intercepts),
        n=n,
        names=ITEMS,
        divisor="n",
    )


def sample(seed, *, intercepts=0.0, mean=0.0, n=80):
    """Rows drawn from such a group."""
    rng = np.random.default_rng(seed)
    f = rng.normal(mean, 1, size=(n, 1))
    return pd.DataFrame(f * LOADINGS + rng.normal(size=(n, 6)) + intercepts, columns=ITEMS)


def model():
    return "t =~ " + " + ".join(ITEMS)


@pytest.mark.parametrize("estimator", ["ml", "mlr", "mlm"])
def test_the_ladder_is_lavaans(holzinger, estimator):
    text, data = holzinger
    found = va.invariance(text, data, group="school", estimator=estimator.upper())
    scaled = estimator != "ml"
    names = {"configural": "configural", "metric": "metric", "scalar": "scalar"}
    for level in names:
        theirs = (
            oracle.read(f"hs_mg_{level}_{estimator}")
            if not (level == "scalar" and estimator == "mlr")
            else None
        )
        if theirs is None:
            continue
        measures, row = theirs["fitmeasures"], found.table.set_index("level").loc[level]
        assert row["chisq"] == pytest.approx(
            measures["chisq.scaled" if scaled else "chisq"], rel=1e-5
        )
        assert row["cfi"] == pytest.approx(measures["cfi.robust" if scaled else "cfi"], rel=1e-5)
        assert row["rmsea"] == pytest.approx(
            measures["rmsea.robust" if scaled else "rmsea"], rel=1e-4
        )
        assert row["srmr"] == pytest.approx(measures["srmr"], rel=1e-4)
    if estimator != "mlm":
        differences = oracle.read(f"hs_mg_lrt_{estimator}")["default"]
        assert found.table["chisq_diff"].to_numpy()[1:] == pytest.approx(
            differences["Chisq diff"][1:], rel=1e-5
        )


@pytest.mark.parametrize("parameterization", ["theta", "delta"])
def test_the_ordinal_ladder_is_semtools(parameterization):
    saved = oracle.read("after_differences")["ordinal"]
    data = oracle.frame(saved["data"])
    levels = ["configural", "thresholds", "loadings", "intercepts"]
    levels += ["residuals"] if parameterization == "theta" else []
    found = va.invariance(
        saved["model"],
        data,
        group="gender",
        ordered=True,
        levels=levels,
        parameterization=parameterization,
        effect_sizes=False,
    )
    for level in levels:
        theirs = oracle.read(f"wu_estabrook_{level}_{parameterization}")["fitmeasures"]
        ours = found.fits[level].measures
        assert ours["df"] == theirs["df"]
        assert ours["chisq"] == pytest.approx(theirs["chisq"], rel=1e-6)
        assert ours["chisq_scaled"] == pytest.approx(theirs["chisq.scaled"], rel=1e-6)


def test_residuals_are_refused_under_delta():
    data = oracle.frame("bfi15_gender.csv")
    with pytest.raises(NotSupported, match="theta"):
        va.invariance(
            "N =~ N1 + N2 + N3", data, group="gender", ordered=True, parameterization="delta"
        )


def test_where_all_is_equal_every_level_holds_and_where_nothing_could_show_it_none_does():
    groups = {"one": population(n=3000), "two": population(mean=0.6, variance=1.4, n=3000)}
    found = va.invariance(model(), groups)
    assert found.verdict.level == "strict"
    assert set(found.verdict.standings.values()) == {"holds"}
    few = {"one": sample(1), "two": sample(2, mean=0.6)}
    small = va.invariance(model(), few)
    assert small.verdict.level is None
    assert small.verdict.standings["metric"] == "inconclusive"
    assert small.table["power"].iloc[1] < 0.2


def test_forty_answers_beside_fifty_thousand_are_no_evidence_of_invariance():
    shifted = np.array([0.6, 0, 0, 0, 0, 0])
    groups = {"people": population(n=50_000), "model": population(intercepts=shifted, n=40)}
    found = va.invariance(model(), groups, levels=("configural", "metric", "scalar"))
    row = found.table.set_index("level").loc["scalar"]
    assert row["delta_cfi"] > -0.001, "the plain change hides it"
    assert row["equal_n_delta_cfi"] < -0.01, "at equal n it shows"
    assert found.verdict.standings["metric"] == "inconclusive"


def test_a_shifted_item_is_found_sized_and_freed_by_the_rule():
    shifted = np.array([0, 0, 0.5, 0, 0, 0])
    steeper = LOADINGS * np.array([1, 1, 1, 1, 1.6, 1])
    groups = {
        "one": population(n=1500),
        "two": population(steeper, shifted, mean=0.4, variance=1.2, n=1500),
    }
    plain = va.invariance(model(), groups)
    assert plain.verdict.standings["metric"] == "fails"
    top = plain.items.groupby("level").first()
    assert top.loc["metric", "rhs"] == "e"
    assert top.loc["scalar", "lhs"] == "c"
    found = va.invariance(model(), groups, partial=PartialRule())
    assert found.freed["metric"] == ("t=~e",)
    assert found.freed["scalar"] == ("t=~e", "e~1", "c~1")
    assert found.verdict.standings["scalar"] == "holds in part"
    effects = found.effects.set_index("item")
    # The closed form of Nye and Drasgow's integral, with the truth's own numbers.
    sd = np.mean([np.sqrt(1 + 1.0), np.sqrt(1 + 1.2)])
    assert effects.loc["c", "dmacs"] == pytest.approx(0.5 / sd, rel=1e-3)
    gap = 0.8 * 0.6
    sd = np.mean([np.sqrt(0.8**2 + 1), np.sqrt(1.28**2 * 1.2 + 1)])
    assert effects.loc["e", "dmacs_loading"] == pytest.approx(gap * np.sqrt(1.2) / sd, rel=1e-3)
    assert effects.loc["e", "dmacs"] == pytest.approx(gap * np.sqrt(1.2 + 0.4**2) / sd, rel=1e-3)
    assert effects.loc["a", "dmacs"] < 1e-4


def test_the_rule_leaves_two_indicators_and_never_picks_among_two():
    moved = np.array([0.6, 0.0, 0.0, 0.6, 0.0, 0.0])
    groups = {"one": population(n=2000), "two": population(intercepts=moved, n=2000)}
    found = va.invariance("f =~ a + b + c\ng =~ d + e", groups, partial=PartialRule())
    assert not any("d" in name or "e" in name for name in found.freed["scalar"])
    assert found.effects.set_index("item").loc[["d", "e"], "dmacs"].isna().all()
    assert "two indicators (g)" in str(found.verdict)
    with pytest.raises(AnalysisError, match="max_share"):
        PartialRule(max_share=1.0)


def test_rows_beside_moments():
    rng = np.random.default_rng(3)
    f = rng.normal(size=(600, 1))
    rows = pd.DataFrame(f * LOADINGS + rng.normal(size=(600, 6)), columns=ITEMS)
    found = va.invariance(model(), {"model": rows, "people": population(n=900)})
    assert found.groups["n"].tolist()[:2] == [600, 900]
    assert found.table["df"].tolist() == [18, 23, 28, 34]


def test_an_improper_level_is_no_ground_for_a_claim():
    bad = np.outer(LOADINGS, LOADINGS) + np.eye(6)
    bad[:3, 3:] *= 1.2
    bad[3:, :3] *= 1.2
    moments = va.Moments(bad, np.zeros(6), n=2000, names=ITEMS, divisor="n")
    found = va.invariance(
        "t =~ a + b + c\ng =~ d + e + f",
        {"one": moments, "two": moments},
        levels=("configural", "metric"),
    )
    assert found.flags
    assert set(found.verdict.standings.values()) == {"inconclusive"}
    assert "improper" in str(found.verdict)


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        (("configural", "weak"), "no level 'weak'"),
        (("metric", "configural"), "in the order"),
        ((), "none"),
    ],
)
def test_levels_that_are_none_are_refused(levels, says):
    groups = {"one": population(), "two": population()}
    with pytest.raises(AnalysisError, match=says):
        va.invariance(model(), groups, levels=levels)


def test_one_group_is_refused():
    with pytest.raises(AnalysisError, match="one group"):
        va.invariance(model(), population())


def test_levels_beyond_measurement():
    groups = {"one": population(n=3000), "two": population(mean=0.6, n=3000)}
    found = va.invariance(
        model(), groups, levels=("configural", "metric", "scalar", "lv.variances", "means")
    )
    assert found.table["df_diff"].tolist()[1:] == [5, 5, 1, 1]
    assert found.verdict.standings["lv.variances"] == "holds"
    assert found.verdict.standings["means"] == "fails"


def test_rare_categories_are_joined_by_one_rule_in_all_groups():
    rng = np.random.default_rng(8)
    data = pd.DataFrame({"a": rng.integers(1, 7, 400), "b": rng.integers(1, 7, 400)})
    data["g"] = np.repeat(["people", "model"], 200)
    data.loc[(data.g == "model") & (data.a < 3), "a"] = 3
    found = va.collapse_categories(data, ["a", "b"], group="g")
    assert found.joined.to_dict("records") == [{"item": "a", "values": "1 2 3", "becomes": 1}]
    used = found.data.groupby("g")["a"].unique()
    assert set(used["people"]) == set(used["model"]) == {1, 4, 5, 6}
    with pytest.raises(DataError, match="no column 'z'"):
        va.collapse_categories(data, ["z"])
    with pytest.raises(DataError, match="one category"):
        va.collapse_categories(data.assign(a=1), ["a"])


def test_ordinal_effect_sizes_find_a_planted_shift():
    rng = np.random.default_rng(11)
    n = 6000
    eta = np.concatenate([rng.normal(0, 1, n), rng.normal(0.3, 1, n)])
    latent = eta[:, None] * 1.0 + rng.normal(size=(2 * n, 5))
    latent[n:, 4] += 0.5
    cut = np.array([-1.5, -0.5, 0.5, 1.5])
    data = pd.DataFrame((latent[:, :, None] > cut).sum(axis=2) + 1, columns=list("abcde"))
    data["g"] = np.repeat(["one", "two"], n)
    found = va.invariance("f =~ a + b + c + d + e", data, group="g", ordered=True)
    effects = found.effects.set_index("item")["dmacs"]
    grid = rng.normal(0.3, 1, 200_000)
    from scipy.stats import norm

    curve = sum(norm.cdf(grid + 0.5 - c) - norm.cdf(grid - c) for c in cut)
    sd = np.mean([data[data.g == g]["e"].std() for g in ("one", "two")])
    assert effects["e"] == pytest.approx(np.sqrt((curve**2).mean()) / sd, abs=0.03)
    assert effects.drop("e").max() < 0.12
    assert found.verdict.standings["thresholds"] == "holds"
    assert found.verdict.standings["intercepts"] == "fails"


def test_the_size_that_would_decide_is_on_the_boundary_of_its_chance():
    for df in (1, 6, 20):
        at = {"margin": 0.05, "alpha": 0.05}
        n = n_needed(df, sizes=[300, 5000], **at)
        assert chance_shown(df, sizes=[n, 5000], **at) >= WANTED
        assert chance_shown(df, sizes=[n - 1, 5000], **at) < WANTED


def test_no_size_of_one_group_makes_up_for_a_small_other_group():
    assert math.isinf(n_needed(6, sizes=[100, 200], margin=0.05, alpha=0.05))


def test_the_chance_of_showing_equivalence_is_that_of_simulated_differences():
    df, sizes = 6, [2000, 2000]
    chisq = np.random.default_rng(1).chisquare(df, 20_000)
    shown = [
        restriction_misfit(
            LrTest(chisq_diff=float(x), df_diff=df, pvalue=0.5, method="standard", scaling=1.0),
            sizes=sizes,
            margin=0.05,
            alpha=0.05,
        )
        for x in chisq[:2000]
    ]
    share = np.mean([one.equivalence_p < 0.05 for one in shown])
    assert share == pytest.approx(shown[0].chance, abs=0.04)
