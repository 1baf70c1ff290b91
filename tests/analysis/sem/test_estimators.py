"""What is known of an estimator stands in one row, and each fact decides what it may be asked."""

from __future__ import annotations

import pytest

from valuealign.analysis.sem.specification.estimators import (
    DISCREPANCIES,
    ESTIMATORS,
    TESTS,
    estimator_named,
    set_up,
)
from valuealign.errors import AnalysisError, NotSupported

CASEWISE = {"ML", "MLR"}
NORMAL = {"ML", "MLM", "MLMV", "MLMVS", "MLR", "GLS"}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_row_names_a_discrepancy_and_a_test_that_exist(name):
    assert ESTIMATORS[name].discrepancy in DISCREPANCIES
    assert ESTIMATORS[name].test in TESTS
    assert estimator_named(name.lower()) is ESTIMATORS[name]


@pytest.mark.parametrize("name", ESTIMATORS)
def test_clusters_weights_and_incomplete_rows_are_taken_where_rows_have_a_likelihood(name):
    calls = [{"clustered": True}, {"weighted": True}, {"missing": "fiml"}]
    for options in calls:
        if name in CASEWISE:
            assert set_up(name, **options).estimator == name
        else:
            with pytest.raises(NotSupported, match="estimator ML or MLR"):
                set_up(name, **options)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_ordered_variables_are_taken_by_least_squares_of_their_statistics(name):
    if name not in NORMAL:
        assert set_up(name, ordinal=True).ordinal
        return
    with pytest.raises(NotSupported, match=rf"ULS, ULSMV.* or WLSMVS, not {name}"):
        set_up(name, ordinal=True)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_observed_information_is_refused_with_robust_errors_of_a_sample(name):
    if ESTIMATORS[name].se == "robust.sem":
        with pytest.raises(NotSupported, match="takes expected information"):
            set_up(name, information="observed")
    else:
        assert set_up(name, information="observed").information == "observed"


@pytest.mark.parametrize(
    ("names", "needs"),
    [
        (("ML", "GLS", "ULS", "DWLS"), "moments"),
        (("MLM", "MLMV", "MLMVS"), "gamma"),
        (("MLR", "WLS", "WLSM", "WLSMV", "WLSMVS", "ULSMV", "ULSMVS"), "rows"),
    ],
)
def test_what_an_estimator_needs_of_people(names, needs):
    assert {ESTIMATORS[name].needs for name in names} == {needs}


def test_only_a_diagonal_weight_without_correction_has_no_test():
    assert [name for name, each in ESTIMATORS.items() if each.without_test] == ["DWLS"]


def test_only_least_squares_without_weight_has_a_minimum_of_another_distribution():
    assert [n for n, facts in DISCREPANCIES.items() if not facts.minimum_is_chisq] == ["ULS"]
    assert [n for n, f in DISCREPANCIES.items() if f.from_fourth_moments] == ["WLS", "DWLS"]
    assert [n for n, facts in DISCREPANCIES.items() if facts.is_likelihood] == ["ML"]


def test_without_a_name_the_kind_of_data_decides_and_a_wrong_one_lists_all():
    assert set_up(None).estimator == "ML"
    assert set_up(None, ordinal=True).estimator == "WLSMV"
    with pytest.raises(AnalysisError, match="no estimator 'MLMM'; expected one of ML, MLM"):
        set_up("MLMM")
