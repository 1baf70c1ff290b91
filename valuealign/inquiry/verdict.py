"""Which claims these responses permit, each with the number that decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.display import Shown
from valuealign.errors import DataError, TooFewRows
from valuealign.inquiry.evidence import (
    Number,
    levels_of,
    misfit_beside,
    nothing,
    of_model,
    of_moments,
    rank_stability,
    structure,
)
from valuealign.inquiry.invariance.standing import scalar_standing
from valuealign.inquiry.left_out import left_out
from valuealign.inquiry.rows import check_items, respondents
from valuealign.inquiry.rules import NUMBERS, Claim, Need, Rules, Whose, load_rules
from valuealign.inquiry.sample import human_sample
from valuealign.inquiry.wording_match import wording_match
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.population.population import Population
from valuealign.population.readers.exclusion import Exclusion

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses import Responses

PERMITTED, NOT, UNKNOWN = "permitted", "not permitted", "cannot be told"


@dataclass(frozen=True, eq=False, repr=False)
class Verdict(Shown):
    """Claims, and what decides them.

    Attributes
    ----------
    headline : dict of str to str
        By respondent: ``not a measure``, ``a measure for what is permitted``, or ``cannot be
        told``, with the number that decides.
    findings : dict of str to list of str
        By respondent, what stands in the way of everything: constant items, too few rows,
        one-way keying, failed reversal.
    table : DataFrame
        ``respondent claim standing number value ci_lower ci_upper threshold people doi reason``:
        one row a claim, with the need that decides it.
    needs : DataFrame
        The same for every need of every claim.
    people : str or None
        The human sample beside it.
    excluded : DataFrame
        ``respondent rule n of``: how many rows each declared rule left out.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import valuealign as va
    >>> pvq = va.load_instrument("pvq-21")
    >>> x = np.random.default_rng(1).integers(1, 7, size=(80, 21))
    >>> found = va.verdict(pd.DataFrame(x, columns=pvq.item_ids), pvq)
    >>> found.people
    'pvq21-de-ess9'
    """

    headline: dict[str, str]
    findings: dict[str, list[str]]
    table: pd.DataFrame
    needs: pd.DataFrame
    people: str | None
    excluded: pd.DataFrame

    def __str__(self) -> str:
        lines = []
        for who, said in self.headline.items():
            lines.append(f"{who}: {said}")
            lines += [f"  ! {one}" for one in self.findings[who]]
            lines += [f"  ! {one}" for one in self.told_excluded(who)]
            for row in self.table[self.table["respondent"] == who].to_dict("records"):
                lines.append(f"  {row['standing']:<15} {row['title']}: {row['why']}")
        return "\n".join(lines)

    def told_excluded(self, respondent: str) -> list[str]:
        """Return, rule by rule, how many rows were left out."""
        mine = self.excluded[self.excluded["respondent"] == respondent]
        return [
            f"left out by declaration: {row['n']} of {row['of']} rows ({row['rule']})"
            for row in mine.to_dict("records")
        ]


def verdict(
    data: Responses | pd.DataFrame,
    instrument: str | Instrument,
    *,
    people: str | Population | None = None,
    rules: str | Path | Rules | None = None,
    exclude: Exclusion | None = None,
) -> Verdict:
    """Judge which claims these responses can be asked to support.

    Parameters
    ----------
    data : Responses or DataFrame
        Responses of models (with opposed and reversed forms if anything is to be permitted), or
        a frame of people: one row a person, one column an item, no column ``model``.
    instrument : str or Instrument
    people : str or Population, optional
        The human sample beside it; by default the one the instrument's norms name.
    rules : str, Path or Rules, optional
        Other rules than the toolkit's.
    exclude : Exclusion, optional
        Rows to leave out, declared before the results are seen: straight-lining, too little
        spread, too much missing. The same for models and people, and counted.

    Returns
    -------
    Verdict

    Raises
    ------
    DataError
        No responses to the instrument, unknown people, rules that are none.

    Notes
    -----
    A claim is permitted where every need is met, not permitted where one fails, and cannot be
    told where one is not available. The same numbers in people stand beside, where the human
    sample carries them.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> forms = [va.Form(), va.Form(direction="reversed"), va.Form(content="opposed")]
    >>> given = va.administer("pvq-21", "sim:token", forms=forms, occasions=2,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> print(va.verdict(given, "pvq-21").headline["sim:token"][:13])
    not a measure
    """
    import pandas as pd

    loaded = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    held = rules if isinstance(rules, Rules) else load_rules(rules)
    sample = human_sample(people, loaded)
    beside = of_moments(sample.moments, loaded) if sample is not None else {}
    if sample is not None:
        beside["rows_over_items"] = Number(sample.n / (len(sample.source.items) + 1))
    found, whose, excluded = _evidence(data, loaded, sample, exclude)
    rows = [
        _judge(who, claim, need, numbers, beside)
        for who, numbers in found.items()
        for claim in held.claims if whose in claim.of
        for need in claim.needs if whose in need.of
    ]  # fmt: skip
    needs = pd.DataFrame(rows)
    return Verdict(
        {who: _headline(needs[needs["respondent"] == who]) for who in found},
        {who: _findings(numbers, loaded, whose) for who, numbers in found.items()},
        _decide(needs), needs.drop(columns="disqualifies"),
        None if sample is None else sample.id, excluded,
    )  # fmt: skip


def _evidence(
    data: Any, instrument: Instrument, sample: Population | None, exclude: Exclusion | None
) -> tuple[dict[str, dict[str, Number]], Whose, pd.DataFrame]:
    if hasattr(data, "columns") and "model" not in data.columns:
        check_items(data, instrument)
        kept, counts = left_out(data, instrument, exclude)
        if not kept.any():
            raise TooFewRows(f"the declared rules leave out all {len(data)} rows")
        return {"people": _of_people(data[kept], instrument)}, "people", counts
    long, wide = _frames(data, instrument)
    kept, counts = left_out(wide, instrument, exclude)
    sheets = set(wide.loc[kept, "administration_id"])
    there, rows = long[long["administration_id"].isin(sheets)], wide[kept]
    models = list(dict.fromkeys(long["model"].astype(str)))
    gone = nothing("every sheet was left out by declaration")
    level = levels_of(there) if len(there) else gone
    found = {}
    for model in models:
        mine = rows[rows["model"].astype(str) == model]
        if not len(mine):
            found[model] = dict.fromkeys(NUMBERS, gone)
            continue
        numbers = of_model(there, rows, model, instrument)
        numbers |= {"models": Number(float(len(models))), "level_phi": level}
        numbers |= _beside(mine, instrument, sample)
        found[model] = numbers
    return found, "models", counts


def _frames(data: Any, instrument: Instrument) -> tuple[pd.DataFrame, pd.DataFrame]:
    if hasattr(data, "columns"):
        raise DataError(
            "a frame of models has no forms and occasions in it; give the responses themselves, "
            "va.responses(store)"
        )
    long, wide = data.long, data.wide
    long = long[long["instrument"].astype(str) == instrument.id]
    wide = wide[wide["instrument"].astype(str) == instrument.id]
    if long.empty:
        raise DataError(f"there are no responses to {instrument.id}")
    return long, wide


def _of_people(frame: pd.DataFrame, instrument: Instrument) -> dict[str, Number]:
    values = frame[[i for i in instrument.item_ids if i in frame.columns]]
    return {
        "answered": Number(float(values.notna().to_numpy().mean())),
        "varying_items": Number(float((values.nunique() > 1).mean())),
        "rank_stability": rank_stability(values, instrument),
    } | structure(values, instrument)


def _beside(
    sheets: pd.DataFrame, instrument: Instrument, sample: Population | None
) -> dict[str, Number]:
    """Numbers that need people."""
    if sample is None:
        return dict.fromkeys(
            ("wording_match", "scalar_invariance", "misfit_beside_people"),
            nothing(f"no human sample of {instrument.id} is at hand; name one with people="),
        )
    same, told = wording_match(sheets, sample)
    rows, _ = respondents(sheets)
    return {
        "wording_match": Number(float(same), reason=told),
        "scalar_invariance": scalar_standing(rows, sample, instrument) if same else nothing(told),
        "misfit_beside_people": misfit_beside(rows, sample.moments, instrument),
    }


def _judge(
    who: str, claim: Claim, need: Need, numbers: dict[str, Number], beside: dict[str, Number]
) -> dict[str, Any]:
    number = numbers.get(need.number, nothing("not computed"))
    value = number.at(need.bound)
    standing = UNKNOWN if np.isnan(value) else PERMITTED if need.met(value) else NOT
    people = beside.get(need.number)
    return {
        "respondent": who, "claim": claim.id, "title": claim.title, "standing": standing,
        "number": need.number, "value": number.value, "ci_lower": number.lower,
        "ci_upper": number.upper, "threshold": need.threshold, "bound": need.bound,
        "people": np.nan if people is None else people.value, "doi": need.source.doi,
        "source": need.source.reason, "reason": number.reason, "disqualifies": need.disqualifies,
    }  # fmt: skip


def _decide(needs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a claim: its first failed need, else its first unknown, else its last."""
    import pandas as pd

    rows = []
    for _, part in needs.groupby(["respondent", "claim"], sort=False):
        for standing in (NOT, UNKNOWN, PERMITTED):
            which = part[part["standing"] == standing]
            if len(which):
                row = which.iloc[0].to_dict()
                all_met = f"all {len(part)} needs are met; " if standing == PERMITTED else ""
                rows.append(row | {"why": all_met + _sentence(row)})
                break
    return pd.DataFrame(rows).drop(columns="disqualifies")


def _sentence(row: Mapping[Any, Any]) -> str:
    about = NUMBERS[row["number"]]
    if np.isnan(row["value"]):
        return f"{about.removeprefix('1: ')} is not available: {row['reason']}"
    if about.startswith("1: "):
        return str(row["reason"]) or about
    said = f"{about} is {row['value']:.2f}"
    if np.isfinite(row["ci_lower"]):
        said += f" [{row['ci_lower']:.2f}, {row['ci_upper']:.2f}]"
    said += f", expected {row['threshold']}"
    if np.isfinite(row["people"]):
        said += f" (people: {row['people']:.2f})"
    return said + (f"; {row['reason']}" if row["reason"] else "")


def _headline(needs: pd.DataFrame) -> str:
    failed = needs[needs["disqualifies"] & (needs["standing"] == NOT)]
    if len(failed):
        return f"not a measure: {_sentence(failed.iloc[0].to_dict())}"
    unknown = needs[needs["disqualifies"] & (needs["standing"] == UNKNOWN)]
    if len(unknown):
        return f"cannot be told whether it is a measure: {_sentence(unknown.iloc[0].to_dict())}"
    return "a measure for what is permitted below, and for nothing else"


def _findings(numbers: dict[str, Number], instrument: Instrument, whose: Whose) -> list[str]:
    found = []
    varying = numbers.get("varying_items", Number())
    if varying.value < 1:
        found.append(f"constant items: {1 - varying.value:.0%} of items ({varying.reason})")
    rows = numbers["rows_over_items"]
    if rows.value < 1:
        found.append(f"fewer rows than items + 1: {rows.reason}")
    if whose == "models" and len({item.keyed for item in instrument.items}) == 1:
        found.append(
            f"one-way keying: all items of {instrument.id} point the same way, so agreeing with "
            "everything looks like high scores; opposed stems probe it"
        )
    reversal = numbers.get("reversal_r", Number())
    if reversal.value < 0.7:
        found.append(
            f"failed reversal: item means under the two scale directions correlate "
            f"{reversal.value:.2f} [{reversal.lower:.2f}, {reversal.upper:.2f}]"
        )
    opposition = numbers.get("opposition_r", Number())
    if opposition.lower <= 0:
        found.append(
            f"failed opposition: stems and opposed stems correlate {-opposition.value:+.2f} "
            f"[{-opposition.upper:+.2f}, {-opposition.lower:+.2f}]; answers about content give a "
            "negative number whose interval leaves out 0"
        )
    return found
