"""Scale scores of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.scoring.accuracy import accuracy_scores
from valuealign.scoring.centre import check_centring, permits
from valuealign.scoring.choice_scores import choice_scores
from valuealign.scoring.levels import level_columns, level_scores
from valuealign.scoring.means import composite_scores, scale_scores
from valuealign.scoring.recode import coded, straightened
from valuealign.store.responses.administered_instrument import Named, administered_instrument
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Centre = Literal["mrat"] | None


@checked
def score(
    responses: Any,
    instrument: Named = None,
    *,
    centre: Centre = None,
    bounds: bool = False,
) -> pd.DataFrame:
    """Scale scores of each administration.

    Items keyed -1, and answers to stems of opposed content (a column ``content``), are turned
    about the middle of the response scale; scales are means or sums of their items as the
    instrument says, or the share of its items in which it was chosen; composites the mean of
    their scales. A scale of which more items are
    missing than the instrument allows has no score.

    Parameters
    ----------
    responses : Responses or DataFrame
        Responses (scored from ``.wide``), or a frame with one row an administration and one
        column an item. Other columns are kept.
    instrument : Instrument, str or Path, optional
        By default the one that was administered, as the store keeps it.
    centre : {"mrat"}, optional
        Subtract each respondent's mean over all items. Never divided by the standard deviation.
    bounds : bool
        Add ``SCALE_lowest`` and ``SCALE_highest``: what the score would be if every missing
        item had the lowest or the highest answer.

    Returns
    -------
    DataFrame
        Design columns, then a column a scale and a composite, ``n_missing``; for keyed tests
        ``n_right``, ``n_answered``, ``accuracy`` with its exact interval and the probability
        of as many by guessing. ``.attrs`` says which analyses these scores are for.

    Raises
    ------
    DataError
        No item of the instrument among the columns, or a value its scale does not have.

    Notes
    -----
    Which analyses take raw and which centred scores is the instrument's rule
    (``.attrs["permits"]``); for the PVQ family it is Schwartz's: centred scores for
    correlations, group means, a value as outcome or as the single predictor; uncentred for
    several predictors; raw for confirmatory, structural, discriminant and canonical analyses.
    Centred scores sum to zero, so their covariance has no inverse. The tests check scores against
    sums computed by hand.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> answers = pd.DataFrame([[3] * 21], columns=pvq.item_ids)
    >>> va.score(answers, pvq)["HE"].item()
    3.0
    >>> va.score(answers, pvq, centre="mrat")["HE"].item()
    0.0
    """
    loaded = administered_instrument(responses, instrument)
    check_centring(loaded, centre)
    given = getattr(responses, "attrs", {})  # of ratings: who rated
    frame = _wide(responses, loaded)
    items, design = _parts(frame, loaded)
    if loaded.scoring.rule == "levels":
        scored = level_scores(items, loaded)
    else:
        opposed = (
            (design["content"].astype(str) == "opposed").to_numpy()
            if "content" in design
            else np.zeros(len(items), dtype=bool)
        )
        scored = _scores(items, loaded, opposed, centre=centre, bounds=bounds)
    scores = design.join(scored)
    scores.attrs = {
        "instrument": loaded.id,
        "instrument_hash": loaded.hash,
        "wording": _given_wording(design, loaded),
        "centring": centre or "raw",
        "permits": permits(loaded, centre),
        **{name: given[name] for name in ("raters", "notice") if name in given},
    }
    return scores


def _given_wording(design: pd.DataFrame, instrument: Instrument) -> str:
    """Return the wording that was answered, from the responses if they record it."""
    wordings = set(design["wording"].dropna().astype(str)) if "wording" in design else set()
    return "; ".join(sorted(wordings)) or instrument.wording_notice.notice


def _scores(
    items: pd.DataFrame,
    instrument: Instrument,
    opposed: np.ndarray[Any, Any],
    *,
    centre: Centre,
    bounds: bool,
) -> pd.DataFrame:
    import pandas as pd

    values = straightened(coded(items, instrument), instrument, opposed)
    if instrument.scoring.rule == "accuracy":
        return accuracy_scores(values, instrument)
    if instrument.scoring.rule == "choices":
        return choice_scores(values, instrument)
    scales = scale_scores(values, instrument)
    columns = {**scales, **composite_scores(scales, instrument)}
    if bounds:
        columns |= _bounds(values, instrument)
    if centre == "mrat":
        # The mean rating is over what was answered as it was answered, not as it is keyed.
        known = (~np.isnan(values)).sum(axis=1)
        total = np.nansum(values, axis=1)
        mrat = np.divide(total, known, out=np.full(len(known), np.nan), where=known > 0)
        columns = {name: value - mrat for name, value in columns.items()} | {"MRAT": mrat}
    columns["n_missing"] = np.isnan(values).sum(axis=1)
    return pd.DataFrame(columns, index=items.index)


def _bounds(values: np.ndarray[Any, Any], instrument: Instrument) -> dict[str, Any]:
    """Return scores with every missing item at the end that lowers, or raises, its scale."""
    scale = instrument.response_scale
    low, high = getattr(scale, "minimum", None), getattr(scale, "maximum", None)
    if low is None or high is None:
        return {}
    keyed = np.array([item.keyed for item in instrument.items])
    columns: dict[str, Any] = {}
    for name, down, up in (("lowest", low, high), ("highest", high, low)):
        filled = np.where(np.isnan(values), np.where(keyed == 1, down, up), values)
        scales = scale_scores(filled, instrument)
        for scale_id, value in scales.items():
            columns[f"{scale_id}_{name}"] = value
    return columns


def _wide(responses: Any, instrument: Instrument) -> pd.DataFrame:
    import pandas as pd

    frame = responses if isinstance(responses, pd.DataFrame) else getattr(responses, "wide", None)
    if frame is None:
        raise DataError(
            f"the responses are a {type(responses).__name__}; expected Responses or a frame with "
            "one row an administration"
        )
    if "instrument" in frame.columns:
        own = frame["instrument"].astype(str) == instrument.id
        if not own.any() and len(frame):
            present = ", ".join(sorted(set(frame["instrument"].astype(str))))
            raise DataError(
                f"there is no administration of {instrument.id}; these are of {present}; "
                "name one with instrument="
            )
        frame = frame[own]
    prefix = f"{instrument.id}."
    return frame.rename(columns=lambda name: str(name).removeprefix(prefix))


def _parts(frame: pd.DataFrame, instrument: Instrument) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Item columns in the instrument's order, and the rest."""
    rated = instrument.scoring.rule == "levels"
    names = level_columns(instrument) if rated else list(instrument.item_ids)
    here = [name for name in names if name in frame.columns]
    if not here:
        if rated and any(item_id in frame.columns for item_id in instrument.item_ids):
            raise DataError(
                f"{instrument.id} holds open text, which is rated before it is scored; expected "
                f"columns like {', '.join(names[:3])} with the raters' levels"
            )
        seen = ", ".join(str(name) for name in list(frame.columns)[:6]) or "none"
        hint = did_you_mean(str(frame.columns[-1]), names) if len(frame.columns) else ""
        raise DataError(f"no item of {instrument.id} among the columns ({seen}); {hint}")
    columns = list(frame.columns)
    twice = [name for name in columns if columns.count(name) > 1]
    if twice:
        raise DataError(f"{twice[0]!r} names two columns; give each column one name")
    others = [name for name in instrument.item_ids if name not in here]
    design = frame[[name for name in frame.columns if name not in {*here, *others}]]
    return frame.reindex(columns=names), design
