"""What cannot be computed is refused at once, with what was found and what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import (
    AnalysisError,
    ConstantItem,
    DataError,
    ModelSyntaxError,
    NotSupported,
)

MODEL = "f =~ x1 + x2 + x3\nh =~ x4 + x5 + x6"


@pytest.fixture(scope="module")
def data():
    """Three hundred rows of two factors, in three groups."""
    rng = np.random.default_rng(3)
    f = rng.standard_normal((300, 2))
    columns = {f"x{i}": f[:, (i - 1) // 3] + 0.7 * rng.standard_normal(300) for i in range(1, 7)}
    return pd.DataFrame(columns).assign(country=np.repeat(["a", "b", "c"], 100))


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        ("f =~ x1 + x2 + X3", {}, "no column 'X3', which the model names; did you mean 'x3'"),
        (MODEL, {"group": "cuntry"}, "did you mean 'country'"),
        (MODEL, {"cluster": "town"}, "no column 'town', which cluster names"),
        (MODEL, {"sampling_weights": "w"}, "no column 'w', which sampling_weights names"),
        ("x6 =~ x1 + x2 + x3\nh =~ x4 + x5 + x6", {}, "'x6' is a factor .* a column of the data"),
    ],
)
def test_names_that_are_not_there_or_there_twice_are_said(data, model, options, said):
    with pytest.raises(DataError, match=said):
        va.cfa(model, data, **options)


def test_a_factor_that_bears_the_name_of_a_column_is_flagged(data):
    """It is the factor that is fitted, never the column loading on itself."""
    fit, plain = va.cfa("x6 =~ x1 + x2 + x3", data), va.cfa("f =~ x1 + x2 + x3", data)
    assert fit.flags == {"factor x6 bears the name of a column, which is not used"}
    np.testing.assert_array_equal(fit.parameters["est"], plain.parameters["est"])


@pytest.mark.parametrize(
    ("model", "place", "said"),
    [
        ("f =~ x1 + x2\nf =~ f", (2, 6), "both sides"),
        ("f =~ x1 + a*x2 + x3\nq := a*nobody", (2, 8), "no parameter is labelled 'nobody'"),
        ("f =~ x1 + a*x2 + x3\nq := " + "(" * 400 + "a" + ")" * 400, (2, 6), "too deeply"),
        ("f =~ x1 + a*x2 + x3\nq := " + "a+" * 9999 + "a", (2, 6), "at most 1000"),
    ],
)
def test_a_model_text_that_makes_no_model_has_a_place(data, model, place, said):
    with pytest.raises(ModelSyntaxError, match=said) as caught:
        va.cfa(model, data)
    assert (caught.value.line, caught.value.column) == place


def test_a_threshold_beyond_the_categories_has_a_place(data):
    two = (data.drop(columns="country") > 0).astype(int)
    with pytest.raises(ModelSyntaxError, match="no threshold 't2'; its 2 categories have 1"):
        va.cfa(MODEL + "\nx2 | t1 + t2", two, ordered=True)


def test_a_parameter_to_be_freed_that_the_model_lacks_is_said(data):
    with pytest.raises(AnalysisError, match="'f=~x9', which the model does not have"):
        va.cfa(MODEL, data, group="country", group_equal="loadings", group_partial="f=~x9")


def test_nothing_to_hold_equal_in_one_group_is_said(data):
    with pytest.raises(AnalysisError, match="one group"):
        va.cfa(MODEL, data, group_equal="loadings")


def test_an_item_that_nobody_answered_is_said(data):
    for missing in ("listwise", "fiml"):
        with pytest.raises(ConstantItem, match="nobody answered x1"):
            va.cfa(MODEL, data.assign(x1=np.nan), missing=missing)


@pytest.mark.parametrize("estimator", ["MLM", "MLR", "WLS"])
def test_moments_without_gamma_are_refused_before_the_fit(data, estimator):
    moments = va.Moments(data.drop(columns="country").cov(), n=300)
    with pytest.raises(NotSupported, match="gamma"):
        va.cfa(MODEL, moments, estimator=estimator)


def test_observed_information_under_mlm_is_refused(data):
    """lavaan mixes two kinds of observed information there; MLR is what is meant."""
    with pytest.raises(NotSupported, match="MLM takes expected information"):
        va.cfa(MODEL, data, estimator="MLM", information="observed")
