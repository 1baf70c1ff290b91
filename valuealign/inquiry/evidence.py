"""The numbers a verdict rests on, each with its interval or the reason it is not available."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.circle.order import order_test
from valuealign.analysis.circle.places import places
from valuealign.analysis.generalizability.study import generalizability
from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.model import cfa
from valuealign.analysis.sem.simulate import shrunken, simulate
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.rows import respondents, without_opposed
from valuealign.inquiry.style.response_style import response_style
from valuealign.inquiry.style.result import ResponseStyle
from valuealign.scoring.score import score

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument

DRAWS = 200
"""Samples for bands and random halves."""


@dataclass(frozen=True)
class Number:
    """One number.

    Attributes
    ----------
    value, lower, upper : float
        NaN where there is none.
    reason : str
        Why there is none, and what would give it; or where it was found.
    """

    value: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    reason: str = ""

    def at(self, bound: str) -> float:
        """Return the value or an end of its interval."""
        return {"value": self.value, "lower": self.lower, "upper": self.upper}[bound]


def nothing(reason: str) -> Number:
    """Return a number that is not available."""
    return Number(reason=reason)


def of_model(
    long: pd.DataFrame, wide: pd.DataFrame, model: str, instrument: Instrument
) -> dict[str, Number]:
    """Numbers of one model's responses.

    Parameters
    ----------
    long, wide : DataFrame
        Responses to the instrument, all models.
    model : str
    instrument : Instrument

    Returns
    -------
    dict of str to Number
    """
    mine = long[long["model"].astype(str) == model]
    sheets = wide[wide["model"].astype(str) == model]
    plain = without_opposed(mine)
    found = {
        "answered": Number(float((mine["outcome"] == "answer").mean()))
        if "outcome" in mine
        else Number(float(mine["value"].notna().mean())),
        "n_forms": Number(float(plain["form"].nunique()) if "form" in plain else 1.0),
        "varying_items": _varying(plain),
    }
    style = _style(mine, instrument)
    found |= _from_style(style)
    found |= {"profile_g": _profile(plain), "rank_stability": rank_stability(sheets, instrument)}
    rows, personas = respondents(sheets)
    told = f"{len(rows)} {'personas' if personas else 'administrations of one respondent'}"
    found["respondents"] = Number(float(personas), reason=told)
    return found | structure(rows, instrument)


def structure(rows: pd.DataFrame, instrument: Instrument) -> dict[str, Number]:
    """Numbers about the covariance of respondents' answers.

    Parameters
    ----------
    rows : DataFrame
        One row a respondent, one column an item.
    instrument : Instrument

    Returns
    -------
    dict of str to Number
    """
    items = [i for i in instrument.item_ids if i in rows.columns]
    complete = rows[items].dropna()
    told = f"{len(complete)} complete rows of {len(items)} items"
    found = {"rows_over_items": Number(len(complete) / (len(items) + 1), reason=told)}
    constant = [i for i in items if complete[i].nunique() < 2]
    if len(complete) <= len(items) or constant:
        why = (
            f"{len(constant)} items are constant ({', '.join(constant[:3])})" if constant
            else f"{len(complete)} rows of {len(items)} items have a singular covariance"
        )  # fmt: skip
        return found | dict.fromkeys(("proper_share", "circle_p"), nothing(why))
    S = Moments(complete.cov(), complete.mean().to_numpy(), n=len(complete))
    return found | of_moments(S, instrument)


def of_moments(moments: Moments, instrument: Instrument) -> dict[str, Number]:
    """Numbers that means and covariance alone carry: people's, for instance."""
    proper = []
    for text in instrument.default_lavaan.values():
        try:
            fit = cfa(text, moments)
            proper.append(not any("not positive definite" in f or "negative" in f or "Heywood" in f
                                  for f in fit.flags))  # fmt: skip
        except AnalysisError:
            proper.append(False)
    share = (
        Number(float(np.mean(proper)), reason=f"{sum(proper)} of {len(proper)} models")
        if proper
        else nothing("the instrument names no model")
    )
    return {"proper_share": share, "circle_p": _circle(moments, instrument)}


def misfit_beside(rows: pd.DataFrame, people: Moments, instrument: Instrument) -> Number:
    """Say how often people's own samples of this size fit as badly, at worst over models."""
    items = [i for i in instrument.item_ids if i in rows.columns]
    complete = rows[items].dropna()
    if len(complete) <= len(items):
        return nothing(f"{len(complete)} rows of {len(items)} items have a singular covariance")
    worst = Number(2.0)
    for name, text in instrument.default_lavaan.items():
        try:
            fit = cfa(text, complete)
            theirs = cfa(text, people)
            band = simulate(
                theirs, DRAWS, seed=1, truth=next(iter(shrunken(theirs).values())), n=len(complete)
            )
        except AnalysisError as error:
            return Number(0.0, reason=f"{name} cannot be fitted: {error}")
        share = float((band.draws["rmsea"] >= fit.measures["rmsea"]).mean())
        if share < worst.value:
            mine, other = fit.measures["rmsea"], theirs.measures["rmsea"]
            worst = Number(share, reason=f"{name}: RMSEA {mine:.3f}, people's {other:.3f}")
    return worst if worst.value <= 1 else nothing("the instrument names no model")


def levels_of(long: pd.DataFrame) -> Number:
    """Dependability of the models' levels, forms random and items fixed."""
    plain = without_opposed(long)
    if plain["model"].nunique() < 2:
        return nothing("one model")
    try:
        study = generalizability(plain, "model", ["item", "form"], fixed=["item"], method="ems")
    except AnalysisError as error:
        return nothing(str(error))
    return Number(study.of().phi, reason=f"{study.sizes['form']:g} forms")


def _varying(plain: pd.DataFrame) -> Number:
    by = plain.groupby("item_id", observed=True)["value"]
    counts = by.count()
    if (counts < 2).all():
        return nothing("each item was given once; give --occasions or several forms")
    share = float((by.nunique() > 1).mean())
    return Number(share, reason=f"{int((by.nunique() == 1).sum())} items always get one answer")


def _style(mine: pd.DataFrame, instrument: Instrument) -> ResponseStyle | None:
    try:
        return response_style(mine, instrument)
    except DataError:
        return None


def _from_style(style: ResponseStyle | None) -> dict[str, Number]:
    if style is None:
        return dict.fromkeys(("reversal_r", "opposition_r"), nothing("there is no answer"))
    reversal = nothing("one scale direction; give --form direction=published,reversed")
    if len(style.effects) and (style.effects["factor"] == "direction").any():
        row = style.effects[style.effects["factor"] == "direction"].iloc[0]
        reversal = _constant_is_zero(
            Number(float(row["r"]), float(row["r_ci_lower"]), float(row["r_ci_upper"]),
                   f"over {int(row['n_items'])} items")
        )  # fmt: skip
    opposition = nothing("no opposed stems; give --form content=stem,opposed")
    if style.opposed is not None:
        row = style.opposed.iloc[0]
        opposition = _constant_is_zero(
            Number(
                -float(row["r"]),
                -float(row["r_ci_upper"]),
                -float(row["r_ci_lower"]),
                f"over {int(row['n_items'])} items",
            )
        )
    return {"reversal_r": reversal, "opposition_r": opposition}


def _constant_is_zero(number: Number) -> Number:
    """A profile without differences agrees with nothing: its correlation counts as 0."""
    if np.isnan(number.value):
        told = f"no differences between items to agree about ({number.reason})"
        return Number(0.0, 0.0, 0.0, told)
    return number


def _profile(plain: pd.DataFrame) -> Number:
    if "form" not in plain or plain["form"].nunique() < 2:
        return nothing("one form; its accidents cannot be told from the profile")
    try:
        study = generalizability(plain, "item", ["form"], method="ems")
    except AnalysisError as error:
        return nothing(str(error))
    g = study.of().g
    return Number(0.0 if np.isnan(g) else g, reason=f"{study.sizes['form']:g} forms, random")


def rank_stability(sheets: pd.DataFrame, instrument: Instrument) -> Number:
    """Correlate the ranking of scales between random halves of the rows."""
    from scipy.stats import spearmanr

    plain = without_opposed(sheets)
    names = [s.id for s in instrument.scales]
    if len(plain) < 4 or len(names) < 3:
        return nothing(f"{len(plain)} rows and {len(names)} scales; needs four and three")
    scores = score(plain, instrument)[names].to_numpy(float)
    rng = np.random.default_rng(1)
    found = []
    for _ in range(DRAWS):
        order = rng.permutation(len(scores))
        half = len(scores) // 2
        a, b = _means(scores[order[:half]]), _means(scores[order[half:]])
        if np.isnan(a + b).any():  # a scale that nobody of a half answered has no rank
            continue
        flat = np.ptp(a) == 0 or np.ptp(b) == 0
        found.append(0.0 if flat else float(spearmanr(a, b).statistic))
    if len(found) < DRAWS / 2:
        return nothing(
            f"{len(scores)} rows in which scales are missing; needs more rows, or fewer refusals"
        )
    low, high = np.quantile(found, [0.025, 0.975])
    return Number(float(np.mean(found)), float(low), float(high), f"{len(scores)} rows")


def _means(scores: Any) -> Any:
    """Return the scales' means; NaN where nobody has a score."""
    known = np.isfinite(scores).sum(axis=0)
    return np.divide(np.nansum(scores, axis=0), known, out=np.full(len(known), np.nan),
                     where=known > 0)  # fmt: skip


def _circle(moments: Moments, instrument: Instrument) -> Number:
    """Test the circular order on correlations of (centred) scale scores, from moments."""
    if not instrument.circle:
        return nothing(f"{instrument.id} has no circular order")
    names = list(moments.names)
    scales = [s for s in instrument.scales if set(s.items) <= set(names)]
    W = np.zeros((len(scales), len(names)))
    for k, scale in enumerate(scales):
        for item in scale.items:
            W[k, names.index(item)] = instrument.item(item).keyed / len(scale.items)
    if "mrat" in instrument.scoring.centring:
        W = W - 1 / len(names)
    S = W @ np.asarray(moments.covariance) @ W.T
    try:
        order = places(instrument.circle[0].order, [s.id for s in scales])
    except DataError as error:
        return nothing(str(error))
    at = [[s.id for s in scales].index(name) for name in order.names]
    sd = np.sqrt(np.diag(S))
    R = (S / np.outer(sd, sd))[np.ix_(at, at)]
    found = order_test(R, order.distances, draws=999)
    return Number(found.pvalue, reason=f"{found.correspondence:+.2f} of the predictions, net")
