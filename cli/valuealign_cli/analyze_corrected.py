"""``valuealign analyze corrected``: a judge's ratings, corrected by people's ratings of a part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.correction.corrected import Corrected

TABLES = ("table", "differences", "judge")


@click.command("corrected")
@click.option("--judge", required=True, metavar="COLUMN", help="The judge's ratings.")
@click.option("--people", metavar="COLUMN", help="People's; empty if not rated.")
@click.option("--by", metavar="COLUMNS", help="Groups, such as the model that replied.")
@click.option("--cluster", metavar="COLUMNS", help="What rows share: a scene, a respondent.")
@click.option("--margin", type=float, help="Smallest difference that matters: tests equivalence.")
@click.option(
    "--rubric",
    metavar="ID|FILE",
    help="Ratings in a store: --judge and --people then name raters (people by default all).",
)
@rows_options
def command(**options: Any) -> None:
    """Estimate people's mean rating of every reply, if they rated a random part.

    \b
    Example:
      valuealign analyze corrected --data ratings.csv --judge judge --people clinicians
        --by model --cluster scene
      valuealign analyze corrected --store study.db --rubric summary-acceptability --judge gpt-4o
    """
    results = _of_store(options) if options["rubric"] else {"": _of_file(options)}
    if options["figure"]:
        import valuealign as va

        for name, result in results.items():
            figure = va.plot.corrected(result)
            save_figure(figure, options["figure"], name or "corrected", several=len(results) > 1)
    if options["as_json"]:
        shown = {name: _as_json(result) for name, result in results.items()}
        emit_json(shown if options["rubric"] else shown[""])
        return
    for name, result in results.items():
        _show(name, result)
    emit_text("uncorrected: the judge alone; the interval does not include the judge's bias")


def _of_file(options: Mapping[str, Any]) -> Corrected:
    if not options["people"]:
        raise click.UsageError("name the column of people's ratings: --people COLUMN")
    return _corrected(long_from(options), options, options["judge"], options["people"])


def _of_store(options: Mapping[str, Any]) -> dict[str, Corrected]:
    """Return the correction of each item of a rubric, by the rater's names."""
    import valuealign as va

    rows = va.paired_ratings(
        options["store"],
        options["rubric"],
        judge=options["judge"],
        people=options["people"],
        instrument=options["instrument"],
    )
    shared = "stimulus" if "stimulus" in rows else "administration_id"
    asked = {"by": options["by"] or "respondent", "cluster": options["cluster"] or shared}
    parts = rows.groupby("rubric_item", sort=False)
    return {str(n): _corrected(p, {**options, **asked}, "judge", "people") for n, p in parts}


def _corrected(
    rows: pd.DataFrame, options: Mapping[str, Any], judge: str, people: str
) -> Corrected:
    import valuealign as va

    return va.corrected(
        rows,
        judge=judge,
        people=people,
        by=_listed(options["by"]),
        cluster=_listed(options["cluster"]),
        margin=options["margin"],
    )


def _as_json(result: Corrected) -> dict[str, Any]:
    tables = {name: plain_records(getattr(result, name)) for name in TABLES}
    return tables | {"flags": sorted(result.flags)}


def _show(name: str, result: Corrected) -> None:
    of = f"{name}: " if name else ""
    emit_table(plain_records(result.table), title=f"{of}mean rating, by method")
    if len(result.differences):
        emit_table(plain_records(result.differences), title=f"{of}differences between groups")
    emit_table(plain_records(result.judge), title=f"{of}the judge against people")
    for flag in sorted(result.flags):
        emit_text(f"doubtful: {flag}")


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]
