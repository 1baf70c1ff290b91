"""Circumplex analysis of responses, with the instrument's own order and centring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from valuealign.analysis.circle.circumplex import Circumplex, circle_of
from valuealign.analysis.circle.scaling import Kind
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.inquiry.respondents import check_items, n_respondents, wide_of, without_opposed
from valuealign.scoring.scale_scores import score
from valuealign.store.responses.administered_instrument import Named, administered_instrument

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses


@checked
def circumplex(
    data: Responses | pd.DataFrame,
    instrument: Named = None,
    *,
    order: str | None = None,
    kind: Kind = "ordinal",
    starts: int = 50,
    draws: int = 9999,
    harmonics: int = 3,
    seed: int = 0,
) -> Circumplex:
    """Test whether an instrument's scales lie on its circle.

    Parameters
    ----------
    data : Responses or DataFrame
        Rows of respondents with a column an item.
    instrument : Instrument, str or Path, optional
        By default the one that was administered.
        Its order field gives the circle, its scoring rules the centring.
    order : str, optional
        Which published order, where there are several; by default the first.
    kind : {"ordinal", "interval", "ratio"}
        Of the multidimensional scaling.
    starts : int
        Random starts, in addition to the theory's and the classical one.
    draws : int
        Relabellings of the order test.
    harmonics : int
        Of Browne's model.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    Circumplex
        ``.table`` (fit to the circle by start), ``.points``, ``.order_test`` and ``.model``.

    Raises
    ------
    DataError
        An instrument without a circular order, an unknown order, fewer than four places.
    TooFewRows, ConstantItem
        No correlations can be had: an instrument that a model answers always alike has none.

    Notes
    -----
    Correlations and profiles are of centred scores where the instrument's rules have a
    centring; the models are of raw scores, as the same rules ask. Both the solution from the
    theory's start and the best of many are given, because the first alone can hide that the data
    prefer another order.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:human", occasions=60, seed=1,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> found = circumplex(given, "pvq-21", starts=5, draws=99)
    >>> list(found.table.index)
    ['theory', 'best']
    """
    loaded = administered_instrument(data, instrument)
    orders = {published.id: published.order for published in loaded.circle}
    if not orders:
        raise DataError(f"{loaded.id} has no circular order; its file may name one under circle")
    chosen = next(iter(orders)) if order is None else order
    if chosen not in orders:
        raise DataError(f"{loaded.id} has no order {chosen!r}; there are {', '.join(orders)}")
    rows = without_opposed(wide_of(data, loaded))
    check_items(rows, loaded)
    raw = score(rows, loaded)
    centred = score(rows, loaded, centre="mrat") if "mrat" in loaded.scoring.centring else raw
    names = [name for place in orders[chosen] for name in place if name in raw.columns]
    circle = circle_of(
        centred[names],
        raw[names],
        orders[chosen],
        kind=kind,
        starts=starts,
        draws=draws,
        harmonics=harmonics,
        seed=seed,
    )
    several = n_respondents(rows)
    if several < 2:
        return circle
    pooled = f"rows of {several} respondents are pooled; name one with model="
    return replace(circle, flags=circle.flags | {pooled})
