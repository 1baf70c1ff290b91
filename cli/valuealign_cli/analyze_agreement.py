"""``valuealign analyze agreement``: how far raters agree about the same units."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records


@click.command("agreement")
@click.option(
    "--unit", "rated", metavar="COLUMNS", help="What was rated, of rows with one rating each."
)
@click.option("--rater", metavar="COLUMNS", help="Who rated it.")
@click.option("--value", default="value", show_default=True, help="Column of ratings.")
@click.option("--raters", metavar="COLUMNS", help="One column per rater, of rows with one unit.")
@click.option(
    "--kind",
    type=click.Choice(["nominal", "ordinal", "interval", "ratio"]),
    default="nominal",
    show_default=True,
)
@click.option("--categories", help="Possible ratings in their order, with commas.")
@click.option("--bootstrap", type=int, default=0, help="Draws of units; else the jackknife.")
@rows_options
def command(**options: Any) -> None:
    """Give percent agreement, alpha, kappas and Gwet's coefficients with intervals over units.

    \b
    Example:
      valuealign analyze agreement --data ratings.csv --unit reply --rater judge --kind ordinal
    """
    import valuealign as va

    rows = long_from(options)
    if options["raters"]:
        rows = _columns(rows, _listed(options["raters"]))
    found = va.agreement(
        rows,
        kind=options["kind"],
        unit=_listed(options["rated"]) if options["rated"] else None,
        rater=_listed(options["rater"]) if options["rater"] else None,
        value=options["value"],
        categories=_values(options["categories"]),
        bootstrap=options["bootstrap"],
    )
    if options["figure"]:
        save_figure(va.plot.agreement(found), options["figure"], "agreement", several=False)
    if options["as_json"]:
        names = ("kind", "n_units", "n_raters", "n_ratings")
        tables = {name: plain_records(getattr(found, name)) for name in ("table", "pairs")}
        emit_json({n: getattr(found, n) for n in names} | tables | {"flags": sorted(found.flags)})
        return
    title = (
        f"{found.n_units} units, {found.n_raters} raters, {found.n_ratings} {found.kind} ratings"
    )
    emit_table(plain_records(found.table), title=title)
    if found.n_raters > 2:
        emit_table(plain_records(found.pairs), title="pairs of raters")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")


def _columns(rows: Any, wanted: list[str]) -> Any:
    from valuealign.analysis.matrix import frame_with

    frame_with(rows, wanted)
    return rows[wanted]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _values(text: str | None) -> list[Any] | None:
    """Read possible ratings: numbers where all are numbers."""
    if not text:
        return None
    parts = _listed(text)
    try:
        return [float(part) for part in parts]
    except ValueError:
        return list(parts)
