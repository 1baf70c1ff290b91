"""``valuealign analyze efa``: how many factors, and which items make them."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import items_of, rows_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records, say


@click.command("efa")
@click.option("--factors", type=int, help="Number of factors; otherwise parallel analysis decides.")
@click.option(
    "--method", type=click.Choice(["minres", "ml", "pa"]), default="minres", show_default=True
)
@click.option("--rotation", default="oblimin", show_default=True)
@click.option(
    "--items", help="Columns, separated by commas; otherwise the instrument's, or all numeric ones."
)
@click.option("--ordinal", is_flag=True, help="Also parallel analysis of polychorics.")
@click.option(
    "--draws",
    type=click.IntRange(min=10),
    default=100,
    show_default=True,
    help="Simulated data sets for the number of factors.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@rows_options
def command(**options: Any) -> None:
    """Extract and rotate factors; show every criterion for their number.

    \b
    Example:
      valuealign analyze efa --data people.csv --factors 5 --rotation geomin
    """
    import valuealign as va

    rows = rows_from(options)
    say(rows.description)
    data = items_of(rows, options)
    suited = va.adequacy(data)
    number = va.factor_number(
        data, draws=options["draws"], ordinal=options["ordinal"], seed=options["seed"]
    )
    wanted = options["factors"] or max(number.parallel.n_factors, 1)
    found = va.efa(
        data, wanted, method=options["method"], rotation=options["rotation"], seed=options["seed"]
    )
    if options["figure"]:
        save_figure(va.plot.efa(found), options["figure"], "loadings", several=True)
        save_figure(va.plot.scree(number.parallel), options["figure"], "scree", several=True)
    told = found.loadings.assign(h2=found.communalities).rename_axis("item").reset_index()
    if options["as_json"]:
        emit_json(
            {
                "rows": rows.description,
                "kmo": suited.kmo,
                "bartlett_pvalue": suited.bartlett_pvalue,
                "criteria": plain_records(number.table),
                "loadings": plain_records(told),
                "factor_correlations": plain_records(found.factor_correlations.reset_index()),
                "measures": found.measures,
                "flags": sorted(found.flags),
            }
        )
        return
    emit_text(f"KMO {suited.kmo:.2f}; Bartlett's test p {suited.bartlett_pvalue:.2g}")
    emit_table(plain_records(number.table), title="how many factors")
    emit_table(plain_records(told), title=f"{wanted} factors, {options['rotation']}")
    if wanted > 1:
        correlations = found.factor_correlations.rename_axis("factor").reset_index()
        emit_table(plain_records(correlations), title="factor correlations")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")
