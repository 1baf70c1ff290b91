"""Where the best optimum is improper it is kept and flagged, not traded for a pretty one."""

from __future__ import annotations

import lavaan_oracle as oracle
import pytest

import valuealign as va


def test_the_global_optimum_is_found_flagged_and_better_than_the_proper_one_lavaan_also_knows():
    """250 rows in which a bifactor model's best optimum has a negative residual variance."""
    improper = oracle.read("bifactor_global_improper")
    proper = oracle.read("bifactor_local_proper")
    rows = oracle.frame("bfi25_complete.csv").iloc[1199:1449]
    fit = va.cfa(improper["model"], rows, orthogonal=True, std_lv=True)
    assert fit.measures["chisq"] == pytest.approx(improper["fitmeasures"]["chisq"], rel=1e-6)
    assert fit.measures["chisq"] < proper["fitmeasures"]["chisq"] - 30
    assert any("negative variance of E3" in flag for flag in fit.flags)
