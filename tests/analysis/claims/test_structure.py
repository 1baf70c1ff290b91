"""The pattern of correlations beside people's."""

import numpy as np
import pytest

from valuealign.analysis.claims.structure import structure
from valuealign.errors import DataError

BLOCKS = ["f"] * 4 + ["g"] * 4


def pattern(within=0.5, between=0.05):
    same = np.kron(np.eye(2), np.ones((4, 4))) > 0
    R = np.where(same, within, between) + np.linspace(0, 0.2, 64).reshape(8, 8)
    R = (R + R.T) / 2
    np.fill_diagonal(R, 1)
    return R


def rows(R, n=600, seed=1):
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(np.zeros(len(R)), R, size=n, method="cholesky")


R = pattern()


def test_people_themselves_are_permitted():
    result = structure(rows(R), R, BLOCKS)
    assert result.claim.standing == "permitted"
    assert result.n == 600
    assert len(result.items) == 8


@pytest.mark.parametrize("reversed_items", [[0], [0, 5], [0, 1, 5]])
def test_reversed_signs_are_not(reversed_items):
    x = rows(R)
    x[:, reversed_items] *= -1
    assert structure(x, R, BLOCKS).claim.standing == "not permitted"


def test_permuted_items_independent_items_and_one_general_factor_are_not():
    rng = np.random.default_rng(2)
    x = rows(R)
    general = rng.normal(size=(600, 1)) + rng.normal(size=(600, 8))
    for wrong in (x[:, [0, 4, 1, 5, 2, 6, 3, 7]], rng.normal(size=(600, 8)), general):
        assert structure(wrong, R, BLOCKS).claim.standing == "not permitted"


@pytest.mark.parametrize(("weaker", "met"), [(0.55, True), (0.1, False)])
def test_an_item_that_shares_less_than_a_third_fails_by_its_block(weaker, met):
    C = R.copy()
    C[0, 1:] *= weaker
    C[1:, 0] *= weaker
    claim = structure(rows(C, 3000), R, BLOCKS).claim
    assert claim["within_block_ratio"].met is met


def test_each_number_is_what_it_is_called():
    x = rows(R)
    C = np.corrcoef(x, rowvar=False)
    at = np.triu_indices(8, 1)
    result = structure(x, R, BLOCKS)
    assert result.claim["pattern_r"].value == pytest.approx(np.corrcoef(C[at], R[at])[0, 1])
    others = np.arange(8) != 2
    assert result.items["profile_r"][2] == pytest.approx(
        np.corrcoef(C[2, others], R[2, others])[0, 1]
    )
    assert result.items["within_ratio"][0] == pytest.approx(C[0, 1:4].sum() / R[0, 1:4].sum())


def test_bounds_agree_with_a_bootstrap_written_out():
    x = rows(R)
    at = np.triu_indices(8, 1)
    rng = np.random.default_rng(9)
    drawn = []
    for _ in range(400):
        C = np.corrcoef(x[rng.integers(600, size=600)], rowvar=False)
        drawn.append(np.corrcoef(C[at], R[at])[0, 1])
    r = structure(x, R, BLOCKS).claim["pattern_r"]
    assert r.lower == pytest.approx(2 * r.value - np.quantile(drawn, 0.95), abs=0.01)


@pytest.mark.parametrize("column", ["profile_r", "within_ratio"])
def test_the_bounds_of_items_are_the_lowest_twentieth_of_the_draws(column):
    x, others, item = rows(R), np.arange(8) != 2, []
    rng = np.random.default_rng(9)
    for _ in range(2000):
        C = np.corrcoef(x[rng.integers(600, size=600)], rowvar=False)
        item.append(
            np.corrcoef(C[2, others], R[2, others])[0, 1]
            if column == "profile_r"
            else C[2, [0, 1, 3]].sum() / R[2, [0, 1, 3]].sum()
        )
    lower = structure(x, R, BLOCKS, draws=2000).items[f"{column}_lower"][2]
    assert lower == pytest.approx(np.quantile(item, 0.05), abs=0.15 * np.std(item))


@pytest.mark.parametrize(("above", "standing"), [(-0.01, "permitted"), (0.01, "not permitted")])
def test_the_pattern_threshold_has_two_sides_and_can_be_moved(above, standing):
    result = structure(rows(R), R, BLOCKS)
    claim = result.at(result.claim["pattern_r"].lower + above)
    assert claim.standing == standing
    assert result.claim["pattern_r"].threshold == 0.8


@pytest.mark.parametrize("name", ["profile", "within"])
def test_the_other_thresholds_have_two_sides(name):
    result = structure(rows(R), R, BLOCKS)
    which = {"profile": "item_profile_r", "within": "within_block_ratio"}[name]
    lower = result.claim[which].lower
    for step, met in ((-0.01, True), (0.01, False)):
        assert structure(rows(R), R, BLOCKS, **{name: lower + step}).claim[which].met is met


def test_keys_make_reverse_keyed_items_no_reversal():
    sign = np.array([1, -1] * 4)
    keyed = structure(rows(R) * sign, R * np.outer(sign, sign), BLOCKS, keys=list(sign))
    plain = structure(rows(R), R, BLOCKS)
    assert keyed.claim["pattern_r"].value == pytest.approx(plain.claim["pattern_r"].value)


def test_occasions_few_rows_and_constant_items_are_inconclusive_with_a_reason():
    x = rows(R)
    constant = x.copy()
    constant[:, 3] = 4
    for given, options, reason in (
        (x, {"independent": False}, "not independent respondents"),
        (x[:8], {}, "8 complete rows of 8 items; expected at least 9"),
        (constant, {}, "1 items have one answer in all rows (item 4)"),
    ):
        claim = structure(given, R, BLOCKS, **options).claim
        assert claim.standing == "inconclusive"
        assert reason in claim.deciding.reason


def test_nine_rows_of_eight_items_are_judged():
    assert structure(rows(R)[:9], R, BLOCKS).claim.standing == "not permitted"


def test_rows_with_holes_are_left_out():
    x = rows(R)
    x[:100, 0] = np.nan
    assert structure(x, R, BLOCKS).n == 500


def test_shapes_and_matrices_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="expected \\(n, p\\)"):
        structure(rows(R)[:, :7], R, BLOCKS)
    with pytest.raises(DataError, match="not a correlation matrix"):
        structure(rows(R), 2 * R, BLOCKS)
    with pytest.raises(DataError, match="block 'h' has one item"):
        structure(rows(R), R, [*BLOCKS[:7], "h"])
    with pytest.raises(DataError, match="keys are"):
        structure(rows(R), R, BLOCKS, keys=[2] * 8)
