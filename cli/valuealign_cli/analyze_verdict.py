"""``valuealign analyze verdict``: which claims these responses permit."""

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
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records


@click.command("verdict")
@click.option("--people", help="A human sample beside it; by default the instrument's norm.")
@click.option("--rules", type=click.Path(), help="Other rules than the toolkit's (YAML).")
@click.option("--all", "everything", is_flag=True, help="Every need of every claim.")
@exclusion_options
@rows_options
def command(**options: Any) -> None:
    """Say which claims are permitted, with the number that decides and its source.

    \b
    Example:
      valuealign analyze verdict --store study.db --instrument pvq-21
    """
    import valuealign as va

    data = responses_from(options)
    found = va.verdict(
        data, instrument_of(data, options), people=options["people"],
        rules=options["rules"], exclude=exclusion_from(options),
    )  # fmt: skip
    if options["figure"]:
        save_figure(va.plot.verdict(found), options["figure"], "verdict", several=False)
    if options["as_json"]:
        emit_json({
            "headline": found.headline, "findings": found.findings, "people": found.people,
            "excluded": plain_records(found.excluded), "claims": plain_records(found.table),
            "needs": plain_records(found.needs),
        })  # fmt: skip
        return
    for who, said in found.headline.items():
        emit_text(f"{who}: {said}")
        for one in found.findings[who]:
            emit_text(f"  first: {one}")
        for one in found.told_excluded(who):
            emit_text(f"  {one}")
        rows = found.table[found.table["respondent"] == who]
        emit_table(
            [
                {"claim": r["title"], "standing": r["standing"], "because": r["why"],
                 "source": f"doi:{r['doi']}" if isinstance(r["doi"], str) else r["source"]}
                for r in rows.to_dict("records")
            ]
        )  # fmt: skip
    if options["everything"]:
        shown = found.needs[["respondent", "claim", "number", "value", "threshold", "people",
                             "standing", "reason"]]  # fmt: skip
        emit_table(plain_records(shown), title="every need")
