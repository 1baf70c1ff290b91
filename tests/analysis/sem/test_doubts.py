"""What is doubtful before a fit, and how missing values and estimators are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.analysis.sem.input_flags import POOR, SCALES
from valuealign.errors import AnalysisError, NotSupported


@pytest.fixture
def data():
    """Four items of one factor with unit variances, in two groups."""
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(600, 4)) + rng.normal(size=(600, 1))
    rows /= rows.std(axis=0)
    return pd.DataFrame(rows, columns=list("wxyz")).assign(g=np.repeat(["p", "q"], 300))


def test_one_label_in_several_groups_is_flagged_and_one_for_each_is_not(data):
    one = va.cfa("f =~ w + a*x + y + z", data, group="g")
    assert one.flags == {
        "the label a holds f =~ x equal in all groups; for a parameter in each write c(a1, a2)*"
    }
    for model in ("f =~ w + c(a, b)*x + y + z", "f =~ w + c(a, a)*x + y + z"):
        assert not va.cfa(model, data, group="g").flags
    assert not va.cfa("f =~ w + a*x + y + z", data).flags


@pytest.mark.parametrize(("ratio", "flagged"), [(1.001, True), (0.999, False)])
def test_variances_a_thousandfold_apart_are_flagged(data, ratio, flagged):
    data = data[list("wxyz")] / data[list("wxyz")].std(ddof=0)
    fit = va.cfa("f =~ w + x + y + z", data.assign(z=data["z"] * np.sqrt(SCALES * ratio)))
    assert any("variances differ more than 1,000-fold" in f for f in fit.flags) == flagged


@pytest.mark.parametrize(("r", "flagged"), [(0.98 * POOR, True), (1.02 * POOR, False)])
def test_a_marker_that_hardly_correlates_is_flagged(r, flagged):
    """Moments whose marker has exactly this correlation with the sum of the other items."""
    S = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    S[0, 1:] = S[1:, 0] = r * np.sqrt(S[1:, 1:].sum()) / 3
    moments = va.Moments(S, n=500, names=list("abcd"))
    fit = va.cfa("f =~ a + b + c + d", moments)
    assert any("the marker a of f hardly correlates" in f for f in fit.flags) == flagged
    assert not va.cfa("f =~ a + b + c + d", moments, std_lv=True).flags
    assert not va.cfa("f =~ b + a + c + d", moments).flags


@pytest.mark.parametrize("name", ["fiml", "ml", "direct", "ML"])
def test_full_information_has_lavaans_other_names(data, name):
    data.loc[::5, "x"] = np.nan
    fit = va.cfa("f =~ w + x + y + z", data, missing=name)
    assert fit.solution.setup.missing == "fiml"
    assert fit.n == 600


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"missing": "pairwise"}, NotSupported, "for ordered variables"),
        ({"missing": "ml.x"}, NotSupported, "give the covariates an intercept"),
        ({"missing": "robust.two.stage"}, NotSupported, "use missing='fiml'"),
        ({"missing": "mean"}, AnalysisError, "expected one of listwise"),
        ({"missing": None}, AnalysisError, "missing is None; expected a text"),
    ],
)
def test_other_ways_with_missing_values_are_refused_with_what_to_do(data, options, error, said):
    with pytest.raises(error, match=said):
        va.cfa("f =~ w + x + y + z", data, **options)


@pytest.mark.parametrize("estimator", ["ML", "ml", "MLR", "GLS"])
def test_an_estimator_of_numbers_is_refused_for_ordered_items(data, estimator):
    coded = (data[list("wxyz")] > 0).astype(int)
    with pytest.raises(NotSupported, match="leave estimator out for WLSMV"):
        va.cfa("f =~ w + x + y + z", coded, ordered=True, estimator=estimator)
    assert va.cfa("f =~ w + x + y + z", coded, ordered=True).solution.setup.estimator == "WLSMV"
    assert va.cfa("f =~ w + x + y + z", coded).solution.setup.estimator == "ML"


def test_full_information_of_ordered_items_is_refused_with_what_to_do(data):
    coded = (data[list("wxyz")] > 0).astype(float)
    with pytest.raises(NotSupported, match="pairwise"):
        va.cfa("f =~ w + x + y + z", coded, ordered=True, missing="fiml")


def test_pairwise_keeps_every_row_with_an_answer(data):
    coded = (data[list("wxyz")] > 0).astype(float)
    coded.loc[::4, "w"] = np.nan
    coded.loc[7, :] = np.nan
    assert va.cfa("f =~ w + x + y + z", coded, ordered=True, missing="pairwise").n == 599
    assert va.cfa("f =~ w + x + y + z", coded, ordered=True).n == 449


def test_ordered_items_beside_a_covariate_are_refused_with_what_to_do(data):
    coded = (data[list("wxyz")] > 0).astype(int).assign(age=np.arange(len(data)) % 40)
    with pytest.raises(NotSupported, match=r"'age'.*MLR.*'age ~ 1'"):
        va.sem("f =~ w + x + y + z\nf ~ age", coded, ordered=list("wxyz"))
    fit = va.sem("f =~ w + x + y + z\nf ~ age\nage ~ 1", coded, ordered=list("wxyz"))
    assert fit.solution.df == 5
