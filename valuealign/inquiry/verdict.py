"""Which claims these responses permit, each with the number that decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.display import Shown
from valuealign.arguments import checked
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.findings import findings
from valuealign.inquiry.number import Number
from valuealign.inquiry.numbers import NUMBERS
from valuealign.inquiry.rules import Claim, Need, Rules, Whose, load_rules
from valuealign.population.population import Population
from valuealign.population.readers.exclusion import Exclusion
from valuealign.store.administered import Named

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses import Responses

PERMITTED, NOT, UNKNOWN = "permitted", "not permitted", "inconclusive"


@dataclass(frozen=True, eq=False, repr=False)
class Verdict(Shown):
    """Claims, and what decides them.

    Attributes
    ----------
    headline : dict of str to str
        By respondent: ``not a measure``, ``a measure for what is permitted``, or
        ``inconclusive``, with the number that decides.
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


@checked
def verdict(
    data: Responses | pd.DataFrame,
    instrument: Named = None,
    *,
    people: str | Path | Population | None = None,
    rules: str | Path | Rules | None = None,
    exclude: Exclusion | None = None,
) -> Verdict:
    """Judge which claims these responses can be asked to support.

    Parameters
    ----------
    data : Responses or DataFrame
        Responses of models (with opposed and reversed forms if anything is to be permitted), or
        a frame of people: one row a person, one column an item, no column ``model``.
    instrument : Instrument, str or Path, optional
        By default the one that was administered.
    people : str, Path or Population, optional
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
    A claim is permitted where every need is met, not permitted where one fails, and inconclusive
    where one is not available. The same numbers in people stand beside, where the human
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
    evidence = Evidence(data, instrument, people=people, exclude=exclude)
    return judge(evidence, rules)


def judge(evidence: Evidence, rules: str | Path | Rules | None = None) -> Verdict:
    """Judge claims on evidence that is at hand.

    Parameters
    ----------
    evidence : Evidence
    rules : str, Path or Rules, optional

    Returns
    -------
    Verdict
    """
    import pandas as pd

    held = rules if isinstance(rules, Rules) else load_rules(rules)
    whose: Whose = "people" if evidence.of_people else "models"
    rows = [
        _judge(who, claim, need, evidence)
        for who in evidence.respondents
        for claim in held.claims if whose in claim.of
        for need in claim.needs if whose in need.of
    ]  # fmt: skip
    needs = pd.DataFrame(rows)
    return Verdict(
        {who: _headline(needs[needs["respondent"] == who]) for who in evidence.respondents},
        {who: findings(evidence, who, needs) for who in evidence.respondents},
        _decide(needs), needs.drop(columns="disqualifies"),
        None if evidence.people is None else evidence.people.id, evidence.excluded,
    )  # fmt: skip


def _judge(who: str, claim: Claim, need: Need, evidence: Evidence) -> dict[str, Any]:
    number = evidence.number(need.number, who)
    value = number.at(need.bound)
    standing = UNKNOWN if np.isnan(value) else PERMITTED if need.met(value) else NOT
    people = evidence.of_human_sample.get(need.number, Number())
    return {
        "respondent": who, "claim": claim.id, "title": claim.title, "standing": standing,
        "number": need.number, "value": number.value, "ci_lower": number.lower,
        "ci_upper": number.upper, "n": number.n, "unit": number.unit,
        "threshold": need.threshold, "bound": need.bound, "people": people.value,
        "doi": need.source.doi, "source": need.source.reason, "reason": number.reason,
        "disqualifies": need.disqualifies,
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
    about = NUMBERS[row["number"]].about
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
        return f"inconclusive whether it is a measure: {_sentence(unknown.iloc[0].to_dict())}"
    return "a measure for what is permitted below, and for nothing else"
