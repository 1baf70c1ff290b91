"""A circular order: places, angles and distances round the circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.errors import DataError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Places:
    """The position of each scale on a circle of equally spaced places.

    Attributes
    ----------
    names : tuple of str
        Scales, place by place.
    place : ndarray, shape (n,)
        From 0; scales that share a place have the same.
    n_places : int
    """

    names: tuple[str, ...]
    place: FloatArray
    n_places: int

    @property
    def angles(self) -> FloatArray:
        """Radians."""
        return np.asarray(2 * np.pi * self.place / self.n_places)

    @property
    def points(self) -> FloatArray:
        """Points on the unit circle; scales that share a place start slightly apart."""
        nudge = 0.02 * (np.arange(len(self.names)) % 2)
        return np.column_stack([np.cos(self.angles + nudge), np.sin(self.angles + nudge)])

    @property
    def distances(self) -> FloatArray:
        """Number of places between each pair, the shorter way round."""
        apart = np.abs(self.place[:, None] - self.place[None, :])
        return np.asarray(np.minimum(apart, self.n_places - apart))


def places(order: Sequence[Sequence[str] | str], names: Sequence[str]) -> Places:
    """Read a circular order; scales that are not in `names` are left out and the gaps closed.

    Parameters
    ----------
    order : sequence of str or of sequence of str
        Round the circle; an inner sequence shares a place.
    names : sequence of str
        The scales there are.

    Returns
    -------
    Places

    Raises
    ------
    DataError
        A scale twice, or fewer than four places with scales.

    Examples
    --------
    >>> places(["SD", "ST", "HE", ["CO", "TR"]], ["SD", "ST", "HE", "TR", "CO"]).place.tolist()
    [0.0, 1.0, 2.0, 3.0, 3.0]
    """
    rows = [[entry] if isinstance(entry, str) else list(entry) for entry in order]
    flat = [name for row in rows for name in row]
    if len(set(flat)) < len(flat):
        raise DataError("the circular order names a scale twice; name each scale once")
    kept = [[name for name in row if name in names] for row in rows]
    kept = [row for row in kept if row]
    if len(kept) < 4:
        raise DataError(f"{len(kept)} places have scores; a circle needs at least four")
    kept_names = [name for row in kept for name in row]
    where = [float(k) for k, row in enumerate(kept) for _ in row]
    return Places(tuple(kept_names), np.array(where), len(kept))


def angles_of(points: FloatArray) -> FloatArray:
    """Angles of points about their centre, in radians from 0 to 2 pi.

    Examples
    --------
    >>> angles_of(np.array([[1, 0], [0, 1], [-1, 0], [0, -1.]])).round(4).tolist()
    [0.0, 1.5708, 3.1416, 4.7124]
    """
    centred = points - points.mean(axis=0)
    return np.asarray(np.arctan2(centred[:, 1], centred[:, 0]) % (2 * np.pi))


def circular_correlation(a: FloatArray, b: FloatArray) -> float:
    """Fisher and Lee's correlation of two sets of angles.

    Parameters
    ----------
    a, b : ndarray, shape (n,)
        Radians.

    Returns
    -------
    float
        1 where one is a turn of the other, -1 where it is a reflection. It needs no mean
        direction, which angles all round a circle do not have.

    References
    ----------
    Fisher, N. I., & Lee, A. J. (1983). A correlation coefficient for circular data. Biometrika,
    70, 327-332. doi:10.1093/biomet/70.2.327

    Examples
    --------
    >>> t = np.arange(8) * np.pi / 4
    >>> round(circular_correlation(t, t + 0.5), 6), round(circular_correlation(t, -t), 6)
    (1.0, -1.0)
    """
    i, j = np.triu_indices(len(a), 1)
    first, second = np.sin(a[i] - a[j]), np.sin(b[i] - b[j])
    return float(first @ second / np.sqrt((first @ first) * (second @ second)))


def rank_distance(angles: FloatArray, place: FloatArray, n_places: int) -> float:
    """Mean number of places by which scales are off, after the best turn or reflection.

    Parameters
    ----------
    angles : ndarray, shape (n,)
        Found, in radians.
    place : ndarray, shape (n,)
        Hypothesised, from 0; ties share one.
    n_places : int

    Returns
    -------
    float
        0: the order is as hypothesised. Scales that share a place may stand in any order.

    Examples
    --------
    >>> rank_distance(np.array([0.1, 1.0, 2.2, 5.9]), np.array([0., 1, 2, 3]), 4)
    0.0
    """
    n = len(place)
    order = np.argsort(angles, kind="stable")
    expected = np.sort(place)  # the places as they follow each other, ties repeated
    best = np.inf
    for way in (order, order[::-1]):
        for turn in range(n):
            got = np.empty(n)
            got[np.roll(way, turn)] = expected
            apart = np.abs(got - place)
            best = min(best, float(np.minimum(apart, n_places - apart).mean()))
    return best


def circulant_syntax(order: Places) -> str:
    """Write the model whose correlations depend on the number of places apart alone.

    Parameters
    ----------
    order : Places

    Returns
    -------
    str
        lavaan syntax: each scale is its own factor of variance 1, so that the equal parameters
        are correlations and variances stay free.

    Examples
    --------
    >>> from valuealign.analysis.circle.circular_order import places
    >>> print(circulant_syntax(places(["a", "b", "c", "d"], "abcd")).splitlines()[-1])
    f_c ~~ r1*f_d
    """
    names = order.names
    lines = [f"f_{name} =~ NA*{name}" for name in names]
    lines += [f"{name} ~~ 0*{name}" for name in names]
    lines += [f"f_{name} ~~ 1*f_{name}" for name in names]
    apart = order.distances.astype(int)
    lines += [
        f"f_{names[i]} ~~ r{apart[i, j]}*f_{names[j]}"
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return "\n".join(lines)
