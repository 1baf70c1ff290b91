"""The two sentences that open a verdict: the design and the conclusion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.number import cause
from valuealign.inquiry.number_kinds import NUMBERS

if TYPE_CHECKING:
    import pandas as pd

_SAY = {
    "describe": "describe these replies",
    "rank_scales": "rank its scales",
    "rank_composites": "rank its groups of scales",
    "comparable": "compare it with {versus}",
    "scores_differ": "call its scores different from those of {versus}",
    "values_differ": "call its values different from those of {versus}",
    "latent_means": "compare its latent means with people's ({construct})",
    "structure": "say that its items hang together as people's do",
    "above_chance": "say that it does better than guessing",
    "agreement": "rely on the agreement of the ratings",
}
"""Claim -> what one may, or may not, say."""
_PAIRS = ("comparable", "scores_differ", "values_differ")
_MISSING = ("answered", "least_answered_item")
_GATE = (
    *_MISSING,
    "profile_p",
    "gate_reversal_r",
    "gate_opposition_r",
    "position_share",
    "position_shift",
)


def summary(evidence: Evidence, respondent: str, table: pd.DataFrame, needs: pd.DataFrame) -> str:
    """Summarise in two sentences what was asked and what may be concluded.

    Parameters
    ----------
    evidence : Evidence
    respondent : str
    table, needs : DataFrame
        Of :class:`~valuealign.inquiry.verdict.verdict.Verdict`.

    Returns
    -------
    str
    """
    mine = table[(table["respondent"] == respondent) | (table["versus"] == respondent)]
    own = needs[(needs["respondent"] == respondent) & ~needs["claim"].isin(_PAIRS)]
    return f"{_asked(evidence, respondent, own)} {_said(mine, respondent, own)}"


def _asked(evidence: Evidence, respondent: str, needs: pd.DataFrame) -> str:
    instrument = evidence.instrument
    name = re.split(r"[,(]", instrument.title_in())[0].strip()
    title = f"The {name} ({instrument.id}, {instrument.wording_notice.notice})"
    if evidence.of_people:
        return f"{title} was answered by {len(evidence.wide):,} people."
    sheets = evidence.sheets(respondent)
    head = f"{title} was put to {respondent} {_times(sheets)}"
    if _one_answer(evidence, respondent):
        return f"{head}, and it gave one answer to every item."
    return head + _answering(needs[needs["number"].isin([*_GATE, "fewest_occasions"])])


def _times(sheets: pd.DataFrame) -> str:
    """Return how often it was put, and about how many stimuli."""
    about = sheets["stimulus"].nunique() if "stimulus" in sheets.columns else 0
    each = len(sheets) / about if about else len(sheets)
    times = "once" if each == 1 else f"{each:,.0f} times"
    if not about:
        return times
    what = f"about {about:,} {'stimulus' if about == 1 else 'stimuli'}"
    return f"{what}, {times} each" if each == int(each) else f"{len(sheets):,} times {what}"


def _answering(gate: pd.DataFrame) -> str:
    """Say whether a respondent answers what the items say, from the needs of the gate."""
    failed = gate[(gate["standing"] == "not permitted") & (gate["number"] != "fewest_occasions")]
    if len(failed):
        first = failed.iloc[0]
        why = NUMBERS[first["number"]].unmet
        if first["number"] == "least_answered_item":
            return f", and {why} ({first['reason']})."
        return f", and it does not answer what the items say: {why}."
    unknown = gate[gate["standing"] == "inconclusive"]
    if len(unknown):
        first = unknown.iloc[0]
        reason = cause(str(first["reason"]), str(first["remedy"]))
        return f", and whether it answers what the items say is not known ({reason})."
    passed = "gate_reversal_r" in set(gate["number"])
    return ", and it answers what the items say." if passed else "."


def _one_answer(evidence: Evidence, respondent: str) -> bool:
    """Whether every item has an answer, always the same option, as presented or as published."""
    sheets = evidence.sheets(respondent)
    items = [i for i in evidence.instrument.item_ids if i in sheets.columns]
    values: Any = sheets[items].to_numpy(float)
    if len(items) < len(evidence.instrument.item_ids) or np.isnan(values).all(axis=0).any():
        return False
    low = getattr(evidence.instrument.response_scale, "minimum", None)
    high = getattr(evidence.instrument.response_scale, "maximum", None)
    shown = values
    if low is not None and high is not None and "direction" in sheets.columns:
        turned = (sheets["direction"].astype(str) == "reversed").to_numpy()[:, None]
        shown = np.where(turned, low + high - values, values)
    return any(len(np.unique(x[np.isfinite(x)])) == 1 for x in (values, shown))


def _said(table: pd.DataFrame, respondent: str, needs: pd.DataFrame) -> str:
    rows = [row for row in table.to_dict("records") if not _implied(row, table)]
    may = _phrases([r for r in rows if r["standing"] == "permitted"], respondent)
    head = f"One may {_listed(may, 'and')}" if may else "No claim is permitted"
    gate = needs[needs["number"].isin(_GATE)]
    if (gate["standing"] == "not permitted").any():
        return f"{head}, and nothing else may be concluded from {'them' if may else 'the replies'}."
    if (gate["standing"] == "inconclusive").any():
        return f"{head}; anything else needs the forms that are missing."
    parts = [head]
    may_not = [r for r in rows if r["standing"] == "not permitted"]
    if may_not:
        why = _listed(list(dict.fromkeys(_why(r) for r in may_not))[:2], "and")
        parts.append(f"one may not {_listed(_phrases(may_not, respondent), 'or')}, because {why}")
    unknown = [
        r
        for r in rows
        if (r["standing"] == "inconclusive" and r["versus"] is not None)
        or (r["standing"] == "inconclusive" and r["claim"] not in _PAIRS)
    ]
    if unknown:
        said = _listed(_phrases(unknown, respondent), "or")
        parts.append(f"whether one may {said} is not known")
    return "; ".join(parts) + "."


def _implied(row: dict[Any, Any], table: pd.DataFrame) -> bool:
    """Whether a difference needs no mention, because the two may not even be compared."""
    if row["claim"] not in ("scores_differ", "values_differ"):
        return False
    same = (table["claim"] == "comparable") & (table["respondent"] == row["respondent"])
    same &= table["versus"].astype(object) == row["versus"]
    return not (table[same]["standing"] == "permitted").any()


def _phrases(rows: list[dict[Any, Any]], respondent: str) -> list[str]:
    """What the rows are about, each once, however many constructs or others there are."""
    by_claim: dict[str, list[dict[Any, Any]]] = {claim: [] for claim in _SAY}
    for row in rows:
        by_claim.setdefault(str(row["claim"]), []).append(row)
    by_claim = {claim: each for claim, each in by_claim.items() if each}
    return [_phrase(claim, each, respondent) for claim, each in by_claim.items()]


def _phrase(claim: str, rows: list[dict[Any, Any]], respondent: str) -> str:
    others = dict.fromkeys(
        str(r["respondent"] if r["versus"] == respondent else r["versus"]) for r in rows
    )
    versus = "another respondent" if set(others) == {"None"} else _listed(list(others)[:3], "or")
    if len(others) > 3:
        versus = f"{len(others)} others"
    constructs = _listed(list(dict.fromkeys(str(r["construct"]) for r in rows)), "or")
    return _SAY.get(claim, claim).format(versus=versus, construct=constructs)


def _why(row: dict[Any, Any]) -> str:
    unmet = NUMBERS[row["number"]].unmet
    for who in (row["versus"], row["respondent"]):
        named = row["versus"] is not None and f"{row['reason']}: ".startswith(f"{who}: ")
        if named and row["number"] in _MISSING:
            return f"{unmet} ({who})"
        if named and row["number"] in _GATE:
            return f"{who} does not answer what the items say"
    return unmet


def _listed(words: list[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
