"""The parts of an analysis of style, each with the reason where it is not available."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from valuealign.analysis.reliability.generalizability.generalizability_study import generalizability
from valuealign.analysis.style.directional import directional_share
from valuealign.analysis.style.form_effects import form_effects
from valuealign.analysis.style.opposed import opposed_stems
from valuealign.analysis.style.sensitivity import prompt_sensitivity
from valuealign.errors import AnalysisError, DataError

if TYPE_CHECKING:
    import pandas as pd


def effects_of_forms(
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


def opposed_answers(
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


def directional_shares(
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


def variance_by_form(
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
            study = generalizability(
                part.assign(_form=key)[[item, "_form", value]],
                item,
                ["_form"],
                value=value,
                method="ems",
            )
        except AnalysisError as error:
            why[f"variance of {name}"] = str(error)
            continue
        share = study.components["share"].to_numpy()
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


def sensitivity_to_prompts(
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
