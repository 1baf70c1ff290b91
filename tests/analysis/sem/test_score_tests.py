"""Score tests of equalities are lavaan's."""

from __future__ import annotations

import lavaan_oracle as oracle
import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import AnalysisError

SCALAR = ("loadings", "intercepts")


@pytest.fixture(scope="module")
def data():
    return oracle.frame("hs1939.csv")


def test_each_equality_and_all_at_once_are_lavaans(data):
    saved = oracle.read("after_modification")
    found = va.score_tests(va.cfa(saved["model"], data, group="school", group_equal=SCALAR))
    assert found.each["chisq"].to_numpy() == pytest.approx(saved["score_each"]["X2"], rel=1e-4)
    assert found.each["pvalue"].to_numpy() == pytest.approx(
        saved["score_each"]["p.value"], rel=1e-4
    )
    assert found.chisq == pytest.approx(saved["score_total"]["X2"][0], rel=1e-6)
    # lavaan says 15, but three of nine intercepts are then a factor mean's in disguise.
    assert found.df == 12


def test_written_equalities_and_the_expected_change_are_lavaans(data):
    saved = oracle.read("score_released")
    found = va.score_tests(va.cfa(saved["model"], data, group="school", group_equal=SCALAR))
    theirs = saved["released"][2:] + saved["released"][:2]
    assert found.each["chisq"].to_numpy() == pytest.approx(
        [one["test"]["X2"][0] for one in theirs], rel=1e-4
    )
    for ours, one in zip(found.each.itertuples(), theirs[:-2], strict=False):
        change = dict(zip(one["epc"]["plabel"], oracle.numbers(one["epc"]["epc"]), strict=True))
        left, right = (one["uni"][side][0] for side in ("lhs", "rhs"))
        assert ours.epc == pytest.approx(change[right] - change[left], rel=1e-4)
    last = theirs[-2]
    assert found.each.iloc[-2][["lhs", "op", "rhs"]].tolist() == ["u1", "==", "2*v1"]
    assert last["uni"]["rhs"] == ["2*v1"]


def test_the_two_indicators_of_a_factor_cannot_be_told_apart():
    rng = np.random.default_rng(5)
    f = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 800, method="cholesky")
    x = f[:, [0, 0, 1, 1]] + rng.normal(size=(800, 4))
    x[400:, 1] += 0.5
    data = pd.DataFrame(x, columns=list("abcd")).assign(g=np.repeat(["one", "two"], 400))
    scalar = va.cfa("f =~ a + b\nh =~ c + d", data, group="g", group_equal=SCALAR)
    each = va.score_tests(scalar).each
    intercepts = each[each["op"] == "~1"].set_index("lhs")["chisq"]
    assert intercepts["a"] == pytest.approx(intercepts["b"], rel=1e-6)
    assert intercepts["a"] > 10


def test_a_model_without_equalities_has_no_such_test(data):
    with pytest.raises(AnalysisError, match="no equalities to test"):
        va.score_tests(va.cfa("f =~ x1 + x2 + x3 + x4", data))
