"""``valuealign responses``: list, show, reread, export and import what is in a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign.store.outcome import OUTCOMES
from valuealign_cli.chosen import chosen_instrument, chosen_responses, store_options
from valuealign_cli.output import emit_json, emit_table, json_option, plain_records, say
from valuealign_cli.responses_of_people import forget_, import_, sheet


@click.group("responses")
def command() -> None:
    """List, show, reread and export the responses of a store; import those of people.

    \b
    Example:
      valuealign responses list
    """


@command.command("list")
@store_options
@json_option
def list_(as_json: bool, **options: Any) -> None:
    """Count the outcomes for each model, instrument and form.

    \b
    Example:
      valuealign responses list --store study.db
    """
    data = chosen_responses(options, empty=True)
    rows = plain_records(data.counts()) if len(data.long) else []
    emit_json(rows) if as_json else emit_table(rows)


@command.command("show")
@store_options
@click.option("--outcome", type=click.Choice(OUTCOMES))
@click.option("--item", help="Only this item.")
@click.option("--limit", default=20, show_default=True, help="Most rows; 0 shows all.")
@json_option
def show(
    *, outcome: str | None, item: str | None, limit: int, as_json: bool, **options: Any
) -> None:
    """Show raw replies and their readings.

    \b
    Example:
      valuealign responses show --outcome unreadable
    """
    long = chosen_responses(options, empty=True).long
    if outcome:
        long = long[long["outcome"] == outcome]
    if item:
        long = long[long["item_id"] == item]
    columns = [
        "respondent",
        "persona",
        "form",
        "occasion",
        "item_id",
        "outcome",
        "value",
        "how",
        "raw",
    ]
    shown = long[columns] if limit == 0 else long[columns].head(limit)
    rows = plain_records(shown)
    emit_json(rows) if as_json else emit_table([_short(row) for row in rows])
    if len(shown) < len(long):
        say(f"{len(shown):,} of {len(long):,}; --limit 0 shows all")


@command.command("reread")
@click.option("--store", help="File or database URL.  [default: valuealign.db]")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@json_option
def reread_(store: str | None, dry_run: bool, as_json: bool) -> None:
    """Read the stored replies again with this version's reader.

    \b
    Example:
      valuealign responses reread --dry-run
    """
    from valuealign.administration.run.reread import reread
    from valuealign.store.store import Store

    with Store.open(store, must_exist=True) as opened:
        found = reread(opened, dry_run=dry_run)
    if as_json:
        emit_json({"read": found.n_attempts, "changed": found.n_changed, "changes": found.changes})
        return
    if found.changes:
        emit_table(found.changes)
    would = "would change" if dry_run else "changed"
    say(f"{found.n_attempts:,} replies read again, {found.n_changed:,} responses {would}")


@command.command("export")
@store_options
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "parquet", "sav", "lavaan"]),
    required=True,
)
@click.option("--shape", type=click.Choice(["long", "wide"]), help="lavaan is always wide.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@json_option
def export_(
    *, file_format: str, shape: str | None, output: Path, as_json: bool, **options: Any
) -> None:
    """Write responses to a file for other programs.

    \b
    Example:
      valuealign responses export --format csv -o responses.csv
      valuealign responses export --format lavaan --instrument pvq-rr -o pvq.R
    """
    from valuealign.exchange.export_responses import export
    from valuealign.inquiry.respondents import without_opposed

    data = chosen_responses(options)
    instrument = None
    frame = data.wide if shape == "wide" else data.long
    if file_format == "lavaan":
        instrument = chosen_instrument(data, options)
        frame = without_opposed(data.only(instrument.id).wide)
    written = export(
        frame, output, file_format=file_format, notice=data.notice, instrument=instrument
    )
    if as_json:
        emit_json({"rows": len(frame), "written": [str(path) for path in written]})
    for path in written:
        say(f"wrote {path}")


for _command in (sheet, import_, forget_):
    command.add_command(_command)


def _short(row: dict[str, Any]) -> dict[str, Any]:
    raw = row["raw"]
    line = None if raw is None else " ⏎ ".join(raw.splitlines())
    short = line if line is None or len(line) <= 60 else line[:59] + "…"
    value = row["value"]
    return {**row, "value": "" if value is None else f"{value:g}", "raw": short}
