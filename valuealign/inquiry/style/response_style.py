"""Response style of models: position, acquiescence and level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.matrix import frame_with, numeric
from valuealign.analysis.style.style_indices import style_indices
from valuealign.analysis.style.style_intervals import index_intervals
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.inquiry.human_sample import human_indices, human_sample
from valuealign.inquiry.respondents import long_of
from valuealign.inquiry.style.elevation import elevation
from valuealign.inquiry.style.parts import (
    directional_shares,
    effects_of_forms,
    opposed_answers,
    sensitivity_to_prompts,
    variance_by_form,
)
from valuealign.inquiry.style.response_style_result import ResponseStyle
from valuealign.inquiry.style.style_flags import (
    constant_answers,
    without_correlation,
    without_elevation,
    without_interval,
    without_repeats,
)
from valuealign.inquiry.style.unanswered import missing_by_item, shares_missing, uncertainty
from valuealign.instrument.instrument import Instrument
from valuealign.population.population import Population
from valuealign.store.responses.administered_instrument import Named, administered_instrument
from valuealign.store.responses.respondent_names import RESPONDENT

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.moments import Moments
    from valuealign.store.responses.responses import Responses

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
    """Measure response biases separately: position and token, acquiescence, and level.

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
        The column of the responses.
    people : DataFrame, Moments, Population or str, optional
        A human sample of the same items; by default the one that the instrument's norms name.

    Returns
    -------
    ResponseStyle
        ``.indices``, ``.effects``, ``.variance`` and other tables, each with intervals.

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
    effects = effects_of_forms(plain, names, wanted, cluster, why)
    sensitivity = sensitivity_to_prompts(plain, names, wanted, cluster, why)
    return ResponseStyle(
        indices=style_indices(plain, unit, sheet, value=value, minimum=low, maximum=high),
        effects=effects,
        opposed=opposed_answers(frame, names, (low, high), why),
        directional=directional_shares(plain, names, keys, why),
        variance=variance_by_form(plain, names, wanted, why),
        elevation=raised,
        missing=shares_missing(frame, names, (low, high)),
        uncertainty=uncertainty(plain, names, cluster, why),
        unavailable=why
        | {"evaluative bias": "no item says how desirable it is; needs matched items"},
        flags=constant_answers(plain, names)
        | without_interval(intervals, unit)
        | without_correlation(effects, unit)
        | without_elevation(raised)
        | without_repeats(sensitivity, unit),
        intervals=intervals,
        sensitivity=sensitivity,
        missing_items=missing_by_item(frame, names),
        sample="" if sample is None else sample.id,
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
    """Return the human sample to compare with, unless people are given as rows or moments."""
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


def _intervals(
    frame: pd.DataFrame,
    names: tuple[str, str, str],
    by: tuple[list[str], str | None],
    ends: tuple[float, float],
    sample: Population | None,
) -> pd.DataFrame:
    unit, item, value = names
    intervals = index_intervals(
        frame, unit, item, by[0], minimum=ends[0], maximum=ends[1], cluster=by[1], value=value
    )
    return intervals.assign(
        people=intervals["index"].map(human_indices(sample, ends)).astype(float)
    )
