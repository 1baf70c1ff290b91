"""Circumplex analysis: do the scales lie on a circle in the order of the theory?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.circle.browne import CircularModel, circular_model
from valuealign.analysis.circle.circular_order import (
    Places,
    angles_of,
    circulant_syntax,
    circular_correlation,
    places,
    rank_distance,
)
from valuealign.analysis.circle.order_test import OrderTest, order_test
from valuealign.analysis.circle.scaling import Kind, Scaling, many_starts
from valuealign.analysis.circle.structural_summary import cosine_profile
from valuealign.analysis.factors.congruence import Procrustes, procrustes
from valuealign.analysis.factors.retention import correlations
from valuealign.analysis.matrix import matrix
from valuealign.analysis.result_display import Shown
from valuealign.errors import AnalysisError, DataError

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.sem.fit import Fit

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Circumplex(Shown):
    """Results of a circumplex analysis.

    Attributes
    ----------
    table : DataFrame
        By start (``theory``, ``best``): ``stress`` (stress-1), ``toward_circle`` (share of the
        configuration's sum of squares that the theory's circle has, after Procrustes),
        ``circular_r``, ``rank_distance`` (places off), ``steps``.
    order_test : OrderTest
        Of the correlations themselves.
    points : dict of str to DataFrame
        ``theory`` and ``best``: ``x y angle`` by scale, turned toward the theory.
    correlations : DataFrame
    order : Places
    model : CircularModel or None
        Browne's, from raw scores.
    circulant : Fit or None
        Equal correlation at equal distance, from raw scores.
    profiles : DataFrame
        Each respondent's cosine round the circle, of centred scores.
    unavailable : dict of str to str
        Results that are not available, and why.
    n, n_reached, n_starts : int
        Respondents; starts that came to the best stress; starts in all.
    flags : frozenset of str

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> x = np.random.default_rng(1).integers(1, 7, size=(80, 21))
    >>> found = va.circumplex(pd.DataFrame(x, columns=pvq.item_ids), pvq, starts=2, draws=19)
    >>> found.n, found.n_starts
    (80, 4)
    """

    table: pd.DataFrame
    order_test: OrderTest
    points: dict[str, pd.DataFrame]
    correlations: pd.DataFrame
    order: Places
    model: CircularModel | None
    circulant: Fit | None
    profiles: pd.DataFrame
    unavailable: dict[str, str]
    n: int
    n_reached: int
    n_starts: int
    flags: frozenset[str]


def circle_of(
    centred: pd.DataFrame,
    raw: pd.DataFrame,
    order: Sequence[Sequence[str] | str],
    *,
    kind: Kind = "ordinal",
    starts: int = 50,
    draws: int = 9999,
    harmonics: int = 3,
    seed: int = 0,
) -> Circumplex:
    """Scale the correlations, test the order and fit models of the circle.

    Parameters
    ----------
    centred : DataFrame, shape (n_respondents, n_scales)
        Scores for correlations and profiles.
    raw : DataFrame, shape (n_respondents, n_scales)
        Scores for the models: centred ones are singular.
    order : sequence of str or of sequence of str
        Round the circle; an inner sequence shares a place.
    kind : {"ordinal", "interval", "ratio"}
    starts : int
        Random starts in addition to the theory's and the classical one.
    draws : int
        Relabellings of the order test.
    harmonics : int
        Of Browne's model.
    seed : int

    Returns
    -------
    Circumplex

    Raises
    ------
    DataError
        Fewer than four places with scores.
    TooFewRows, ConstantItem
        No correlations can be had.
    """
    import pandas as pd

    order_places = places(order, [str(c) for c in centred.columns])
    names = list(order_places.names)
    checked = matrix(centred, items=names).complete()
    R = correlations(checked.values, checked.names)
    dissimilarity = np.sqrt(np.maximum(2 * (1 - R), 0))
    theory, best, reached = many_starts(
        dissimilarity, theory=order_places.points, kind=kind, starts=starts, seed=seed
    )
    if theory is None:
        raise DataError("no start from the theory")
    rows, points = [], {}
    for name, scaling in (("theory", theory), ("best", best)):
        turned = procrustes(scaling.points, order_places.points, scale=True, shift=True)
        points[name] = _points(turned, names)
        rows.append(_row(name, scaling, turned, order_places))
    unavailable: dict[str, str] = {}
    rng = np.random.default_rng(seed)
    angles = [np.radians(scaling["angle"].to_numpy()) for scaling in points.values()]
    angles += [a + rng.normal(0, 0.6, len(names)) for a in (*angles, order_places.angles) * 4]
    model = _model(raw[names], order_places, (harmonics, angles), unavailable)
    circulant = _circulant(raw[names], order_places, unavailable)
    flags = set()
    if checked.n <= len(names):
        flags.add(f"{checked.n} rows of {len(names)} scales: correlations are hardly known")
    if best.stress < theory.stress - 0.01:
        flags.add(
            f"the theory's start ends at stress {theory.stress:.3f}, another at {best.stress:.3f}: "
            "report both"
        )
    return Circumplex(
        table=pd.DataFrame(rows).set_index("start"),
        order_test=order_test(R, order_places.distances, draws=draws, seed=seed),
        points=points,
        correlations=pd.DataFrame(R, names, names),
        order=order_places,
        model=model,
        circulant=circulant,
        profiles=cosine_profile(centred[names], order_places.angles),
        unavailable=unavailable,
        n=checked.n,
        n_reached=reached,
        n_starts=starts + 2,
        flags=frozenset(flags),
    )


def _points(turned: Procrustes, names: list[str]) -> pd.DataFrame:
    import pandas as pd

    angle = np.degrees(angles_of(turned.rotated))
    return pd.DataFrame(
        {"x": turned.rotated[:, 0], "y": turned.rotated[:, 1], "angle": angle}, index=names
    )


def _row(name: str, scaling: Scaling, turned: Procrustes, order: Places) -> dict[str, object]:
    angles = angles_of(turned.rotated)
    return {
        "start": name,
        "stress": scaling.stress,
        "toward_circle": turned.r_squared,
        "circular_r": circular_correlation(angles, order.angles),
        "rank_distance": rank_distance(angles, order.place, order.n_places),
        "steps": scaling.steps,
    }


def _model(
    raw: pd.DataFrame,
    order: Places,
    how: tuple[int, list[FloatArray]],
    unavailable: dict[str, str],
) -> CircularModel | None:
    try:
        checked = matrix(raw).complete()
        R = correlations(checked.values, checked.names)
        return circular_model(
            R, order.angles, checked.n, names=order.names, harmonics=how[0], more_starts=how[1]
        )
    except AnalysisError as error:
        unavailable["Browne's model"] = str(error)
        return None


def _circulant(raw: pd.DataFrame, order: Places, unavailable: dict[str, str]) -> Fit | None:
    from valuealign.analysis.sem.model import cfa

    try:
        return cfa(circulant_syntax(order), raw)
    except AnalysisError as error:
        unavailable["circulant model"] = str(error)
        return None
