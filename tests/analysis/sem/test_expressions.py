"""Defined parameters and constraints: domains, derivatives, and what labels may be used."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.sem.specification.expression import Expression
from valuealign.analysis.sem.specification.functions import FUNCTIONS
from valuealign.analysis.sem.specification.tokens import DEEPEST, tokenize
from valuealign.errors import ModelSyntaxError, NotConverged, NotIdentified

POSITIONS = {"a": 0, "b": 1, "c": 2}
X = np.array([0.7, 0.3, -1.4])


def read(text):
    """Read an expression over a, b and c."""
    return Expression(tokenize(text), POSITIONS)


@pytest.fixture(scope="module")
def data():
    """Four items of one factor, two groups."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 4)) + rng.normal(size=(400, 1))
    return pd.DataFrame(rows, columns=list("wxyz")).assign(g=np.repeat(["p", "q"], 200))


@pytest.mark.parametrize(
    "text",
    [
        "log(c)",
        "sqrt(c)",
        "1/(a-a)",
        "c^0.5",
        "c^a",
        "log(0)",
        "0^-1",
        "exp(1000)",
        "9^9^9^9",
        "1e999",
        "asin(2)",
        "qnorm(1)",
        "log10(c)",
        "acos(c)",
        "log1p(c)",
        "sqrt(c)*0",
        "a/0",
    ],
)
def test_outside_the_domain_the_value_is_nan_and_the_step_is_named(text):
    found = read(text).at(X)
    assert math.isnan(found.value)
    assert "not a finite number" in found.trouble


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("log(a)", math.log(0.7)),
        ("sqrt(0)", 0.0),
        ("0^0", 1.0),
        ("c^2", 1.96),
        ("c^-1", -1 / 1.4),
        ("0^2", 0.0),
        ("-a^2", -0.49),
        ("2^-a", 2**-0.7),
        ("2^3^2", 512.0),
        ("--a", 0.7),
        ("a - -b", 1.0),
        ("pi", math.pi),
        ("log(1e-300)", math.log(1e-300)),
        ("qnorm(0.5)", 0.0),
    ],
)
def test_inside_the_domain_the_value_is_the_value(text, value):
    assert read(text).value(X) == pytest.approx(value, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        *(f"{name}(a*b)" for name in FUNCTIONS if name.isidentifier()),
        "a^b",
        "c^2",
        "(a+b)/(a-c)",
        "a*b*c - a/b",
        "exp(-a)/(1+b^2)",
        "abs(c)*a",
        "sqrt(a)^b",
        "2^-a",
        "c^3*a",
        "-(a-b)^2",
    ],
)
def test_derivatives_equal_finite_differences(text):
    expression = read(text)
    for i in range(3):
        step = np.eye(3)[i] * 1e-6
        expected = (expression.value(X + step) - expression.value(X - step)) / 2e-6
        assert expression.gradient(X)[i] == pytest.approx(expected, rel=1e-7, abs=1e-8)


def test_a_value_without_a_slope_is_said():
    found = read("sqrt(a - 0.7)").at(X)
    assert found.value == pytest.approx(0, abs=1e-15)
    assert "has no slope" in read("sqrt(a)").at(np.zeros(3)).trouble
    assert read("sqrt(a)").at(np.zeros(3)).value == 0


@pytest.mark.parametrize("one", ["({})", "2^{}", "exp(0*{})"])
def test_depth_is_bounded_on_each_side(one):
    def nested(levels):
        text = "a"
        for _ in range(levels):
            text = one.format(text)
        return text

    assert math.isfinite(read(nested(DEEPEST)).value(X)) or one == "2^{}"
    with pytest.raises(ModelSyntaxError, match="nested too deeply"):
        read(nested(DEEPEST + 1))


@pytest.mark.parametrize(
    "text", ["log(v - 100)", "sqrt(v - 100)", "log(-1)", "1/(v - v)", "(v - 100)^0.5"]
)
def test_a_defined_parameter_without_a_value_is_flagged(data, text):
    fit = va.cfa(f"f =~ w + v*x + y + z\nq := {text}", data)
    row = fit.parameters.query("op == ':='").iloc[0]
    assert row[["est", "se", "z", "pvalue", "ci_lower", "ci_upper"]].isna().all()
    assert any(flag.startswith("q := ") and "has no value" in flag for flag in fit.flags)


def test_a_defined_parameter_with_a_value_has_the_delta_methods_error_and_no_flag(data):
    fit = va.cfa("f =~ w + v*x + y + z\nq := log(v)", data)
    v, q = (fit.parameters.query(f"label == '{k}'").iloc[0] for k in "vq")
    assert q["se"] == pytest.approx(v["se"] / v["est"], rel=1e-10)
    assert not fit.flags


def test_definitions_are_read_in_any_order_and_use_fixed_labels(data):
    fit = va.cfa("f =~ m*w + v*x + y + z\nr := 2*q\nq := v - m", data)
    est = fit.parameters.set_index("label")["est"]
    assert est["r"] == pytest.approx(2 * (est["v"] - 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q := r\nr := q", "'q' is defined in terms of itself"),
        ("q := q + 1", "'q' is defined in terms of itself"),
        ("q := v\nq := 2*v", "'q' is defined twice"),
        ("v := 2", "'v' is the label of a parameter"),
        ("m == 2", "'m == 2' has no free parameter in it, and does not hold"),
        ("m < 0.5", "no free parameter in it, and does not hold"),
        ("q := nobody", "no parameter is labelled 'nobody'"),
        ("q := system(1)", "no function 'system'"),
    ],
)
def test_what_cannot_be_defined_or_held_is_refused(data, text, said):
    with pytest.raises(ModelSyntaxError, match=said):
        va.cfa(f"f =~ m*w + v*x + y + z\n{text}", data)


def test_a_constraint_that_fixed_values_meet_changes_nothing(data):
    plain = va.cfa("f =~ m*w + v*x + y + z", data)
    held = va.cfa("f =~ m*w + v*x + y + z\nm == 1\nm > 0.5", data)
    assert held.solution.df == plain.solution.df
    assert held.measures["chisq"] == pytest.approx(plain.measures["chisq"], abs=1e-8)


def test_a_constraint_on_a_label_of_the_marker_is_an_equality_with_its_value(data):
    labelled = va.cfa("f =~ m*w + v*x + y + z\nv == m", data)
    fixed = va.cfa("f =~ 1*w + 1*x + y + z", data)
    assert labelled.solution.df == fixed.solution.df
    assert labelled.measures["chisq"] == pytest.approx(fixed.measures["chisq"], rel=1e-7)


def test_constraints_outside_their_domain_are_an_error_of_ours(data):
    with pytest.raises((NotConverged, NotIdentified), match="constraint"):
        va.cfa("f =~ w + v*x + y + z\nlog(v - 100) == 1", data)


@pytest.mark.parametrize(
    ("written", "said"), [("v < 0.5", "an inequality binds: v < 0.5"), ("", "at its bound: v")]
)
def test_a_bound_that_binds_says_what_the_standard_errors_are(data, written, said):
    """As in lavaan 0.7: of the model that fixes the parameter there."""
    bounded = "v*x" if written else "upper(0.5)*v*x"
    fit = va.cfa(f"f =~ w + {bounded} + y + z\n{written}", data)
    fixed = va.cfa("f =~ w + 0.5*x + y + z", data)
    assert any(
        said in flag and "standard errors are those of a model" in flag for flag in fit.flags
    )
    np.testing.assert_allclose(fit.parameters["se"], fixed.parameters["se"], atol=1e-6)
    free = va.cfa(f"f =~ w + v*x + y + z\n{written.replace('0.5', '5')}", data)
    assert not free.flags


def test_one_label_of_two_fixed_values_is_refused(data):
    model = "f =~ {}*w + c(k, k)*w + x + y + z"
    with pytest.raises(ModelSyntaxError, match="fixed at 1 and 2"):
        va.cfa(model.format("c(1, 2)"), data, group="g")
    assert va.cfa(model.format("c(2, 2)"), data, group="g").solution.df == 4
