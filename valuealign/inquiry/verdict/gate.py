"""The gate: may a respondent be interpreted at all, by the verdict's rules and numbers?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from valuealign.analysis.claims.criterion import Standing
from valuealign.errors import DataError
from valuealign.inquiry.answers import answers_of, gate_numbers
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.number import Number, unavailable
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.inquiry.respondents import each_respondent
from valuealign.inquiry.verdict.rules import Need, Rules, worst
from valuealign.instrument.instrument import Instrument
from valuealign.store.responses.respondent_names import with_respondents

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Gate:
    """The gate's conclusion about one respondent.

    Attributes
    ----------
    standing : {"permitted", "not permitted", "inconclusive"}
    why_no_standing : str
        Why it has no place among people; empty where it is permitted.
    """

    standing: Standing
    why_no_standing: str = ""

    @property
    def permitted(self) -> bool:
        """Whether the respondent may be interpreted."""
        return self.standing == "permitted"


def gate_by(rules: Rules, number: Callable[[str], Number]) -> Gate:
    """Apply the gate of rules to a model's numbers.

    Parameters
    ----------
    rules : Rules
    number : callable
        Returns the number of a name.

    Returns
    -------
    Gate
        Decided by the first need that is not met, else the first that is inconclusive.

    Examples
    --------
    >>> from valuealign.inquiry.verdict.rules import load_rules
    >>> gate_by(load_rules(), lambda name: unavailable("no opposed stems"))
    Gate(standing='inconclusive', why_no_standing='it is not known whether the items are answered
    (no opposed stems)')
    """
    numbers = [(need, number(need.number)) for need in rules.gate if "models" in need.of]
    judged = [
        (need, estimate, need.standing(estimate.at(need.bound))) for need, estimate in numbers
    ]
    standing = worst(each for _, _, each in judged)
    if standing == "permitted":
        return Gate(standing)
    need, decides = next((need, estimate) for need, estimate, each in judged if each == standing)
    return Gate(standing, _why(need, decides, standing))


def _why(need: Need, number: Number, standing: Standing) -> str:
    kind = NUMBERS[need.number]
    if standing == "not permitted":
        return f"the respondent does not answer the items: {kind.unmet or kind.about}"
    reason = number.reason or f"{kind.about} is {number.value:g}, expected {need.threshold}"
    return f"it is not known whether the items are answered ({reason})"


def gates_of(data: Any, instrument: Instrument, rules: Rules) -> dict[str, Gate]:
    """Apply the gate to each model of some responses or of a frame.

    Parameters
    ----------
    data : Responses, DataFrame or Population
    instrument : Instrument
    rules : Rules

    Returns
    -------
    dict of str to Gate
        By respondent. Empty for people, who are taken to answer the items, and for instruments
        without a rating scale, which have other claims.
    """
    if instrument.scoring.answers != "graded":
        return {}
    if hasattr(data, "wide"):
        return gates_by_evidence(Evidence(data, instrument), rules)
    if not hasattr(data, "columns") or "model" not in data.columns:
        return {}
    each = each_respondent(with_respondents(data))
    return {who: gate_by(rules, _of_sheets(mine, instrument)) for who, mine in each}


def gates_by_evidence(evidence: Evidence, rules: Rules) -> dict[str, Gate]:
    """Apply the gate to each respondent of some evidence.

    Parameters
    ----------
    evidence : Evidence
    rules : Rules

    Returns
    -------
    dict of str to Gate
        As from :func:`gates_of`.
    """
    if evidence.of_people or evidence.instrument.scoring.answers != "graded":
        return {}
    return {
        who: gate_by(rules, partial(evidence.number, respondent=who))
        for who in evidence.respondents
    }


def all_of(gates: Iterable[tuple[str, Gate]]) -> Gate | None:
    """Return the gate of several respondents that are judged as one; None where there is none.

    Examples
    --------
    >>> all_of([("a", Gate("permitted")), ("b", Gate("not permitted", "it says yes"))])
    Gate(standing='not permitted', why_no_standing='b: it says yes')
    """
    named = dict(gates)
    if not named:
        return None
    standing = worst(gate.standing for gate in named.values())
    if standing == "permitted":
        return Gate(standing)
    who, gate = next((w, g) for w, g in named.items() if g.standing == standing)
    return Gate(standing, f"{who}: {gate.why_no_standing}")


def _of_sheets(sheets: pd.DataFrame, instrument: Instrument) -> Callable[[str], Number]:
    """Return the gate's numbers of one model's rows of a frame."""
    if not set(sheets.columns) & set(instrument.item_ids):
        why = "scale scores do not say whether the items were answered; give the responses "
        return lambda _: unavailable(f"{why}themselves")
    try:
        numbers = gate_numbers(answers_of(sheets, instrument))
    except DataError as error:
        reason = str(error)
        return lambda _: unavailable(reason)
    return lambda name: (
        numbers.get(name)
        or unavailable(f"{NUMBERS[name].about} needs the responses themselves, not a frame")
    )
