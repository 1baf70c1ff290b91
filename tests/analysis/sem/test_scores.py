"""Factor scores are lavaan's."""

from __future__ import annotations

import lavaan_oracle as oracle
import numpy as np
import pytest

import valuealign as va
from valuealign.errors import AnalysisError, NotSupported

SAVED = oracle.read("after_scores")
EQUAL = ("loadings", "intercepts")


def fitted(name):
    """The oracle's fits."""
    if name == "fiml":
        return va.cfa(SAVED["model"], oracle.frame(SAVED["fiml_data"]), missing="fiml")
    data = oracle.frame(SAVED["data"])
    options = {"group": "school", "group_equal": EQUAL} if name == "scalar" else {}
    return va.cfa(SAVED["model"], data, **options)


@pytest.mark.parametrize("method", ["regression", "Bartlett"])
@pytest.mark.parametrize("name", ["single", "scalar", "fiml"])
def test_scores_are_lavaans(name, method):
    expected = np.array(SAVED[name][method]["values"], dtype=float)
    found = va.factor_scores(fitted(name), method=method)[["visual", "textual", "speed"]]
    np.testing.assert_allclose(found.to_numpy()[: len(expected)], expected, rtol=2e-5, atol=2e-5)


def test_bartletts_scores_spread_wider_and_regressions_recover_less_variance():
    fit = fitted("single")
    spread = {m: va.factor_scores(fit, method=m).std() for m in ("regression", "Bartlett")}
    assert (spread["Bartlett"] > spread["regression"]).all()


def test_what_cannot_be_scored_is_refused():
    data = oracle.frame(SAVED["data"])
    names = [f"x{k}" for k in range(1, 10)]
    moments = va.Moments(data[names].cov(), mean=data[names].mean(), n=len(data), names=names)
    with pytest.raises(NotSupported, match="need rows"):
        va.factor_scores(va.cfa(SAVED["model"], moments))
    with pytest.raises(AnalysisError, match="expected 'regression', 'Bartlett'"):
        va.factor_scores(fitted("single"), method="guess")


@pytest.mark.parametrize(("method", "atol"), [("EBM", 1e-4), ("ML", 3e-4)])
def test_scores_of_ordinal_items_are_lavaans(method, atol):
    saved = oracle.read("ordinal_scores")
    fit = va.cfa(saved["model"], oracle.frame("bfi15_gender.csv").iloc[:400], ordered=True)
    found = va.factor_scores(fit, method=method)
    expected = np.array(saved[method]["values"], dtype=float)
    np.testing.assert_allclose(found.to_numpy()[: len(expected)], expected, atol=atol)
    with pytest.raises(AnalysisError, match="expected 'EBM' or 'ML'"):
        va.factor_scores(fit, method="Bartlett")


def test_a_respondent_of_extremes_has_no_likelihood_score():
    data = oracle.frame("bfi15_gender.csv").iloc[:400].copy()
    items = [f"N{k}" for k in range(1, 6)]
    data.loc[data.index[0], items] = 6
    fit = va.cfa("N =~ N1 + N2 + N3 + N4 + N5", data, ordered=True)
    assert np.isnan(va.factor_scores(fit, method="ML")["N"].iloc[0])
    assert va.factor_scores(fit)["N"].iloc[0] > 1.0
