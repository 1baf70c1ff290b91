"""The respondents of a comparison as samples of scale scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.average import Average, average, average_of
from valuealign.errors import DataError
from valuealign.frames import responses_frame
from valuealign.inquiry.comparison.people import people_of
from valuealign.inquiry.respondents import UNITS, Unit, each_respondent, without_opposed
from valuealign.inquiry.verdict.gate import Gate, all_of
from valuealign.population.population import Population
from valuealign.scoring.scale_scores import score
from valuealign.store.responses.respondent_names import with_respondents

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument

NO_SCORE = "every answer is missing, or too many are missing for a score of any scale"
CENTRED_TWICE = "these scores are centred already, and no column MRAT says on what"


@dataclass(frozen=True, eq=False)
class Sample:
    """One respondent's scale scores.

    Parameters
    ----------
    id : str
    names : tuple of str
        Scales.
    averages : dict of bool to Average
        By whether scores are centred.
    rows : dict of bool to DataFrame
        Scores of rows, by whether they are centred; empty where only moments are known.
    forms : list or None
        The form of each row.
    occasions : list or None
    items : DataFrame or None
        Item answers, one row an administration.
    sheets : DataFrame
        What is on record of the wording that was given.
    why_not : str
        Why there are no centred (or no raw) scores.
    counts : DataFrame or None
        How many gave each code, one row an item, where only moments are known.
    gate : Gate or None
        Whether the respondent answers the items; None for people, who are taken to.
    personas : DataFrame or None
        Item answers, one row a persona, where rows are personas.
    """

    id: str
    names: tuple[str, ...]
    averages: dict[bool, Average]
    rows: dict[bool, pd.DataFrame]
    forms: list[Any] | None
    occasions: list[Any] | None
    items: pd.DataFrame | None
    sheets: pd.DataFrame
    why_not: str = ""
    counts: pd.DataFrame | None = None
    gate: Gate | None = None
    personas: pd.DataFrame | None = None

    @property
    def stands(self) -> bool:
        """Whether the respondent may be compared with people."""
        return self.gate is None or self.gate.permitted

    @property
    def why_no_standing(self) -> str:
        """Why the respondent may not be compared with people; empty if it may."""
        return "" if self.gate is None else self.gate.why_no_standing

    @property
    def n(self) -> int:
        """Rows."""
        return next(iter(self.averages.values())).n

    @property
    def flat(self) -> bool:
        """Whether every row has the same score on all scales."""
        for rows in self.rows.values():
            values = rows[list(self.names)]
            return len(self.names) > 1 and bool(
                (values.max(axis=1) - values.min(axis=1) < 1e-9).all()
            )
        return False


def samples_of(
    source: Any, instrument: Instrument, unit: Unit, gates: Mapping[str, Gate], why: dict[str, str]
) -> list[Sample]:
    """Return the respondents of a comparison, one sample each.

    Parameters
    ----------
    source : Responses, DataFrame or Population
    instrument : Instrument
    unit : {"administrations", "personas", "models"}
    gates : mapping of str to Gate
        By respondent; of models as rows, all of them together.
    why : dict of str to str
        Takes the reason for each respondent that has no score and is left out.

    Returns
    -------
    list of Sample

    Raises
    ------
    DataError
        Nothing of this instrument, personas where none were given, no respondent with a score.
    """
    if isinstance(source, Population):
        return [_of_population(source, instrument)]
    attrs = getattr(source, "attrs", {})
    frame = responses_frame(source, "wide").reset_index(drop=True)  # rows are found by their place
    frame.attrs = dict(attrs)
    if frame.empty:
        raise DataError("there are no responses to compare")
    frame = with_respondents(frame) if "model" in frame.columns else frame
    frame = without_opposed(frame)
    if frame.empty:
        raise DataError("no reply used the original stems; opposed stems have other content")
    scored, why_not = _scores(frame, instrument)
    samples = []
    for name, index in _respondents(frame, unit):
        mine = {k: v.loc[index] for k, v in scored.items()}
        gate = all_of(gates.items()) if unit == "models" else gates.get(name)
        sample = _sample(
            name, frame.loc[index], mine, instrument, unit=unit, why_not=why_not, gate=gate
        )
        if sample is None:
            why[f"scores of {name}"] = NO_SCORE
        else:
            samples.append(sample)
    if not samples:
        who, reason = next(iter(why.items()))
        raise DataError(f"there are no {who}: {reason}")
    return samples


def _of_population(people: Population, instrument: Instrument) -> Sample:
    import pandas as pd

    people_scores = people_of(people, instrument)
    averages = {False: average_of(people_scores.raw)}
    if people_scores.centred is not None:
        averages[True] = average_of(people_scores.centred)
    wording = people.source.wording
    sheets = pd.DataFrame(
        [{"wording": wording.kind, "language": wording.language, "wording_hash": wording.hash}]
    )
    return Sample(
        people.id,
        tuple(people_scores.raw.names),
        averages,
        people_scores.rows,
        None,
        None,
        people.rows,
        sheets,
        people_scores.why_not,
        people.frequencies,
    )


def _scores(frame: pd.DataFrame, instrument: Instrument) -> tuple[dict[bool, pd.DataFrame], str]:
    """Return raw and centred scores of a frame of items, or of one of scores."""
    names = [s.id for s in instrument.scales]
    if set(frame.columns) & set(instrument.item_ids) or not set(frame.columns) & set(names):
        raw = score(frame, instrument, bounds=True)
        if "mrat" not in instrument.scoring.centring:
            return {False: raw}, f"{instrument.id} has no rule of centring"
        return {False: raw, True: score(frame, instrument, centre="mrat", bounds=True)}, ""
    return _given_scores(frame, instrument, [name for name in names if name in frame.columns])


def _given_scores(
    frame: pd.DataFrame, instrument: Instrument, names: list[str]
) -> tuple[dict[bool, pd.DataFrame], str]:
    named = frame.attrs.get("instrument", instrument.id)
    if named != instrument.id:
        raise DataError(f"these are scores of {named}, not of {instrument.id}")
    if "mrat" not in instrument.scoring.centring:
        return {False: frame}, f"{instrument.id} has no rule of centring"
    if frame.attrs.get("centring", "mrat" if "MRAT" in frame.columns else "raw") == "mrat":
        if "MRAT" not in frame.columns:
            return {True: frame}, CENTRED_TWICE
        raw = frame.copy()
        raw[names] = frame[names].add(frame["MRAT"], axis=0)
        return {True: frame, False: raw}, ""
    sizes = {s.id: len(s.items) for s in instrument.scales}
    once = sum(sizes.values()) == len(instrument.item_ids) and all(
        item.keyed == 1 for item in instrument.items
    )
    whole = "n_missing" in frame.columns and not frame["n_missing"].any()
    if not (once and whole and set(names) == set(sizes) and instrument.scoring.rule == "mean"):
        return {False: frame}, (
            "the mean rating cannot be had from these scores; give the responses, or scores with "
            'centre="mrat"'
        )
    mrat = frame[names].to_numpy(float) @ np.array([sizes[n] for n in names]) / sum(sizes.values())
    centred = frame.copy()
    centred[names] = frame[names].sub(mrat, axis=0)
    return {False: frame, True: centred}, ""


def _respondents(frame: pd.DataFrame, unit: Unit) -> Iterator[tuple[str, pd.Index]]:
    if unit == "personas" and ("persona" not in frame or frame["persona"].isna().all()):
        raise DataError("no personas were given; rows are administrations or models")
    if unit == "models":
        if "model" not in frame:
            raise DataError("no column model says whose rows these are")
        yield "models", frame.index
        return
    if "model" not in frame:
        yield "rows", frame.index
        return
    for name, part in each_respondent(frame):
        yield name, part.index


def _sample(
    name: str,
    part: pd.DataFrame,
    scored: dict[bool, pd.DataFrame],
    instrument: Instrument,
    *,
    unit: Unit,
    why_not: str,
    gate: Gate | None,
) -> Sample | None:
    """Return one respondent's sample; None where no scale has a score."""
    scales = [s.id for s in instrument.scales if s.id in next(iter(scored.values())).columns]
    rows = {k: _in_units(v, part, unit) for k, v in scored.items()}
    known = [s for s in scales if next(iter(rows.values()))[s].notna().any()]
    if not known:
        return None
    plain = unit == "administrations"
    forms = part["form"].tolist() if plain and "form" in part else None
    items = [i for i in instrument.item_ids if i in part.columns]
    wording = [c for c in ("wording", "language", "wording_hash", "stem") if c in part.columns]
    return Sample(
        name,
        tuple(known),
        {k: average(v[known], forms) for k, v in rows.items()},
        rows,
        forms,
        part["occasion"].tolist() if plain and "occasion" in part else None,
        part[items] if items else None,
        part[wording],
        why_not,
        gate=gate,
        personas=_personas(part, items) if unit == "personas" and items else None,
    )


def _personas(part: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    keys = [part[k].astype(str) for k in UNITS["personas"][0]]
    averaged: pd.DataFrame = part[items].groupby(keys, sort=False).mean()
    return averaged


def _in_units(scores: pd.DataFrame, part: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    if unit == "administrations":
        return scores
    keys = [part[k].astype(str) for k in UNITS[unit][0]]
    numbers = scores.select_dtypes("number")
    averaged: pd.DataFrame = numbers.groupby(keys, sort=False).mean().reset_index(drop=True)
    return averaged
