"""``valuealign analyze invariance``: the ladder, level by level."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import (
    fit_options,
    model_options,
    models_from,
    rows_from,
    rows_options,
    save_figure,
)
from valuealign_cli.output import emit_json, emit_table, plain_records, say


@click.command("invariance")
@model_options
@click.option("--group", default="model", show_default=True, help="Column that names groups.")
@click.option("--levels", help="Comma-separated; by default all of the kind.")
@click.option("--partial", is_flag=True, help="Free what breaks a level (score tests, Holm).")
@click.option("--margin", type=float, default=0.05, show_default=True, help="RMSEA_D that is none.")
@rows_options
def command(**options: Any) -> None:
    """Fit a model under more and more equality, and say which level is shown to hold.

    \b
    Example:
      valuealign analyze invariance --data people.csv --group country --instrument pvq-21
    """
    rows = rows_from(options)
    say(rows.told)
    models = models_from(options, rows)
    results = {
        name: _one(name, text, rows.data, options, several=len(models) > 1)
        for name, text in models.items()
    }
    if options["as_json"]:
        emit_json({"rows": rows.told, "models": results})


def _one(
    name: str, text: str, data: Any, options: dict[str, Any], *, several: bool
) -> dict[str, Any]:
    import valuealign as va
    from valuealign.errors import AnalysisError

    more = {"levels": options["levels"].split(",")} if options["levels"] else {}
    try:
        found = va.invariance(
            text, data, group=options["group"], margin=options["margin"],
            partial=va.PartialRule() if options["partial"] else None,
            **more, **fit_options(options),
        )  # fmt: skip
    except AnalysisError as error:
        if not several:
            raise
        say(f"{name}: not available. {error}")
        return {"error": str(error)}
    if not options["as_json"]:
        _show(name, found)
    if options["figure"]:
        figure = va.plot.invariance(found, margin=options["margin"])
        save_figure(figure, options["figure"], name, several=several)
    return {
        "level": found.verdict.level,
        "levels": [
            {"level": one.level, "standing": one.standing, "reason": one.reason}
            for one in found.verdict.levels
        ],
        "notes": list(found.verdict.notes), "table": plain_records(found.table),
        "groups": plain_records(found.groups), "items": plain_records(found.items),
        "effects": plain_records(found.effects),
        "freed": {level: list(names) for level, names in found.freed.items()},
        "flags": sorted(found.flags),
    }  # fmt: skip


def _show(name: str, found: Any) -> None:
    fit = ["level", "chisq", "df", "cfi", "rmsea", "srmr", "standing"]
    change = ["level", "chisq_diff", "df_diff", "pvalue_diff", "delta_cfi", "equal_n_delta_cfi",
              "rmsea_d", "power", "dmacs"]  # fmt: skip
    emit_table(plain_records(found.table[fit]), title=name)
    emit_table(plain_records(found.table[change].iloc[1:]), title="against the level before")
    worst = found.items[found.items["pvalue_holm"] < 0.05]
    if len(worst):
        shown = worst[["level", "lhs", "op", "rhs", "group", "chisq", "pvalue_holm", "epc"]]
        emit_table(plain_records(shown.head(12)), title="what breaks a level")
    for flag in sorted(found.flags):
        click.echo(f"doubtful: {flag}")
    click.echo(str(found.verdict))
