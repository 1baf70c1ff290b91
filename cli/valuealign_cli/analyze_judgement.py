"""``valuealign analyze judgement``: decisions and probabilities against the truth."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records

TABLES = ("table", "counts", "comparisons", "roc", "calibration", "net_benefit")


@click.command("judgement")
@click.option("--truth", required=True, metavar="COLUMN", help="The truth; two values.")
@click.option("--prediction", required=True, metavar="COLUMN", help="Decisions, or numbers.")
@click.option("--probability", metavar="COLUMN", help="Probabilities besides decisions.")
@click.option("--positive", help="Which value of the truth means yes.")
@click.option("--threshold", type=float, help="A number at or above it means yes.")
@click.option("--by", metavar="COLUMN", help="The judge.")
@click.option(
    "--case", metavar="COLUMN", help="What was judged; compares judges of the same cases."
)
@rows_options
def command(**options: Any) -> None:
    """Give sensitivity, specificity, areas, calibration and net benefit with intervals.

    \b
    Example:
      valuealign analyze judgement --data judged.csv --truth crisis --positive yes
        --prediction said --by judge --case record
    """
    import valuealign as va

    rows = long_from(options)
    found = va.judgement(
        rows,
        truth=options["truth"],
        prediction=options["prediction"],
        probability=options["probability"],
        positive=_value(options["positive"], rows, options["truth"]),
        threshold=options["threshold"],
        by=options["by"],
        case=options["case"],
    )
    if options["figure"]:
        save_figure(va.plot.judgement(found), options["figure"], "judgement", several=False)
    if options["as_json"]:
        tables = {name: plain_records(getattr(found, name)) for name in TABLES}
        emit_json(tables | {"positive": found.positive, "flags": sorted(found.flags)})
        return
    emit_table(plain_records(found.counts), title=f"yes is {found.positive}")
    emit_table(plain_records(found.table), title="judgements against the truth")
    if len(found.comparisons):
        emit_table(plain_records(found.comparisons), title="judges of the same cases")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")


def _value(text: str | None, rows: Any, column: str) -> Any:
    """Return the value of a column that is written so."""
    if text is None or column not in rows.columns:
        return text
    return next((v for v in rows[column].dropna().unique() if str(v) == text), text)
