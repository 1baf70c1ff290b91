"""``valuealign analyze circumplex``: do the scales stand on the instrument's circle?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.analyze_data import instrument_of, rows_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records, say

if TYPE_CHECKING:
    from valuealign.analysis.circle.circumplex import Circumplex


@click.command("circumplex")
@click.option("--order", help="The published order; by default the instrument's first.")
@click.option(
    "--kind",
    type=click.Choice(["ordinal", "interval", "ratio"]),
    default="ordinal",
    show_default=True,
    help="Kind of scaling.",
)
@click.option("--starts", type=int, default=50, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@rows_options
def command(**options: Any) -> None:
    """Scale the values, test their order, and fit models of the circle.

    \b
    Example:
      valuealign analyze circumplex --data people.csv --instrument pvq-rr
    """
    import valuealign as va

    rows = rows_from(options)
    say(rows.description)
    instrument = rows.instrument or instrument_of(rows, options)
    found = va.circumplex(
        rows.data,
        instrument,
        order=options["order"],
        kind=options["kind"],
        starts=options["starts"],
        seed=options["seed"],
    )
    if options["figure"]:
        save_figure(va.plot.circumplex(found), options["figure"], "circle", several=False)
    if options["as_json"]:
        emit_json({"rows": rows.description, **_as_json(found)})
        return
    _print(found)


def _as_json(result: Circumplex) -> dict[str, Any]:
    """Return what ``--json`` prints of a result."""
    test, model = result.order_test, result.model
    return {
        "n": result.n,
        "scaling": plain_records(result.table.reset_index()),
        "order_test": {
            "correspondence": test.correspondence,
            "pvalue": test.pvalue,
            "predictions": test.n_predictions,
            "met": test.met,
        },
        "points": {
            k: plain_records(v.reset_index(names="scale")) for k, v in result.points.items()
        },
        "model": None
        if model is None
        else {
            "chisq": model.chisq,
            "df": model.df,
            "rmsea": model.rmsea,
            "srmr": model.srmr,
            "scales": plain_records(model.scales.reset_index(names="scale")),
        },
        "unavailable": result.unavailable,
        "flags": sorted(result.flags),
    }


def _print(result: Circumplex) -> None:
    """Print the scaling, the test of the order, the model of the circle, and what is doubtful."""
    test, model = result.order_test, result.model
    emit_table(
        plain_records(result.table.reset_index()),
        title=f"scaling of {result.n} rows "
        f"({result.n_reached} of {result.n_starts} starts came to the best)",
    )
    emit_text(
        f"order: {test.met} of {test.n_predictions} predictions met, correspondence "
        f"{test.correspondence:+.2f}, p {test.pvalue:.4f}"
    )
    if model is not None:
        emit_table(
            plain_records(model.scales.round(2).rename_axis("scale").reset_index()),
            title=f"circular model: RMSEA {model.rmsea:.3f} "
            f"[{model.rmsea_ci_lower:.3f}, {model.rmsea_ci_upper:.3f}], "
            f"SRMR {model.srmr:.3f}",
        )
    for what, why in result.unavailable.items():
        emit_text(f"{what}: not available. {why}")
    for flag in sorted(result.flags):
        emit_text(f"doubtful: {flag}")
