"""``valuealign analyze style``: what a model would answer whatever was asked."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import (
    instrument_or_none,
    responses_from,
    rows_options,
    save_figure,
)
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records

_ASIDE = ["pvalue", "naive_se", "reference", "n_clusters", "se", "midpoint", "responses"]
_SHORT = {
    "ci_lower": "from",
    "ci_upper": "to",
    "r_ci_lower": "r from",
    "r_ci_upper": "r to",
    "non_differentiation": "same",
    "codes_used": "codes",
    "n_items": "items",
    "missing_lower": "no from",
    "missing_upper": "no to",
    "distance_lower": "d from",
    "distance_upper": "d to",
    "same_between": "between",
    "same_within": "within",
    "opposite_sides": "opposite",
}
"""What a terminal has no room for, and shorter heads; ``--json`` has all."""


def _elevation(found: Any) -> Any:
    shares = found.elevation.rename("share of variance that is elevation")
    return shares.rename_axis("between").reset_index()


@click.command("style")
@click.option("--factors", help="Columns of the form to compare, separated by commas.")
@click.option("--cluster", help="Column of items that share a stem or a query.")
@click.option("--value", default="value", show_default=True, help="Column of responses.")
@click.option("--people", help="A human sample to compare; by default the instrument's norm.")
@click.option("--scale", nargs=2, type=float, help="Lowest and highest code, for --data.")
@rows_options
def command(**options: Any) -> None:
    """Separate biases for each model: position and token, acquiescence, level.

    With --data, the file has one row for each response.

    \b
    Example:
      valuealign analyze style --store study.db --instrument pvq-21
    """
    import valuealign as va

    data = responses_from(options)
    found = va.response_style(
        data,
        instrument_or_none(data, options),
        factors=options["factors"].split(",") if options["factors"] else None,
        cluster=options["cluster"],
        scale=options["scale"] or None,
        value=options["value"],
        people=options["people"],
    )
    if options["figure"] and len(found.effects):
        save_figure(va.plot.response_style(found), options["figure"], "style", several=False)
    tables = {
        "use of the scale": found.indices.reset_index(),
        "intervals of the use of the scale": found.intervals,
        "what the form does": found.effects,
        "stems and opposed stems": None if found.opposed is None else found.opposed.reset_index(),
        "directional share": None if found.directional is None else found.directional.reset_index(),
        "variance of single responses": found.variance.reset_index(),
        "what the prompt does to single answers": found.sensitivity.reset_index(),
        "elevation": _elevation(found),
        "no answer": found.missing,
        "no answer by item": found.missing_items,
        "uncertainty": None if found.uncertainty is None else found.uncertainty.reset_index(),
    }
    if options["as_json"]:
        emit_json(
            {
                name.replace(" ", "_"): None if table is None else plain_records(table)
                for name, table in tables.items()
            }
            | {
                "beside": found.sample,
                "unavailable": found.unavailable,
                "flags": sorted(found.flags),
            }
        )
        return
    for name, table in tables.items():
        if table is not None and len(table):
            shown = table.drop(columns=_ASIDE, errors="ignore").rename(columns=_SHORT)
            emit_table(plain_records(shown), title=name)
    for what, why in found.unavailable.items():
        emit_text(f"{what}: not available. {why}")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")
