"""``valuealign analyze cfa``: confirmatory factor models of an instrument or of your own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.analyze_data import (
    fit_options,
    model_options,
    models_from,
    rows_from,
    rows_options,
    save_figure,
)
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records, say

if TYPE_CHECKING:
    from valuealign.analysis.sem.fit import Fit

_SHOWN = ("chisq", "df", "pvalue", "cfi", "rmsea", "srmr")


@click.command("cfa")
@model_options
@click.option("--group", help="Column that names groups (in a store: respondent).")
@click.option("--parameters", is_flag=True, help="Every parameter, not only loadings.")
@click.option("--cutoffs", type=int, metavar="DRAWS", help="Simulate what a true model would give.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of --cutoffs.")
@rows_options
def command(**options: Any) -> None:
    """Fit factor models, and flag what is doubtful.

    \b
    Example:
      valuealign analyze cfa --data people.csv --syntax "f =~ a + b + c + d"
    """
    rows = rows_from(options)
    say(rows.description)
    models = models_from(options, rows)
    results = {}
    for name, text in models.items():
        results[name] = _one(name, text, rows.data, options, several=len(models) > 1)
    if options["as_json"]:
        emit_json({"rows": rows.description, "models": results})


def _one(
    name: str, text: str, data: Any, options: dict[str, Any], *, several: bool
) -> dict[str, Any]:
    """Fit one model; what cannot be fitted is said, and the others go on."""
    import valuealign as va
    from valuealign.analysis.sem.summary import CONVENTIONS
    from valuealign.errors import AnalysisError

    try:
        fit = va.cfa(text, data, group=options["group"], **fit_options(options))
    except AnalysisError as error:
        if not several:
            raise
        say(f"{name}: not available. {error}")
        return {"error": str(error)}
    table = fit.parameters if options["parameters"] else _loadings(fit)
    result: dict[str, Any] = {
        "n": fit.n,
        "estimator": fit.solution.setup.estimator,
        "conventions": CONVENTIONS,
        "measures": {k: _number(v) for k, v in fit.measures.items()},
        "parameters": plain_records(fit.parameters),
        "flags": sorted(fit.flags),
    }
    if not options["as_json"]:
        emit_table([_shown(fit)], title=f"{name}: {fit!r}")
        emit_table(plain_records(table))
        for flag in sorted(fit.flags):
            emit_text(f"doubtful: {flag}")
        say(f"conventions of {CONVENTIONS}")
    if options["cutoffs"]:
        result["cutoffs"] = _cutoffs(fit, options)
    if options["figure"]:
        save_figure(va.plot.loadings(fit), options["figure"], name, several=several)
    return result


def _cutoffs(fit: Fit, options: dict[str, Any]) -> list[dict[str, Any]]:
    import valuealign as va

    found = va.simulate(fit, options["cutoffs"], seed=options["seed"])
    placed = plain_records(found.place(fit).rename_axis("measure").reset_index())
    if not options["as_json"]:
        emit_table(placed, title=f"if the model were true at this n ({options['cutoffs']} samples)")
    return placed


def _loadings(fit: Fit) -> Any:
    frame = fit.parameters[fit.parameters["op"] == "=~"]
    wanted = ["lhs", "rhs", "est", "se", "std_all"]
    if len(fit.groups) > 1:
        frame = frame.assign(group=[fit.groups[g - 1] for g in frame["group"]])
        wanted.insert(2, "group")
    return frame[wanted].rename(columns={"lhs": "factor", "rhs": "item"})


def _shown(fit: Fit) -> dict[str, Any]:
    return {k: int(fit.measures[k]) if k == "df" else _number(fit.measures[k]) for k in _SHOWN}


def _number(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else float(value)
