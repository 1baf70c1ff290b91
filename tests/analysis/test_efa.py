"""Exploratory factors agree with psych, and always reproduce the correlations they imply."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

from valuealign.analysis.factors.efa import efa
from valuealign.analysis.rotation.rotation_criteria import crawford_ferguson
from valuealign.errors import DataError, NotSupported

ORACLE = Path(__file__).parents[1] / "oracle"
BFI = pd.read_csv(ORACLE / "data" / "bfi25_complete.csv")
R = BFI.corr().to_numpy()


def told(method: str, rotation: str) -> dict:
    """psych's solution."""
    text = (ORACLE / "psych" / f"psych_fa5_bfi_{method}.json").read_text()
    return json.loads(text)["fa"][rotation]


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ["varimax", "quartimax", "oblimin"])
def test_rotated_loadings_agree_with_psych(method, rotation):
    theirs = told(method, rotation)
    loadings = np.array(theirs["loadings"]["values"])
    ours = efa(BFI, 5, method=method, rotation=rotation)
    products = loadings.T @ ours.loadings.to_numpy()
    rows, order = linear_sum_assignment(-np.abs(products))
    signs = np.sign(products[rows, order])
    # R's varimax and quartimax stop at a relative change of 1e-5, up to 1.2e-3 from the optimum
    # (ours is the lower value); test_rotation holds every rotation to 1e-5 against polished ones
    near = 5e-5 if rotation == "oblimin" else 2e-3
    assert ours.loadings.to_numpy()[:, order] * signs == pytest.approx(loadings, abs=near)
    if rotation != "oblimin":
        criterion = crawford_ferguson(1 / 25 if rotation == "varimax" else 0.0)
        ours_value = criterion(_rows(ours.loadings, rotation))[0]
        assert ours_value <= criterion(_rows(loadings, rotation))[0] + 1e-6
    if theirs["Phi"]:
        phi = ours.factor_correlations.to_numpy()[np.ix_(order, order)] * np.outer(signs, signs)
        assert phi == pytest.approx(np.array(theirs["Phi"]["values"]), abs=5e-5)


def _rows(loadings, rotation: str) -> np.ndarray:
    """Rows as the criterion sees them: of length one under Kaiser's normalisation."""
    L = np.asarray(loadings, dtype=float)
    return L / np.sqrt((L**2).sum(axis=1, keepdims=True)) if rotation == "varimax" else L


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_fit_agrees_with_psych(method):
    theirs = told(method, "none")
    ours = efa(BFI, 5, method=method, rotation="none").measures
    assert ours["chisq"] == pytest.approx(theirs["STATISTIC"], rel=1e-5)
    assert ours["df"] == theirs["dof"]
    assert ours["rmsr"] == pytest.approx(theirs["rms"], rel=1e-4)
    assert ours["tli"] == pytest.approx(theirs["TLI"], rel=1e-5)
    assert ours["bic"] == pytest.approx(theirs["BIC"], rel=1e-3)
    assert ours["rmsea"] == pytest.approx(theirs["RMSEA"]["RMSEA"], rel=1e-5)


@pytest.mark.parametrize("engine", ["valuealign", "factor-analyzer"])
@pytest.mark.parametrize("rotation", ["varimax", "quartimax", "promax", "oblimin"])
def test_pattern_factor_correlations_and_uniquenesses_fit_together(engine, rotation):
    ours = efa(BFI, 5, rotation=rotation, engine=engine)
    L, phi = ours.loadings.to_numpy(), ours.factor_correlations.to_numpy()
    common = L @ phi @ L.T
    assert np.diag(common) == pytest.approx(ours.communalities.to_numpy(), abs=1e-6)
    unrotated = efa(BFI, 5, rotation="none").loadings.to_numpy()
    assert common == pytest.approx(unrotated @ unrotated.T, abs=1e-6)
    assert ours.structure.to_numpy() == pytest.approx(L @ phi, abs=1e-12)


@pytest.mark.parametrize("rotation", ["varimax", "quartimax"])
def test_the_peer_agrees_with_ours_where_it_is_right(rotation):
    ours, theirs = (
        efa(BFI, 5, rotation=rotation),
        efa(BFI, 5, rotation=rotation, engine="factor-analyzer"),
    )
    assert theirs.loadings.to_numpy() == pytest.approx(ours.loadings.to_numpy(), abs=2e-3)


def test_what_the_peer_gets_wrong_is_refused_by_name():
    with pytest.raises(NotSupported, match="'geomin'"):
        efa(BFI, 5, rotation="geomin", engine="factor-analyzer")


def test_factors_come_by_falling_variance_with_positive_sums():
    found = efa(BFI, 5)
    assert (found.loadings.sum() >= 0).all()
    explained = np.diag(found.factor_correlations @ found.loadings.T @ found.loadings)
    assert (np.diff(explained) <= 1e-9).all()


def test_target_rotation_keeps_the_order_of_its_target():
    wanted = np.full((25, 5), 0.0)
    for k in range(5):
        wanted[5 * k : 5 * k + 5, k] = np.nan
    found = efa(BFI, 5, rotation="target", target=wanted).loadings.abs().to_numpy()
    assert [int(found[5 * k : 5 * k + 5].sum(axis=0).argmax()) for k in range(5)] == [0, 1, 2, 3, 4]


def test_bad_input_is_refused():
    with pytest.raises(DataError, match="degrees of freedom"):
        efa(BFI[["A1", "A2", "A3"]], 2)
    with pytest.raises(DataError, match="is not one of"):
        efa(BFI, 5, rotation="foo")
