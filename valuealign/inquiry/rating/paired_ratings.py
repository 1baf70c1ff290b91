"""A judge's ratings of replies with those of people, as the correction of a judge takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.inquiry.rating.rated_replies import RatedReplies, is_person, rated_replies
from valuealign.instrument.instrument import Instrument
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

_UNIT = ["origin", "item", "rubric_item"]


@checked
def paired_ratings(
    store: str | Path | None,
    rubric: str | Path | Instrument,
    *,
    judge: str,
    people: str | None = None,
    instrument: str | Path | Instrument | None = None,
    replies: str | Path | None = None,
) -> pd.DataFrame:
    """Return a judge's ratings of replies with people's ratings of some of them.

    Parameters
    ----------
    store : str, Path or None
        With the ratings; None is ``VALUEALIGN_STORE`` or ``valuealign.db``.
    rubric : str, Path or Instrument
        The rubric, such as ``"summary-acceptability"``.
    judge : str
        The rater whose ratings are to be corrected.
    people : str, optional
        The rater who is taken as right; by default all people who rated, averaged.
    instrument : str, Path or Instrument, optional
        Whose replies; by default the only one that was rated.
    replies : str or Path, optional
        The store of the replies, where it is another one.

    Returns
    -------
    DataFrame
        One row a reply and item of the rubric: the design of the reply (``respondent``,
        ``stimulus`` and others), ``item rubric_item judge people``. ``people`` is NaN where nobody
        rated. Ratings of one rater over forms and occasions are averaged.
        :func:`valuealign.corrected` takes the rows of one rubric item.

    Raises
    ------
    DataError
        No ratings, no rater of that name, or no people.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> store = f"{tempfile.mkdtemp()}/study.db"
    >>> given = va.administer("leas", ["sim:factor", "sim:verbose"], store=store)
    >>> for rater in ("rule:leas-words", "sim:random"):
    ...     given = va.administer("leas-levels", rater, about=va.replies(store), store=store)
    >>> rows = paired_ratings(store, "leas-levels", judge="sim:random", people="rule:leas-words")
    >>> rows["people"].notna().all().item(), rows["rubric_item"].unique().tolist()
    (True, ['self', 'other', 'distinct'])
    """
    joined = rated_replies(store, rubric, instrument=instrument, replies=replies)
    theirs = [people] if people is not None else [r for r in joined.raters if is_person(r)]
    if not theirs:
        raise DataError(
            f"no person rated these replies, only {', '.join(joined.raters)}; import people's "
            "ratings (valuealign responses import), or name who is taken as right: people="
        )
    own = joined.ratings.groupby([*_UNIT, "rater"], observed=True)["value"].mean().unstack("rater")
    for name in (judge, *theirs):
        if name not in own.columns:
            raise DataError(f"there is no rater {name!r}; {did_you_mean(name, joined.raters)}")
    pairs = own[theirs].mean(axis=1).rename("people").to_frame().assign(judge=own[judge])
    return _with_design(pairs.reset_index(), joined)


def _with_design(pairs: pd.DataFrame, joined: RatedReplies) -> pd.DataFrame:
    """Add what the replies are replies to, in the order of the instrument and the rubric."""
    import pandas as pd

    orders = {"item": joined.replies.instrument.item_ids, "rubric_item": joined.rubric.item_ids}
    for name, order in orders.items():
        pairs[name] = pd.Categorical(pairs[name], list(order))
    pairs = pairs.sort_values(["origin", "item", "rubric_item"]).astype(
        {"item": str, "rubric_item": str}
    )
    design = joined.replies.design.rename(columns={"administration_id": "origin"})
    rows: pd.DataFrame = design.merge(pairs, on="origin", how="inner")
    return rows.rename(columns={"origin": "administration_id"})
