"""Response style of models: what they would answer whatever was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.matrix import frame_with, numeric
from valuealign.analysis.reliability.generalizability.generalizability_study import generalizability
from valuealign.analysis.style.directional import directional_share
from valuealign.analysis.style.form_effects import form_effects
from valuealign.analysis.style.opposed import opposed_stems
from valuealign.analysis.style.sensitivity import prompt_sensitivity
from valuealign.analysis.style.style_indices import style_indices
from valuealign.analysis.style.style_intervals import index_intervals
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.respondents import long_of
from valuealign.inquiry.sample import human_indices, human_sample
from valuealign.inquiry.style.elevation import elevation
from valuealign.inquiry.style.result import ResponseStyle
from valuealign.inquiry.style.unanswered import missing_by_item, shares_missing, uncertainty
from valuealign.instrument.instrument import Instrument
from valuealign.population.population import Population
from valuealign.store.administered import Named, administered_instrument
from valuealign.store.respondents import RESPONDENT

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.moments import Moments
    from valuealign.store.responses import Responses

FORM_FACTORS = (
    "direction",
    "labels",
    "order",
    "instruction",
    "stem",
    "language",
    "context",
    "elicitation",
)
"""Design columns whose levels are compared within items."""


@checked
def response_style(
    long: Responses | pd.DataFrame,
    instrument: Named = None,
    *,
    unit: str = "model",
    factors: Sequence[str] | None = None,
    cluster: str | None = None,
    keys: Mapping[str, Mapping[str, int]] | None = None,
    scale: tuple[float, float] | None = None,
    value: str = "value",
    people: pd.DataFrame | Moments | Population | str | None = None,
) -> ResponseStyle:
    """Keep the biases apart: position and token, acquiescence, and level.

    Parameters
    ----------
    long : Responses or DataFrame
        One row a response: a unit, an item (``item_id`` or ``item``), a value, and the columns
        of the form.
    instrument : Instrument, str or Path, optional
        Gives the scale's ends and the keys; by default the one that was administered.
    unit : str
        Column of respondents; effects are given for each, never pooled. ``model`` is a model
        under its conditions: two temperatures are two.
    factors : sequence of str, optional
        Design columns to compare; by default those of the form that vary.
    cluster : str, optional
        Column of items that share a stem or a query.
    keys : mapping of str to mapping of str to {1, -1}, optional
        Scale -> item -> key, where there is no instrument.
    scale : tuple of float, optional
        Lowest and highest code, where there is no instrument.
    value : str
    people : DataFrame, Moments, Population or str, optional
        A human sample of the same items beside it; by default the one the instrument's norms name.

    Returns
    -------
    ResponseStyle

    Raises
    ------
    DataError
        Columns that are not there, values outside the scale, no answers.

    Notes
    -----
    Scale reversal probes position and token bias, opposed stems probe acquiescence; neither
    replaces the other. In people, elevation is .22 to .40 of the
    variance of value scores.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> forms = [va.Form(), va.Form(direction="reversed"), va.Form(content="opposed")]
    >>> given = va.administer("pvq-21", "sim:yes", forms=forms,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> float(va.response_style(given, "pvq-21").opposed.loc["sim:yes", "both_agreed"])
    1.0
    """
    loaded = _instrument(long, instrument)
    frame: Any = long_of(long, loaded)
    if unit == "model" and RESPONDENT in frame.columns:
        frame = frame.assign(model=frame[RESPONDENT])
    frame_with(frame, factors or ())
    item = next((c for c in ("item_id", "item") if c in frame.columns), None)
    frame = _checked_values(frame, (unit, item or "item_id", value), cluster)
    why: dict[str, str] = {}
    low, high = _ends(loaded, scale)
    content = frame["content"].astype(str) if "content" in frame else None
    plain = frame if content is None else frame[content != "opposed"]
    wanted = list(factors) if factors is not None else _varying(plain)
    sheet = _sheet(frame, unit, wanted)
    names = (unit, str(item), value)
    keys = keys if keys is not None else _keys(loaded)
    sample = _sample(people, loaded)
    of_people = sample.moments if sample is not None else people
    raised = elevation(plain, names, keys, of_people, why)
    intervals = _intervals(plain, names, (sheet, cluster), (low, high), sample)
    effects = _effects(plain, names, wanted, cluster, why)
    sensitivity = _sensitivity(plain, names, wanted, cluster, why)
    return ResponseStyle(
        style_indices(plain, unit, sheet, value=value, minimum=low, maximum=high),
        effects,
        _opposed(frame, names, (low, high), why),
        _directional(plain, names, keys, why),
        _variance(plain, names, wanted, why),
        raised,
        shares_missing(frame, names, (low, high)),
        uncertainty(plain, names, cluster, why),
        why | {"evaluative bias": "no item says how desirable it is; needs matched items"},
        _flags(plain, names)
        | _without_interval(intervals, unit)
        | _without_r(effects, unit)
        | _without_elevation(raised)
        | _without_repeats(sensitivity, unit),
        intervals=intervals,
        sensitivity=sensitivity,
        missing_items=missing_by_item(frame, names),
        beside="" if sample is None else sample.id,
    )


def _checked_values(
    frame: pd.DataFrame, names: tuple[str, str, str], cluster: str | None
) -> pd.DataFrame:
    """Return the values as numbers; refuse columns that are not there, text and no answers."""
    frame_with(frame, [*names, *([cluster] if cluster else [])])
    unit, item, value = names
    for name in (unit, item):
        if frame[name].isna().any():
            raise DataError(f"{int(frame[name].isna().sum())} responses have no {name}")
    values = numeric(frame[value], f"column {value!r}")
    if np.isinf(values).any():
        raise DataError(f"column {value!r} holds an infinite value; expected codes or missing")
    if np.isnan(values).all():
        raise DataError("there is no answer among the responses")
    return frame.assign(**{value: values})


def _sample(people: Any, instrument: Instrument | None) -> Population | None:
    """Return the human sample beside, where people are not given as rows or moments."""
    if instrument is None or not (people is None or isinstance(people, str | Population)):
        return None
    return human_sample(people, instrument)


def _instrument(data: Any, named: Named) -> Instrument | None:
    """Return the instrument; a frame of responses needs none where keys and ends are given."""
    if named is None and hasattr(data, "columns"):
        return None
    return administered_instrument(data, named)


def _ends(instrument: Instrument | None, scale: tuple[float, float] | None) -> tuple[float, float]:
    if scale is not None:
        return scale
    of = getattr(instrument, "response_scale", None)
    low, high = getattr(of, "minimum", None), getattr(of, "maximum", None)
    if low is None or high is None:
        raise DataError("say the lowest and the highest code of the scale: scale=(1, 6)")
    return float(low), float(high)


def _varying(frame: pd.DataFrame) -> list[str]:
    return [
        name
        for name in FORM_FACTORS
        if name in frame.columns and frame[name].dropna().nunique() > 1
    ]


def _sheet(frame: pd.DataFrame, unit: str, factors: list[str]) -> list[str]:
    if "administration_id" in frame.columns:
        return ["administration_id"]
    more = [c for c in ("form", "occasion", "persona") if c in frame.columns]
    return [unit, *dict.fromkeys([*more, *factors])]


def _keys(instrument: Instrument | None) -> dict[str, dict[str, int]]:
    if instrument is None:
        return {}
    keyed = {item.id: int(item.keyed) for item in instrument.items}
    return {scale.id: {i: keyed[i] for i in scale.items} for scale in instrument.scales}


def _effects(
    frame: pd.DataFrame,
    names: tuple[str, str, str],
    factors: list[str],
    cluster: str | None,
    why: dict[str, str],
) -> pd.DataFrame:
    import pandas as pd

    unit, item, value = names
    if not factors:
        why["position and token bias"] = (
            "one form only; give --form direction=published,reversed labels=numbers,letters"
        )
    elif "direction" in frame.columns and "direction" not in factors:
        why["scale reversal"] = "one scale direction; give --form direction=published,reversed"
    parts = []
    for factor in factors:
        others = tuple(f for f in factors if f != factor)
        try:
            parts.append(
                form_effects(frame, unit, item, factor, others=others, cluster=cluster, value=value)
            )
        except DataError as error:
            why[f"effect of {factor}"] = str(error)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _opposed(
    frame: pd.DataFrame,
    names: tuple[str, str, str],
    ends: tuple[float, float],
    why: dict[str, str],
) -> pd.DataFrame | None:
    unit, item, value = names
    if "content" not in frame.columns or "opposed" not in set(frame["content"].astype(str)):
        why["acquiescence"] = "no opposed stems; give --form content=stem,opposed"
        return None
    try:
        return opposed_stems(frame, unit, item, value=value, minimum=ends[0], maximum=ends[1])
    except DataError as error:
        why["acquiescence"] = str(error)
        return None


def _directional(
    frame: pd.DataFrame,
    names: tuple[str, str, str],
    keys: Mapping[str, Mapping[str, int]],
    why: dict[str, str],
) -> pd.DataFrame | None:
    if not keys:
        why["directional share"] = "no keys; name an instrument, or give keys="
        return None
    if all(len(set(key.values())) == 1 for key in keys.values()):
        why["directional share"] = (
            "every scale is keyed one way (response orthogonality 0): lean and trait cannot be "
            "told apart from these items"
        )
        return None
    unit, item, value = names
    wide = frame.pivot_table(index=unit, columns=item, values=value, aggfunc="mean", observed=True)
    try:
        return directional_share(wide, keys)
    except DataError as error:
        why["directional share"] = str(error)
        return None


def _variance(
    frame: pd.DataFrame, names: tuple[str, str, str], factors: list[str], why: dict[str, str]
) -> pd.DataFrame:
    """Split each unit's responses into items, forms and what is left, by expected mean squares."""
    import pandas as pd

    unit, item, value = names
    columns = [c for c in ("form", "occasion") if c in frame.columns] or factors
    rows = {}
    for name, part in frame.groupby(unit, observed=True, sort=False):
        forms = part.groupby(columns, observed=True, dropna=False) if columns else None
        key = None if forms is None else forms.ngroup()
        if key is None or key.nunique() < 2:
            continue
        try:
            found = generalizability(
                part.assign(_form=key)[[item, "_form", value]],
                item,
                ["_form"],
                value=value,
                method="ems",
            )
        except AnalysisError as error:
            why[f"variance of {name}"] = str(error)
            continue
        share = found.components["share"].to_numpy()
        rows[name] = {
            "items": share[0],
            "forms": share[1],
            "items_by_forms": share[2:].sum(),
            "bias": share[1:].sum(),
            "n_forms": int(key.nunique()),
        }
    if not rows:
        why["variance by form"] = "needs several forms or occasions of one model"
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(unit)


def _intervals(
    frame: pd.DataFrame,
    names: tuple[str, str, str],
    by: tuple[list[str], str | None],
    ends: tuple[float, float],
    sample: Population | None,
) -> pd.DataFrame:
    unit, item, value = names
    found = index_intervals(
        frame, unit, item, by[0], minimum=ends[0], maximum=ends[1], cluster=by[1], value=value
    )
    return found.assign(people=found["index"].map(human_indices(sample, ends)).astype(float))


def _without_repeats(sensitivity: pd.DataFrame | None, unit: str) -> set[str]:
    if sensitivity is None or "same_within" not in sensitivity:
        return set()
    alone = sensitivity.reset_index()
    alone = alone[alone["same_within"].isna()]
    names = alone[unit] if unit in alone else alone.iloc[:, 0]
    return {f"{name}: no two answers to an item under one form" for name in names}


def _without_elevation(raised: pd.Series[float]) -> set[str]:
    return {
        f"no elevation of {name}: a scale has no scores, or they do not vary"
        for name in raised.index[raised.isna()]
    }


def _without_r(effects: pd.DataFrame, unit: str) -> set[str]:
    if effects.empty:
        return set()
    flat = effects[effects["r"].isna()]
    return {
        f"{row[unit]}: no correlation of item means under {row['factor']} {row['level']}: fewer "
        "than three items, or means that are all the same"
        for _, row in flat.iterrows()
    }


def _without_interval(intervals: pd.DataFrame, unit: str) -> set[str]:
    alone = intervals[intervals["ci_lower"].isna()]
    return {
        f"{row[unit]}: no interval of {row['index']}, for which two {row['over']} are needed"
        for _, row in alone.iterrows()
    }


def _sensitivity(
    frame: pd.DataFrame,
    names: tuple[str, str, str],
    factors: list[str],
    cluster: str | None,
    why: dict[str, str],
) -> pd.DataFrame:
    import pandas as pd

    unit, item, value = names
    form = ["form"] if "form" in frame.columns else factors
    try:
        if not form:
            raise DataError("no column says which form was given")
        return prompt_sensitivity(frame, unit, item, form, cluster=cluster, value=value)
    except DataError as error:
        why["prompt sensitivity"] = str(error)
        return pd.DataFrame()


def _flags(frame: pd.DataFrame, names: tuple[str, str, str]) -> frozenset[str]:
    unit, item, value = names
    flags = set()
    spread = frame.groupby([unit, item], observed=True)[value].nunique()
    for name, part in spread.groupby(level=0, observed=True):
        by_item = frame[frame[unit] == name].groupby(item, observed=True)[value].mean()
        if by_item.nunique() == 1:
            flags.add(f"{name} gives every item the same answer")
        elif part.max() == 1 and len(frame[frame[unit] == name]) > len(part):
            flags.add(f"{name} answers each item always alike")
    return frozenset(flags)
