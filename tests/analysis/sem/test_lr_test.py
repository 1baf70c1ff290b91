"""Chi-square differences of nested fits are lavaan's."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import SimpleNamespace

import lavaan_oracle as oracle
import numpy as np
import pytest

import valuealign as va
from valuealign.analysis.sem.after.difference_test import LrTest
from valuealign.errors import AnalysisError, NotSupported

LADDER = ((), ("loadings",), ("loadings", "intercepts"), ("loadings", "intercepts", "residuals"))


@pytest.fixture(scope="module", params=["ml", "mlr"])
def ladder(request):
    """Four fits of the ladder, and what lavaan says of their differences."""
    saved = oracle.read(f"hs_mg_configural_{request.param}")
    data = oracle.frame(Path(saved["data"]).name)
    fits = [
        va.cfa(
            saved["model"],
            data,
            group="school",
            group_equal=equal,
            estimator=request.param.upper(),
            mean_structure=True,
        )
        for equal in LADDER
    ]
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
    with pytest.raises(AnalysisError, match="expected the restricted model first"):
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
    partial = va.cfa(
        saved["model"], data, group_equal=LADDER[2], group_partial=("x3~1", "x7~1"), **options
    )
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
    equal = ((), ("loadings",), ("loadings", "thresholds", "intercepts"))  # as 0.6 has the last
    fits = [
        va.cfa(saved["model"], data, ordered=True, group="gender", group_equal=e) for e in equal
    ]
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


SIX = "f =~ x1 + x2 + x3 + x4 + x5 + x6"


def _hs(model, **options):
    return va.cfa(model, oracle.frame("hs1939.csv"), **options)


@pytest.mark.parametrize(
    ("restricted", "free", "nested"),
    [
        (SIX, f"{SIX}\nx1 ~~ x2", True),
        (f"{SIX}\nx5 ~~ x6", f"{SIX}\nx1 ~~ x2\nx3 ~~ x4", False),
        (f"{SIX}\nx1 ~~ x2", f"{SIX}\nx1 ~~ x2\nx3 ~~ x4", True),
        ("f =~ 1*x1 + 1*x2 + 1*x3 + x4 + x5 + x6", SIX, True),
        ("f =~ a*x1 + a*x2 + x3 + x4 + x5 + x6", SIX, True),
        (SIX, "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6", True),
        ("f =~ x1 + x2 + x4\ng =~ x3 + x5 + x6", f"{SIX}\nx1 ~~ x2\nx3 ~~ x4", False),
    ],
)
def test_models_that_are_not_nested_are_flagged_and_nested_ones_are_not(restricted, free, nested):
    found = va.lr_test(_hs(restricted), _hs(free))
    assert any("not nested" in flag for flag in found.flags) == (not nested)
    assert not va.lr_test(_hs(restricted), _hs(free), check_nesting=False).flags


@pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"estimator": "GLS"}])
def test_the_ladder_is_nested_whatever_identifies_the_factors(options):
    three = "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\ns =~ x7 + x8 + x9"
    fits = [
        _hs(three, group="school", group_equal=equal, std_lv=std_lv, **options)
        for equal, std_lv in (
            ((), False),
            (("loadings",), True),
            (("loadings", "intercepts"), False),
        )
    ]
    for restricted, free in ((fits[1], fits[0]), (fits[2], fits[1]), (fits[2], fits[0])):
        assert not va.lr_test(restricted, free).flags


def test_ordinal_models_are_checked_too():
    rows = oracle.frame("bfi15_gender.csv").iloc[:800]
    n, a = (" + ".join(f"{s}{k}" for k in range(1, 6)) for s in "NA")
    two, one = f"N =~ {n}\nA =~ {a}", f"N =~ {n} + {a}"
    free = va.cfa(two, rows, ordered=True)
    assert not va.lr_test(va.cfa(one, rows, ordered=True), free).flags
    apart = va.cfa(f"{two}\nN1 ~~ N2\nN3 ~~ N4", rows, ordered=True)
    odd = va.cfa(f"{two}\nA1 ~~ A2", rows, ordered=True)
    assert any("not nested" in flag for flag in va.lr_test(odd, apart).flags)


def test_other_variables_are_refused():
    with pytest.raises(AnalysisError, match="different variables or groups"):
        va.lr_test(_hs("f =~ x1 + x2 + x3 + x4 + x5"), _hs("f =~ x1 + x2 + x3 + x4"))


def test_a_difference_under_uls_says_that_it_has_no_distribution():
    found = va.lr_test(
        _hs("f =~ 1*x1 + 1*x2 + x3 + x4", estimator="ULS"),
        _hs("f =~ x1 + x2 + x3 + x4", estimator="ULS"),
    )
    assert any("ULSMV" in flag for flag in found.flags)
