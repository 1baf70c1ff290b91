"""Maximal and second-order reliability are semTools'; omega's interval is the delta method's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.sem.after.ordinal_composite import of_factor
from valuealign.errors import AnalysisError, NotSupported

ORACLE = Path(__file__).parents[2] / "oracle"
SAVED = json.loads((ORACLE / "psych" / "reliability.json").read_text())
HS = pd.read_csv(ORACLE / "data" / "hs1939.csv")
NEUROTIC = pd.read_csv(ORACLE / "data" / "bfi25_complete.csv")[[f"N{k}" for k in range(1, 6)]]
SINGLE = "f =~ x1 + x2 + x3 + x4"
THREE = "visual =~ x1+x2+x3\ntextual =~ x4+x5+x6\nspeed =~ x7+x8+x9"
SECOND = f"{THREE}\ng =~ visual + textual + speed"


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (SINGLE, "maximal_single"),
        (f"{SINGLE}\nx1 ~~ x2", "maximal_correlated"),
        (THREE, "maximal_three"),
    ],
)
def test_maximal_reliability_is_semtools(model, name):
    found = va.maximal_reliability(va.cfa(model, HS))
    assert found["maximal"].item() == pytest.approx(SAVED[name], abs=2e-6)


def test_of_one_factor_it_is_coefficient_h_under_the_model():
    fit = va.cfa(SINGLE, HS, std_lv=True)
    loading = fit.parameters.query("op == '=~'")["std_all"].to_numpy()
    signal = (loading**2 / (1 - loading**2)).sum()
    found = va.maximal_reliability(fit)["maximal_implied"].item()
    assert found == pytest.approx(signal / (1 + signal), abs=1e-8)


def test_maximal_reliability_of_categories_is_semtools():
    fit = va.cfa("f =~ N1 + N2 + N3 + N4 + N5", NEUROTIC, ordered=True)
    found = va.maximal_reliability(fit)["maximal"].item()
    assert found == pytest.approx(SAVED["maximal_ordinal"], abs=1e-5)


def test_second_order_omega_is_semtools():
    found = va.second_order_reliability(va.cfa(SECOND, HS), "g").iloc[0]
    for ours, theirs in (
        ("omega_l1", "omegaL1"),
        ("omega_l2", "omegaL2"),
        ("partial_omega_l1", "partialOmegaL1"),
    ):
        assert found[ours] == pytest.approx(SAVED["second_order"][theirs], abs=1e-5)


def test_a_factor_that_no_factor_measures_has_no_second_order_omega():
    fit = va.cfa(SECOND, HS)
    with pytest.raises(AnalysisError, match="not measured by factors"):
        va.second_order_reliability(fit, "visual")
    with pytest.raises(AnalysisError, match="no factor 'h'"):
        va.second_order_reliability(fit, "h")
    ordinal = va.cfa("f =~ N1 + N2 + N3 + N4 + N5", NEUROTIC, ordered=True)
    with pytest.raises(NotSupported):
        va.second_order_reliability(ordinal, "f")


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_the_interval_of_omega_is_that_of_a_defined_parameter(estimator):
    text = (
        "f =~ a*x1 + b*x2 + c*x3 + d*x4\nx1 ~~ p*x1\nx2 ~~ q*x2\nx3 ~~ r*x3\nx4 ~~ s*x4\n"
        "omega := (a + b + c + d)^2 / ((a + b + c + d)^2 + p + q + r + s)"
    )
    fit = va.cfa(text, HS, std_lv=True, estimator=estimator)
    row = fit.parameters.query("lhs == 'omega'").iloc[0]
    reach = 1.959963984540054 * row["se"] / (row["est"] * (1 - row["est"]))
    odds = np.log(row["est"] / (1 - row["est"]))
    found = va.composite_reliability(fit).iloc[0]
    assert found["omega"] == pytest.approx(row["est"], abs=1e-8)
    assert found["omega_lower"] == pytest.approx(1 / (1 + np.exp(reach - odds)), abs=1e-6)
    assert found["omega_upper"] == pytest.approx(1 / (1 + np.exp(-reach - odds)), abs=1e-6)


def test_the_interval_of_ordinal_omega_is_the_bootstraps():
    fit = va.cfa("f =~ N1 + N2 + N3 + N4 + N5", NEUROTIC, ordered=True)
    found = va.composite_reliability(fit).iloc[0]
    assert found["omega"] == pytest.approx(SAVED["ordinal"]["omega"], abs=1e-5)
    rng = np.random.default_rng(1)
    drawn = []
    for _ in range(60):
        rows = NEUROTIC.iloc[rng.integers(len(NEUROTIC), size=len(NEUROTIC))]
        one = va.cfa("f =~ N1 + N2 + N3 + N4 + N5", rows, ordered=True, estimator="DWLS")
        (point,) = one.solution.optimum.at.points
        drawn.append(of_factor(point, point.of.structure.p)["omega"])  # without its interval
    width = found["omega_upper"] - found["omega_lower"]
    assert width == pytest.approx(2 * 1.96 * np.std(drawn), rel=0.3)
    narrower = va.composite_reliability(fit, level=0.5).iloc[0]
    assert narrower["omega_lower"] > found["omega_lower"]
