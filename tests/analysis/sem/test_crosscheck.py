"""semopy, where it is let speak, says what lavaan says; elsewhere it is refused."""

from __future__ import annotations

import numpy as np
import pytest
from lavaan_oracle import estimates, frame, read

from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.crosscheck import crosscheck, fit_with_semopy
from valuealign.analysis.sem.model import cfa
from valuealign.errors import AnalysisError, NotSupported

HS = "hs1939.csv"
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
CASES = {
    "tight_hs_cfa3_ml": HS,
    "secondorder_ml": HS,
    "crossload_ml": HS,
    "hs_tau_equivalent_ml": HS,
    "mediation_ml": "political_democracy.csv",
    "tight_bfi_cfa5_ml": "bfi25_complete.csv",
}


def text_of(oracle: dict) -> str:
    """The model without its defined parameters, which semopy is not given."""
    return "\n".join(line for line in oracle["model"].splitlines() if ":=" not in line)


@pytest.mark.parametrize("name", CASES)
def test_semopy_agrees_with_lavaan_where_it_is_let(name):
    oracle = read(name)
    told = estimates(oracle)
    told = told[told["op"] != ":="].reset_index(drop=True)
    found = cfa(text_of(oracle), frame(CASES[name]), engine="semopy")
    assert found.parameters[["lhs", "op", "rhs"]].equals(told[["lhs", "op", "rhs"]])
    loose = 1.5e-4 if name == "hs_tau_equivalent_ml" else 2.5e-5
    assert found.parameters["est"].to_numpy() == pytest.approx(told["est"].to_numpy(), abs=loose)
    assert found.parameters["se"].to_numpy() == pytest.approx(told["se"].to_numpy(), abs=1e-5)
    for measure, value in found.measures.items():
        assert value == pytest.approx(oracle["fitmeasures"][measure.replace("_", ".")], rel=1e-5)


@pytest.mark.parametrize("name", ["tight_hs_cfa3_ml", "tight_bfi_cfa5_ml"])
def test_crosscheck_finds_the_two_engines_in_agreement(name):
    found = cfa(read(name)["model"], frame(CASES[name])).crosscheck()
    assert found.agrees
    assert found.largest_difference < 1e-3
    assert not found.flags
    assert list(found.measures.columns) == ["ours", "semopy"]


def test_crosscheck_notices_estimates_that_are_not_the_optimum():
    fit = cfa(MODEL, frame(HS))
    fit.parameters.loc[1, "est"] += 0.2
    fit.measures["chisq"] += 3.0
    found = crosscheck(fit)
    assert not found.agrees
    assert found.largest_difference > 1
    assert any("lower chi-square" in flag for flag in found.flags)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"group": "school"}, "group='school'"),
        ({"estimator": "MLR"}, "estimator='MLR'"),
        ({"missing": "fiml"}, "missing='fiml'"),
        ({"ordered": ["x1"]}, "ordered="),
        ({"mean_structure": True}, "mean_structure=True"),
        ({"likelihood": "wishart"}, "likelihood='wishart'"),
        ({"information": "observed"}, "information='observed'"),
        ({"effect_coding": True}, "effect_coding=True"),
        ({"cluster": "school"}, "cluster='school'"),
        ({"std_lv": True}, "never ends where no loading"),
    ],
)
def test_what_semopy_gets_wrong_is_refused(options, why):
    with pytest.raises(NotSupported, match=why):
        cfa(MODEL, frame(HS), engine="semopy", **options)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (f"{MODEL}\nvisual ~ sex", "covariates otherwise"),
        (f"{MODEL}\nx1 ~ 1", "fit of means is wrong"),
        ("visual =~ x1 + a*x2 + b*x3\na == 2*b", "constraints"),
        ("visual =~ NA*x1 + x2 + x3", "fix one of 'visual'"),
        ('efa("b")*f1 + efa("b")*f2 =~ x1 + x2 + x3 + x4 + x5 + x6', "efa"),
    ],
)
def test_models_semopy_gets_wrong_are_refused_not_left_to_hang(model, why):
    with pytest.raises(NotSupported, match=why):
        cfa(model, frame(HS), engine="semopy")


def test_crosscheck_refuses_what_it_cannot_judge():
    data = frame(HS)
    with pytest.raises(NotSupported, match="several groups"):
        crosscheck(cfa(MODEL, data, group="school", mean_structure=False))
    with pytest.raises(NotSupported, match="estimator='MLR'"):
        crosscheck(cfa(MODEL, data, estimator="MLR"))
    names = [f"x{k}" for k in range(1, 10)]
    with pytest.raises(NotSupported, match="unweighted rows"):
        crosscheck(cfa(MODEL, Moments(data[names].cov(), n=301)))
    with pytest.raises(NotSupported, match="needs rows"):
        fit_with_semopy(MODEL, Moments(data[names].cov(), n=301), {})
    with pytest.raises(AnalysisError, match="no engine"):
        cfa(MODEL, data, engine="mplus")


def test_hostile_names_do_not_reach_semopys_syntax():
    data = frame(HS).rename(columns={"x1": "DEFINE", "x2": "exp", "x3": "START"})
    found = cfa("visual =~ DEFINE + exp + START + x4", data, engine="semopy")
    plain = cfa("visual =~ x1 + x2 + x3 + x4", frame(HS))
    assert found.parameters["est"].to_numpy() == pytest.approx(
        plain.parameters["est"].to_numpy(), abs=1e-4
    )
    assert np.isfinite(found.parameters["se"]).all()
