"""``valuealign analyze corrected``: a judge's ratings, corrected by people's ratings of a part."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records


@click.command("corrected")
@click.option("--judge", required=True, metavar="COLUMN", help="The judge's ratings.")
@click.option("--people", required=True, metavar="COLUMN", help="People's; empty if not rated.")
@click.option("--by", metavar="COLUMNS", help="Groups, such as the model that replied.")
@click.option("--cluster", metavar="COLUMNS", help="What rows share: a scene, a respondent.")
@click.option("--margin", type=float, help="Smallest difference that matters: tests equivalence.")
@rows_options
def command(**options: Any) -> None:
    """Estimate people's mean rating of every reply, if they rated a random part.

    \b
    Example:
      valuealign analyze corrected --data ratings.csv --judge judge --people clinicians
        --by model --cluster scene
    """
    import valuealign as va

    result = va.corrected(
        long_from(options),
        judge=options["judge"],
        people=options["people"],
        by=_listed(options["by"]),
        cluster=_listed(options["cluster"]),
        margin=options["margin"],
    )
    if options["figure"]:
        save_figure(va.plot.corrected(result), options["figure"], "corrected", several=False)
    if options["as_json"]:
        names = ("table", "differences", "judge")
        tables = {name: plain_records(getattr(result, name)) for name in names}
        emit_json(tables | {"flags": sorted(result.flags)})
        return
    emit_table(plain_records(result.table), title="mean rating, by method")
    emit_text("uncorrected: the judge alone; the interval does not include the judge's bias")
    if len(result.differences):
        emit_table(plain_records(result.differences), title="differences between groups")
    emit_table(plain_records(result.judge), title="the judge against people")
    for flag in sorted(result.flags):
        emit_text(f"doubtful: {flag}")


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
