"""``valuealign demo``: the whole way once, with a real small model and no key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from valuealign.store.outcome import OUTCOMES
from valuealign_cli.output import emit_json, emit_table, emit_text, json_option, say

if TYPE_CHECKING:
    from valuealign.inquiry.evidence import Evidence
    from valuealign.inquiry.verdict.verdict import Verdict
    from valuealign.store.responses.responses import Responses

_MODELS = ["local", "sim:human"]
_DIRECTIONS = {"published": "1 to 6", "reversed": "6 to 1"}
_WORDS_IN_FREE_TEXT = 60
"""Output tokens of a reply in free text: a small model would fill any room it is given."""


@click.command("demo")
@click.option("--store", default="valuealign-demo.db", show_default=True)
@click.option("--occasions", default=3, show_default=True)
@json_option
def command(store: str, occasions: int, as_json: bool) -> None:
    """Administer the PVQ-21 (open form) to a small model and a simulated person; conclude.

    The model is fetched once (93 MB); after that nothing needs a network. Each portrait and its
    opposite is put with the options listed from 1 to 6 and from 6 to 1: a respondent that answers
    the items gives the same scores both ways. The model is held to the options by a grammar, and
    is also asked once in free text, which shows what cannot be read.

    \b
    Example:
      valuealign demo --occasions 5
    """
    import valuealign as va
    from valuealign.inquiry.evidence import Evidence
    from valuealign.inquiry.verdict.verdict import judge
    from valuealign.local import fetch

    fetch(say=say)
    for model in _MODELS:
        _ask(model, store, occasions)
    data = va.responses(store, instrument="pvq-21")
    evidence = Evidence(data)
    judged = judge(evidence)
    results = {model: _result(data, evidence, judged, model) for model in _MODELS}
    if as_json:
        emit_json({"store": store, "wording": data.notice, "models": results})
        return
    for model in _MODELS:
        _show(model, results[model])
    say(f"\n{data.notice}")
    say(f"store: {store} (any SQLite client opens it)")
    say(f"every reply: valuealign responses show --store {store}")
    say(f"every claim, with the number that decides: valuealign analyze verdict --store {store}")


def _ask(model: str, store: str, occasions: int) -> None:
    """Give the instrument in four forms, and once in free text."""
    import valuealign as va

    say(f"\n{model}: 21 portraits and their opposites, in 2 directions, {occasions} times")
    va.administer(
        "pvq-21",
        model,
        occasions=occasions,
        store=store,
        concurrency=4,
        forms="direction=published,reversed content=stem,opposed",
    )
    say(f"\n{model}: 21 portraits in free text, once")
    va.administer(
        "pvq-21",
        model,
        elicitation="text",
        store=store,
        concurrency=4,
        sampling=va.Sampling(max_tokens=_WORDS_IN_FREE_TEXT),
    )


def _result(data: Responses, evidence: Evidence, judged: Verdict, model: str) -> dict[str, Any]:
    """One model's scores in both directions, how far they agree, and the conclusion."""
    from valuealign.inquiry.number import available

    design = data.design[data.design["model"] == model]
    held, free = (
        str(design.loc[design["elicitation"] == how, "respondent"].iloc[0])
        for how in ("choice", "text")
    )
    scores = available(evidence.scores)
    mine = scores[scores["respondent"].astype(str) == held]
    values = [scale.id for scale in evidence.instrument.scales]
    by = {way: mine[mine["direction"] == way][values].mean() for way in _DIRECTIONS}
    outcomes = evidence.replies(free)["outcome"].astype(str).value_counts()
    return {
        "respondent": held,
        "values": [
            {
                "value": name,
                **{_DIRECTIONS[way]: _number(by[way][name]) for way in _DIRECTIONS},
                "difference": _number(by["reversed"][name] - by["published"][name]),
            }
            for name in values
        ],
        "r_between_directions": _number(evidence.number("reversal_r", held).value),
        "free_text": {outcome: int(outcomes.get(outcome, 0)) for outcome in OUTCOMES},
        "conclusion": judged.summary[held],
    }


def _number(value: float) -> float | None:
    return None if value != value else round(float(value), 3)  # noqa: PLR0124  # NaN


def _show(model: str, result: dict[str, Any]) -> None:
    emit_text(f"\n{model}: mean scores, by the direction in which the scale is shown")
    emit_table(result["values"])
    r = result["r_between_directions"]
    agreed = "not available" if r is None else f"{r:+.2f}"
    emit_text(f"items, one direction against the other: r = {agreed}")
    counts = result["free_text"]
    told = ", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n)
    emit_text(f"asked in free text, {sum(counts.values())} replies were: {told}")
    emit_text(f"conclusion: {result['conclusion']}")
