"""``valuealign analyze stability``: how far answers depend on the variant."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records


@click.command("stability")
@click.option("--about", required=True, metavar="COLUMNS", help="What was asked about.")
@click.option("--variant", required=True, metavar="COLUMNS", help="What should not matter.")
@click.option("--value", default="value", show_default=True, help="Column of answers.")
@click.option("--truth", metavar="COLUMN", help="The true answer.")
@click.option("--threshold", type=float, help="A number at or above it is one decision.")
@click.option("--reference", help="The variant to compare with.  [default: the first]")
@click.option("--by", metavar="COLUMN", help="Respondents, such as models.")
@rows_options
def command(**options: Any) -> None:
    """Give shares of variance, flips of decisions and the worst case over variants.

    \b
    Example:
      valuealign analyze stability --data ratings.csv --about vignette --variant wording
        --value rating --threshold 4 --by model
    """
    import valuealign as va

    found = va.stability(
        long_from(options),
        unit=_listed(options["about"]),
        variant=_listed(options["variant"]),
        value=options["value"],
        truth=options["truth"],
        threshold=options["threshold"],
        reference=options["reference"],
        by=options["by"],
    )
    if options["figure"]:
        save_figure(va.plot.stability(found), options["figure"], "stability", several=False)
    if options["as_json"]:
        tables = {n: plain_records(getattr(found, n)) for n in ("table", "variants", "units")}
        emit_json(tables | {"reference": found.reference, "flags": sorted(found.flags)})
        return
    emit_table(plain_records(found.table), title="stability over variants")
    emit_table(plain_records(found.variants), title=f"variants, against {found.reference}")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
