"""The criteria of a claim as numbers, under the names that the rules use."""

from __future__ import annotations

from collections.abc import Mapping

from valuealign.analysis.claims.criterion import Claim
from valuealign.inquiry.number import Number

GATE = {
    "answered": "answered",
    "least_answered_item": "least_answered_item",
    "profile_p": "profile_p",
    "reversal_r": "gate_reversal_r",
    "opposition_r": "gate_opposition_r",
    "position_share": "position_share",
    "position_shift": "position_shift",
}
CRITERIA: Mapping[str, Mapping[str, str]] = {
    "profile": GATE,
    "describe": GATE,
    "rank_scales": GATE | {"reliability": "scale_reliability", "scales_p": "scales_p"},
    "rank_composites": GATE | {"reliability": "composite_reliability", "scales_p": "composites_p"},
    "comparable": GATE,
    "scores_differ": GATE | {"scales_by_form_p": "scores_p"},
    "values_differ": GATE | {"any_item_p": "any_item_p", "scales_p": "difference_scales_p"},
    "structure": {},
    "latent_means": {},
    "above_chance": {},
    "agreement": {},
}
"""Claim -> the names under which the rules know its criteria, where they are others."""


def numbers_of(claim: Claim, *, span: float = 1.0) -> dict[str, list[Number]]:
    """Return a claim's criteria as numbers, by the names that the rules use.

    Parameters
    ----------
    claim : Claim
    span : float
        The response range: `position_shift` becomes a share of it.

    Returns
    -------
    dict of str to list of Number
        Of a claim about a pair, the gate's numbers are those of both.
    """
    names = CRITERIA[claim.id]
    out: dict[str, list[Number]] = {}
    for criterion in claim.criteria:
        own, _, who = criterion.name.partition(", ")
        scale = span if own == "position_shift" else 1.0
        reason = f"{who} respondent: {criterion.reason}" if who else criterion.reason
        out.setdefault(names.get(own, own), []).append(
            Number(criterion.value / scale, criterion.lower, criterion.upper, reason)
        )
    return out
