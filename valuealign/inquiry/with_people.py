"""Model rows beside a human sample: whether they may be compared, and at which level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.invariance.invariance import invariance
from valuealign.errors import AnalysisError
from valuealign.inquiry.evidence import Number, nothing

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument
    from valuealign.population.population import Population


def wording_match(
    sheets: pd.DataFrame, people: Population, *, declared: str | None = None
) -> tuple[bool, str]:
    """Say whether a model was given the words the people were given.

    Parameters
    ----------
    sheets : DataFrame
        One row an administration, with ``wording``, ``language`` and ``wording_hash`` where they
        are recorded.
    people : Population
    declared : str, optional
        What the user declares of words that nothing on record tells to be the same: a translation,
        or rows without a record. It never makes an open form the official text.

    Returns
    -------
    same : bool
    told : str
        What decides it.
    """
    theirs = people.source.wording
    if "wording" not in sheets.columns:
        told = "the rows do not say which wording was given"
        return _by_declaration(told, declared)
    if theirs.hash is not None and "wording_hash" in sheets.columns:
        if set(sheets["wording_hash"].astype(str)) == {theirs.hash}:
            return True, "the wording's hash is the sample's"
        if _spoken(sheets) == [theirs.language]:
            return False, "another wording's hash, in the sample's own language"
    kinds = sorted(set(sheets["wording"].dropna().astype(str)))
    if len(kinds) != 1 or not kinds[0].startswith(theirs.kind):
        given = ", ".join(kinds) or "no wording on record"
        return False, f"the model was given: {given}; the people: {theirs.kind} wording"
    spoken = ", ".join(_spoken(sheets))
    if spoken == theirs.language:
        return True, f"{theirs.kind} wording in {theirs.language}"
    told = (
        f"the model was asked in {spoken}, the people in {theirs.language or theirs.reason}: a "
        "translation is another wording until it is declared the same"
    )
    return _by_declaration(told, declared)


def _spoken(sheets: pd.DataFrame) -> list[str]:
    return sorted(set(sheets["language"].dropna().astype(str)))


def _by_declaration(told: str, declared: str | None) -> tuple[bool, str]:
    if declared is None or not declared.strip():
        return False, told
    return True, f"{told}; declared the same by the user: {declared.strip()}"


def scalar_standing(rows: pd.DataFrame, people: Population, instrument: Instrument) -> Number:
    """Say whether scalar invariance with people is shown, over the instrument's models."""
    values = []
    told = []
    for name, text in instrument.default_lavaan.items():
        try:
            found = invariance(
                text, {"model": rows, "people": people.moments},
                levels=("configural", "metric", "scalar"),
            )  # fmt: skip
        except AnalysisError as error:
            return nothing(f"{name}: {error}")
        standing = found.verdict.standings.get("scalar", "cannot be told")
        told.append(f"{name} {standing}")
        values.append({"holds": 1.0, "fails": 0.0}.get(standing, np.nan))
    if not values:
        return nothing("the instrument names no model")
    worst = 0.0 if 0.0 in values else float("nan") if np.isnan(values).any() else 1.0
    return Number(worst, reason="; ".join(told))
