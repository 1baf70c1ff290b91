"""``valuealign demo``: the whole way once, with a real small model and no key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.output import emit_json, emit_table, emit_text, json_option, say

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.administration.plan import Elicitation
    from valuealign.store.responses import Responses

_HOW = {"choice": "in free text", "json": "held to the options"}
_DIRECTIONS = {"published": "1 to 6", "reversed": "6 to 1"}


@click.command("demo")
@click.option("--store", default="valuealign-demo.db", show_default=True)
@click.option("--occasions", default=3, show_default=True)
@json_option
def command(store: str, occasions: int, as_json: bool) -> None:
    """Give the PVQ-21 (open form) to a small model, and to a simulated person, both ways round.

    The model is fetched once (93 MB); after that nothing needs a network. The same options are
    listed from 1 to 6 and from 6 to 1: whoever means what they answer gives the same scores.
    It is asked once in free text, which shows what cannot be read, and several times held to
    the options.

    \b
    Example:
      valuealign demo --occasions 5
    """
    import valuealign as va
    from valuealign.local import fetch

    fetch(say=say)
    models = ["local", "sim:human"]
    for model in models:
        plan: tuple[tuple[Elicitation, int], ...] = (("choice", 1), ("json", occasions))
        for elicitation, times in plan:
            say(f"\n{model}, {_HOW[elicitation]}: 21 portraits, 2 directions, {times} times")
            va.administer(
                "pvq-21",
                model,
                occasions=times,
                forms="direction=published,reversed",
                elicitation=elicitation,
                store=store,
                concurrency=4,
            )
    given = va.responses(store, instrument="pvq-21")
    found = {model: _both_ways(given, model) for model in models}
    if as_json:
        emit_json({"store": store, "wording": given.notice, "models": found})
        return
    for model in models:
        _show(model, found[model])
    say(f"\n{given.notice}")
    say(f"store: {store} (any SQLite client opens it)")
    say(f"every reply: valuealign responses show --store {store}")


def _both_ways(given: Responses, model: str) -> dict[str, Any]:
    """Scores in both directions, and how far they agree."""
    import valuealign as va

    mine = given.long[given.long["model"] == model]
    free, long = (mine[mine["elicitation"] == how] for how in ("choice", "json"))
    wide = given.wide[(given.wide["model"] == model) & (given.wide["elicitation"] == "json")]
    scores = va.score(wide, "pvq-21")
    values = [scale.id for scale in va.load_instrument("pvq-21").scales]
    by = {way: scores[scores["direction"] == way][values].mean() for way in _DIRECTIONS}
    items = long.pivot_table("value", "item_id", "direction", observed=True)
    return {
        "values": [
            {
                "value": name,
                **{_DIRECTIONS[way]: _number(by[way][name]) for way in _DIRECTIONS},
                "difference": _number(by["reversed"][name] - by["published"][name]),
            }
            for name in values
        ],
        "r_between_directions": _correlation(items),
        "free_text": {
            outcome: int((free["outcome"] == outcome).sum())
            for outcome in ("answer", "refusal", "unreadable", "failed")
        },
    }


def _correlation(items: pd.DataFrame) -> float | None:
    """Correlation over items between the directions; none where a direction has no spread."""
    if set(_DIRECTIONS) - set(items.columns) or (items.std() == 0).any():
        return None
    return _number(items["published"].corr(items["reversed"]))


def _number(value: float) -> float | None:
    return None if value != value else round(float(value), 3)  # noqa: PLR0124  # NaN


def _show(model: str, found: dict[str, Any]) -> None:
    emit_text(f"\n{model}: mean scores, by the direction in which the scale is shown")
    emit_table(found["values"])
    r = found["r_between_directions"]
    agreed = "not available: a direction without spread" if r is None else f"{r:+.2f}"
    emit_text(f"items, one direction against the other: r = {agreed}")
    counts = found["free_text"]
    told = ", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n)
    emit_text(f"asked in free text, {sum(counts.values())} replies were: {told}")
