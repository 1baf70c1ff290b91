"""Obstacles to every claim, which are listed before the claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.verdict.rules import kind_of

if TYPE_CHECKING:
    import pandas as pd


def findings(evidence: Evidence, respondent: str, needs: pd.DataFrame) -> list[str]:
    """List constant items, too few rows, one-way keying, and probes that failed.

    Parameters
    ----------
    evidence : Evidence
    respondent : str
    needs : DataFrame
        Needs as they were judged: a probe fails where the rules say so.

    Returns
    -------
    list of str
    """
    listed = _design(evidence, respondent)
    mine = needs[(needs["respondent"] == respondent) & (needs["standing"] == "not permitted")]
    mine = mine[mine["versus"].isna()]  # of a pair, a number may be the other respondent's
    failed = set(mine["number"])
    if "gate_reversal_r" in failed:
        r = evidence.number("gate_reversal_r", respondent)
        listed.append(
            f"failed reversal: item means under the two scale directions correlate {r.value:.2f} "
            f"[{r.lower:.2f}, {r.upper:.2f}]"
        )
    if "gate_opposition_r" in failed:
        r = evidence.number("gate_opposition_r", respondent)
        listed.append(
            f"failed opposition: stems and turned answers to opposed stems correlate {r.value:.2f} "
            f"[{r.lower:.2f}, {r.upper:.2f}]; answers about content agree"
        )
    return listed


def _design(evidence: Evidence, respondent: str) -> list[str]:
    instrument = evidence.instrument
    listed: list[str] = []
    if kind_of(instrument) != "graded":
        return listed  # right answers, rated texts and ratings of stimuli have no scales to test
    varying = evidence.number("varying_items", respondent)
    if varying.value < 1:
        listed.append(f"constant items: {1 - varying.value:.0%} of items ({varying.reason})")
    rows = evidence.number("rows_over_items", respondent)
    if rows.value < 1:
        listed.append(f"fewer rows than items + 1: {rows.reason}")
    if not evidence.of_people and len({item.keyed for item in instrument.items}) == 1:
        listed.append(
            f"one-way keying: all items of {instrument.id} are keyed in one direction, so agreeing "
            "with everything looks like high scores; opposed stems probe it"
        )
    return listed
