"""Chi-square differences of nested fits are lavaan's."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import valuealign as va
from valuealign.analysis.sem.lr_test import LrTest
from valuealign.errors import AnalysisError, NotSupported

_SPEC = importlib.util.spec_from_file_location(
    "lavaan_oracle", Path(__file__).parent / "lavaan_oracle.py"
)
oracle = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(oracle)
LADDER = ((), ("loadings",), ("loadings", "intercepts"), ("loadings", "intercepts", "residuals"))


@pytest.fixture(scope="module", params=["ml", "mlr"])
def ladder(request):
    """Four fits of the ladder, and what lavaan says of their differences."""
    saved = oracle.read(f"hs_mg_configural_{request.param}")
    data = oracle.frame(Path(saved["data"]).name)
    fits = [
        va.cfa(saved["model"], data, group="school", group_equal=equal,
               estimator=request.param.upper(), mean_structure=True)
        for equal in LADDER
    ]  # fmt: skip
    return fits, oracle.read(f"hs_mg_lrt_{request.param}"), request.param


def test_differences_are_lavaans(ladder):
    fits, expected, estimator = ladder
    table = expected["default"]
    for k in (1, 2, 3):
        found = va.lr_test(fits[k], fits[k - 1])
        assert found.chisq_diff == pytest.approx(table["Chisq diff"][k], rel=1e-5)
        assert found.df_diff == table["Df diff"][k]
        assert found.pvalue == pytest.approx(table["Pr(>Chisq)"][k], rel=1e-4)
        assert found.method == ("satorra.bentler.2001" if estimator == "mlr" else "standard")


def test_the_plain_difference_can_be_had_of_scaled_fits(ladder):
    fits, expected, _ = ladder
    chisq = expected["default"]["Chisq"]
    found = va.lr_test(fits[1], fits[0], method="standard")
    assert found.chisq_diff == pytest.approx(chisq[1] - chisq[0], rel=1e-5)


def test_fits_that_cannot_be_compared_are_refused_in_words(ladder):
    fits, _, estimator = ladder
    with pytest.raises(AnalysisError, match="expected the restricted one first"):
        va.lr_test(fits[0], fits[1])
    if estimator == "ml":
        with pytest.raises(AnalysisError, match="not scaled"):
            va.lr_test(fits[1], fits[0], method="satorra.bentler.2001")
    saved = oracle.read("hs_mg_configural_ml")
    data = oracle.frame(Path(saved["data"]).name)
    fewer = va.cfa(saved["model"], data.iloc[:250], group="school", group_equal=("loadings",))
    with pytest.raises(AnalysisError, match="rows"):
        va.lr_test(fewer, fits[0])


@pytest.mark.parametrize("estimator", ["MLM", "MLR"])
@pytest.mark.parametrize("method", ["satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"])
def test_scaled_differences_are_lavaans(estimator, method):
    saved = oracle.read("after_differences")
    data = oracle.frame(saved["data"])
    options = {"group": "school", "estimator": estimator, "mean_structure": True}
    fits = [va.cfa(saved["model"], data, group_equal=equal, **options) for equal in LADDER]
    partial = va.cfa(saved["model"], data, group_equal=LADDER[2], group_partial=("x3~1", "x7~1"),
                     **options)  # fmt: skip
    theirs = saved[estimator][method]
    for k in (1, 2, 3):
        ours = va.lr_test(fits[k], fits[k - 1], method=method)
        expected = theirs["ladder"]["Chisq diff"][k]
        if (estimator, method, k) == ("MLR", "satorra.bentler.2010", 2):
            # lavaan leaves the factor means at 0 here; given them, it has our number.
            expected = oracle.read("sb2010_same_point")["tests"]["Chisq diff"][1]
        assert ours.chisq_diff == pytest.approx(expected, rel=1e-5)
        assert ours.df_diff == theirs["ladder"]["Df diff"][k]
    ours = va.lr_test(fits[2], partial, method=method)
    assert ours.chisq_diff == pytest.approx(theirs["partial"]["Chisq diff"][1], rel=1e-5)


def test_differences_of_ordinal_fits_are_lavaans():
    saved = oracle.read("after_differences")["ordinal"]
    data = oracle.frame(saved["data"])
    equal = ((), ("loadings",), ("loadings", "thresholds"))
    fits = [va.cfa(saved["model"], data, ordered=True, group="gender", group_equal=e)
            for e in equal]  # fmt: skip
    for k in (1, 2):
        found = va.lr_test(fits[k], fits[k - 1])
        assert found.method == "satorra.2000"
        assert found.chisq_diff == pytest.approx(saved["ladder"]["Chisq diff"][k], rel=1e-5)
        assert found.pvalue == pytest.approx(saved["ladder"]["Pr(>Chisq)"][k], rel=1e-3)
    with pytest.raises(AnalysisError, match="adjusted in mean and variance"):
        va.lr_test(fits[1], fits[0], method="satorra.bentler.2001")


def test_incomplete_rows_have_no_satorra_2000():
    saved = oracle.read("hs_mg_configural_ml")
    data = oracle.frame("hs1939_holes.csv")
    options = {"group": "school", "estimator": "MLR", "missing": "fiml"}
    free = va.cfa(saved["model"], data, **options)
    equal = va.cfa(saved["model"], data, group_equal=("loadings",), **options)
    with pytest.raises(NotSupported, match="complete rows"):
        va.lr_test(equal, free, method="satorra.2000")
    assert va.lr_test(equal, free).method == "satorra.bentler.2001"


def test_one_scaled_fit_and_one_that_is_not_are_no_pair():
    saved = oracle.read("hs_mg_configural_ml")
    data = oracle.frame(Path(saved["data"]).name)
    plain = va.cfa(saved["model"], data, group="school", mean_structure=True)
    scaled = va.cfa(
        saved["model"], data, group="school", group_equal=("loadings",), estimator="MLR"
    )
    with pytest.raises(AnalysisError, match="different tests"):
        va.lr_test(scaled, plain)


def test_a_negative_scaling_is_flagged_and_gives_no_number():
    """Two fits whose scaling factors cannot belong to nested models at any n."""

    def fit(df, c):
        measures = {"df": df, "chisq": 10.0 + df, "chisq_scaling_factor": c}
        setup = SimpleNamespace(test="yuan.bentler.mplus")
        return SimpleNamespace(measures=measures, n=100, solution=SimpleNamespace(setup=setup))

    found = inspect.unwrap(va.lr_test)(fit(10, 0.8), fit(9, 1.2))  # these are no real fits
    assert isinstance(found, LrTest)
    assert np.isnan(found.chisq_diff)
    assert found.flags
