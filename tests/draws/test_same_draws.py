"""A seed gives the same draws on every machine, whatever eigenvectors its LAPACK returns.

Each place where random numbers meet a decomposition is computed twice: as this machine's LAPACK
has it, and with the other choices that a correct LAPACK may make (``other_lapack``).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from other_lapack import other_lapack
from scipy.stats import ortho_group

import valuealign as va
from valuealign.analysis.comparison.discriminability import discriminate
from valuealign.analysis.comparison.group_profile import group_profile
from valuealign.analysis.comparison.similarity import profile_draws
from valuealign.analysis.factors.comparison_data import comparison_data
from valuealign.analysis.rotation.rotation import rotate
from valuealign.analysis.sem.input_flags import _item_total
from valuealign.errors import NotIdentified
from valuealign.instrument.load import load_instrument
from valuealign.simulation import simulated
from valuealign.simulation.simulated_people import factor_truth, human_truth
from valuealign.square_root import square_root

ROOT = Path(__file__).parents[2]
MOODS = load_instrument(ROOT / "tests" / "moods.yaml")
PVQ = va.load_instrument("pvq-21")
PEOPLE = va.load_population("pvq21-de-ess9").moments
ITEMS = [f"x{k}" for k in range(1, 9)]
TWO_FACTORS = "f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7 + x8"


@cache
def rows(n: int = 300) -> pd.DataFrame:
    """Respondents of two correlated factors; drawn without a decomposition."""
    rng = np.random.default_rng(1)
    f = rng.normal(size=(n, 2)) @ np.array([[1.0, 0.5], [0.0, 0.8]])
    x = np.repeat(f, 4, axis=1) * np.linspace(0.5, 0.9, 8) + 0.7 * rng.normal(size=(n, 8))
    return pd.DataFrame(x, columns=ITEMS)


@cache
def values(n: int = 120) -> pd.DataFrame:
    """Answers to the 21 items of a values instrument."""
    rng = np.random.default_rng(2)
    x = rng.multivariate_normal(PEOPLE.mean, PEOPLE.covariance, n, method="cholesky")
    return pd.DataFrame(x.round().clip(1, 6), columns=list(PEOPLE.names))


def truths() -> list[Any]:
    """Deviates meet people's covariance, and one whose eigenvalues are equal by threes."""
    return [human_truth.__wrapped__("pvq21-de-ess9").root, factor_truth(MOODS).root]


def replies() -> list[Any]:
    """What simulated persons are like on each item, and what passes."""
    found = []
    for name, instrument in (("human", PVQ), ("demographic", PVQ), ("factor", MOODS)):
        who = simulated(name, instrument, seed=3)
        for k in range(6):
            known = who._person(f"You are a 30-year-old woman, {k}.", instrument)
            found += [value for pair in known.values() for value in pair]
    return found


def group_differences() -> list[Any]:
    rng = np.random.default_rng(4)
    personas = tuple(rng.normal(size=(40, 21)) + np.asarray(PEOPLE.mean) for _ in range(2))
    men = va.Moments(PEOPLE.covariance, np.asarray(PEOPLE.mean) + 0.1, n=900, names=PEOPLE.names)
    found = group_profile(personas, (PEOPLE, men), draws=60)
    return [found.table.select_dtypes("number"), list(found.numbers.values())]


def profiles() -> list[Any]:
    centred = np.eye(6) - 1 / 6  # singular, and its five other eigenvalues are equal
    return [profile_draws(np.arange(6.0), centred, draws=9, rng=np.random.default_rng(1))]


def comparison() -> list[Any]:
    found = va.compare(values(), "pvq21-de-ess9", draws=100)
    return [found.scales.select_dtypes("number"), found.profiles.select_dtypes("number")]


def separation() -> list[Any]:
    rng = np.random.default_rng(5)
    g, f = np.repeat([0, 1], 20), np.tile(np.repeat(np.arange(4), 5), 2)
    found = discriminate(rng.normal(size=(40, 3)) + 0.4 * g[:, None], g, f, draws=49)
    return [found.pvalue, found.cross_validated]


def planned_populations() -> list[Any]:
    return [comparison_data(rows(), most=3, draws=20, seed=1)[1]]


def numbers_of_factors() -> list[Any]:
    return [va.parallel_analysis(rows(), draws=20, seed=1).table]


def rotations() -> list[Any]:
    found = []
    for rotation in ("oblimin", "geomin", "varimax", "promax", "bifactor"):
        one = va.efa(rows(), 2, rotation=rotation, starts=8, seed=1)
        found += [one.loadings.abs(), one.factor_correlations.abs()]
    return found


def omegas() -> list[Any]:
    found = va.omega(rows(), 2, bootstrap=20, seed=1)
    return [found.total, found.interval, found.interval_hierarchical]


def congruences() -> list[Any]:
    target = np.kron(np.eye(2), np.full((4, 1), 0.7))
    return [va.congruence_interval(rows(), target, draws=20).select_dtypes("number")]


def circle() -> list[Any]:
    found = va.circumplex(values(), PVQ, starts=4, draws=19, seed=1)
    return [found.table, *found.points.values(), found.n_reached, found.model.scales["angle"]]


def exploratory_block() -> list[Any]:
    terms = " + ".join(ITEMS)
    fit = va.cfa(f'efa("b")*f + efa("b")*g =~ {terms}', rows())
    return [fit.parameters["est"].abs()]


def model_draws() -> list[Any]:
    fit = va.cfa(TWO_FACTORS, rows(), estimator="MLM")
    return [
        va.bootstrap(fit, 4, seed=1, kind=kind).draws for kind in ("nonparametric", "bollen.stine")
    ] + [va.simulate(fit, 4, seed=1).draws]


def model_draws_of_moments() -> list[Any]:
    fit = va.cfa(TWO_FACTORS, va.Moments(rows().cov(), n=300, names=ITEMS))
    return [va.simulate(fit, 4, seed=1).draws]


PLACES: list[Callable[[], list[Any]]] = [
    truths,
    replies,
    group_differences,
    profiles,
    comparison,
    separation,
    planned_populations,
    numbers_of_factors,
    rotations,
    omegas,
    congruences,
    circle,
    exploratory_block,
    model_draws,
    model_draws_of_moments,
]


def flat(found: list[Any]) -> np.ndarray:
    """All numbers of a place, one after another."""
    return np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in found])


@cache
def here(place: Callable[[], list[Any]]) -> np.ndarray:
    """What this machine's LAPACK gives."""
    return flat(place())


@pytest.mark.parametrize("kind", ["signs", "basis"])
@pytest.mark.parametrize("place", PLACES, ids=lambda f: f.__name__)
def test_the_same_seed_gives_the_same_numbers_with_other_eigenvectors(place, kind):
    expected = here(place)
    with other_lapack(kind):
        np.testing.assert_allclose(flat(place()), expected, atol=1e-8, rtol=1e-8)


@pytest.mark.parametrize("kind", ["signs", "basis", "order"])
def test_the_square_root_is_the_same_with_eigenvectors_in_any_order(kind):
    """Also of a covariance that is singular, or has equal eigenvalues."""
    for covariance in (np.eye(4) - 0.25, np.diag([2.0, 2.0, 5.0]), factor_truth(MOODS).stable):
        expected = square_root(covariance)
        np.testing.assert_allclose(expected @ expected, covariance, atol=1e-10)
        with other_lapack(kind) as other:
            np.testing.assert_allclose(square_root(covariance), expected, atol=1e-10)
        assert other.calls > 0


def test_simulated_respondents_reply_alike_with_eigenvectors_in_another_order(tmp_path):
    """From the plan to the store: the same requests get the same replies."""
    found = []
    for kind in (None, "order"):
        human_truth.cache_clear()
        with other_lapack(kind) if kind else nullcontext():
            given = va.administer(
                "pvq-21",
                ["sim:human", "sim:factor"],
                occasions=2,
                seed=1,
                store=tmp_path / f"{kind}.db",
            )
        found.append(given.wide[list(PVQ.item_ids)].to_numpy())
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("size", [1.0 + 1e-15, 1e-13, 1e-11])
def test_a_root_counts_eigenvalues_below_a_trillionth_of_the_largest_as_rounding(size):
    found = square_root(np.diag([1.0, size]))
    assert (found[1, 1] > 0) == (size > 1e-12)


@pytest.mark.parametrize("method", ["oblimin", "geomin", "varimax", "bifactor"])
def test_a_rotation_depends_on_what_the_loadings_reproduce_and_not_on_their_axes(method):
    """Loadings of equal variance are known up to any orthogonal matrix."""
    rng = np.random.default_rng(1)
    A = np.kron(np.eye(3), np.full((4, 1), 0.7)) + 0.1 * rng.normal(size=(12, 3))
    expected = rotate(A, method, starts=6)
    for turn in (np.diag([1.0, -1.0, -1.0]), np.eye(3)[:, [2, 0, 1]], ortho_group(3, rng).rvs()):
        found = rotate(A @ turn, method, starts=6)
        np.testing.assert_allclose(found.loadings, expected.loadings, atol=1e-6)
        assert found.value == pytest.approx(expected.value, abs=1e-9)


def test_who_is_not_identified_is_named_alike_where_several_directions_are_free():
    """Two factors of two items each: two directions of the parameters are not identified."""
    model = "f =~ x1 + x2\ng =~ x5 + x6\nf ~~ 0*g"
    named = []
    for kind in (None, "signs", "basis"):
        with pytest.raises(NotIdentified) as error, other_lapack(kind) if kind else nullcontext():
            va.cfa(model, rows())
        named.append(str(error.value))
    assert len(set(named)) == 1


def test_a_poor_marker_is_found_alike_where_half_of_the_items_are_turned():
    """The sign of an eigenvector decides nothing, in any group."""
    x = rows(200).iloc[:, :4].to_numpy() * [1.0, 1.0, -1.0, -1.0]
    S = np.corrcoef(x, rowvar=False)
    expected = _item_total(S)
    assert expected[0] > 0
    for seed in range(4):
        with other_lapack("signs", seed):
            np.testing.assert_allclose(_item_total(S), expected)
