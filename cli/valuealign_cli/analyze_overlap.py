"""``valuealign analyze overlap``: the words that texts share with a reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records


@click.command("overlap")
@click.option("--text", required=True, metavar="COLUMN", help="The texts.")
@click.option("--reference", required=True, metavar="COLUMNS", help="The reference texts.")
@click.option("--about", metavar="COLUMN", help="What the texts are about; else each row.")
@click.option("--by", metavar="COLUMN", help="Groups, such as models.")
@click.option(
    "--encoder",
    type=click.Path(path_type=Path),
    envvar="VALUEALIGN_ENCODER",
    help="Folder of a language model: adds BERTScore (extra bertscore).",
)
@click.option("--layer", type=int, help="The encoder's hidden layer; else the last.")
@rows_options
def command(**options: Any) -> None:
    """Give ROUGE-1, ROUGE-2, ROUGE-L (and BERTScore) with intervals; overlap is not quality.

    \b
    Example:
      valuealign analyze overlap --data summaries.csv --text summary --reference expert --by model
    """
    import valuealign as va

    found = va.overlap(
        long_from(options),
        text=options["text"],
        reference=[part.strip() for part in options["reference"].split(",") if part.strip()],
        unit=options["about"],
        by=options["by"],
        encoder=options["encoder"],
        layer=options["layer"],
    )
    if options["figure"]:
        save_figure(va.plot.overlap(found), options["figure"], "overlap", several=False)
    if options["as_json"]:
        tables = {name: plain_records(getattr(found, name)) for name in ("table", "scores")}
        emit_json(tables | {"encoder": found.encoder, "flags": sorted(found.flags)})
        return
    emit_table(plain_records(found.table), title="overlap with the reference")
    if found.encoder:
        emit_text(f"bertscore by {found.encoder}")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")
