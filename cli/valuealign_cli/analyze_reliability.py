"""``valuealign analyze reliability``: alpha, omega and retest agreement, view by view."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import (
    exclusion_from,
    exclusion_options,
    instrument_of,
    responses_from,
    rows_options,
    save_figure,
)
from valuealign_cli.output import emit_json, emit_table, plain_records, say


@click.command("reliability")
@exclusion_options
@rows_options
def command(**options: Any) -> None:
    """Compute the reliability of every scale in three views, each with an explanation.

    \b
    Example:
      valuealign analyze reliability --store study.db --instrument pvq-21
    """
    import valuealign as va

    data = responses_from(options)
    instrument = instrument_of(data, options)
    found = va.reliability(data, instrument, exclude=exclusion_from(options))
    if options["figure"]:
        save_figure(va.plot.reliability(found), options["figure"], "reliability", several=False)
    if options["as_json"]:
        emit_json(
            {
                "instrument": instrument.id,
                "meaning": found.meaning,
                "excluded": plain_records(found.excluded),
                "table": plain_records(found.table),
                "retest": plain_records(found.retest),
            }
        )
        return
    if len(found.excluded):
        emit_table(plain_records(found.excluded), title="excluded by declared rules")
    for view, meaning in found.meaning.items():
        part = found.table[found.table["view"] == view].drop(columns="view")
        columns = [
            "model",
            "scale",
            "n_items",
            "n_rows",
            "alpha",
            "ci_lower",
            "ci_upper",
            "omega",
            "spearman_brown",
            "reason",
        ]
        emit_table(plain_records(part[columns]), title=f"{view}: {meaning}")
    if len(found.retest):
        emit_table(plain_records(found.retest), title="agreement of occasions, ICC(2, 1)")
    if found.retest.empty:
        say("retest: not available; rows of people have no occasions")
