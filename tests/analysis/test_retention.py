"""How many factors: agrees with psych where psych has it, with planted truth where not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from valuealign.analysis.factors.retention import (
    adequacy,
    eigenvalues,
    empirical_kaiser,
    minimum_average_partial,
    parallel_analysis,
)
from valuealign.errors import DataError, SingularCovariance

ORACLE = Path(__file__).parents[1] / "oracle"
BFI = pd.read_csv(ORACLE / "data" / "bfi25_complete.csv")
R = BFI.corr().to_numpy()
TOLD = json.loads((ORACLE / "psych" / "psych_fa_parallel_bfi.json").read_text())


def test_kmo_and_bartlett_agree_with_psych():
    ours = adequacy(BFI)
    assert ours.kmo == pytest.approx(TOLD["kmo"]["MSA"], abs=1e-10)
    assert list(ours.kmo_items.values()) == pytest.approx(
        list(TOLD["kmo"]["MSAi"].values()), abs=1e-10
    )
    assert ours.bartlett_chisq == pytest.approx(TOLD["bartlett"]["chisq"], rel=1e-10)
    assert ours.bartlett_df == TOLD["bartlett"]["df"]


def test_component_eigenvalues_agree_with_psych():
    assert eigenvalues(R, "components").tolist() == pytest.approx(TOLD["pc.values"], abs=1e-10)


def test_simulated_eigenvalues_agree_with_r_within_monte_carlo_error():
    ours = parallel_analysis(BFI, draws=2000, seed=3, basis="components").table
    assert ours["mean"].tolist() == pytest.approx(TOLD["normal_mean_eigen_200"], abs=5e-3)
    assert ours["quantile"].tolist() == pytest.approx(TOLD["normal_q95_eigen_200"], abs=8e-3)


def test_permuted_columns_say_the_same_as_normal_ones():
    normal = parallel_analysis(BFI, draws=100, seed=1, basis="components")
    permuted = parallel_analysis(BFI, draws=100, seed=1, basis="components", kind="permutation")
    assert normal.n_factors == permuted.n_factors == TOLD["ncomp"]
    assert permuted.table["mean"].to_numpy() == pytest.approx(
        normal.table["mean"].to_numpy(), abs=0.01
    )


def test_map_agrees_with_psych():
    assert minimum_average_partial(R)[:8].tolist() == pytest.approx(TOLD["map"], abs=1e-10)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_planted_factors_are_counted(k):
    rng = np.random.default_rng(k)
    lam = np.kron(np.eye(k), np.full((6, 1), 0.7))
    rows = rng.normal(size=(600, k)) @ lam.T + rng.normal(size=(600, 6 * k)) * np.sqrt(0.51)
    assert parallel_analysis(rows, draws=100, seed=1, basis="components").n_factors == k
    assert empirical_kaiser(np.corrcoef(rows, rowvar=False), 600) == k
    assert int(np.argmin(minimum_average_partial(np.corrcoef(rows, rowvar=False)))) + 1 == k


def test_rows_without_factors_show_none_or_chance():
    rows = np.random.default_rng(8).normal(size=(500, 10))
    assert parallel_analysis(rows, draws=200, seed=1, basis="components").n_factors == 0


def test_what_cannot_be_counted_is_refused():
    centred = BFI.sub(BFI.mean(axis=1), axis=0)
    with pytest.raises(SingularCovariance):
        adequacy(centred)
    with pytest.raises(DataError, match="kind is 'x'"):
        parallel_analysis(BFI, kind="x")
