"""Ratings by the administration and item that were rated, as scoring takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.inquiry.rating.rated_replies import (
    RatedReplies,
    is_person,
    notice,
    rated_replies,
)
from valuealign.instrument.instrument import Instrument
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

_COMBINED = ("mean", "median")


@checked
def ratings(
    store: str | Path | None,
    rubric: str | Path | Instrument,
    combine: str | None = "mean",
    *,
    instrument: str | Path | Instrument | None = None,
    replies: str | Path | None = None,
) -> pd.DataFrame:
    """Return the ratings of replies, one row for each administration that was rated.

    Parameters
    ----------
    store : str, Path or None
        With the ratings; ``None`` is ``VALUEALIGN_STORE`` or ``valuealign.db``.
    rubric : str, Path or Instrument
        The rubric, such as ``"leas-levels"``.
    combine : str, optional
        ``"mean"`` or ``"median"`` over raters, or the name of one rater. A rater's own ratings of
        one reply, over forms and occasions, are averaged first. ``None`` combines nothing: one
        row a rating, with ``rater`` and what was rated.
    instrument : str, Path or Instrument, optional
        Whose replies; by default the only one that was rated.
    replies : str or Path, optional
        The store of the replies, where it is another one.

    Returns
    -------
    DataFrame
        The design of the replies, then a column ``ITEM_RUBRICITEM`` (``leas01_self``) for each
        item and item of the rubric; NaN where nobody rated. :func:`valuealign.score` takes it.
        ``.attrs["raters"]`` names the raters, and ``.attrs["notice"]`` says which of them are
        unvalidated.

    Raises
    ------
    DataError
        No ratings, or no rater of that name.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> store = f"{tempfile.mkdtemp()}/study.db"
    >>> given = va.administer("leas", "sim:factor", store=store)
    >>> rule = "rule:leas-words"
    >>> given = va.administer("leas-levels", rule, about=va.replies(store), store=store)
    >>> rated = va.ratings(store, "leas-levels")
    >>> rated["leas01_self"].tolist(), va.score(rated, "leas")["SELF"].tolist()
    ([4.0], [80.0])
    """
    joined = rated_replies(store, rubric, instrument=instrument, replies=replies)
    used = joined if combine in (None, *_COMBINED) else _one_rater(joined, combine)
    frame = used.ratings.copy() if combine is None else combined(used, combine)
    # People who rated the same replies can validate a judge whose ratings are used alone.
    people = [each for each in joined.raters if is_person(each) and each not in used.raters]
    frame.attrs = {
        "rubric": used.rubric.id,
        "instrument": used.replies.instrument,
        "raters": used.raters,
        "combine": combine,
        "notice": notice([*used.raters, *people]),
    }
    return frame


def _one_rater(joined: RatedReplies, name: str | None) -> RatedReplies:
    mine = joined.ratings[joined.ratings["rater"] == name]
    if mine.empty:
        hint = did_you_mean(str(name), [*_COMBINED, *joined.raters])
        raise DataError(f"there is no rater {name!r}; {hint}")
    return RatedReplies(joined.rubric, mine, joined.replies)


def combined(joined: RatedReplies, how: str) -> pd.DataFrame:
    """One row an administration; a rater's own ratings are averaged before raters are combined."""
    unit = ["origin", "item", "rubric_item"]
    own = joined.ratings.groupby([*unit, "rater"], observed=True)["value"].mean()
    combined = own.groupby(level=unit, observed=True).agg("median" if how == "median" else "mean")
    table = combined.unstack(["item", "rubric_item"])
    instrument = joined.replies.instrument
    pairs = [(item, part) for item in instrument.item_ids for part in joined.rubric.item_ids]
    table = table.reindex(columns=pairs)
    table.columns = [f"{item}_{part}" for item, part in pairs]
    design = joined.replies.design
    rated = design[design["administration_id"].isin(table.index)]
    wide: pd.DataFrame = rated.join(table, on="administration_id").reset_index(drop=True)
    return wide
