"""How good raters are: agreement, bias, and probes of consistency, length and self-preference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.agreement.agreement import agreement
from valuealign.analysis.agreement.rater_probes import (
    Estimate,
    group_difference,
    mean_difference,
    slope,
)
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import AnalysisError
from valuealign.inquiry.rating.rated_replies import RatedReplies, is_person, rated_replies
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

_UNIT = ["origin", "item"]
Row = dict[str, Any]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class RaterQuality(Shown):
    """Agreement of raters and probes of each.

    Attributes
    ----------
    agreement : DataFrame
        ``rubric_item coefficient value ci_lower ci_upper n_units n_raters reason``: Krippendorff's
        alpha and percent agreement over raters, for each item of the rubric.
    pairs : DataFrame
        ``rubric_item rater other n kappa difference ci_lower ci_upper reason``: kappa with
        quadratic weights, and the mean of ``rater`` minus that of ``other``.
    probes : DataFrame
        ``rater probe rubric_item value ci_lower ci_upper n reason``. ``consistency``: alpha of the
        rater with itself over occasions. ``position``: mean of reversed minus published direction.
        ``length``: levels for twice as many words; ``length_at_equal_level``: the same among
        replies that the other raters rate alike. ``self_preference``: how much more the rater
        gives to its own model's replies than the other raters do.
    notice : str
        Which raters are unvalidated.

    Examples
    --------
    >>> import pandas as pd
    >>> none = pd.DataFrame()
    >>> RaterQuality(agreement=none, pairs=none, probes=none, notice="unvalidated: m").notice
    'unvalidated: m'
    """

    agreement: pd.DataFrame
    pairs: pd.DataFrame
    probes: pd.DataFrame
    notice: str


@checked
def rater_quality(
    store: str | Path | None,
    rubric: str | Path | Instrument,
    *,
    instrument: str | Path | Instrument | None = None,
    replies: str | Path | None = None,
) -> RaterQuality:
    """Compare the raters of some replies, and probe each of them.

    Parameters
    ----------
    store : str, Path or None
        With the ratings; ``None`` is ``VALUEALIGN_STORE`` or ``valuealign.db``.
    rubric : str, Path or Instrument
        By which the replies were rated.
    instrument : str, Path or Instrument, optional
        Whose replies; by default the only one that was rated.
    replies : str or Path, optional
        The store of the replies, where it is another one.

    Returns
    -------
    RaterQuality
        A number that these ratings do not permit is missing, with the reason.

    Raises
    ------
    DataError
        No ratings of replies.

    Notes
    -----
    Intervals are over replies. Raters are taken as they are: nothing is said of other judges.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> store = f"{tempfile.mkdtemp()}/study.db"
    >>> given = va.administer("leas", "sim:feeler", store=store)
    >>> raters = ["rule:leas-words", "sim:rater"]
    >>> given = va.administer("leas-levels", raters, about=va.replies(store), store=store)
    >>> found = va.rater_quality(store, "leas-levels")
    >>> sorted(set(found.agreement["rubric_item"]))
    ['distinct', 'other', 'self']
    """
    return quality_of(rated_replies(store, rubric, instrument=instrument, replies=replies))


def quality_of(joined: RatedReplies) -> RaterQuality:
    """The quality of the raters of joined ratings."""
    import pandas as pd

    tables: dict[str, list[Row]] = {"agreement": [], "pairs": [], "probes": []}
    for item in joined.rubric.item_ids:
        mine = joined.ratings[joined.ratings["rubric_item"] == item]
        if mine.empty:
            continue
        by_rater = mine.groupby([*_UNIT, "rater"])["value"].mean().unstack("rater")
        by_rater = by_rater[[name for name in joined.raters if name in by_rater]]
        tables["agreement"] += _agreement(item, by_rater)
        tables["pairs"] += _pairs(item, by_rater)
        for rater in by_rater:
            tables["probes"] += _probes(item, str(rater), mine, by_rater)
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    return RaterQuality(**frames, notice=joined.notice)


def _kind(values: pd.DataFrame) -> Any:
    """Averages over forms or occasions are measurements; levels are ordered categories."""
    known = values.to_numpy(dtype=float)
    known = known[~np.isnan(known)]
    return "ordinal" if (known == np.round(known)).all() else "interval"


def _agreement(item: str, by_rater: pd.DataFrame) -> Iterator[Row]:
    shape = {"n_units": len(by_rater), "n_raters": by_rater.shape[1]}
    for name in ("krippendorff", "percent"):
        head = {"rubric_item": item, "coefficient": name}
        yield head | _guarded(partial(_coefficient, by_rater, name), shape)


def _coefficient(by_rater: pd.DataFrame, name: str) -> Row:
    both = by_rater.dropna(thresh=2)
    table = agreement(both, kind=_kind(both)).table
    rows = table[table["coefficient"] == name].to_dict("records")
    if not rows:
        raise AnalysisError("ratings are averages, which have no percent agreement")
    return {k: float(rows[0][k]) for k in ("value", "ci_lower", "ci_upper")}


def _pairs(item: str, by_rater: pd.DataFrame) -> Iterator[Row]:
    for first, second in combinations(by_rater.columns, 2):
        both = by_rater[[first, second]].dropna()
        head = {"rubric_item": item, "rater": first, "other": second, "n": len(both)}
        yield head | _guarded(partial(_pair, both), {}, ("kappa", "difference"))


def _pair(both: pd.DataFrame) -> Row:
    found = mean_difference(both.iloc[:, 0], both.iloc[:, 1])
    pair = agreement(both, kind=_kind(both)).pairs.iloc[0]
    interval = {"ci_lower": found.ci_lower, "ci_upper": found.ci_upper}
    return {"kappa": pair.get("kappa_quadratic"), "difference": found.value, **interval}


def _probes(item: str, rater: str, mine: pd.DataFrame, by_rater: pd.DataFrame) -> Iterator[Row]:
    own = mine[mine["rater"] == rater]
    rows = own.groupby(_UNIT).agg(
        value=("value", "mean"), words=("n_words", "first"), of=("of", "first")
    )
    others = by_rater.drop(columns=rater).mean(axis=1).reindex(rows.index)
    words = np.log2(rows["words"].clip(lower=1).to_numpy(dtype=float))
    scene = rows.index.get_level_values("item")
    probes: dict[str, Callable[[], Estimate]] = {
        "consistency": lambda: _consistency(own),
        "position": lambda: _position(own),
        "length": lambda: slope(rows["value"], words, scene),
        "length_at_equal_level": lambda: slope(rows["value"], words, scene, others),
        "self_preference": lambda: _self_preference(rater, rows, others),
    }
    for name, probe in probes.items():
        head = {"rater": rater, "probe": name, "rubric_item": item}
        yield head | _guarded(partial(_numbers, probe), {"n": len(rows)})


def _numbers(probe: Callable[[], Estimate]) -> Row:
    return probe()._asdict()


def _consistency(own: pd.DataFrame) -> Estimate:
    """Alpha of a rater with itself over occasions, in the form with most ratings."""
    form = own["form"].astype(str).mode().iloc[0]
    same = own[own["form"].astype(str) == form]
    table = same.groupby([*_UNIT, "occasion"])["value"].mean().unstack("occasion")
    if table.shape[1] < 2:
        raise AnalysisError("one occasion; rate again with --occasions 2")
    both = table.dropna(thresh=2)
    alpha = _coefficient(both, "krippendorff")
    return Estimate(alpha["value"], alpha["ci_lower"], alpha["ci_upper"], len(both))


def _position(own: pd.DataFrame) -> Estimate:
    table = own.groupby([*_UNIT, own["direction"].astype(str)])["value"].mean()
    wide = table.unstack("direction")
    if not {"published", "reversed"} <= set(wide.columns):
        raise AnalysisError("one direction; rate with --form direction=published,reversed")
    return mean_difference(wide["reversed"], wide["published"])


def _self_preference(rater: str, rows: pd.DataFrame, others: Any) -> Estimate:
    of = rows["of"].astype(str)
    own = of == rater
    if is_person(rater) or not own.any() or own.all():
        raise AnalysisError("the rater gave none of the replies, or all of them")
    beyond = rows["value"] - others
    return group_difference(beyond[own], beyond[~own])


def _guarded(
    compute: Callable[[], Row], otherwise: Row, numbers: tuple[str, ...] = ("value",)
) -> Row:
    """A row of numbers, or the reason why there are none."""
    missing = dict.fromkeys((*numbers, "ci_lower", "ci_upper"), np.nan)
    try:
        return {**otherwise, **compute(), "reason": None}
    except AnalysisError as error:
        return {**missing, **otherwise, "reason": str(error)}
