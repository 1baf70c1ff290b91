"""Residuals are lavaan's, raw, as correlations, and as z-values."""

from __future__ import annotations

import numpy as np
import pytest
from lavaan_oracle import frame, read

import valuealign as va
from valuealign.errors import NotSupported

SAVED = read("after_residuals")


@pytest.fixture(scope="module", params=["single", "scalar"])
def both(request):
    options = (
        {}
        if request.param == "single"
        else {"group": "school", "group_equal": ["loadings", "intercepts"]}
    )
    return va.cfa(SAVED["model"], frame("hs1939.csv"), **options), SAVED[request.param]


def parts(found):
    return [found] if "covariance" in found else list(found.values())


def check(found, theirs, atol):
    for ours, one in zip(parts(found), theirs, strict=True):
        wanted = np.array(one["cov"]["values"], dtype=float)
        off = ~np.eye(len(wanted), dtype=bool)
        np.testing.assert_allclose(ours["covariance"].to_numpy()[off], wanted[off], atol=atol)
        if one["mean"]:
            np.testing.assert_allclose(ours["mean"], np.array(one["mean"], float), atol=atol)


def test_raw_and_correlation_residuals(both):
    fit, theirs = both
    check(fit.residuals, theirs["raw"], 1e-6)
    if "bollen" in theirs:
        check(fit.correlation_residuals, theirs["bollen"], 1e-6)


def test_residuals_as_z_values(both):
    fit, theirs = both
    check(fit.residual_z("normalized"), theirs["normalized"], 1e-4)
    check(fit.residual_z(), theirs["standardized"], 1e-4)


def test_z_values_of_least_squares_are_refused():
    fit = va.cfa("v =~ x1 + x2 + x3 + x4", frame("hs1939.csv"), estimator="ULS")
    with pytest.raises(NotSupported, match="maximum likelihood"):
        fit.residual_z()


def test_r_square():
    fit = va.cfa(SAVED["model"], frame("hs1939.csv"))
    found = fit.r_square().set_index("variable")["r_square"]
    for name, value in SAVED["r_square"].items():
        assert found[name] == pytest.approx(value, abs=1e-5)
