"""Choices between values in dilemmas, and their prediction from profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.matrix import frame_with, numeric
from valuealign.analysis.validity.choice_prediction import predict_choices
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.respondents import long_of, without_opposed
from valuealign.instrument.instrument import Instrument
from valuealign.store.responses.administered_instrument import Named, administered_instrument
from valuealign.store.responses.respondent_names import with_respondents

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

_CHOICE = ["model", "persona", "form", "occasion", "dilemma", "first", "second", "chosen"]


@checked
def choices(data: Responses | pd.DataFrame, instrument: Named = None) -> Any:
    """Read which value was chosen in each dilemma.

    Parameters
    ----------
    data : Responses or DataFrame
        Responses, or their ``long`` frame.
    instrument : Instrument, str or Path, optional
        One whose options stand for scales, such as ``value-dilemmas``; by default the one that
        was administered.

    Returns
    -------
    DataFrame
        One row a dilemma put to a respondent: ``model persona form occasion dilemma first
        second chosen``, as :func:`valuealign.predict_choices` takes it; ``chosen`` is missing where
        there was no answer.

    Raises
    ------
    DataError
        Options that stand for nothing, more than two of them, or no response to the instrument.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("value-dilemmas", "sim:human", store=f"{tempfile.mkdtemp()}/a.db")
    >>> va.choices(given, "value-dilemmas")[["dilemma", "first", "second"]].iloc[0].tolist()
    ['vd01', 'SD', 'SE']
    """
    loaded = administered_instrument(data, instrument)
    offered = _offered(loaded)
    mine = long_of(data, loaded)
    frame_with(mine, ["respondent", "persona", "form", "occasion", "item_id", "value"])
    strange = sorted(set(mine["item_id"].astype(str)) - set(offered))
    if strange:
        raise DataError(f"{loaded.id} has no item {strange[0]!r}")
    values = numeric(mine["value"], "column 'value'")
    chosen = mine[["persona", "form", "occasion"]].copy()
    chosen.insert(0, "model", mine["respondent"])
    items = mine["item_id"].astype(str)
    codes = [sorted(offered[item]) for item in items]
    chosen["dilemma"] = items
    chosen["first"] = [offered[i][c[0]] for i, c in zip(items, codes, strict=True)]
    chosen["second"] = [offered[i][c[1]] for i, c in zip(items, codes, strict=True)]
    chosen["chosen"] = [offered[i].get(v) for i, v in zip(items, values, strict=True)]
    return chosen.reset_index(drop=True)


@checked
def choice_accuracy(
    chosen: pd.DataFrame, scores: pd.DataFrame, *, draws: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Return how well each respondent's profile of values predicts its choices.

    Parameters
    ----------
    chosen : DataFrame
        From :func:`valuealign.choices`.
    scores : DataFrame
        From :func:`valuealign.score`, of the same respondents; administrations are averaged.
    draws : int
        Resamplings of dilemmas, and relabellings of values.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    DataFrame
        One row a respondent and persona: ``model persona accuracy ci_lower ci_upper pvalue
        slope n n_dilemmas unanswered reason``. ``reason`` says why a row has no number.

    Raises
    ------
    DataError
        No respondent in both, or dilemmas between values that were not scored.

    Notes
    -----
    Each row is :func:`valuealign.predict_choices`: dilemmas, not choices, are the unit, and the
    interval is over other dilemmas. Raw and centred scores predict alike, since a choice is
    between two values of one profile.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> store = f"{tempfile.mkdtemp()}/a.db"
    >>> for name in ("pvq-rr", "value-dilemmas"):
    ...     given = va.administer(name, "sim:human", occasions=5, store=store)
    >>> given = va.responses(store)
    >>> found = va.choice_accuracy(va.choices(given, "value-dilemmas"), va.score(given, "pvq-rr"))
    >>> bool(found["accuracy"].item() > 0.85)
    True
    """
    import pandas as pd

    frame_with(chosen, ["model", "dilemma", "first", "second", "chosen"])
    values = sorted(set(chosen["first"].astype(str)) | set(chosen["second"].astype(str)))
    absent = [v for v in values if v not in scores.columns]
    if absent:
        raise DataError(f"the scores have no column {absent[0]!r}, which the dilemmas set apart")
    frame_with(scores, ["model", *values])
    checked_scores = scores.assign(**{v: numeric(scores[v], f"score {v!r}") for v in values})
    profiles = _by_respondent(without_opposed(checked_scores))[values].mean()
    rows = [
        {"model": who[0], "persona": who[1] or None}
        | _one(part, profiles.loc[who] if who in profiles.index else None, draws, seed)
        for who, part in _by_respondent(chosen)
    ]
    if not set(profiles.index) & {(str(r["model"]), r["persona"] or "") for r in rows}:
        raise DataError("no respondent has both choices and scores")
    return pd.DataFrame(rows)


def _offered(instrument: Instrument) -> dict[str, dict[float, str]]:
    """Return item -> code -> the scale that the option represents."""
    offered = {}
    for item in instrument.items:
        stands = {float(o.code): o.stands_for for o in item.options if o.stands_for}
        if len(stands) != 2 or len(item.options) != 2:
            raise DataError(
                f"item {item.id!r} of {instrument.id} does not set two scales against each other; "
                "its two options need 'stands_for'"
            )
        offered[item.id] = stands
    return offered


def _by_respondent(frame: pd.DataFrame) -> Any:
    """Group by respondent and persona; no persona is ""."""
    import pandas as pd

    frame = with_respondents(frame)
    persona = frame.get("persona", pd.Series(None, index=frame.index, dtype=object))
    named = persona.astype(object).where(persona.notna(), "").astype(str)
    return frame.groupby([frame["respondent"].astype(str), named], sort=False)


def _one(part: pd.DataFrame, profile: Any, draws: int, seed: int) -> dict[str, Any]:
    lost = float(part["chosen"].isna().mean())
    names = ("accuracy", "ci_lower", "ci_upper", "pvalue", "slope")
    empty = dict.fromkeys(names, np.nan) | {"n": 0, "n_dilemmas": 0, "unanswered": lost}
    if profile is None:
        return empty | {"reason": "no profile of this respondent"}
    try:
        prediction = predict_choices(part, profile, draws=draws, seed=seed)
    except AnalysisError as error:
        return empty | {"reason": str(error)}
    return {
        **{name: getattr(prediction, name) for name in (*names, "n", "n_dilemmas")},
        "unanswered": lost,
        "reason": "; ".join(sorted(prediction.flags)),
    }
