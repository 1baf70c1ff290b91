"""Decisions of a rules file on claims that `analysis.claims` computed."""

from __future__ import annotations

from collections.abc import Sequence

from valuealign.analysis.claims.criterion import Claim, Standing
from valuealign.inquiry.criteria import numbers_of
from valuealign.inquiry.number import Number
from valuealign.inquiry.verdict.rules import Need, Rules, worst

GATE = "profile"


def standing_by(
    rules: Rules, claim: Claim, *, span: float, occasions: Sequence[int] = ()
) -> Standing | None:
    """Return what the rules conclude about a claim.

    Parameters
    ----------
    rules : Rules
    claim : Claim
        With the numbers; its own thresholds are not used.
    span : float
        The response range.
    occasions : sequence of int
        Of each respondent that the claim is about, administrations of the form with the fewest.

    Returns
    -------
    str or None
        None where the rules have no such claim. Needs about the design of responses, such as the
        wording, are not criteria and are taken to be met.

    Examples
    --------
    >>> from valuealign.analysis.claims.criterion import Criterion
    >>> from valuealign.inquiry.verdict.rules import load_rules
    >>> claim = Claim("agreement", (Criterion("icc", 0.6, "at least", 0.5, lower=0.4),))
    >>> standing_by(load_rules(), claim, span=5.0)
    'not permitted'
    """
    needs = _needs(rules, claim.id)
    if needs is None:
        return None
    numbers = numbers_of(claim, span=span) | {
        "fewest_occasions": [Number(float(n), n=float(n), unit="occasions") for n in occasions]
    }
    return worst(
        need.standing(number.at(need.bound))
        for need in needs
        for number in numbers.get(need.number, ())
    )


def _needs(rules: Rules, claim_id: str) -> tuple[Need, ...] | None:
    if claim_id == GATE:
        return rules.gate
    return next((rules.needs_of(c) for c in rules.claims if c.id == claim_id), None)
