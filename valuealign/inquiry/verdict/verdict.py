"""The verdict: which claims the responses permit, each with the number that decides it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from valuealign.analysis.claims.criterion import BEST_FIRST, Standing
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.item_homes import composites_of
from valuealign.inquiry.number import Number, unavailable
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.inquiry.verdict.obstacles import findings
from valuealign.inquiry.verdict.rules import Claim, Need, Rules, Whose, kind_of, rules_of, worst
from valuealign.inquiry.verdict.sentences import ALONE, headline, sentence
from valuealign.inquiry.verdict.verdict_summary import summary
from valuealign.population.population import Population
from valuealign.population.readers.exclusion import Exclusion
from valuealign.store.responses.administered_instrument import Named

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Verdict(Shown):
    """Claims with the numbers that decide them.

    Attributes
    ----------
    headline : dict of str to str
        By respondent: ``not a measure``, ``a measure for what is permitted``, or
        ``inconclusive``, with the number that decides.
    findings : dict of str to list of str
        By respondent, obstacles to every claim: constant items, too few rows,
        one-way keying, failed reversal.
    table : DataFrame
        ``respondent claim construct versus title standing number value ci_lower ci_upper n unit
        threshold bound people doi source range reason remedy why``: one row a claim, with the need
        that decides it; of latent means a row for each construct, of a comparison a row for each
        two respondents. ``range`` says what other thresholds conclude where ours is a convention.
    needs : DataFrame
        The same for every need of every claim.
    people : str or None
        The human sample that it is compared with.
    excluded : DataFrame
        ``respondent rule n of``: how many rows each declared rule left out.
    summary : dict of str to str
        By respondent, two sentences: what was asked of whom, and what may and may not be said.

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
    summary: dict[str, str]

    @property
    def remedies(self) -> dict[str, list[str]]:
        """By respondent, the commands that would give the numbers that are not available."""
        mine = self.needs[self.needs["remedy"] != ""]
        return {
            who: list(dict.fromkeys(mine.loc[mine["respondent"] == who, "remedy"]))
            for who in self.headline
        }

    def __str__(self) -> str:
        lines = []
        for who, said in self.headline.items():
            lines += [self.summary[who], f"{who}: {said}"]
            lines += [f"  add what is missing: {command}" for command in self.remedies[who]]
            lines += [f"  ! {line}" for line in self.findings[who]]
            lines += [f"  ! {line}" for line in self.told_excluded(who)]
            for row in self.table[self.table["respondent"] == who].to_dict("records"):
                about = row["construct"] or row["versus"]
                title = f"{row['title']} ({about})" if about else row["title"]
                lines.append(f"  {row['standing']:<15} {title}: {row['why']}")
        return "\n".join(lines)

    @property
    def overview(self) -> pd.DataFrame:
        """Claims by respondent: ``claim title``, then a column a respondent with its standing.

        Of several constructs or other respondents it is the most that holds for one of them.
        """
        import pandas as pd

        rows = []
        for (claim, title), part in self.table.groupby(["claim", "title"], sort=False):
            row = {"claim": claim, "title": title}
            for who in self.headline:
                mine = part[(part["respondent"] == who) | (part["versus"] == who)]["standing"]
                row[who] = min(mine, key=BEST_FIRST.index) if len(mine) else "inconclusive"
            rows.append(row)
        return pd.DataFrame(rows, columns=["claim", "title", *self.headline])

    def told_excluded(self, respondent: str) -> list[str]:
        """Return, rule by rule, how many rows were left out."""
        mine = self.excluded[self.excluded["respondent"] == respondent]
        return [
            f"excluded by declared rules: {row['n']} of {row['of']} rows ({row['rule']})"
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
    """Decide which claims the responses permit.

    Parameters
    ----------
    data : Responses or DataFrame
        Responses of models (with opposed and reversed forms if anything is to be permitted), or
        a frame of people: one row a person, one column an item, no column ``model``.
    instrument : Instrument, str or Path, optional
        By default the one that was administered.
    people : str, Path or Population, optional
        The human sample to compare with; by default the one that the instrument's norms name.
    rules : str, Path or Rules, optional
        Other rules than the toolkit's.
    exclude : Exclusion, optional
        Rows to leave out, declared before the results are seen: straight-lining, too little
        spread, too much missing. The same for models and people, and counted.

    Returns
    -------
    Verdict
        ``.headline``, and ``.table`` with one row a claim.

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
    >>> forms = "direction=published,reversed content=stem,opposed"
    >>> given = va.administer("pvq-21", "sim:token", forms=forms, occasions=3,
    ...                       store=f"{tempfile.mkdtemp()}/study.db")
    >>> print(va.verdict(given, "pvq-21").headline["sim:token"][:13])
    not a measure
    """
    evidence = Evidence(data, instrument, people=people, exclude=exclude)
    return judge(evidence, rules)


def judge(evidence: Evidence, rules: str | Path | Rules | None = None) -> Verdict:
    """Judge claims on given evidence.

    Parameters
    ----------
    evidence : Evidence
    rules : str, Path or Rules, optional

    Returns
    -------
    Verdict

    Raises
    ------
    DataError
        Rules without a claim for this instrument and these respondents.
    """
    import pandas as pd

    loaded = rules_of(rules)
    rows = [
        row
        for who in evidence.respondents
        for claim in loaded.claims
        if _applies(claim, evidence)
        for subject in _subjects(claim, who, evidence)
        for row in _needs(claim, subject, loaded, evidence)
    ]
    if not rows:
        raise DataError(
            f"the rules have no claim for {evidence.instrument.id}; give rules whose 'of' and "
            "'instruments' include it"
        )
    needs = _with_none(pd.DataFrame(rows))
    own = {who: needs[needs["respondent"] == who] for who in evidence.respondents}
    table = _decide(needs)
    return Verdict(
        headline={who: headline(mine) for who, mine in own.items()},
        findings={who: findings(evidence, who, needs) for who in evidence.respondents},
        table=table,
        needs=needs.drop(columns="disqualifies"),
        people=None if evidence.people is None else evidence.people.id,
        excluded=evidence.excluded,
        summary={who: summary(evidence, who, table, needs) for who in evidence.respondents},
    )


class _Subject(NamedTuple):
    """The respondent, pair or construct of a claim."""

    respondent: str
    construct: str | None = None
    versus: str | None = None


def _applies(claim: Claim, evidence: Evidence) -> bool:
    whose: Whose = "people" if evidence.of_people else "models"
    if claim.id == "rank_composites" and not any(
        composites_of(evidence.instrument, evidence.instrument.item_ids)
    ):
        return False
    return whose in claim.of and kind_of(evidence.instrument) in claim.instruments


def _subjects(claim: Claim, who: str, evidence: Evidence) -> list[_Subject]:
    """A row for each pair is the first respondent's; with one respondent there is no other."""
    if claim.about == "construct":
        return [_Subject(who, name) for name in evidence.instrument.default_lavaan]
    if claim.about == "pair":
        names = list(evidence.respondents)
        others = names[names.index(who) + 1 :]
        if len(names) < 2:
            return [_Subject(who)]
        return [_Subject(who, None, other) for other in others]
    return [_Subject(who)]


def _needs(
    claim: Claim, subject: _Subject, rules: Rules, evidence: Evidence
) -> list[dict[str, Any]]:
    whose: Whose = "people" if evidence.of_people else "models"
    return [
        _need(claim, need, subject, evidence) for need in rules.needs_of(claim) if whose in need.of
    ]


def _need(claim: Claim, need: Need, subject: _Subject, evidence: Evidence) -> dict[str, Any]:
    number, standing = _worst(claim, need, subject, evidence)
    people = evidence.of_human_sample.get(need.number, Number())
    return {
        "respondent": subject.respondent,
        "claim": claim.id,
        "construct": subject.construct,
        "versus": subject.versus,
        "title": claim.title,
        "standing": standing,
        "number": need.number,
        "value": number.value,
        "ci_lower": number.lower,
        "ci_upper": number.upper,
        "n": number.n,
        "unit": number.unit,
        "threshold": need.threshold,
        "bound": need.bound,
        "people": people.value,
        "doi": need.source.doi,
        "source": need.source.reason,
        "range": _range(need, number),
        "reason": number.reason,
        "remedy": number.remedy,
        "disqualifies": need.disqualifies and claim.about == "respondent",
    }


def _worst(
    claim: Claim, need: Need, subject: _Subject, evidence: Evidence
) -> tuple[Number, Standing]:
    """Of a pair, a number about one respondent is that of the one who fares worse."""
    if claim.about == "pair" and subject.versus is None:
        alone = unavailable(ALONE)
        return alone, need.standing(alone.value)
    who = [subject.respondent]
    if claim.about == "pair" and NUMBERS[need.number].of == "respondent":
        who.append(str(subject.versus))
    numbers = []
    for name in who:
        number = evidence.number(
            need.number, name, versus=subject.versus, construct=subject.construct
        )
        if len(who) > 1:
            number = replace(number, reason=f"{name}: {number.reason}" if number.reason else name)
        numbers.append((number, need.standing(number.at(need.bound))))
    standing = worst(s for _, s in numbers)
    return next(pair for pair in numbers if pair[1] == standing)


def _range(need: Need, number: Number) -> str:
    """How the conclusion changes over the range of a threshold that is our convention."""
    value = number.at(need.bound)
    if not need.range or np.isnan(value):
        return ""
    name = next(
        n for n in ("at_least", "above", "at_most", "below") if getattr(need, n) is not None
    )
    each = sorted({*need.range, float(getattr(need, name))})
    passed = [f"{x:g} {need.model_copy(update={name: x}).standing(value)}" for x in each]
    return "; ".join(passed)


def _decide(needs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a claim: its first failed need, else its first unknown, else its last."""
    import pandas as pd

    rows = []
    keys = ["respondent", "claim", "construct", "versus"]
    for _, part in needs.groupby(keys, sort=False, dropna=False):
        standing = worst(part["standing"])
        which = part[part["standing"] == standing]
        row = which.iloc[-1 if standing == "permitted" else 0].to_dict()
        all_met = f"all {len(part)} needs are met; " if standing == "permitted" else ""
        rows.append(row | {"why": all_met + sentence(row)})
    table = pd.DataFrame(rows, columns=[*needs.columns, "why"]).drop(columns="disqualifies")
    return _with_none(table)


def _with_none(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep None where a claim has no construct and no other respondent."""
    for name in ("construct", "versus", "doi"):
        kept = frame[name].astype(object)
        frame[name] = kept.where(kept.notna(), None)
    return frame
