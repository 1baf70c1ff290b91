"""``valuealign analyze invariance``: the ladder, level by level; with ``--with``, beside people."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from valuealign_cli.analyze_data import (
    fit_options,
    model_options,
    models_from,
    rows_from,
    rows_options,
    save_figure,
)
from valuealign_cli.analyze_with_people import beside, designed, ladder_values
from valuealign_cli.output import emit_json, emit_table, emit_text, plain, plain_records, say


@click.command("invariance")
@model_options
@click.option("--group", default="respondent", show_default=True, help="Column that names groups.")
@click.option("--levels", help="Levels, separated by commas; by default all.")
@click.option(
    "--partial", is_flag=True, help="Free the parameters that break a level (score tests, Holm)."
)
@click.option(
    "--margin", type=float, default=0.05, show_default=True, help="Largest negligible RMSEA_D."
)
@click.option(
    "--with",
    "people",
    multiple=True,
    metavar="SAMPLE",
    help="A human sample (populations list); repeatable. Needs --rows.",
)
@click.option(
    "--yardstick",
    nargs=2,
    metavar="SAMPLE SAMPLE",
    help="Two human samples to test in the same way.",
)
@click.option(
    "--declare", metavar="WHY", help="Why a different wording counts as the same (a translation)."
)
@click.option(
    "--family",
    "families",
    multiple=True,
    metavar="MODEL=FAMILY",
    help="With --rows models: a family is a cluster; repeatable.",
)
@click.option("--design", is_flag=True, help="Show how many rows are needed; fit no data.")
@click.option("--draws", type=int, default=200, show_default=True, help="Simulated samples.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the simulation.")
@rows_options
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Test measurement invariance level by level.

    With --with, a human sample is one of the groups, and the same test between two human samples
    is shown for comparison. Items are compared only if the wording is the same.

    \b
    Example:
      valuealign analyze invariance --data people.csv --group country --instrument pvq-21
      valuealign analyze invariance --with pvq21-de-ess9 --rows personas --declare "ESS, en and de"
      valuealign analyze invariance --with pvqrr-de-2022 --design
    """
    if options["design"]:
        designed(options)
        return
    if options["people"]:
        if context.get_parameter_source("unit") is ParameterSource.DEFAULT:
            raise click.UsageError(
                "say what a row is: --rows personas, models or administrations. Personas are the "
                "nearest to people; administrations of one model are none"
            )
        beside(options)
        return
    rows = rows_from(options)
    say(rows.description)
    models = models_from(options, rows)
    results = {
        name: _one(name, text, rows.data, options, several=len(models) > 1)
        for name, text in models.items()
    }
    if options["as_json"]:
        emit_json({"rows": rows.description, "models": results})


def _one(
    name: str, text: str, data: Any, options: dict[str, Any], *, several: bool
) -> dict[str, Any]:
    import valuealign as va
    from valuealign.errors import AnalysisError

    more = {"levels": options["levels"].split(",")} if options["levels"] else {}
    try:
        found = va.invariance(
            text,
            data,
            group=options["group"],
            margin=options["margin"],
            partial=va.PartialRule() if options["partial"] else None,
            **more,
            **fit_options(options),
        )
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
    return ladder_values(found)


def _show(name: str, found: Any) -> None:
    fit = ["level", "chisq", "df", "cfi", "rmsea", "srmr", "standing"]
    change = [
        "level",
        "chisq_diff",
        "df_diff",
        "pvalue_diff",
        "delta_cfi",
        "equal_n_delta_cfi",
        "rmsea_d",
        "power",
        "dmacs",
    ]
    emit_table(plain_records(found.table[fit]), title=name)
    emit_table(plain_records(found.table[change].iloc[1:]), title="change from the level before")
    worst = found.items[found.items["pvalue_holm"] < 0.05]
    if len(worst):
        shown = worst[["level", "lhs", "op", "rhs", "group", "chisq", "pvalue_holm", "epc"]]
        emit_table(plain_records(shown.head(12)), title="what breaks a level")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {plain(flag)}")
    emit_text(str(found.verdict))
