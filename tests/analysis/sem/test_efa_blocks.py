"""Exploratory blocks: lavaan's rotated solutions, and errors by the delta method."""

from __future__ import annotations

import numpy as np
import pytest
from lavaan_oracle import (
    assert_measures,
    call_of,
    data_of,
    estimates,
    frame,
    numbers,
    read,
    standardized,
)

import valuealign as va
from valuealign.analysis.rotation.rotation import rotate
from valuealign.errors import AnalysisError, NotSupported

NAMES = ("geomin_ml", "oblimin_ml", "quartimin_ml", "varimax_ml", "geomin_mlr", "criterion_ml")


@pytest.mark.parametrize("name", NAMES)
def test_the_rotated_solution_is_lavaans(name):
    oracle = read(f"esem_{name}")
    _, options = call_of(oracle)
    fit = va.cfa(oracle["model"], data_of(oracle), **options)
    ours, theirs = fit.parameters, estimates(oracle)
    assert list(ours["lhs"] + ours["op"] + ours["rhs"]) == list(
        theirs["lhs"] + theirs["op"] + theirs["rhs"]
    )
    np.testing.assert_allclose(ours["est"], theirs["est"], atol=1.5e-4)
    np.testing.assert_allclose(ours["std_all"], standardized(oracle, "all"), atol=2e-4)
    assert_measures(fit, oracle, rel=5e-5)
    if name == "varimax_ml":
        np.testing.assert_allclose(ours["se"], theirs["se"], atol=1e-6)


@pytest.mark.parametrize("rotation", ["oblimin", "quartimin"])
def test_errors_of_oblique_loadings_are_lavaans_by_the_delta_method(rotation):
    """Not by its default, which forgets the factors' correlations (see 30_esem.R)."""
    saved = read("esem_oblique_delta")[rotation]
    fit = va.cfa(read("esem_geomin_ml")["model"], frame("hs1939.csv"), rotation=rotation)
    np.testing.assert_allclose(fit.parameters["se"], numbers(saved["se"]), atol=2e-3)


def test_errors_of_oblique_loadings_are_the_delta_methods():
    """The unrotated fit's errors through the rotation, by differences, to three digits more."""
    data, model = frame("hs1939.csv"), read("esem_geomin_ml")["model"]
    plain = va.cfa(model, data, rotation="none")
    rotated = va.cfa(model, data, rotation="quartimin").parameters.iloc[:27]
    wanted = rotated["est"].to_numpy().reshape(3, 9).T
    solution = plain.solution
    structure = solution.structures[0]

    def turned(x):
        A, _, _ = structure.matrices(x)
        sd = np.sqrt(np.diag(structure.state(x).sigma))
        L = A[:9, 9:]
        T = rotate(L / sd[:, None], "oblimin", starts=5).transformation
        L = L @ np.linalg.inv(T).T
        out = np.empty((9, 3))
        for k in range(3):
            j = int(np.argmax([abs(c @ wanted[:, k]) / np.linalg.norm(c) for c in L.T]))
            out[:, k] = L[:, j] * np.sign(L[:, j] @ wanted[:, k])
        return out.T.ravel()

    x, h = solution.x, 4e-3
    np.testing.assert_allclose(turned(x), wanted.T.ravel(), atol=1e-5)
    steps = h * np.eye(len(x))
    jacobian = np.array([(turned(x + s) - turned(x - s)) / (2 * h) for s in steps]).T
    se = np.sqrt(np.diag(jacobian @ plain.vcov.to_numpy() @ jacobian.T))
    np.testing.assert_allclose(rotated["se"], se, atol=5e-5)


def test_groups_are_rotated_each_by_itself():
    data, model = frame("hs1939.csv"), read("esem_geomin_ml")["model"]
    both = va.cfa(model, data, group="school")
    alone = va.cfa(model, data[data["school"] == "Pasteur"], mean_structure=True)
    first = both.parameters[both.parameters["group"] == 1]
    np.testing.assert_allclose(first["est"], alone.parameters["est"], atol=1e-5)
    np.testing.assert_allclose(first["se"], alone.parameters["se"], atol=1e-5)


def test_what_cannot_be_rotated_is_refused():
    data, model = frame("hs1939.csv"), read("esem_geomin_ml")["model"]
    with pytest.raises(NotSupported, match="equal across groups"):
        va.cfa(model, data, group="school", group_equal="loadings")
    with pytest.raises(AnalysisError, match="no rotation 'simplimax'"):
        va.cfa(model, data, rotation="simplimax")
    one = 'efa("b")*f1 + efa("b")*f2 =~ x1+x2+x3+x4+x5+x6\nspeed =~ x7 + x8 + x9\nspeed ~ f1'
    with pytest.raises(NotSupported, match="alike"):
        va.cfa(one, data)
    with pytest.raises(NotSupported, match="exploratory"):
        va.bootstrap(va.cfa(model, data), 2, seed=1)
    with pytest.raises(NotSupported, match="exploratory"):
        va.invariance(model, data, group="school")
