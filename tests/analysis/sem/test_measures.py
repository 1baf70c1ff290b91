"""Fit measures are computed when they are asked for, and are the same however they are asked."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from lavaan_oracle import frame

from valuealign.analysis.sem.after.bootstrap import bootstrap
from valuealign.analysis.sem.fit_measures.measures import fit_measures
from valuealign.analysis.sem.model import cfa

HS = "hs1939.csv"
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"estimator": "GLS"}])
def test_each_measure_alone_is_the_one_of_the_whole(options):
    fit = cfa(MODEL, frame(HS), **options)
    whole = dict(fit.measures)
    assert {"ntotal", "cfi", "srmr", "gfi"} <= whole.keys()
    for name, value in whole.items():
        alone = fit_measures(fit.solution)[name]
        assert alone == value or (math.isnan(alone) and math.isnan(value))
    assert list(fit_measures(fit.solution)) == list(whole)


def test_the_robust_indices_of_incomplete_data_are_named_before_they_are_computed():
    data = frame(HS)
    data.loc[:40, "x1"] = np.nan
    measures = cfa(MODEL, data, missing="fiml").measures
    assert "cfi_robust" not in measures._ready
    assert list(measures)[-1] == "rmsea_notclose_pvalue_robust"
    assert "cfi_robust" not in measures._ready
    assert 0.8 < measures["cfi_robust"] < 1.0
    assert "no_such" not in measures


def test_measures_survive_a_process():
    fit = cfa(MODEL, frame(HS))
    again = pickle.loads(pickle.dumps(fit_measures(fit.solution)))  # noqa: S301  # our own
    assert again["srmr"] == fit.measures["srmr"]


def test_a_bootstrap_keeps_any_measure():
    fit = cfa(MODEL, frame(HS))
    found = bootstrap(fit, 3, seed=1, measures=("gfi", "bic"))
    assert list(found.draws.columns[-2:]) == ["gfi", "bic"]
    assert not found.draws.isna().any(axis=None)
